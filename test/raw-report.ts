/** The text of `trace-cmd report -R`: every event with its fields as `name=value`. */
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

export interface RawEvent {
  readonly instance: string
  readonly comm: string
  readonly tid: number
  readonly cpu: number
  /** What stands between CPU and event: the time, before it perhaps the state of the CPU (`-0x1`). */
  readonly clock: string
  readonly event: string
  /** ` name=value name=value`, values may hold blanks and newlines. */
  text: string
}

//   kwinsys:        trace-cmd-4483  [001]-0x0   850.466415: sys_enter_close:       __syscall_nr=3 fd=0x00000008
const LINE = /^\s*(?:(\S+):\s+)?(.*?)-(\d+)\s+\[(\d+)\](.*?\d): ([\w$.-]+|\(NULL\)):\s*(.*)$/

export function parseRawReport(text: string): RawEvent[] {
  const events: RawEvent[] = []
  for (const line of text.trimEnd().split('\n')) {
    const match = LINE.exec(line)
    const last = events.at(-1)
    if (match) {
      const [, instance = '', comm = '', tid, cpu, clock = '', event = '', fields = ''] = match
      events.push({
        instance,
        comm,
        tid: Number(tid),
        cpu: Number(cpu),
        clock: clock.trim(),
        event,
        text: ` ${fields}`,
      })
    } else if (last && !/^(cpus=|CPU:?\s?\d+ )/.test(line)) last.text += `\n${line}`
  }
  return events
}

/** The text of an oracle; it may be compressed. */
export function readOracle(path: string): string | undefined {
  if (existsSync(path)) return readFileSync(path, 'utf8')
  return existsSync(`${path}.gz`) ? gunzipSync(readFileSync(`${path}.gz`)).toString() : undefined
}

/** The values of fields in a raw text, by their names in order; undefined where the text holds others. */
export function rawValues(text: string, names: readonly string[]): string[] | undefined {
  const values: string[] = []
  let at = 0
  for (const [i, name] of names.entries()) {
    const start = ` ${name}=`
    if (!text.startsWith(start, at)) return undefined
    const from = at + start.length
    const next = names[i + 1]
    at = next === undefined ? text.length : text.indexOf(` ${next}=`, from)
    if (at < 0) return undefined
    values.push(text.slice(from, at))
  }
  return at === text.length ? values : undefined
}

/** An integer in decimal, in hexadecimal, or `symbol (0x1f)`; undefined if it is none. */
export function rawInteger(value: string): bigint | undefined {
  if (value === '(nil)') return 0n
  const hex = /^(?:\S+ \()?(0x[0-9a-f]+)\)?$/.exec(value.trim())?.[1]
  if (hex) return BigInt(hex)
  return /^-?\d+$/.test(value.trim()) ? BigInt(value.trim()) : undefined
}

/** The bytes of `ARRAY[0a, 1f]`, in hexadecimal; undefined if it is none. */
export const rawArray = (value: string): string | undefined =>
  /^ARRAY\[([0-9a-f, ]*)\]$/.exec(value)?.[1]?.replaceAll(', ', '')
