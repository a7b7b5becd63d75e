/** Compares the rows of a database with a raw report of trace-cmd. */
import { readFileSync } from 'node:fs'
import { bytesInput } from '../parsers/trace-dat/bytes.ts'
import { prepareDecompression } from '../parsers/trace-dat/decompress.ts'
import type { EventFormat, Field } from '../parsers/trace-dat/event-format.ts'
import { readTraceFile } from '../parsers/trace-dat/file.ts'
import { type Symbols, symbolsOf } from '../parsers/trace-dat/print-format/symbols.ts'
import { databaseOf, type TestDatabase } from './open.ts'
import { parseRawReport, type RawEvent, rawArray, rawInteger, rawValues } from './raw-report.ts'

/** What trace-cmd prints by a rule of its own; `same` says whether it is the stored value all the same. */
export interface OwnRule {
  readonly why: string
  same(stored: string, printed: string, symbols: Symbols): boolean
}

export interface Comparison {
  /** Events by kind, as stored and as reported. */
  stored: Record<string, number>
  reported: Record<string, number>
  /** Values that were compared. */
  values: number
  /** Differences by `event.field` (or `event.cpu`, `.tid`, `.comm`, `.ts`, `.fields`): how many, and the first. */
  differences: Record<string, { count: number; first: string }>
}

interface StoredEvent {
  instance: string
  cpu: number
  tid: number
  ts: bigint
  /** Of its fields in order: numbers in decimal, arrays as `[1, 2]`, bytes in hexadecimal. */
  values: string[]
}

/** The dictionary of the database. */
type Texts = ReadonlyMap<number, string>

/** `rules`: by `event.field`, in place of equality. */
export async function compareExactly(
  path: string,
  oracle: string,
  rules: Readonly<Record<string, OwnRule>> = {},
): Promise<Comparison> {
  await prepareDecompression()
  const file = readTraceFile(bytesInput(readFileSync(path)), () => {})
  const ticks = /^(x86-tsc|counter|boot)$/.test(file.options.tsc2nsec ? '' : (file.options.clock ?? ''))
  const db = await databaseOf([path, 'raw'])
  const strings = await db.query('SELECT id, text FROM store.strings')
  const texts: Texts = new Map(strings.map((r) => [Number(r.id), String(r.text)]))
  const symbols = symbolsOf(file.kallsyms)
  const comms = new Map((await db.query('SELECT tid, comm FROM comms')).map((r) => [Number(r.tid), String(r.comm)]))
  const threads = new Map((await db.query('SELECT tid, comm FROM threads')).map((r) => [Number(r.tid), String(r.comm)]))
  comms.set(0, '<idle>')
  const kinds = new Map<string, RawEvent[]>()
  for (const event of parseRawReport(oracle)) {
    const list = kinds.get(event.event) ?? []
    kinds.set(event.event, list)
    list.push(event)
  }
  const result: Comparison = {
    stored: {},
    reported: Object.fromEntries([...kinds].map(([kind, events]) => [kind, events.length])),
    values: 0,
    differences: {},
  }
  const differ = (key: string, stored: unknown, reported: unknown): void => {
    const entry = result.differences[key] ?? { count: 0, first: `stored ${stored}, reported ${reported}` }
    entry.count++
    result.differences[key] = entry
  }
  const found = await db.query('SELECT system, event, count(*) AS n FROM events GROUP BY ALL')
  for (const { system, event, n } of found) {
    const kind = String(event)
    result.stored[kind] = (result.stored[kind] ?? 0) + Number(n)
    const format = file.formats.find((f) => f.name === kind && f.system === system)
    const reported = kinds.get(kind)
    if (!format || !reported) continue
    const stored = inOrder(await storedEvents(db, format, texts))
    for (const [i, raw] of inOrder(reported).entries()) {
      const row = stored[i]
      if (!row) break
      const check = (key: string, a: unknown, b: unknown): void => {
        result.values++
        if (a !== b) differ(`${kind}.${key}`, a, b)
      }
      check('cpu', row.cpu, raw.cpu)
      check('tid', row.tid, raw.tid)
      check('instance', row.instance, raw.instance)
      const name = comms.get(row.tid) ?? (raw.comm === '<...>' ? '<...>' : threads.get(row.tid))
      check('comm', name, raw.comm)
      check('ts', timeText(row.ts, raw.clock, ticks), raw.clock.replace(/^-0x[0-9a-f]{1,2}\s+/, ''))
      const fields = format.fields.filter((f) => !f.name.startsWith('common_'))
      const values = rawValues(
        raw.text,
        fields.map((f) => f.name),
      )
      if (!values) differ(`${kind}.fields`, fields.map((f) => f.name).join(' '), raw.text)
      else {
        for (const [k, field] of fields.entries()) {
          const value = values[k] as string
          result.values++
          const known = row.values[k] as string
          const rule = rules[`${kind}.${field.name}`]
          if (!equals(known, value, field) && !rule?.same(known, value, symbols))
            differ(`${kind}.${field.name}`, known, value)
        }
      }
    }
  }
  db.close()
  return result
}

