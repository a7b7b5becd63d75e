/**
 * A line of function_graph behind its thread and time, as the kernel (print_graph_function_flags() in
 * kernel/trace/trace_functions_graph.c, Linux 6.16) and trace-cmd report (lib/trace-cmd/trace-ftrace.c) print it:
 *
 *     + 13.439 us  |  drm_mode_atomic_ioctl();        a call that made no other
 *                  |    dma_fence_init() {            a call
 *       1.574 us   |    } /* dma_fence_init ret=0x0 *\/
 *                  |    /* sched_switch: prev_comm=... *\/
 */
import { BAR, CLOSE_BRACE, decimal, digitsEnd, indexOf, isDigit, OPEN_PAREN, SPACE, startsWith } from '../text/bytes.ts'
import { digitsStart } from '../text/numbers.ts'

/** What the line is. `irq`: the arrow where an interrupt begins or ends. */
export type GraphKind = 'entry' | 'leaf' | 'exit' | 'comment' | 'irq'

const SEMICOLON = 0x3b
const OPEN_BRACE = 0x7b

export class GraphText {
  kind: GraphKind | undefined
  depth = 0
  /** In ns, or -1. */
  duration = -1
  /** The function's name (or its address), or the comment. */
  start = 0
  end = 0
  /** The value that the function returned; empty where the line has none. */
  resultStart = 0
  resultEnd = 0

  /** Reads [start, end), the columns DURATION and FUNCTION CALLS. Returns whether it is such a line. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    this.kind = undefined
    this.start = this.end = this.resultStart = this.resultEnd = 0
    const from = this.readDuration(bytes, start, end)
    let at = from
    while (at < end && bytes[at] === SPACE) at++
    this.depth = Math.max(0, (at - from) >> 1)
    let stop = end
    while (stop > at && bytes[stop - 1] === SPACE) stop--
    if (at < stop) this.kind = this.readCall(bytes, at, stop)
    return this.kind !== undefined
  }

  /** The mark of how long it took, the duration and `|  `; returns where what follows begins. */
  private readDuration(bytes: Uint8Array, start: number, end: number): number {
    this.duration = -1
    let bar = start
    while (bar < end && bytes[bar] !== BAR) bar++
    if (bar === end) return start
    let at = start
    while (at < bar && bytes[at] === SPACE) at++
    if (at < bar && !isDigit(bytes[at]) && bytes[at + 1] === SPACE) at += 2
    while (at < bar && bytes[at] === SPACE) at++
    if (at < bar) {
      let stop = digitsEnd(bytes, at, bar)
      if (stop === at) return start
      const dot = stop
      if (bytes[dot] === 0x2e) stop = digitsEnd(bytes, dot + 1, bar)
      if (!startsWith(bytes, stop, bar, ' us')) return start
      this.duration = decimal(bytes, at, dot) * 1000
      const last = Math.min(stop, dot + 4)
      if (last > dot + 1) this.duration += decimal(bytes, dot + 1, last) * 10 ** (3 - (last - dot - 1))
    }
    return Math.min(bar + 3, end)
  }

  private readCall(bytes: Uint8Array, at: number, end: number): GraphKind | undefined {
    if (startsWith(bytes, at, end, '/* ')) {
      this.start = at + 3
      const isClosed = end - at >= 6 && startsWith(bytes, end - 3, end, ' */')
      this.end = isClosed ? end - 3 : end
      return 'comment'
    }
    if (startsWith(bytes, at, end, '==========>') || startsWith(bytes, at, end, '<==========')) return 'irq'
    // The depth behind the line: trace-cmd report -O fgraph:depth.
    let stop = end
    if (bytes[stop - 1] === 0x29) {
      const open = digitsStart(bytes, at, stop - 1) - 1
      if (open > at && open < stop - 2 && bytes[open] === OPEN_PAREN && bytes[open - 1] === SPACE) stop = open - 1
    }
    stop = this.readRemark(bytes, at, stop)
    if (bytes[at] === CLOSE_BRACE) return stop === at + 1 ? 'exit' : undefined
    const last = bytes[stop - 1]
    if (last !== SEMICOLON && last !== OPEN_BRACE) return undefined
    let name = at
    while (name < stop && isFunctionByte(bytes[name] as number)) name++
    if (name === at) return undefined
    // foo [module]();
    const open = bytes[name] === SPACE && bytes[name + 1] === 0x5b ? indexOf(bytes, name, stop, '](') + 1 : name
    if (open <= at || bytes[open] !== OPEN_PAREN) return undefined
    this.start = at
    this.end = name
    return last === SEMICOLON ? 'leaf' : 'entry'
  }

  /** `/* name ret=-22 *\/`, `/* = 0x0 *\/`, `/* <-caller+0x10 ret=0x1 *\/`. Returns the end of what stands before it. */
  private readRemark(bytes: Uint8Array, at: number, end: number): number {
    if (!startsWith(bytes, end - 2, end, '*/')) return end
    let open = end - 3
    while (open > at && !startsWith(bytes, open, end, '/*')) open--
    if (open <= at) return end
    const stop = bytes[end - 3] === SPACE ? end - 3 : end - 2
    for (const key of ['ret=', '= ']) {
      const found = indexOf(bytes, open, stop, key)
      if (found < 0) continue
      this.resultStart = found + key.length
      this.resultEnd = stop
      break
    }
    if (bytes[at] === CLOSE_BRACE) {
      this.start = open + 3
      this.end = this.start
      while (this.end < stop && isFunctionByte(bytes[this.end] as number)) this.end++
    }
    let last = open
    while (last > at && bytes[last - 1] === SPACE) last--
    return last
  }
}

/** Bytes of functions' names: `foo.isra.0`, `__x64_sys_ioctl`. */
const isFunctionByte = (c: number): boolean =>
  (c >= 0x61 && c <= 0x7a) || (c >= 0x41 && c <= 0x5a) || isDigit(c) || c === 0x5f || c === 0x2e || c === 0x24
