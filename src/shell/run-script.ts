/** Statements from an argument, a file or standard input, one after the other. */
import type { Database } from '../database.ts'
import { TraceError } from '../errors.ts'
import { type ResultForm, writeQuery } from '../export/write-result.ts'
import { ROW_FORMS } from '../render/rows.ts'
import type { Streams } from '../streams.ts'
import { runDotCommand, type Session } from './dot-commands.ts'
import { splitScript } from './statements.ts'

export interface ScriptOptions {
  readonly format: ResultForm
  readonly output?: string | undefined
}

/** Runs a script; the first error ends it. Dot-commands work in it as at the prompt. */
export async function runScript(
  database: Database,
  script: string,
  options: ScriptOptions,
  streams: Streams,
): Promise<void> {
  const form = ROW_FORMS.find((f) => f === options.format)
  let written = 0
  const session: Session = {
    database,
    mode: form ?? 'table',
    timer: false,
    explain: false,
    output: options.output,
    isOver: false,
    depth: 0,
    show: (text) => streams.out.write(text),
    async run(text) {
      for (const part of splitScript(text)) {
        if (part.startsWith('.')) await runDotCommand(session, part)
        else await statement(part)
        if (session.isOver) return
      }
    },
  }
  const statement = async (sql: string) => {
    const started = performance.now()
    const rows = await writeQuery(
      database,
      session.explain ? `EXPLAIN ${sql}` : sql,
      form ? session.mode : options.format,
      {
        out: streams.out,
        file: session.output,
      },
    )
    if (rows > 0 && session.output !== undefined && session.output === options.output && ++written > 1) {
      throw new TraceError('two statements with rows, and one file for them', {
        file: session.output,
        hint: 'name a file for each in the script: .output FILE',
      })
    }
    if (session.timer) streams.err.write(`${((performance.now() - started) / 1000).toFixed(3)} s\n`)
  }
  await session.run(script)
}
