/** tracealyze compare and report */
import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { Database } from '../database.ts'
import { TraceError } from '../errors.ts'
import { readMetrics } from '../metric.ts'
import type { Form } from '../render/forms.ts'
import { isShown } from '../render/shown.ts'
import type { Report } from '../report.ts'
import type { Gate } from '../report-options.ts'
import { type Streams, widthOf } from '../streams.ts'
import { openNamed } from './open-named.ts'

export interface CompareCommandOptions {
  readonly format?: readonly Form[]
  readonly output?: readonly string[]
  readonly process: string
  readonly producer: string
  readonly primary?: string
  readonly note?: readonly (readonly [string, string])[]
  readonly seed: number
  readonly failOver?: readonly Gate[]
  readonly full: boolean
  readonly db: string
}

/** 0, or 3 where --fail-over found a regression. */
export async function compareCommand(
  names: readonly string[],
  options: CompareCommandOptions,
  streams: Streams,
  self: Command,
): Promise<number> {
  const usage = (message: string): never => self.error(`error: ${message}`, { exitCode: 2 })
  const targets = pair(options.format ?? ['text'], options.output ?? [], usage)
  const named = namedMetrics(options, usage)
  const forms = targets.map((t) => t.form)
  const [{ database, labels }, { compare }] = await Promise.all([
    openNamed(names, options.db, streams),
    import('../compare.ts'),
  ])
  try {
    const report = await compare(database, labels, {
      ...options,
      given: names,
      notes: options.note ?? [],
      wants: (metric) => named.includes(metric.name) || isShown(metric, forms, options.full),
    })
    for (const { form, file } of targets) {
      const text = await render(form, report, options, streams, file === undefined, database)
      if (file === undefined) streams.out.write(text)
      else save(file, text)
    }
    const over = options.failOver ? (await import('../gate.ts')).rowsOver(report, options.failOver) : []
    for (const sentence of over) streams.err.write(`${sentence}\n`)
    return over.length > 0 ? 3 : 0
  } finally {
    database.close()
  }
}

/** The n-th -o belongs to the n-th --format; `-` and a form without a file mean the screen. */
function pair(forms: readonly Form[], files: readonly string[], usage: (message: string) => never) {
  if (files.length > forms.length) usage(`${files.length} times -o, but ${forms.length} times --format`)
  const targets = forms.map((form, i) => ({ form, file: files[i] === '-' ? undefined : files[i] }))
  if (targets.filter((t) => t.file === undefined).length > 1)
    usage('only one --format can go to the screen; name a file for each other with -o')
  return targets
}

/** The metrics that --primary and --fail-over name; a typing error must not pass as "nothing found". */
function namedMetrics(options: CompareCommandOptions, usage: (message: string) => never): string[] {
  const known = readMetrics().map((metric) => metric.name)
  const rows = [
    ...(options.primary === undefined ? [] : [options.primary]),
    ...(options.failOver ?? []).map((g) => g.row),
  ]
  const named = rows.map((row) => row.split('/', 1)[0] as string)
  for (const metric of named) {
    if (!known.includes(metric)) usage(`there is no metric "${metric}"; metrics: ${known.join(', ')}`)
  }
  return named
}

function save(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new TraceError(`cannot be written: ${(error as Error).message}`, {
      file,
      hint: 'choose another file with -o',
    })
  }
}

/** What a form needs is loaded when it is asked for. */
async function render(
  form: Form,
  report: Report,
  options: CompareCommandOptions,
  streams: Streams,
  onScreen: boolean,
  database: Database,
): Promise<string> {
  switch (form) {
    case 'mail':
      return (await import('../render/mail.ts')).renderMail(report, options)
    case 'markdown':
      return (await import('../render/markdown.ts')).renderMarkdown(report)
    case 'json':
      return (await import('../render/json.ts')).renderJson(report)
    case 'csv':
      return (await import('../render/csv.ts')).renderCsv(report)
    case 'benchstat':
      return (await import('../render/benchstat.ts')).renderBenchstat(report)
    case 'mmtests':
      return (await import('../render/mmtests.ts')).renderMmtests(report)
    case 'commit':
      return (await import('../render/commit.ts')).renderCommit(report)
    case 'html': {
      const { loadDetail } = await import('../detail.ts')
      const { readAssets } = await import('../render/html/assets.ts')
      const { renderHtml } = await import('../render/html/page.ts')
      return renderHtml(report, await loadDetail(database, report), readAssets())
    }
    case 'text':
      return (await import('../render/text.ts')).renderText(report, {
        width: onScreen ? widthOf(streams.out) : 80,
        color: onScreen && streams.out.isTTY === true && !process.env.NO_COLOR,
        full: options.full,
      })
  }
}