/** By buffer and CPU, in the order given. */
const inOrder = <T extends { instance: string; cpu: number }>(events: readonly T[]): T[] =>
  [...events].sort((a, b) => (a.instance < b.instance ? -1 : a.instance > b.instance ? 1 : a.cpu - b.cpu))

/** The time as it is printed: in ns, in us, or as it is. A time of many digits is not separated from the CPU's state. */
function timeText(ts: bigint, clock: string, ticks: boolean): string {
  if (ticks || !clock.includes('.'))
    return clock.endsWith(String(ts)) ? clock.replace(/^-0x[0-9a-f]{1,2}\s+/, '') : String(ts)
  const digits = (clock.split('.')[1] as string).length
  const time = digits === 9 ? ts : (ts + 500n) / 1000n
  const unit = 10n ** BigInt(digits)
  return `${time / unit}.${String(time % unit).padStart(digits, '0')}`
}

const COMMON = ['ts', 'cpu', 'tid', 'instance', 'capture']

/** All events of one kind in the order in which they were stored. */
async function storedEvents(db: TestDatabase, format: EventFormat, texts: Texts): Promise<StoredEvent[]> {
  const { system, name, fields } = format
  const known = await db.query(
    `SELECT column_name AS name, type, length FROM store.columns WHERE schema_name = '${system}' AND table_name = '${name}'`,
  )
  const columns = new Map(known.map((c) => [String(c.name).toLowerCase(), c]))
  const names = fields.filter((f) => !f.name.startsWith('common_')).map((f) => f.name)
  const selects = names.map((field) => {
    const column = columnOf(system, name, field)
    const length = columns.get(column.toLowerCase())?.length
    if (typeof length !== 'number') return `"${column}"::VARCHAR`
    return `[${Array.from({ length }, (_, i) => `"${column}[${i}]"`).join(', ')}]::VARCHAR`
  })
  const isText = names.map((field) => {
    const type = columns.get(columnOf(system, name, field).toLowerCase())?.type
    return ['TEXT', 'BLOB', 'LIST', 'ULIST'].includes(String(type))
  })
  const instance = columns.has('instance') ? 'instance' : 'NULL'
  const sql = `SELECT ${['ts', 'cpu', 'tid', instance, ...selects].join(', ')} FROM store."${system}.${name}" ORDER BY rowid`
  const rows = (await db.connection.runAndReadAll(sql)).getRowsJS() as unknown[][]
  return rows.map(([ts, cpu, tid, buffer, ...values]) => ({
    instance: buffer === null ? '' : (texts.get(Number(buffer)) ?? ''),
    cpu: Number(cpu),
    tid: Number(tid),
    ts: BigInt(String(ts)),
    values: names.map((_, i) => (isText[i] ? (texts.get(Number(values[i])) ?? '') : String(values[i]))),
  }))
}

/** The column of a field: some are renamed. */
function columnOf(system: string, event: string, field: string): string {
  if (system === 'ftrace' && event === 'print' && field === 'buf') return 'text'
  return COMMON.includes(field.toLowerCase()) ? `${field}_field` : field
}

/** Whether a stored value (as text) is the one that was printed. */
function equals(text: string, printed: string, field: Field): boolean {
  if (text === printed.replace(/\n+$/, '') || text.replace(/\n+$/, '') === printed) return true
  const array = rawArray(printed)
  if (array !== undefined) return text === array || hexOfList(text, array.length / 2) === array
  if (!/^-?\d+$/.test(text)) return false
  const value = rawInteger(printed)
  const bits = field.size * 8
  return value !== undefined && BigInt.asUintN(bits, BigInt(text)) === BigInt.asUintN(bits, value)
}

/** `[1, 2]` as the bytes that an array of so many bytes has, little-endian. */
export function hexOfList(text: string, bytes: number): string | undefined {
  if (!/^\[.*\]$/.test(text)) return undefined
  const values = text === '[]' ? [] : text.slice(1, -1).split(', ').map(BigInt)
  const width = values.length === 0 ? 0 : bytes / values.length
  return values
    .map((value) =>
      Array.from({ length: width }, (_, i) =>
        Number((BigInt.asUintN(width * 8, value) >> BigInt(8 * i)) & 0xffn)
          .toString(16)
          .padStart(2, '0'),
      ).join(''),
    )
    .join('')
}
