/**
 * Every field of every event in the database against what `trace-cmd report -R` printed: CPU, task, time, values. The
 * stored reports are of trace-cmd 3.1.6 (corpus, in ns) and 3.3.1 (lab, in us).
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { bytesInput } from '../parsers/trace-dat/bytes.ts'
import { prepareDecompression } from '../parsers/trace-dat/decompress.ts'
import { readTraceFile } from '../parsers/trace-dat/file.ts'
import { traceDat } from '../parsers/trace-dat/index.ts'
import { reportBytes, traceCmdReads, traceCmdVersion } from './build/trace-cmd.ts'
import { collect } from './collect.ts'
import { compareExactly, hexOfList, type OwnRule } from './compare-raw.ts'
import { rawArray, readOracle } from './raw-report.ts'

const SHARED = resolve(import.meta.dirname, '../../shared')

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

const FOLDERS = ['lab/before', 'lab/after', 'lab/synthetic', 'lab/small/before', 'lab/small/after']

const recordings = (folder: string): string[] =>
  existsSync(resolve(SHARED, folder))
    ? readdirSync(resolve(SHARED, folder))
        .filter((name) => name.endsWith('.dat'))
        .map((name) => join(folder, name))
    : []

/** Whether everything that trace-cmd reported is stored, with the same values, and something was compared at all. */
async function expectExact(path: string, report: string): Promise<void> {
  const result = await compareExactly(path, report, RULES)
  expect(result.differences).toEqual({})
  expect(result.stored).toEqual(result.reported)
  const events = Object.values(result.reported).reduce((sum, n) => sum + n, 0)
  expect(result.values).toBeGreaterThan(4 * events) // CPU, task, instance, name, time and the fields of each
  expect(events).toBeGreaterThan(0)
}

describe.skipIf(!existsSync(SHARED))('stored raw reports', () => {
  const oracleOf = (path: string): string | undefined =>
    path.startsWith('corpus')
      ? readOracle(resolve(SHARED, path.replace(/(\.v7-\w+)?\.dat$/, '.report-tR.txt')))
      : readOracle(resolve(SHARED, path.replace(/dat$/, 'report-R.txt')))

  test.each(recordings('corpus/tracedat'))('%s', async (path) => {
    const oracle = oracleOf(path)
    expect(oracle).toBeDefined()
    await expectExact(resolve(SHARED, path), oracle as string)
  })

  const withOracle = FOLDERS.flatMap(recordings).filter((path) => oracleOf(path) !== undefined)
  test('are there for some of the lab', () => expect(withOracle.length).toBeGreaterThan(10))
  test.each(withOracle)('%s', (path) => expectExact(resolve(SHARED, path), oracleOf(path) as string))
})

describe.skipIf(!traceCmdVersion || !existsSync(SHARED))('the installed trace-cmd', () => {
  const all = ['corpus/tracedat', ...FOLDERS].flatMap(recordings)
  const compressionOf = (path: string): string =>
    readTraceFile(bytesInput(readFileSync(resolve(SHARED, path))), () => {}).compression
  beforeAll(() => prepareDecompression())

  test.each(all)('%s', async (path) => {
    // Debian's was built with zstd alone.
    if (!traceCmdReads(compressionOf(path))) return
    const stdout = reportBytes('-R', '-t', resolve(SHARED, path))
    await expectExact(resolve(SHARED, path), stdout.toString())
  })

  const converted = [
    'lab/small/after/tiny-early.dat',
    'lab/small/after/tiny-instance.dat',
    'corpus/tracedat/trappy_trace.dat',
  ]
  test.each(converted)('%s holds the same after trace-cmd convert', async (path) => {
    const folder = mkdtempSync(join(tmpdir(), 'tracealyze-'))
    try {
      const rows = async (file: string) => (await collect(traceDat, readFileSync(file))).tables
      const original = await rows(resolve(SHARED, path))
      for (const options of [['6'], ['7', '--compression', 'none'], ['7', '--compression', 'zstd']]) {
        const out = join(folder, `${options.join('')}.dat`)
        spawnSync('trace-cmd', ['convert', '-i', resolve(SHARED, path), '-o', out, '--file-version', ...options])
        expect(await rows(out), options.join(' ')).toEqual(original)
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
