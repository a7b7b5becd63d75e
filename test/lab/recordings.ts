/** The lab's recordings and what is known of them without this program: trace-cmd's report, counts of it, the client's log. */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'

export const LAB = resolve(import.meta.dirname, '../../../shared/lab')
export const hasLab = existsSync(LAB)
export const lab = (name: string): string => resolve(LAB, name)

export interface ReportEvent {
  readonly event: string
  readonly task: string
  /** `context=3` */
  readonly fields: ReadonlyMap<string, string>
}

/** The events of trace-cmd's own report, in its order. */
export function reportOf(name: string): ReportEvent[] {
  const path = lab(`${name}.report.txt`)
  const text = existsSync(path) ? readFileSync(path, 'utf8') : gunzipSync(readFileSync(`${path}.gz`)).toString()
  return [...text.matchAll(/^\s*(\S.*)-\d+\s+\[\d+\]\s+\S+\s+[\d.]+:\s+(\w+):\s*(.*)$/gm)].map((m) => ({
    task: m[1] as string,
    event: m[2] as string,
    fields: new Map([...(m[3] as string).matchAll(/(\w+)=([^\s,]+)/g)].map((f) => [f[1] as string, f[2] as string])),
  }))
}

export interface ClientSummary {
  readonly qbuf: number
  readonly dqbuf: number
  readonly presented: number
  readonly commits: number
}

/** groundtruth.json: from the client's log, independent of the trace. */
export function clientOf(name: string): ClientSummary {
  const [folder, recording] = name.split('/') as [string, string]
  return JSON.parse(readFileSync(lab(`${folder}/groundtruth.json`), 'utf8'))[recording].summary
}

/** counts.json: events per kind, from the report. */
export function countsOf(name: string): { readonly events: Readonly<Record<string, number>> } {
  const [folder, recording] = name.split('/') as [string, string]
  return JSON.parse(readFileSync(lab(`${folder}/counts.json`), 'utf8'))[`${recording}.dat`]
}
