/**
 * Lines of the kernel's function_graph tracer, which has columns of its own (print_graph_prologue() in
 * kernel/trace/trace_functions_graph.c, Linux 6.16), each of them an option: time, CPU, thread, flags, duration.
 *
 *       608.470586 |   0)   bash-2345    |  d..1. |   0.784 us    |  dma_buf_poll();
 *      0)   0.784 us    |  dma_buf_poll();
 */
import {
  BAR,
  CLOSE_PAREN,
  DASH,
  DOT,
  decimal,
  digitsEnd,
  fraction,
  indexOf,
  isDigit,
  SPACE,
  startsWith,
} from '../text/bytes.ts'
import { digitsStart } from '../text/numbers.ts'
import { GraphText } from './graph-text.ts'
import type { LineHead, Stamp } from './line-head.ts'

/** Names of threads are cut to so many characters. */
const COMM_WIDTH = 7

/** ` 0)  kwin_wa-476   =>    <idle>-0   `. */
const LONGEST_SWITCH = 200
const SWITCH = /^\s*(\d+)\)\s+\S.*?-(\d+)\s+=>\s+\S.*?-(\d+)\s*$/

export class GraphLine implements LineHead {
  cpu = -1
  tid = -1
  readonly pid = -1
  commStart = 0
  commEnd = 0
  readonly cutAt = COMM_WIDTH
  stamp: Stamp | undefined
  whole = 0
  nanoseconds = 0
  digits = 0
  flagsStart = 0
  flagsEnd = 0
  readonly rawFlags = false
  /** print_graph_comment() prints the messages alone. */
  readonly namesWriter = false
  readonly instanceStart = 0
  readonly instanceEnd = 0
  /** Where the columns DURATION and FUNCTION CALLS begin, and what they hold. */
  start = 0
  readonly text = new GraphText()
  /** Whether the recording's head, or one of its lines, told that this is the tracer. */
  isTracer = false
  /** Lines have a CPU, a time or a thread: of those that have nothing, none is one of this tracer. */
  private hasColumns = false
  /** The thread that each CPU is running, where the lines have told. */
  private readonly running = new Map<number, number>()

  /** Reads a line. Returns whether it is one of function_graph. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    this.cpu = this.tid = -1
    this.stamp = undefined
    this.commStart = this.commEnd = this.flagsStart = this.flagsEnd = 0
    let at = this.readTime(bytes, start, end)
    const cpu = skipSpaces(bytes, at, end)
    const cpuEnd = digitsEnd(bytes, cpu, end)
    if (cpuEnd > cpu && cpuEnd - cpu < 5 && bytes[cpuEnd] === CLOSE_PAREN) {
      this.cpu = decimal(bytes, cpu, cpuEnd)
      at = cpuEnd + 1
      if (bytes[at] === SPACE) at++
    }
    at = this.readThread(bytes, at, end)
    at = this.readFlags(bytes, at, end)
    this.start = at
    if (!this.text.read(bytes, at, end)) return false
    if (this.cpu >= 0 || this.stamp !== undefined || this.tid >= 0) this.isTracer = this.hasColumns = true
    else if (this.hasColumns || !this.isTracer) {
      if (this.text.duration < 0) return false
      this.isTracer = true
    }
    if (this.tid < 0) this.tid = this.running.get(this.cpu) ?? -1
    else this.running.set(this.cpu, this.tid)
    return true
  }

  /** `  608.470586 |  `, or `   28175 us |  ` since the beginning; returns what follows. */
  private readTime(bytes: Uint8Array, start: number, end: number): number {
    const at = skipSpaces(bytes, start, end)
    const point = digitsEnd(bytes, at, end)
    if (point === at) return start
    if (bytes[point] === DOT) {
      const stop = digitsEnd(bytes, point + 1, end)
      if (!startsWith(bytes, stop, end, ' |') || stop === point + 1) return start
      this.stamp = 'seconds'
      this.whole = decimal(bytes, at, point)
      this.nanoseconds = fraction(bytes, point + 1, stop)
      this.digits = stop - point - 1
      return stop + 2
    }
    if (!startsWith(bytes, point, end, ' us |')) return start
    // A duration looks the same; a CPU follows only a time.
    const cpu = skipSpaces(bytes, point + 5, end)
    if (bytes[digitsEnd(bytes, cpu, end)] !== CLOSE_PAREN || !isDigit(bytes[cpu])) return start
    this.stamp = 'us'
    this.whole = decimal(bytes, at, point)
    this.nanoseconds = 0
    this.digits = 0
    return point + 5
  }

  /** `  kwin_wa-476   | `. */
  private readThread(bytes: Uint8Array, start: number, end: number): number {
    const bar = indexOf(bytes, start, end, ' | ')
    if (bar < 0) return start
    let stop = bar
    while (stop > start && bytes[stop - 1] === SPACE) stop--
    const digits = digitsStart(bytes, start, stop)
    const comm = skipSpaces(bytes, start, stop)
    if (digits === stop || stop - digits > 10 || bytes[digits - 1] !== DASH || comm >= digits - 1) return start
    this.tid = decimal(bytes, digits, stop)
    this.commStart = comm
    this.commEnd = digits - 1
    return bar + 3
  }

  /** ` d..1. | ` of the latency format. */
  private readFlags(bytes: Uint8Array, start: number, end: number): number {
    const at = skipSpaces(bytes, start, end)
    let stop = at
    while (stop < end && bytes[stop] !== SPACE) stop++
    if (stop - at < 3 || stop - at > 8 || isDigit(bytes[at]) || bytes[stop + 1] !== BAR) return start
    for (let i = at; i < at + 3; i++) if (!isFlag(bytes[i] as number)) return start
    this.flagsStart = at
    this.flagsEnd = stop
    return startsWith(bytes, stop, end, ' | ') ? stop + 3 : stop + 2
  }

  /** Why another line of this tracer holds no event; undefined where it is none of its lines. */
  reason(line: string): string | undefined {
    if (/^ ?-{20,}\s*$/.test(line)) return GRAPH_SWITCH
    if (/^ \(Overruns: \d+\)$/.test(line)) return 'count of overruns of function_graph'
    const match = line.length < LONGEST_SWITCH ? SWITCH.exec(line) : null
    if (!match) return undefined
    this.running.set(Number(match[1]), Number(match[3]))
    return GRAPH_SWITCH
  }
}

const GRAPH_SWITCH = 'context switch between lines of function_graph'

/** Letters of trace_print_lat_fmt(). */
const isFlag = (c: number): boolean => c === DOT || (c >= 0x61 && c <= 0x7a) || (c >= 0x41 && c <= 0x5a)

function skipSpaces(bytes: Uint8Array, at: number, end: number): number {
  let i = at
  while (i < end && bytes[i] === SPACE) i++
  return i
}
