/** Every text that other programs and people wrote is recognised by its content, by one parser, and wholly explained. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { PARSERS } from '../parsers/index.ts'
import { HEAD_BYTES } from '../src/parser.ts'
import { collect } from './collect.ts'
import { sharedFiles } from './parsers/strace-read.ts'

const SHARED = resolve(import.meta.dirname, '../../shared')
const LAB = ['lab/before', 'lab/after']

/** trace-cmd report -E lists events, --stat counts of buffers: no recordings. */
const NO_EVENTS = /report-(E|stat)\.txt/

function bytesOf(path: string): Uint8Array {
  const bytes = readFileSync(resolve(SHARED, path))
  return new Uint8Array(path.endsWith('.gz') ? gunzipSync(bytes) : bytes)
}

const parserOf = (bytes: Uint8Array) => {
  const head = bytes.slice(0, HEAD_BYTES)
  return PARSERS.filter((parser) => parser.sniff(head)).map((parser) => parser.name)
}

const FILES: readonly [path: string, parser: string][] = [
  ...sharedFiles(['corpus/strace'], /./).map((path): [string, string] => [path, 'strace']),
  ...sharedFiles(LAB, /^st-.*\.strace\./).map((path): [string, string] => [path, 'strace']),
  ...sharedFiles(['corpus/ftrace_text'], /./).map((path): [string, string] => [path, 'ftrace-text']),
  ...sharedFiles(LAB, /^plain.*\.trace\.txt|\.report[^/]*\.txt(\.gz)?$/)
    .filter((path) => !path.includes('/pf-') && !NO_EVENTS.test(path))
    .map((path): [string, string] => [path, 'ftrace-text']),
]

describe.skipIf(FILES.length === 0).each(FILES)('%s', (path, name) => {
  const bytes = bytesOf(path)

  test(`is recognised by ${name} alone`, () => {
    expect(parserOf(bytes)).toEqual([name])
  })

  test('nothing of it is unknown', async () => {
    const parser = PARSERS.find((p) => p.name === name)
    const { skips, problems } = await collect(parser as (typeof PARSERS)[number], bytes)
    const reasons = [...Object.keys(skips), ...problems.map((problem) => problem.kind)]
    expect(reasons.filter((reason) => /unknown|^$/i.test(reason))).toEqual([])
  })
})

describe.skipIf(FILES.length === 0).each(sharedFiles(LAB, NO_EVENTS))('%s', (path) => {
  test('is recognised by none', () => expect(parserOf(bytesOf(path))).toEqual([]))
})

test.each([
  ['trace-dat/before.dat', 'trace-dat'],
  ['strace/after.strace', 'strace'],
])('samples/%s is recognised by %s alone', (name, parser) => {
  expect(parserOf(new Uint8Array(readFileSync(resolve(import.meta.dirname, '../samples', name))))).toEqual([parser])
})
