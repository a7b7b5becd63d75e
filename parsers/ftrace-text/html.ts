/**
 * Android's systrace in HTML: the text is in `<script class="trace-data">`, or in `var linuxPerfData = "...` of old
 * ones; plain, or zlib or gzip compressed in base64 (catapult's trace2html).
 */
import { decodeText } from '../../src/strings.ts'
import type { Source } from '../text/source.ts'

export const HTML = 'HTML around the trace'
export const OTHER_DATA = 'other data in the HTML'
export const COMPRESSED = 'line of compressed data'

/** Base64 that is kept at most. */
const LONGEST_DATA = 1 << 29

const BEGIN = /<script\b[^>]*class=["']?trace-data["']?[^>]*>|\blinuxPerfData\s*=\s*["']/
const END = /<\/script\b|^\s*["'];?\s*$/
const MORE_BASE64 = /^\s*[A-Za-z\d+/]+={0,2}\s*(?:<\/script\b.*|["'];?\s*)?$/
/**
 * How data begins that is no text of ftrace: JSON, and the headers of systrace's other agents (TRACE_HEADER in catapult's
 * systrace/tracing_agents/: android_process_data_agent.py, atrace_process_dump.py, android_cgroup_agent.py).
 */
const OTHER = /^\s*(?:[[{]|(?:PROCESS DUMP|ATRACE_PROCESS_DUMP|CGROUP DUMP)\s*$)/
const BASE64 = /^\s*[A-Za-z\d+/]{16,}={0,2}\s*(?:<\/script\b.*|["'];?\s*)?$/

export const isHtml = (head: Uint8Array): boolean =>
  /^\s*<(!doctype html|html)\b/i.test(decodeText(head, 0, Math.min(head.length, 256)))

export class Html {
  private inside = false
  /** The data does not begin with text of ftrace. */
  private other = false
  private first = false
  private data: string[] = []
  private size = 0

  /** Why a line is no line of the recording; undefined if it may be. */
  reason(source: Source, start: number, end: number): string | undefined {
    const line = source.slice(start, end)
    if (!this.inside) {
      const begin = BEGIN.exec(line)
      if (!begin) return HTML
      this.inside = this.first = true
      this.other = false
      this.look(line.slice(begin.index + begin[0].length).replace(/^\\$/, ''))
      return HTML
    }
    if (this.data.length > 0 ? MORE_BASE64.test(line) : this.first && BASE64.test(line)) {
      this.look(line)
      return COMPRESSED
    }
    if (END.test(line)) {
      this.inside = false
      return HTML
    }
    this.look(line)
    return this.other ? OTHER_DATA : undefined
  }

  /** Looks at the beginning of the data: text, base64 or something else. */
  private look(line: string): void {
    if (line.trim() === '') return
    const isData = this.data.length > 0 ? MORE_BASE64.test(line) : BASE64.test(line)
    if (isData && this.size < LONGEST_DATA) {
      this.data.push(line.replace(/<.*|["'].*/, '').trim())
      this.size += line.length
      if (END.test(line)) this.inside = false
    } else if (this.first && OTHER.test(line)) {
      this.other = true
      if (END.test(line)) this.inside = false
    }
    this.first = false
  }

  /** The compressed data that was collected, when its end was reached. */
  take(): Uint8Array | undefined {
    if (this.inside || this.data.length === 0) return undefined
    const bytes = Buffer.from(this.data.join(''), 'base64')
    this.data = []
    this.size = 0
    return bytes
  }
}
