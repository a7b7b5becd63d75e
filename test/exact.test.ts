/**
 * Every field of every event in the database against what `trace-cmd report -R` printed: CPU, task, time, values. The
 * stored reports are of trace-cmd 3.1.6 (corpus, in ns) and 3.3.1 (lab, in us).
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { traceCmdVersion } from './build/trace-cmd.ts'
import { compareExactly, hexOfList, type OwnRule } from './compare-raw.ts'
import { rawArray, readOracle } from './raw-report.ts'

const SHARED = resolve(import.meta.dirname, '../../shared')
const CORPUS = resolve(SHARED, 'corpus/tracedat')

const SYMBOLS = [
  'print.ip',
  'function.ip',
  'function.parent_ip',
  'hrtimer_start.function',
  'timer_start.function',
  'timer_expire_entry.function',
  'funcgraph_entry.func',
  'funcgraph_exit.func',
]
const HEXADECIMAL = ['task_newtask.clone_flags', 'funcgraph_exit.calltime', 'funcgraph_exit.rettime']

/** What trace-cmd prints by rules of its own, and whether it is the stored value all the same. */
const RULES: Record<string, OwnRule> = {
  'bprint.buf': {
    why: 'the packed arguments are declared as an array of size 0, which it prints as the number 0',
    same: (_, printed) => printed === '0',
  },
  ...Object.fromEntries(
    SYMBOLS.map((field): [string, OwnRule] => [
      field,
      {
        why: '3.1.6 prints it by the print format, %ps: the symbol alone',
        same: (stored, printed, symbols) => symbols.at(BigInt(stored))?.name === printed,
      },
    ]),
  ),
  ...Object.fromEntries(
    HEXADECIMAL.map((field): [string, OwnRule] => [
      field,
      {
        why: 'printed by the print format, %lx: hexadecimal without 0x',
        same: (stored, printed) => BigInt(stored).toString(16) === printed,
      },
    ]),
  ),
  ...Object.fromEntries(
    ['kernel_stack.caller', 'user_stack.caller'].map((field): [string, OwnRule] => [
      field,
      {
        why: 'it prints the eight addresses that are declared, beyond the record where the stack is shorter',
        same: (stored, printed) => {
          const array = rawArray(printed) ?? ''
          const addresses = JSON.parse(stored.replace(/\d+/g, '"$&"')) as string[]
          const shared = addresses.slice(0, 8)
          return shared.length > 0 && array.startsWith(hexOfList(`[${shared.join(', ')}]`, shared.length * 8) ?? '-')
        },
      },
    ]),
  ),
}

const recordings = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.dat'))
        .map((name) => resolve(folder, name))
    : []

const withOracle = (folder: string, suffix: string): [string, string, string][] =>
  recordings(folder).flatMap((path): [string, string, string][] => {
    const oracle = readOracle(path.replace(/(\.v7-\w+)?\.dat$/, suffix))
    return oracle === undefined ? [] : [[basename(path), path, oracle]]
  })

describe.skipIf(!existsSync(CORPUS))('corpus/tracedat', () => {
  test.each(withOracle(CORPUS, '.report-tR.txt'))('%s', async (_, path, oracle) => {
    const result = await compareExactly(path, oracle, RULES)
    expect(result.differences).toEqual({})
    expect(result.stored).toEqual(result.reported)
  })
})

describe.skipIf(!existsSync(SHARED)).each(['before', 'after'])('lab/%s', (folder) => {
  test.each(withOracle(resolve(SHARED, 'lab', folder), '.report-R.txt'))('%s', async (_, path, oracle) => {
    const result = await compareExactly(path, oracle, RULES)
    expect(result.differences).toEqual({})
    expect(result.stored).toEqual(result.reported)
  })
})

describe.skipIf(!traceCmdVersion || !existsSync(SHARED))('the installed trace-cmd', () => {
  const all = ['corpus/tracedat', 'lab/small/before', 'lab/small/after', 'lab/before', 'lab/after', 'lab/synthetic']
  test.each(all)('%s', async (folder) => {
    for (const path of recordings(resolve(SHARED, folder))) {
      const { stdout } = spawnSync('trace-cmd', ['report', '-R', '-t', path], { maxBuffer: 1 << 29 })
      if (stdout.length < 20) continue // compressed in a way that it was not built with
      const result = await compareExactly(path, stdout.toString(), RULES)
      expect(result.differences, path).toEqual({})
      expect(result.stored, path).toEqual(result.reported)
    }
  })
})
