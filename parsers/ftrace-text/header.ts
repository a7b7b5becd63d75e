/** What the lines before and between the events say of the recording. */
import type { CaptureFacts } from '../../src/parser.ts'

/** What such a line is called in the reasons for skipping. */
export const HEAD_LINE = 'head line'
export const LATENCY_LINE = 'summary of latencies'
export const EMPTY_LINE = 'empty line'

/** Of trace-cmd report, behind the file's name where it was given several: print_handle_file() in trace-read.c. */
const CPUS = /^(?:\s*\S.*?: )?cpus=(\d+)$/
/** Other lines of trace-cmd report before the events, and behind them with -w (trace-read.c). */
const HEAD =
  /^(version = \d+|CPU \d+ is empty|CPU:? ?\d+ .*empty|trace\.dat:?|\s*[\w./-]+\.dat:?|TRACE:|capturing trace.*)$/
const LATENCY = /^(Average wakeup latency|Maximum Latency|Minimum Latency|RT task timings|RT Average|RT Max|RT Min)/

export class Header {
  tracer: string | undefined
  kernel: string | undefined
  cpus: number | undefined
  /** Events in the buffer and events written to it: the older were overwritten. */
  entries: number | undefined
  written: number | undefined
  /** Whether trace-cmd report wrote it. */
  report = false
  clock: string | undefined

  /** Whether trace-cmd made the lines of the events: of a latency trace it copies the kernel's text. */
  get isReport(): boolean {
    return this.report && this.tracer === undefined
  }

  /** Why the line holds no event; undefined where it is not known. */
  read(line: string): string | undefined {
    if (line.trim() === '') return EMPTY_LINE
    if (line.startsWith('#')) {
      this.comment(line)
      return HEAD_LINE
    }
    const cpus = CPUS.exec(line)?.[1]
    if (cpus !== undefined) this.cpus = Math.max(this.cpus ?? 0, Number(cpus))
    if (cpus !== undefined || HEAD.test(line)) {
      this.report ||= cpus !== undefined || line.startsWith('version')
      return HEAD_LINE
    }
    if (LATENCY.test(line)) return LATENCY_LINE
    return undefined
  }

  /** Head lines of the kernel: print_trace_header() and print_lat_help_header() in kernel/trace/trace.c. */
  private comment(line: string): void {
    this.tracer ??= /^# tracer: (\w+)/.exec(line)?.[1]
    this.clock ??= /^# clock: *(\S+)/.exec(line)?.[1]
    const kernel = /^# \S+ latency trace v\S+ on (\S+)/.exec(line)
    if (kernel) this.kernel = kernel[1]
    const cpus = /#P:(\d+)/.exec(line)
    if (cpus) this.cpus = Number(cpus[1])
    const entries = /^# entries-in-buffer\/entries-written: (\d+)\/(\d+)/.exec(line)
    if (entries) {
      this.entries = Number(entries[1])
      this.written = Number(entries[2])
    }
  }

  facts(): Partial<CaptureFacts> {
    return {
      ...(this.kernel === undefined ? {} : { kernel: this.kernel }),
      ...(this.cpus === undefined ? {} : { cpus: this.cpus }),
      ...(this.report ? { recorder: 'trace-cmd' } : {}),
      clock: this.clock ?? 'unknown',
      more: { tracer: this.tracer, entriesInBuffer: this.entries, entriesWritten: this.written },
    }
  }
}
