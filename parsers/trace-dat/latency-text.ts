/** The text of a latency tracer (wakeup, irqsoff): such a recording holds tracefs `trace` instead of ring-buffer pages. */
import { TraceError } from '../../src/errors.ts'
import type { Input, Sink } from '../../src/parser.ts'
import { ftraceText } from '../ftrace-text/index.ts'
import { ByteReader, bytesInput } from './bytes.ts'
import type { TraceFile } from './file.ts'
import type { TraceBuffer } from './options.ts'

/** The largest text that is read: the kernel keeps one trace of at most a ring buffer. */
const MAX_TEXT = 256 * 1024 * 1024

/** Reads the events of the text. */
export function* readLatencyText(file: TraceFile, input: Input, buffer: TraceBuffer, sink: Sink): Generator<number> {
  const at = `+0x${buffer.offset.toString(16)}`
  try {
    const text = textOf(file, input, buffer)
    yield* ftraceText.parse(bytesInput(text), {
      known: sink.known,
      strings: sink.strings,
      table: (spec) => sink.table(spec),
      problem: (p) => sink.problem({ ...p, at: `${at} ${p.at}` }),
      skip: (reason, count) => sink.skip(reason, count),
      // The file knows better than its text what it is; the text has whole microseconds.
      facts: ({ resolution }) => (resolution === undefined ? undefined : sink.facts({ resolution })),
    })
  } catch (error) {
    if (!(error instanceof TraceError)) throw error
    sink.problem({
      kind: 'latency-text',
      at,
      detail: `this recording holds the text of a latency tracer, and its events could not be read: ${error.message}`,
      hint: 'print it with trace-cmd report and ingest that',
    })
  }
}

/** Version 6: all that follows. Version 7: a section, perhaps in compressed chunks. */
function textOf(file: TraceFile, input: Input, buffer: TraceBuffer): Uint8Array {
  if (file.version < 7) return input.read(buffer.offset, Math.min(MAX_TEXT, input.size - buffer.offset)).slice()
  const reader = new ByteReader(input, file.bigEndian, buffer.offset)
  reader.u16('section id')
  const flags = reader.u16('section flags')
  reader.u32('section description')
  const size = reader.size64('section size')
  if (!(flags & 1)) return reader.bytes(Math.min(size, reader.left), 'latency text')
  const parts: Uint8Array[] = []
  let total = 0
  for (let left = reader.u32('count of compressed chunks'); left > 0 && total < MAX_TEXT; left--) {
    const compressed = reader.u32('compressed size')
    const uncompressed = reader.u32('uncompressed size')
    const at = reader.offset
    const part = file.decompress?.(reader.bytes(compressed, 'compressed chunk'), uncompressed, at)
    if (!part) throw new TraceError('the file names no algorithm', { at })
    parts.push(part.slice())
    total += part.length
  }
  return Buffer.concat(parts)
}
