/**
 * Every field of every event in the database against what `trace-cmd report -R` printed: CPU, task, time, values. The
 * stored reports are of trace-cmd 3.1.6 (corpus, in ns) and 3.3.1 (lab, in us).
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { traceCmdVersion } from './build/trace-cmd.ts'
import { compareExactly } from './compare-raw.ts'
import { readOracle } from './raw-report.ts'

const SHARED = resolve(import.meta.dirname, '../../shared')
const CORPUS = resolve(SHARED, 'corpus/tracedat')

/** What trace-cmd prints otherwise, by its own rules or mistakes. Values are compared as far as they are the record's. */
const DIFFERENCES: Record<string, string> = {}

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
    const result = await compareExactly(path, oracle)
    expect(result.unexpected(DIFFERENCES)).toEqual({})
    expect(result.stored).toEqual(result.reported)
  })
})

describe.each(['before', 'after'])('lab/%s', (folder) => {
  test.each(withOracle(resolve(SHARED, 'lab', folder), '.report-R.txt'))('%s', async (_, path, oracle) => {
    const result = await compareExactly(path, oracle)
    expect(result.unexpected(DIFFERENCES)).toEqual({})
    expect(result.stored).toEqual(result.reported)
  })
})

describe.skipIf(!traceCmdVersion || !existsSync(SHARED))('the installed trace-cmd', () => {
  const all = ['corpus/tracedat', 'lab/small/before', 'lab/small/after', 'lab/before', 'lab/after', 'lab/synthetic']
  test.each(all)('%s', async (folder) => {
    for (const path of recordings(resolve(SHARED, folder))) {
      const { stdout } = spawnSync('trace-cmd', ['report', '-R', '-t', path], { maxBuffer: 1 << 29 })
      if (stdout.length < 20) continue // compressed in a way that it was not built with
      const result = await compareExactly(path, stdout.toString())
      expect(result.unexpected(DIFFERENCES), path).toEqual({})
      expect(result.stored, path).toEqual(result.reported)
    }
  })
})
