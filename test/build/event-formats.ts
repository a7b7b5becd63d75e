/** Event formats as the kernel prints them in `events/<system>/<event>/format`, from a list of fields. */

/** What a field is declared with; the rest follows from the C type, as a compiler would lay it out. */
export interface FieldSpec {
  /** The C type: `int`, `unsigned long`, `u8`, `void *`, `char` (of an array), `__data_loc char[]`, `__rel_loc u32[]`... */
  type: string
  /** The name, with `[16]` for an array and `[]` for data that follows the record. */
  name: string
  size?: number
  offset?: number
  signed?: boolean
}

export interface Field {
  readonly type: string
  readonly name: string
  /** The name without brackets. */
  readonly key: string
  readonly offset: number
  readonly size: number
  readonly signed: boolean
  /** `int`, an `array` of fixed length, `data` after the record found by `__data_loc` or `__rel_loc`, or the record's `rest`. */
  readonly kind: 'int' | 'array' | 'data_loc' | 'rel_loc' | 'rest'
  /** Bytes of one element (of the field itself if it is no array). */
  readonly elementSize: number
  /** Whether its elements are characters. */
  readonly isText: boolean
}

export interface EventSpec {
  system: string
  name: string
  id: number
  fields: readonly FieldSpec[]
  /** What follows `print fmt: `. Left out: all fields as `name=value`. */
  print?: string
  longSize?: 4 | 8
}

export interface EventFormat {
  readonly system: string
  readonly name: string
  readonly id: number
  /** All fields, the common ones first. */
  readonly fields: readonly Field[]
  /** Bytes before any dynamic data. */
  readonly size: number
  readonly text: string
}

const COMMON: readonly FieldSpec[] = [
  { type: 'unsigned short', name: 'common_type' },
  { type: 'unsigned char', name: 'common_flags' },
  { type: 'unsigned char', name: 'common_preempt_count' },
  { type: 'int', name: 'common_pid' },
]

/** Lays out the fields and writes the format's text. */
export function defineEvent(spec: EventSpec): EventFormat {
  const fields: Field[] = []
  let end = 0
  for (const field of [...COMMON, ...spec.fields]) {
    const laid = layOut(field, end, spec.longSize ?? 8)
    fields.push(laid)
    end = Math.max(end, laid.offset + laid.size)
  }
  const print = spec.print ?? printAll(fields.slice(COMMON.length))
  const line = (f: Field) =>
    `\tfield:${f.type} ${f.name};\toffset:${f.offset};\tsize:${f.size};\tsigned:${f.signed ? 1 : 0};\n`
  const text =
    `name: ${spec.name}\nID: ${spec.id}\nformat:\n${fields.slice(0, 4).map(line).join('')}\n` +
    `${fields.slice(4).map(line).join('')}\nprint fmt: ${print}\n`
  return { system: spec.system, name: spec.name, id: spec.id, fields, size: end, text }
}

/** Reads a format's text back: for formats taken from a recording. */
export function parseEvent(system: string, text: string): EventFormat {
  const name = /^name: (.*)$/m.exec(text)?.[1]
  const id = /^ID: (\d+)$/m.exec(text)?.[1]
  if (name === undefined || id === undefined) throw new Error(`no event format: ${text.slice(0, 80)}`)
  const fields: Field[] = []
  for (const m of text.matchAll(/^\tfield:(.*?)\s*([^\s;]+);\toffset:(\d+);\tsize:(\d+);\tsigned:([01]);$/gm))
    fields.push(
      layOut({ type: m[1]!, name: m[2]!, offset: Number(m[3]), size: Number(m[4]), signed: m[5] === '1' }, 0, 8),
    )
  return { system, name, id: Number(id), fields, size: Math.max(...fields.map((f) => f.offset + f.size)), text }
}

function layOut(spec: FieldSpec, end: number, longSize: number): Field {
  const bracket = spec.name.indexOf('[')
  const key = bracket < 0 ? spec.name : spec.name.slice(0, bracket)
  const count = bracket < 0 ? 1 : Number(spec.name.slice(bracket + 1, -1))
  const dynamic = /^__(data|rel)_loc (.*)\[\]$/.exec(spec.type)
  const element = dynamic ? dynamic[2]! : spec.type
  const elementSize = sizeOf(element, longSize)
  const align = dynamic ? 4 : elementSize
  const size = spec.size ?? (dynamic ? 4 : count * elementSize)
  return {
    type: spec.type,
    name: spec.name,
    key,
    offset: spec.offset ?? Math.ceil(end / align) * align,
    size,
    signed: spec.signed ?? (!dynamic && isSigned(spec.type, bracket >= 0)),
    kind: dynamic ? `${dynamic[1] as 'data' | 'rel'}_loc` : size === 0 ? 'rest' : bracket < 0 ? 'int' : 'array',
    elementSize: bracket < 0 && !dynamic && size > 0 ? size : elementSize,
    isText: element === 'char' && (bracket >= 0 || dynamic !== null || size === 0),
  }
}

function sizeOf(type: string, longSize: number): number {
  if (type.endsWith('*')) return longSize
  const words = type.replace(/\b(const|volatile|unsigned|signed)\b/g, '').trim()
  if (/^(char|bool|_*[us]8|u?int8_t)$/.test(words)) return 1
  if (/^(short|short int|_*[us]16|u?int16_t|__[bl]e16)$/.test(words)) return 2
  if (/^(long long|long long int|_*[us]64|u?int64_t|ktime_t|loff_t|sector_t|dma_addr_t|__[bl]e64)$/.test(words))
    return 8
  if (/^(long|long int|size_t|ssize_t)$/.test(words)) return longSize
  return 4
}

/** As the kernel's `is_signed_type`; characters are unsigned there since Linux 6.2. */
function isSigned(type: string, array: boolean): boolean {
  if (/\*$|\bunsigned\b|^bool$|^_*u\d|^uint|^size_t$|^sector_t$|^dma_addr_t$|_le\d|_be\d/.test(type)) return false
  return !(array && type === 'char') && type !== 'char'
}

const LENGTH: Readonly<Record<number, string>> = { 1: 'hh', 2: 'h', 8: 'll' }

/**
 * A print format that shows every field by a plain conversion. Of the field's own length: libtraceevent reads fields as
 * unsigned and leaves the sign to the conversion, so `%d` of a `short` -2 is 65534 there (as in `(int)REC->x`).
 */
function printAll(fields: readonly Field[]): string {
  const shown = fields.filter((f) => f.kind === 'int' || f.isText)
  const conversions = shown.map(
    (f) => `${f.key}=${f.isText ? '%s' : `%${LENGTH[f.size] ?? ''}${f.signed ? 'd' : 'u'}`}`,
  )
  const values = shown.map((f) => {
    if (f.kind === 'data_loc') return `__get_str(${f.key})`
    if (f.kind === 'rel_loc') return `__get_rel_str(${f.key})`
    return `REC->${f.key}`
  })
  return [`"${conversions.join(' ')}"`, ...values].join(', ')
}
