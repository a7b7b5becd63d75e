/** tracealyze events: the events of a recording as text, in order of time, like `trace-cmd report`. */
import { once } from 'node:events'
import { traceDat } from '../../parsers/trace-dat/index.ts'
import { TraceError } from '../errors.ts'
import { printable } from '../format.ts'
import { recognise } from '../ingest.ts'
import { openInput } from '../input.ts'
import type { Problem } from '../parser.ts'
import type { Selection } from '../selection.ts'
import type { Streams } from '../streams.ts'

export interface EventsCommandOptions {
  /** Whether times are whole nanoseconds instead of rounded microseconds. */
  readonly nanoseconds: boolean
  readonly limit?: number
  readonly selection: Selection
}

export async function eventsCommand(path: string, options: EventsCommandOptions, streams: Streams): Promise<void> {
  const input = await openInput(path, { stdin: streams.stdin })
  try {
    const parser = recognise(input)
    if (parser !== traceDat) {
      throw new TraceError(`events prints trace.dat recordings; this one is of the format ${parser.name}`, {
        file: path,
        hint: `it is text already, or: tracealyze ingest ${path} --label it && tracealyze sql "SELECT * FROM events ORDER BY ts"`,
      })
    }
    await parser.prepare?.()
    const { readTraceFile } = await import('../../parsers/trace-dat/file.ts')
    const { report } = await import('../../parsers/trace-dat/print-format/report.ts')
    const problems = new ProblemPrinter(streams.err)
    for (const problem of input.problems) problems.add(problem)
    const file = readTraceFile(input, problems.add)
    const { nanoseconds, selection, limit = Number.POSITIVE_INFINITY } = options
    const out = new LineWriter(streams.out)
    let count = 0
    for (const { system, line } of report(file, input, problems.add, { nanoseconds, selection, flags: true })) {
      if (!out.add(escaped(system, line))) await out.flush()
      if (++count >= limit) break
    }
    await out.flush()
    problems.end()
  } catch (error) {
    throw error instanceof TraceError && error.file === undefined ? error.in(path) : error
  } finally {
    input.close()
  }
}

/** An event is one line, except for stacks, whose addresses are lines of their own; tabs stay, control characters do not. */
function escaped(system: string, line: string): string {
  const lines = system === 'ftrace' ? line.split(/\n(?==> )/) : [line]
  return lines.map((part) => part.split('\t').map(printable).join('\t')).join('\n')
}

const CHUNK = 32 * 1024

/** Writes lines in large pieces, no faster than they are read. */
class LineWriter {
  private readonly out: Streams['out']
  private text = ''

  constructor(out: Streams['out']) {
    this.out = out
  }

  /** Returns false when it is time to flush. */
  add(line: string): boolean {
    this.text += `${line}\n`
    return this.text.length < CHUNK
  }

  async flush(): Promise<void> {
    const { text } = this
    this.text = ''
    if (text !== '' && !this.out.write(text)) await once(this.out, 'drain')
  }
}

/** Problems shown in full of each kind. */
const SHOWN = 3

class ProblemPrinter {
  private readonly err: Streams['err']
  private readonly kinds = new Map<string, number>()

  constructor(err: Streams['err']) {
    this.err = err
  }

  readonly add = ({ kind, at, detail, hint }: Problem): void => {
    const count = (this.kinds.get(kind) ?? 0) + 1
    this.kinds.set(kind, count)
    if (count > SHOWN) return
    this.err.write(`${kind}: ${at}: ${printable(detail)}\n${hint && count === 1 ? `  hint: ${printable(hint)}\n` : ''}`)
  }

  /** Counts those that were not shown. */
  end(): void {
    for (const [kind, count] of this.kinds) if (count > SHOWN) this.err.write(`${kind}: ${count - SHOWN} more\n`)
  }
}
