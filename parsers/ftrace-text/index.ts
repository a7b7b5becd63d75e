/** The parser of ftrace's text: trace-cmd report, /sys/kernel/tracing/trace and trace_pipe, Android's systrace. */
import { TraceError } from '../../src/errors.ts'
import { HEAD_BYTES, type Input, type Parser, type Sink } from '../../src/parser.ts'
import { Lines } from '../text/lines.ts'
import { HEAD_LINE } from './header.ts'
import { Html, isHtml } from './html.ts'
import { Log } from './log.ts'
import { hasInstances, sniffFtrace } from './sniff.ts'
import { compressedAt, decompress, inputOf, linesBefore } from './unwrap.ts'

export const ftraceText: Parser = {
  name: 'ftrace-text',
  title: "ftrace's text: trace-cmd report, /sys/kernel/tracing/trace and trace_pipe, Android systrace (HTML too)",
  sniff: sniffFtrace,
  parse,
}

/** Lines read between two looks at the outside (storage, progress, Ctrl-C). */
const LINES_PER_STEP = 50_000

/** Steps after which all rows are handed on. */
const STEPS_PER_FLUSH = 4

function* parse(input: Input, sink: Sink): Generator<number> {
  const head = input.read(0, Math.min(HEAD_BYTES, input.size)).slice()
  const at = compressedAt(head)
  const html = at < 0 && isHtml(head)
  const log = new Log(sink, hasInstances(head))
  if (at >= 0) {
    sink.skip(HEAD_LINE, linesBefore(head, at))
    yield* readLines(inputOf(unpack(input.read(at, input.size - at).slice(), at)), log, sink, false)
  } else yield* readLines(input, log, sink, html)
  log.finish()
  if (log.rows.count === 0 && log.unparsed > 0) {
    throw new TraceError(`none of ${log.unparsed} lines is one that ftrace prints`, {
      hint:
        log.header.tracer === undefined
          ? 'give the output of trace-cmd report, or a copy of /sys/kernel/tracing/trace'
          : 'with the trace options raw, hex, bin, verbose or nocontext-info its lines are others: echo noraw > trace_options (nohex, nobin, noverbose, context-info), and copy trace again',
    })
  }
  if (log.rows.count === 0 && html) {
    throw new TraceError('this HTML holds no text of ftrace', { hint: 'is it a trace that systrace or atrace saved?' })
  }
  finish(log, sink, html, at >= 0)
  yield input.size
}

function* readLines(input: Input, log: Log, sink: Sink, isHtmlFile: boolean): Generator<number> {
  const lines = new Lines(input)
  const html = isHtmlFile ? new Html() : undefined
  while (lines.next()) {
    const { number, start, end } = lines
    if (!html) log.line(lines, start, end, number)
    else if (!log.isEvent(lines, start, end, number)) {
      const reason = html.reason(lines, start, end)
      if (reason === undefined) log.line(lines, start, end, number)
      else sink.skip(reason)
      const data = html.take()
      if (data) yield* readLines(inputOf(unpack(data, lines.done)), log, sink, false)
    }
    if (lines.cut && !html) {
      const at = `line ${number}`
      sink.problem({ kind: 'long-line', at, detail: 'is longer than 1 MiB; only its beginning was read' })
      lines.skipRest()
    }
    if (number % LINES_PER_STEP === 0) {
      if (number % (LINES_PER_STEP * STEPS_PER_FLUSH) === 0) log.rows.flush()
      yield lines.done
    }
  }
}

function unpack(data: Uint8Array, at: number): Uint8Array {
  try {
    return decompress(data)
  } catch (error) {
    throw new TraceError(`the compressed data of the trace cannot be read: ${(error as Error).message}`, {
      at,
      hint: 'was the file copied completely, as binary?',
    })
  }
}

function finish(log: Log, sink: Sink, html: boolean, compressed: boolean): void {
  for (const { writer, fields } of log.events.all) {
    for (const { name, misfits, firstMisfit, hexSince } of fields) {
      if (!firstMisfit) continue
      if (hexSince !== undefined) {
        sink.problem({
          kind: 'hexadecimal-field',
          at: `line ${hexSince}`,
          detail: `${writer.spec.schema}.${writer.spec.name}.${name} is printed in hexadecimal without 0x, as this line tells: its values before are read as decimal, those from here on are NULL`,
          hint: 'take it from the column text, or ingest the trace.dat',
        })
      }
      sink.problem({
        kind: 'unread-field',
        at: `line ${firstMisfit.line}`,
        detail: `${writer.spec.schema}.${writer.spec.name}.${name} cannot hold ${JSON.stringify(firstMisfit.text)} (${misfits} such values); they are NULL, the column text has them`,
      })
    }
  }
  const { header, losses, stamps } = log
  if (stamps.none > 0) {
    sink.problem({
      kind: 'no-times',
      at: 'everywhere',
      detail: `${stamps.none} of ${log.rows.count} events are lines of function_graph without a time: their ts is NULL`,
      hint: 'record with the trace options funcgraph-abstime and funcgraph-proc, or with trace-cmd record -p function_graph',
    })
  }
  if (header.written !== undefined && header.entries !== undefined && header.written > header.entries) {
    sink.problem({
      kind: 'overwritten-events',
      at: 'line 3',
      detail: `the ring buffer held the last ${header.entries} of ${header.written} events; the older were overwritten`,
      hint: 'record with a larger buffer (trace-cmd record -b), or read trace_pipe while recording',
    })
  }
  const variant = html
    ? 'HTML'
    : compressed
      ? 'compressed'
      : header.report
        ? 'trace-cmd report'
        : header.tracer && 'trace'
  sink.facts({
    format: `ftrace text${variant ? ` (${variant})` : ''}`,
    ...header.facts(),
    ...stamps.facts(),
    lostEvents: losses.total,
  })
}
