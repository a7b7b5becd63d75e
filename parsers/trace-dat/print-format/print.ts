/** Prints a record by its event's parsed print format. */
import { bitsOf } from './conversions.ts'
import { evaluate } from './evaluate.ts'
import type { Expression } from './expression.ts'
import { formatBytes, formatInteger, formatString, type Sizes } from './format-number.ts'
import { MAX_TEXT, MAX_WIDTH } from './limits.ts'
import type { Argument, PrintFormat } from './parse.ts'
import { pointerText } from './pointer-text.ts'
import { knownNumber, type Scope, UnknownName } from './scope.ts'
import { storedText, textOf } from './text-of.ts'

/** The text of the scope's record. Throws ValueError where a value cannot be had. */
export function printRecord(format: PrintFormat, scope: Scope): string {
  let text = ''
  for (const piece of format) {
    text += typeof piece === 'string' ? piece : argumentText(piece, scope)
    if (text.length > MAX_TEXT) return text.slice(0, MAX_TEXT)
  }
  return text
}

/** An argument that depends on a name without a known value is `?name`; the rest of the line is printed. */
function argumentText(argument: Argument, scope: Scope): string {
  try {
    return convertedText(argument, scope)
  } catch (error) {
    if (error instanceof UnknownName) return `?${error.unknown}`
    throw error
  }
}

function convertedText(argument: Argument, scope: Scope): string {
  const { conversion, of } = argument
  switch (conversion.letter) {
    case 's': {
      if (conversion.plain) return textOf(of, scope)
      const sizes = sizesOf(argument, scope)
      const stored = storedText(of, scope)
      return stored ? formatBytes(stored, sizes) : formatString(textOf(of, scope), sizes)
    }
    case 'p':
      return pointerText(argument, sizesOf(argument, scope), scope)
    case 'c': {
      const byte = Uint8Array.of(Number(BigInt.asUintN(8, evaluate(of, scope))))
      return formatBytes(byte[0] === 0 ? byte.subarray(1) : byte, sizesOf(argument, scope))
    }
    default: {
      const bits = bitsOf(conversion.length, scope.longSize)
      return formatInteger(knownNumber(evaluate(of, scope), scope), conversion, sizesOf(argument, scope), bits)
    }
  }
}

const NO_SIZES: Sizes = { width: 0, precision: undefined, left: false }

function sizesOf(argument: Argument, scope: Scope): Sizes {
  const { conversion } = argument
  if (conversion.plain) return NO_SIZES
  const width = argument.width ? starOf(argument.width, scope) : (conversion.width as number | undefined)
  const precision = argument.precision ? starOf(argument.precision, scope) : conversion.precision
  return {
    width: Math.abs(width ?? 0),
    precision: typeof precision === 'number' && precision >= 0 ? precision : undefined,
    left: conversion.left || (width ?? 0) < 0,
  }
}

/** The value of a `*` argument, an int. */
function starOf(of: Expression, scope: Scope): number {
  const value = Number(BigInt.asIntN(32, evaluate(of, scope)))
  return Math.max(-MAX_WIDTH, Math.min(MAX_WIDTH, value))
}
