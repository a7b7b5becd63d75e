/**
 * Merges the logs that `strace -ff -o FILE` writes, one FILE.TID per thread, into one as `strace -f -o FILE` writes it:
 * in the order of time, the thread id before each line.
 */
import type { Input, Problem } from '../../src/parser.ts'
import { NEWLINE, SPACE, TAB } from '../text/bytes.ts'
import { withoutColors } from '../text/colors.ts'
import { firstLines } from '../text/lines.ts'
import { Window } from '../text/window.ts'
import { Part } from './part.ts'
import { Prefix } from './prefix.ts'
import { sniffStrace } from './sniff.ts'

const LINES_LOOKED_AT = 100

/** Whether bytes are the beginning of such a log: of strace, and without thread ids. */
export function isPart(bytes: Uint8Array): boolean {
  const head = withoutColors(bytes)
  const prefix = new Prefix()
  const window = new Window(head)
  for (const [start, end] of firstLines(head, LINES_LOOKED_AT)) {
    prefix.parse(window, start, end)
    if (prefix.tid >= 0) return false
  }
  return sniffStrace(new Uint8Array(head))
}

export interface MergeReport {
  /** Told how many bytes were merged. */
  onProgress(done: number): void
  onProblem(problem: Problem): void
}

const OUTPUT = 1 << 20
const LONGEST_PREFIX = 16

/** The merged log, in pieces that are valid until the next one is asked for. */
export function* mergeParts(
  inputs: readonly { readonly tid: number; readonly input: Input }[],
  report: MergeReport,
): Generator<Uint8Array> {
  const heap = inputs.map(({ tid, input }, order) => new Part(tid, input, order)).filter((part) => part.next())
  const byTid = new Map(heap.map((part) => [part.tid, part]))
  startOnOneDay(heap)
  for (const part of heap) part.readTime()
  reportRelative(heap, report)
  sort(heap)
  // A line is at most as long as a piece of the input; twice the size holds one behind a nearly full piece.
  const output = new Uint8Array(2 * OUTPUT + LONGEST_PREFIX)
  let length = 0
  let done = 0
  for (let first = top(heap); first; first = top(heap)) {
    const before = takeSuperseder(byTid, first)
    const part = before ?? first
    do {
      length = append(output, length, part)
      if (length >= OUTPUT) {
        done += length
        yield output.subarray(0, length)
        length = 0
        report.onProgress(done)
      }
      if (!part.next()) break
      part.readTime()
    } while (before ? !part.isBehind(first) : !part.time.known && part.superseder < 0)
    if (before) sort(heap)
    else sink(heap, 0)
  }
  if (length > 0) yield output.subarray(0, length)
}

/**
 * execve() by a thread that is not the first of its process: what its file has comes before the line of the first one
 * that says `+++ superseded by execve in pid N +++`, also where the times do not tell (-t, or none). Once per thread.
 */
function takeSuperseder(byTid: Map<number, Part>, first: Part): Part | undefined {
  const tid = first.superseder
  const part = tid < 0 ? undefined : byTid.get(tid)
  if (!part || part === first) return undefined
  byTid.delete(tid)
  return part.hasEnded || part.isBehind(first) ? undefined : part
}

function append(output: Uint8Array, at: number, { lines, leader, prefix }: Part): number {
  const { bytes, start, end } = lines
  // Lines of a stack (-k), which strace prints without a thread id.
  const continues = prefix.stamp === 'none' && (end === start || bytes[start] === SPACE || bytes[start] === TAB)
  if (!continues) {
    output.set(leader, at)
    at += leader.length
  }
  output.set(bytes.subarray(start, end), at)
  at += end - start
  output[at++] = NEWLINE
  return at
}

/** The part whose line is next, without those that have ended. */
function top(heap: Part[]): Part | undefined {
  while (heap[0]?.hasEnded) {
    heap[0] = heap.at(-1) as Part
    heap.pop()
    sink(heap, 0)
  }
  return heap[0]
}

function sort(heap: Part[]): void {
  for (let i = heap.length >> 1; i >= 0; i--) sink(heap, i)
}

/** Moves a part down the heap to where none behind it is earlier. */
function sink(heap: Part[], at: number): void {
  const part = heap[at]
  if (!part) return
  for (;;) {
    let child = 2 * at + 1
    const right = heap[child + 1]
    let next = heap[child]
    if (right && next && right.isBefore(next)) {
      next = right
      child++
    }
    if (!next?.isBefore(part)) break
    heap[at] = next
    at = child
  }
  heap[at] = part
}

const HALF_DAY = 43_200

/** -t and -tt: threads that begin more than half a day before the latest one began after midnight. */
function startOnOneDay(parts: readonly Part[]): void {
  const timed = parts.filter(({ prefix }) => prefix.stamp === 'time of day')
  const latest = Math.max(...timed.map(({ prefix }) => prefix.seconds))
  for (const { prefix, clock } of timed) if (latest - prefix.seconds > HALF_DAY) clock.startNextDay()
}

/** strace counts -r from the line before in any of the files, so that their order is not known. */
function reportRelative(parts: readonly Part[], { onProblem }: MergeReport): void {
  const relative = parts.filter((part) => part.clock.stamp === 'relative')
  if (relative.length < 2) return
  onProblem({
    kind: 'relative-times-of-threads',
    at: 'line 1',
    detail: `${relative.length} files have only times since the line before, which may be in another file: ts is wrong`,
    hint: 'record with -ttt instead of -r',
  })
}
