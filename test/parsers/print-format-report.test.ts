/**
 * Whole recordings against what trace-cmd printed for them: every line, in order. `*.report-N.*` were made without
 * trace-cmd's plugins, the others with them; the events whose text differs are listed here, and no others may.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { prepareDecompression } from '../../parsers/trace-dat/decompress.ts'
import { readTraceFile } from '../../parsers/trace-dat/file.ts'
import { type ReportOptions, report } from '../../parsers/trace-dat/print-format/report.ts'
import { decodeText } from '../../src/strings.ts'
import { reportBytes, traceCmdVersion } from '../build/trace-cmd.ts'

const SHARED = new URL('../../../shared/', import.meta.url)
const LAB = new URL('lab/', SHARED)
const CORPUS = new URL('corpus/tracedat/', SHARED)

/** Formatted by a plugin of libtraceevent, not by the kernel's print format. */
const PLUGINS = [
  'sched:sched_switch',
  'sched:sched_wakeup',
  'sched:sched_wakeup_new',
  'timer:hrtimer_start', // plugin_hrtimer leaves out mode and was_armed
  'timer:hrtimer_expire_entry',
  'ftrace:function', // plugin_function leaves out the caller
]
const WRONG_IN_TRACE_CMD = [
  'timer:timer_start', // takes `REC->flags & (A | B | C | D)` for `(REC->flags & A) | B | C | D`
  // does not know HRTIMER_MODE_REL, which kernels leave in the format: prints 0x1 for REL
  'timer:hrtimer_init',
  'timer:hrtimer_start',
]
/*
 * In random formats libtraceevent 1.8.4 and trace-cmd 3.1.6 differ by themselves, where this program prints what the kernel
 * would (arithmetic: what gcc computes):
 * - signed fields are read as unsigned, expressions are computed in 64 bits whatever their types;
 * - width and precision do not hold for __print_flags, __print_symbolic and __print_hex; escapes only in the first string;
 * - no __print_hex_dump, __print_dynamic_array with sizeof, __get_rel_sockaddr, __print_flags_u64, %pad, %pI4 of an address,
 *   %.*s of less than 0, %ph with a number, K, x, e, R and b behind %p; %*ph does not end at 64 bytes;
 * - a text without end and arrays with a count beyond them are read beyond the record;
 * - a loss before a page that begins with a time extend or a discarded event is not told;
 * - an offset of TIME_SHIFT or a factor of TSC2NSEC that is too large overflows.
 */
const DIFFERENT = new Set([...PLUGINS, ...WRONG_IN_TRACE_CMD])

const open = (path: URL): Buffer =>
  existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(new URL(`${path.href}.gz`)))

const exists = (path: URL): boolean => existsSync(path) || existsSync(new URL(`${path.href}.gz`))

/** Lines as this program decodes text: bytes that are no UTF-8 as `\xNN`. */
function linesOf(bytes: Uint8Array): string[] {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(10, at)
    const end = newline < 0 ? bytes.length : newline
    lines.push(decodeText(bytes, at, end))
    at = end + 1
  }
  return lines[0]?.startsWith('cpus=') ? lines.slice(1) : lines
}

interface Agreement {
  events: number
  /** Events whose every line is equal, and all events, by kind. */
  kinds: Map<string, { equal: number; all: number; example: string }>
  /** Lines of trace-cmd that remain at the end. */
  left: number
}

function compare(dat: URL, oracle: Uint8Array, options: ReportOptions): Agreement {
  const bytes = readFileSync(dat)
  const input = {
    size: bytes.length,
    read: (offset: number, length: number) => bytes.subarray(offset, offset + length),
  }
  const file = readTraceFile(input, () => {})
  const wanted = linesOf(oracle)
  const kinds: Agreement['kinds'] = new Map()
  let at = 0
  let events = 0
  for (const { system, event, line } of report(file, input, () => {}, options)) {
    events++
    const lines = line.split('\n')
    const kind = kinds.get(`${system}:${event}`) ?? { equal: 0, all: 0, example: '' }
    kinds.set(`${system}:${event}`, kind)
    kind.all++
    if (lines.every((text, i) => text === wanted[at + i])) kind.equal++
    else kind.example ||= `${line}\n${wanted[at]}`
    at += lines.length
  }
  return { events, kinds, left: wanted.length - at }
}

/** The kinds of events that differ, with an example each. */
function unexpected({ kinds }: Agreement, different: ReadonlySet<string>): Record<string, string> {
  const list: Record<string, string> = {}
  for (const [kind, { equal, all, example }] of kinds) {
    if (equal < all && !different.has(kind)) list[kind] = `${equal} of ${all} equal:\n${example}`
  }
  return list
}

const recordings = (folder: URL, pattern: RegExp): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => pattern.test(name)) : []

describe.skipIf(!existsSync(SHARED))('recordings', () => {
  beforeAll(() => prepareDecompression())

  describe.each(['small/before/', 'small/after/', 'before/', 'after/', 'synthetic/'])('lab/%s', (folder) => {
    const base = new URL(folder, LAB)
    test.each(recordings(base, /\.dat$/))('%s', (name) => {
      const oracle = new URL(name.replace(/dat$/, 'report.txt'), base)
      expect(exists(oracle)).toBe(true)
      const agreement = compare(new URL(name, base), open(oracle), { flags: true })
      expect(unexpected(agreement, DIFFERENT)).toEqual({})
      expect(agreement.left).toBe(0)
      expect(agreement.events).toBeGreaterThan(0)
    })
  })

  test('lab/after/short-early.dat without plugins, everything equal', () => {
    const base = new URL('after/', LAB)
    const agreement = compare(new URL('short-early.dat', base), open(new URL('short-early.report-N.txt', base)), {
      flags: true,
    })
    expect(unexpected(agreement, new Set())).toEqual({})
    expect(agreement.events).toBe(24240)
  })

  test.each([
    ['report.txt', {}],
    ['report-t.txt', { nanoseconds: true }],
  ])('corpus/tracedat/*.%s', (suffix, options) => {
    let files = 0
    for (const name of recordings(CORPUS, /\.dat$/)) {
      const oracle = new URL(name.replace(/(\.v7-\w+)?\.dat$/, `.${suffix}`), CORPUS)
      if (!exists(oracle)) continue
      files++
      const agreement = compare(new URL(name, CORPUS), open(oracle), options)
      expect(unexpected(agreement, DIFFERENT), name).toEqual({})
      expect(agreement.left, name).toBe(0)
    }
    expect(files).toBe(12)
  })

  test.skipIf(!traceCmdVersion).each([
    ['lab/small/after/', LAB],
    ['lab/after/', LAB],
    ['corpus/tracedat/', CORPUS],
  ])('%s against the installed trace-cmd without plugins', (folder) => {
    const base = new URL(folder, SHARED)
    let files = 0
    for (const name of recordings(base, /\.dat$/)) {
      const path = new URL(name, base)
      const stdout = reportBytes('-N', '-t', fileURLToPath(path))
      if (stdout.length === 0) continue // compressed in a way that it was not built with
      files++
      const agreement = compare(path, stdout, { nanoseconds: true, strict: true })
      expect(unexpected(agreement, new Set(WRONG_IN_TRACE_CMD)), name).toEqual({})
      expect(agreement.left, name).toBe(0)
    }
    expect(files).toBeGreaterThan(5)
  })
})
