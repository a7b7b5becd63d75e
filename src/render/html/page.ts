/** The comparison as one HTML file that opens from disk: no network, every script and style inside. */
import { createHash } from 'node:crypto'
import { type Detail, MOST_POINTS, MOST_RUNS } from '../../detail.ts'
import { isMeasured, type Report, rowKey } from '../../report.ts'
import { MOST_EVENTS, MOST_FRAMES } from '../../timeline.ts'
import { absences, absenceText, frameRows, rowName, timeRows } from '../cells.ts'
import { footnotes } from '../footnotes.ts'
import { commandOf, methodFields } from '../method.ts'
import type { Assets } from './assets.ts'
import { escapeHtml, jsonForScript } from './escape.ts'
import {
  changes,
  correctnessTable,
  flipTable,
  frameTable,
  shareTable,
  sqlOf,
  table,
  timeTable,
  treatmentTable,
  unitOf,
} from './tables.ts'

export function renderHtml(report: Report, detail: Detail, assets: Assets): string {
  const context = { report, detail, notes: footnotes() }
  const title = `${report.arms.map((arm) => arm.name).join(' -> ')}: ${report.process}`
  const view = (name: string) => sqlOf(detail.views.find((v) => v.name === name)?.sql)
  const frames = frameRows(report, Number.POSITIVE_INFINITY).rows
  const body = [
    `<header><h1>${escapeHtml(title)}</h1><p class="legend">${report.arms.map((arm, i) => `<span class="arm arm${i}">${escapeHtml(arm.name)}</span>`).join(' ')}</p><nav><a href="#charts">distributions</a> <a href="#timeline">timeline</a> <a href="#correctness">correctness</a> <a href="#tables">all numbers</a> <a href="#method">method</a></nav><button id="theme" type="button">light / dark</button></header>`,
    `<section id="results"><ul>${items(report.results)}</ul>${changes(context)}</section>`,
    charts(report, detail),
    timelines(report, detail),
    `<section id="treatment"><h2>Treatment check: fences of ${escapeHtml(report.producer)}</h2>${treatmentTable(context)}${view('treatment')}
<h3>Shares</h3><p>k of n with the exact 95 % interval (Clopper-Pearson), as if each were independent of the others; none of n: at most 3/n.</p>${shareTable(context)}${view('sync_path')}</section>`,
    `<section id="correctness"><h2>Correctness</h2>${correctnessTable(context)}${view('correctness')}</section>`,
    `<section id="tables"><h2>All numbers</h2>
<h3>Per frame</h3>${frameTable(context)}<ul>${items(absences(report, frames).map(absenceText))}</ul>
<h3>Times in us</h3>${timeTable(context)}<ul>${items(absences(report, timeRows(report, true)).map(absenceText))}</ul>
<h3>Flips</h3>${flipTable(context)}</section>`,
    `<section id="limits"><h2>Notes and limits</h2><ul>${items([...context.notes.lines(), ...report.limits])}</ul></section>`,
    `<section id="method"><h2>Method</h2>${table(['', ''], methodFields(report))}
<p>Reproduce: <code>${escapeHtml(commandOf(report, 'html'))}</code></p>
${table(
  ['recording', 'SHA-256'],
  report.arms.flatMap((arm) => arm.captures).map((c) => [c.path, c.sha256]),
)}</section>`,
  ]
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src ${assets.scripts.map(hash).join(' ')}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
${assets.styles.map((css) => `<style>${css}</style>`).join('\n')}
</head>
<body>
<main>
${body.join('\n')}
</main>
<script type="application/json" id="report">${jsonForScript(report)}</script>
<script type="application/json" id="detail">${jsonForScript({ distributions: detail.distributions, timelines: detail.timelines })}</script>
${assets.scripts.map((script) => `<script>${script}</script>`).join('\n')}
</body>
</html>
`
}

const items = (lines: readonly string[]): string => lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')

/** Only these scripts run, whatever else a trace might bring in. */
const hash = (script: string): string => `'sha256-${createHash('sha256').update(script).digest('base64')}'`

function charts(report: Report, detail: Detail): string {
  const first = new Set([...frameRows(report, 3).rows, ...timeRows(report, false), ...report.flips].map(rowKey))
  const rows = [...report.latencies, ...report.perFrame, ...report.flips].filter((c) => c.arms.some(isMeasured))
  const figure = (c: (typeof rows)[number]) => {
    const key = escapeHtml(rowKey(c))
    return `<figure class="chart" data-row="${key}"><figcaption><b>${escapeHtml(rowName(c))}</b>, ${unitOf(c).replace(', median', '')} <span class="counts">${escapeHtml(c.arms.map((o, i) => `${report.arms[i]?.name} n=${o.n}`).join(', '))}</span><br><small>${escapeHtml(c.title)}</small> ${sqlOf(detail.metrics.find((m) => m.name === c.metric)?.sql)}</figcaption><div class="plots"></div></figure>`
  }
  const shown = rows.filter((c) => first.has(rowKey(c)))
  const others = rows.filter((c) => !first.has(rowKey(c)))
  return `<section id="charts"><h2>Distributions</h2>
<p>Left: share of the observations up to a value. Middle: histogram, share of each arm's observations; the outer bins hold what lies beyond. Right: the runs, each by its median (times) or mean. Distribution functions are drawn through at most ${MOST_POINTS} of the observations.</p>
${shown.map(figure).join('\n')}
${others.length > 0 ? `<details id="more"><summary>${others.length} more</summary>${others.map(figure).join('\n')}</details>` : ''}</section>`
}

function timelines(report: Report, detail: Detail): string {
  const figures = report.arms.map((arm, i) => {
    const runs = detail.timelines[i] ?? []
    const options = runs.map((t, k) => `<option value="${k}">run ${t.run}, capture ${t.capture}</option>`).join('')
    return `<figure class="timeline" data-arm="${i}"><figcaption><b class="arm arm${i}">${escapeHtml(arm.name)}</b>
<label>run <select>${options}</select></label>
<label>frame <input type="number" min="1" value="1" size="5"></label>
<button type="button" data-move="-1">previous</button> <button type="button" data-move="0">zoom to frame</button> <button type="button" data-move="1">next</button> <button type="button" data-move="all">all</button></figcaption><div class="plot"></div><p class="tip"></p></figure>`
  })
  return `<section id="timeline"><h2>Timeline</h2>
<p>Frames, what the compositor asked of buffers (a late check lasts until it learned that the buffer is ready), the producer's fences from creation to signal, and atomic commits. Drag to zoom, wheel to zoom at the pointer, double click for all. The first ${MOST_FRAMES} frames of the first ${MOST_RUNS} runs, at most ${MOST_EVENTS} events per lane.</p>
${figures.join('\n')}</section>`
}
