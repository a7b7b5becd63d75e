/** The tree of an expression in a print format. Built once per event, evaluated per record. */
import type { Field } from '../event-format.ts'
import type { CType } from './c-type.ts'

export type UnaryOperator = '-' | '+' | '!' | '~' | '*'
export type BinaryOperator =
  | '*'
  | '/'
  | '%'
  | '+'
  | '-'
  | '<<'
  | '>>'
  | '<'
  | '>'
  | '<='
  | '>='
  | '=='
  | '!='
  | '&'
  | '^'
  | '|'
  | '&&'
  | '||'

/** An entry of `__print_flags` or `__print_symbolic`. */
export interface NamedValue {
  readonly value: bigint
  readonly name: string
}

export type Expression =
  | { readonly kind: 'number'; readonly type: CType; readonly value: bigint }
  | { readonly kind: 'string'; readonly type: CType; readonly text: string }
  /** A name that is neither field nor function; its value is not known. */
  | { readonly kind: 'unknown'; readonly type: CType; readonly name: string }
  /** `REC`: the address of the record. */
  | { readonly kind: 'record'; readonly type: CType }
  /** `REC->field`. */
  | { readonly kind: 'field'; readonly type: CType; readonly field: Field }
  | { readonly kind: 'cast'; readonly type: CType; readonly of: Expression }
  | { readonly kind: 'unary'; readonly type: CType; readonly operator: UnaryOperator; readonly of: Expression }
  | {
      readonly kind: 'binary'
      readonly type: CType
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
      /** The type in which both sides are compared or computed. */
      readonly common: CType
    }
  | {
      readonly kind: 'choice'
      readonly type: CType
      readonly condition: Expression
      readonly yes: Expression
      readonly no: Expression
    }
  /** `base[index]`. */
  | { readonly kind: 'element'; readonly type: CType; readonly base: Expression; readonly index: Expression }
  | {
      readonly kind: 'flags'
      readonly type: CType
      readonly of: Expression
      readonly delimiter: string
      readonly entries: readonly NamedValue[]
    }
  | {
      readonly kind: 'symbolic'
      readonly type: CType
      readonly of: Expression
      readonly names: ReadonlyMap<bigint, string>
    }
  | {
      readonly kind: 'hex'
      readonly type: CType
      readonly of: Expression
      readonly length: Expression
      readonly delimiter: string
    }
  /** `__print_hex_dump(prefix, prefix type, row size, group size, data, length, ascii)`. */
  | { readonly kind: 'hex-dump'; readonly type: CType; readonly arguments: readonly Expression[] }
  | {
      readonly kind: 'array'
      readonly type: CType
      readonly of: Expression
      readonly count: Expression
      readonly elementSize: Expression
    }
  /** `__get_str`: the text of a dynamic field. */
  | { readonly kind: 'text'; readonly type: CType; readonly field: Field }
  /** `__get_dynamic_array`: the address of a dynamic field's data. */
  | { readonly kind: 'dynamic'; readonly type: CType; readonly field: Field }
  | { readonly kind: 'dynamic-length'; readonly type: CType; readonly field: Field }
  | { readonly kind: 'bitmask'; readonly type: CType; readonly field: Field; readonly list: boolean }
  /** A kernel function whose result is known without the kernel. */
  | { readonly kind: 'call'; readonly type: CType; readonly name: string; readonly arguments: readonly Expression[] }
