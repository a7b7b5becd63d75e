/** The HTML form: one file without a network, its numbers those of the JSON; drawn in headless Chromium where there is one. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DefaultTreeAdapterMap, parse } from 'parse5'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Detail, loadDetail } from '../../src/detail.ts'
import { micros, significant } from '../../src/format.ts'
import { type Assets, readAssets } from '../../src/render/html/assets.ts'
import { escapeHtml, jsonForScript } from '../../src/render/html/escape.ts'
import { renderHtml } from '../../src/render/html/page.ts'
import { allRows, isMeasured, type Report, rowKey } from '../../src/report.ts'
import type { TestDatabase } from '../open.ts'
import { hostile, sampleReport } from './sample-report.ts'

type Node = DefaultTreeAdapterMap['node']
type Element = DefaultTreeAdapterMap['element']

let db: TestDatabase
let report: Report
let detail: Detail
let html: string
const assets: Assets = readAssets()
beforeAll(async () => {
  ;({ db, report } = await sampleReport())
  detail = await loadDetail(db, report)
  html = renderHtml(report, detail, assets)
})
afterAll(() => db.close())

function elements(text: string): Element[] {
  const errors: string[] = []
  const found: Element[] = []
  const visit = (node: Node): void => {
    if ('tagName' in node) found.push(node)
    if ('childNodes' in node) for (const child of node.childNodes) visit(child)
  }
  visit(parse(text, { onParseError: (error) => errors.push(error.code) }))
  expect(errors).toEqual([])
  return found
}

const textOf = (node: Node): string =>
  'value' in node ? node.value : 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''

const attribute = (element: Element, name: string) => element.attrs.find((a) => a.name === name)?.value

test('is one file: it parses, and nothing in it is fetched', () => {
  const all = elements(html)
  for (const element of all) {
    for (const { name, value } of element.attrs) {
      if (['src', 'srcset', 'href', 'action', 'data', 'poster'].includes(name)) expect(value).toMatch(/^(#|data:,$)/)
      expect(name).not.toMatch(/^on/)
    }
  }
  const styles = all.filter((e) => e.tagName === 'style').map(textOf)
  expect(styles.join('\n')).not.toMatch(/@import|url\(/)
  expect(all.filter((e) => ['iframe', 'object', 'embed', 'base'].includes(e.tagName))).toEqual([])
})

test('nothing in a trace becomes markup or script', () => {
  const evil = renderHtml(hostile(report), detail, assets)
  const count = (text: string, tag: string) => elements(text).filter((e) => e.tagName === tag).length
  for (const tag of ['script', 'img', 'style']) expect(count(evil, tag)).toBe(count(html, tag))
  expect(JSON.parse(textOf(elements(evil).find((e) => attribute(e, 'id') === 'report') as Element))).toEqual(
    JSON.parse(JSON.stringify(hostile(report))),
  )
  expect(jsonForScript('</script><!--\u2028')).toBe('"\\u003c/script\\u003e\\u003c!--\\u2028"')
  expect(escapeHtml(`<a b="c" d='e'>&\u0007`)).toBe('&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;\\x07')
})

test('carries the report itself, and shows its numbers', () => {
  const all = elements(html)
  const data = all.find((e) => attribute(e, 'id') === 'report') as Element
  expect(JSON.parse(textOf(data))).toEqual(JSON.parse(JSON.stringify(report)))
  const rows = all.filter((e) => e.tagName === 'tr').map((tr) => tr.childNodes.map(textOf))
  for (const c of report.latencies) {
    for (const [i, outcome] of c.arms.entries()) {
      if (!isMeasured(outcome)) continue
      const numbers = [outcome.p50, outcome.p90, outcome.p99, outcome.max].map((v) => significant(micros(v)))
      const shown = [report.arms[i]?.name, String(outcome.n), String(outcome.runs), ...numbers]
      expect(rows.some((cells) => cells.slice(1, 8).join() === shown.join())).toBe(true)
    }
  }
})

test('the SQL of each number is there', () => {
  const pages = elements(html).filter((e) => attribute(e, 'class') === 'sql')
  const shown = pages.map(textOf).join('\n')
  for (const metric of detail.metrics.filter((m) =>
    allRows(report).some((c) => c.metric === m.name && c.arms.some(isMeasured)),
  )) {
    expect(shown).toContain(metric.sql)
  }
})

test('distributions hold every observation', () => {
  for (const d of detail.distributions) {
    const row = allRows(report).find((c) => rowKey(c) === d.row)
    row?.arms.forEach((outcome, i) => {
      expect(d.counts[i]?.reduce((sum, n) => sum + n, 0)).toBe(outcome.n)
      if (isMeasured(outcome)) expect(d.ecdf[i]?.at(-1)).toEqual([outcome.max, 1])
    })
  }
})

test('timelines hold what samples/README.md says', () => {
  const lanes = detail.timelines.map(([run]) => Object.fromEntries((run?.lanes ?? []).map((l) => [l.name, l.total])))
  expect(lanes.map((l) => l.frames)).toEqual([95, 93])
  expect(lanes.map((l) => l.fences)).toEqual([0, 93])
})

const browser = ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) =>
  (process.env.PATH ?? '')
    .split(':')
    .map((folder) => join(folder, name))
    .filter(existsSync),
)[0]

describe.skipIf(browser === undefined)('in Chromium', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tracealyze-html-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** The document after its scripts ran, what they printed, and the addresses that were asked for. */
  function open(text: string, hash = '') {
    const page = join(folder, 'report.html')
    const log = join(folder, 'net.json')
    const printed = join(folder, 'log.txt')
    writeFileSync(page, text)
    const dom = execFileSync(
      browser as string,
      [
        ...['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
        ...[`--user-data-dir=${join(folder, 'profile')}`, `--log-net-log=${log}`, '--virtual-time-budget=3000'],
        ...[
          '--enable-logging',
          `--log-file=${printed}`,
          '--window-size=1200,9000',
          '--dump-dom',
          `file://${page}${hash}`,
        ],
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 28 },
    )
    const console = readFileSync(printed, 'utf8')
      .split('\n')
      .filter((line) => line.includes('CONSOLE'))
    const asked = [...readFileSync(log, 'utf8').matchAll(/"url":"([^"]*)"/g)].map((m) => m[1] as string)
    return {
      dom,
      console,
      asked: asked.filter((url) => /report|data:|^file/.test(url) && !url.startsWith(`file://${page}`)),
    }
  }

  test('draws every chart without a word or a request', () => {
    // Charts are drawn when scrolled to, or all before printing. A headless browser on a busy machine may show no frame
    // before its time is up, so this page prints.
    const script = "dispatchEvent(new Event('beforeprint'))"
    const hash = createHash('sha256').update(script).digest('base64')
    const printing = html
      .replace('script-src ', `script-src 'sha256-${hash}' `)
      .replace('</body>', `<script>${script}</script></body>`)
    const { dom, console, asked } = open(printing, '#frame=12')
    expect(console).toEqual([])
    expect(asked).toEqual([])
    const charts = elements(dom).filter((e) => /^uplot\b/.test(attribute(e, 'class') ?? ''))
    expect(charts.length).toBeGreaterThan(20)
    expect(dom).toMatch(/<p class="tip">frame 12 of crtc-0/)
  })

  test('runs nothing that a trace brings in', () => {
    const { console, dom } = open(renderHtml(hostile(report), detail, assets))
    expect(console).toEqual([])
    expect(dom).not.toMatch(/<img/)
  })
})
