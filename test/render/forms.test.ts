/** Every form of the samples' report: what it says, how wide it is, and that nothing of a trace gets out of its place. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderBenchstat } from '../../src/render/benchstat.ts'
import { renderCommit } from '../../src/render/commit.ts'
import { renderCsv } from '../../src/render/csv.ts'
import { JSON_FORMAT, renderJson } from '../../src/render/json.ts'
import { renderMail } from '../../src/render/mail.ts'
import { renderMarkdown } from '../../src/render/markdown.ts'
import { renderMmtests } from '../../src/render/mmtests.ts'
import { renderText } from '../../src/render/text.ts'
import { allRows, isMeasured, type Report, rowKey } from '../../src/report.ts'
import type { TestDatabase } from '../open.ts'
import { hostile, sampleReport } from './sample-report.ts'

let db: TestDatabase
let report: Report
beforeAll(async () => {
  ;({ db, report } = await sampleReport({ primary: 'export_sync_file_latency/framebuffer' }))
})
afterAll(() => db.close())

const forms: Record<string, (report: Report) => string> = {
  mail: (r) => renderMail(r, { full: false }),
  'mail --full': (r) => renderMail(r, { full: true }),
  text: (r) => renderText(r, { width: 80, color: false, full: true }),
  markdown: renderMarkdown,
  benchstat: renderBenchstat,
  mmtests: renderMmtests,
  commit: renderCommit,
  csv: renderCsv,
  json: renderJson,
}

describe.each(Object.entries(forms))('%s', (name, render) => {
  test('never judges, and does not depend on when it is rendered', () => {
    const text = render(report)
    expect(text).not.toMatch(/\bimprove|\bregress|\bfaster|\bslower/i)
    expect(render(report)).toBe(text)
    expect(text.endsWith('\n')).toBe(true)
  })

  test('lets no control character of a trace through', () => {
    const text = render(hostile(report))
    expect(text.replaceAll('\r\n', '\n')).not.toMatch(name === 'csv' ? /\u0000/ : /[\u0000-\u0009\u000b-\u001f\u007f]/)
  })
})

test.each(['mail', 'mail --full', 'commit', 'benchstat', 'mmtests'])(
  '%s is ASCII, whatever names a trace has',
  (name) => {
    expect(forms[name]?.(hostile(report))).not.toMatch(/[^\n\x20-\x7e]/)
  },
)

test('the mail quotes: two levels stay within 76 columns, 60 lines, also with long names', () => {
  for (const r of [report, hostile(report)]) {
    const lines = renderMail(r, { full: false })
      .trimEnd()
      .split('\n')
      .map((line) => `> > ${line}`)
    expect(lines.filter((line) => line.length > 76)).toEqual([])
    expect(lines.length).toBeLessThanOrEqual(60)
  }
})

test('mail: lines that reviewers look for', () => {
  const mail = renderMail(report, { full: false })
  expect(mail).toContain('after 90 of 96, 93.8 % [86.9,97.7]')
  expect(mail).toContain('none (0\n  of 96; at most 3.1 %)')
  expect(mail).toMatch(/^Late flips per 1000 \(1 refresh or more\): 202 -> 0/m)
  expect(mail).toMatch(/^videobuf2 fences, after: creation to signal p50\/p99\/max/m)
  expect(renderMail(report, { full: true })).toMatch(/^\[\d\] fewer than 30 events \(after\)/m)
  expect(mail).toMatch(/^ {2}fence late \(S-C\) +after +90 /m)
  expect(mail).toMatch(/^ {2}signal to wake \(W-S\) +after +90 /m)
  expect(mail).toContain('Board, panel, content, governor: not recorded')
})

test('commit: 12 lines of 75 columns, the primary first', () => {
  const lines = renderCommit(report).trimEnd().split('\n')
  expect(lines.length).toBeLessThanOrEqual(12)
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(75)
  expect(lines[0]).toMatch(/^ +before +after +delta$/)
  expect(lines[1]).toMatch(/^ {2}videobuf2 fences created +0 +93$/)
  expect(lines[2]).toMatch(/^ {2}EXPORT, framebuffer \[us\] +4\.63 +3\.69 +-0\.936 \[/)
})

test('markdown: tables have as many cells as their heads', () => {
  const tables = renderMarkdown(hostile(report))
    .trimEnd()
    .split('\n\n')
    .filter((block) => block.startsWith('| '))
  expect(tables.length).toBeGreaterThan(5)
  for (const table of tables) {
    const cells = table.split('\n').map((line) => line.split(/(?<!\\)\|/).length)
    expect(new Set(cells).size, table).toBe(1)
  }
  // An indented block is shown as it is.
  const markup = renderMarkdown(hostile(report)).replace(/^ {4}.*$/gm, '')
  expect(markup).not.toMatch(/(?<!\\)<(img|\/script)/)
})

test('json: complete, and of its format', () => {
  const read = JSON.parse(renderJson(report))
  expect(read.format).toBe(JSON_FORMAT)
  expect(read.primary).toBe('export_sync_file_latency/framebuffer')
  const keys = ['process', 'producer', 'arms', 'results', 'treatment', 'shares', 'perFrame', 'latencies', 'flips']
  expect(Object.keys(read)).toEqual(expect.arrayContaining([...keys, 'correctness', 'limits', 'notes', 'seed']))
  expect(read.perFrame.length + read.latencies.length + read.flips.length).toBe(allRows(report).length)
})

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  const cells = [...text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)]
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of cells) {
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === '\r\n') rows.push([])
  }
  return rows.slice(0, -1)
}

test('csv: the numbers of the report, one line per row, arm and run', () => {
  const [head = [], ...lines] = parseCsv(renderCsv(report))
  expect(head.slice(0, 12).join()).toBe('format,metric,group,unit,better,role,arm,scope,run,capture,n,runs')
  for (const line of lines) expect(line.length).toBe(head.length)
  const rows = lines.map((line) => Object.fromEntries(head.map((field, i) => [field, line[i]])))
  const row = rows.find((r) => r.metric === 'export_sync_file_latency' && r.scope === 'arm' && r.arm === 'after')
  const found = report.latencies.find((c) => rowKey(c) === 'export_sync_file_latency/framebuffer')
  const after = found?.arms[1]
  expect(row).toMatchObject({ format: '1', group: 'framebuffer', unit: 'ns', role: 'primary' })
  expect([Number(row?.p50), Number(row?.delta), Number(row?.low)]).toEqual([
    after && isMeasured(after) && after.p50,
    found?.delta,
    found?.evidence?.low,
  ])
  expect(renderCsv({ ...report, arms: report.arms.map((a) => ({ ...a, name: '=1+1' })) })).toContain(",'=1+1,")
  const evil = parseCsv(renderCsv(hostile(report)))
  expect(new Set(evil.map((line) => line.length)).size).toBe(1)
})

test('benchstat: Go benchmark results that its grammar takes', () => {
  const lines = renderBenchstat(hostile(report)).trimEnd().split('\n')
  for (const line of lines) {
    expect(line).toMatch(/^$|^[a-z]+: .+$|^Unit \S+ \S+=\S+$|^Benchmark[A-Z]\S* [1-9]\d* \d+(\.\d+)? \S+$/)
  }
  expect(renderBenchstat(report)).toContain('\nBenchmarkExportSyncFileLatency/framebuffer 94 4631 ns/op\n')
})

test('mmtests: percentages are against the first arm, positive is better', () => {
  const lines = renderMmtests(report).trimEnd().split('\n')
  expect(lines[0]).toMatch(/^ +before +after$/)
  const p50 = lines.find((line) => line.startsWith('p50') && line.includes('export_sync_file_latency/framebuffer'))
  expect(p50).toMatch(/ 4630 \( {3}0\.00%\) +3700 \* {2}20\.\d\d%\*$/)
  expect(lines.find((line) => line.includes('EXPORT_SYNC_FILE,_transaction [calls]'))).toMatch(
    /none .* 0\.967 \( +new\)$/,
  )
})
