/** Whether bytes are text of ftrace: lines that begin with thread, CPU and time as it prints them. */
import { firstLines } from '../text/lines.ts'
import { textOf } from '../text/source.ts'
import { GraphLine } from './graph-line.ts'
import { Head } from './head.ts'
import { Header } from './header.ts'
import { isHtml } from './html.ts'
import { compressedAt, decompress } from './unwrap.ts'

const LINES = 2000

/** Stacks and texts of several lines stand between the events. */
const FOREIGN_LINES_PER_EVENT = 40

export function sniffFtrace(head: Uint8Array): boolean {
  const bytes = new Uint8Array(head.buffer, head.byteOffset, head.byteLength)
  const at = compressedAt(bytes)
  if (at >= 0) {
    try {
      return sniffFtrace(decompress(bytes.subarray(at)))
    } catch {
      return false
    }
  }
  if (isHtml(bytes)) {
    // Where the viewer's code comes first, the trace is not in these bytes: the viewer's name is.
    const text = Buffer.from(bytes).toString('latin1')
    return /class="trace-data"|linuxPerfData|Android System Trace|systrace/i.test(text) || sniffLines(bytes)
  }
  return bytes.length > 0 && !bytes.includes(0) && sniffLines(bytes)
}

function sniffLines(bytes: Uint8Array): boolean {
  const line = new Head()
  const graph = new GraphLine()
  const header = new Header()
  let events = 0
  let foreign = 0
  const isForeign = (text: string) => header.read(text) === undefined && graph.reason(text) === undefined
  for (const [start, end] of firstLines(bytes, LINES)) {
    if (line.read(bytes, start, end) || graph.read(bytes, start, end)) events++
    else if (isForeign(textOf(bytes, start, end))) foreign++
  }
  // The kernel's head line is enough: what is wrong with the rest is for the parser to say.
  if (events === 0) return header.tracer !== undefined
  return foreign <= FOREIGN_LINES_PER_EVENT * events
}

/** Whether lines of the beginning name an instance. */
export function hasInstances(bytes: Uint8Array): boolean {
  const line = new Head()
  for (const [start, end] of firstLines(bytes, LINES)) {
    if (line.read(bytes, start, end) && line.instanceEnd > line.instanceStart) return true
  }
  return false
}
