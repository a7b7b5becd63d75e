/** The prompt of `tracealyze sql`. */
import { createInterface, type Interface } from 'node:readline'
import { ResultReturnType } from '@duckdb/node-api'
import { type Database, sqlError } from '../database.ts'
import { TraceError } from '../errors.ts'
import { writeQuery } from '../export/write-result.ts'
import { printable } from '../format.ts'
import { renderRows } from '../render/rows.ts'
import type { Streams } from '../streams.ts'
import { complete } from './complete.ts'
import { completeDot, runDotCommand, type Session } from './dot-commands.ts'
import { loadHistory, MAX_HISTORY, saveHistory } from './history.ts'
import { loadNames, type Names, tableName } from './names.ts'
import { exceeds, page } from './pager.ts'
import { splitScript, splitStatements } from './statements.ts'

const PROMPT = 'tracealyze> '
const MORE = '        ... '

/** Rows that are held for the screen; files get all of them. */
const MAX_ROWS = 10_000

/** Reads and runs statements until the input ends. */
export async function runPrompt(database: Database, streams: Streams, historyFile: string): Promise<void> {
  let names: Names = await loadNames(database)
  let open = ''
  let lines = 0
  let running = false
  const history = loadHistory(historyFile)
  const completer = (line: string): [string[], string] =>
    open === '' && line.startsWith('.') ? completeDot(line, names.tables.map(tableName)) : complete(names, line, open)
  const reader = createInterface({
    input: streams.stdin,
    output: streams.out,
    terminal: true,
    completer,
    history,
    historySize: MAX_HISTORY,
    removeHistoryDuplicates: true,
    tabSize: 2,
    prompt: PROMPT,
  })
  let kept: string[] = history
  reader.on('history', (all) => {
    kept = all
  })
  const session = createSession(database, streams, reader)
  reader.on('SIGINT', () => {
    if (running) return database.connection.interrupt()
    const hasText = open !== '' || reader.line !== ''
    streams.out.write(hasText ? '^C\n' : '\n.quit or Ctrl-D ends\n')
    kept.splice(0, lines)
    open = ''
    lines = 0
    reader.write(null, { ctrl: true, name: 'e' })
    reader.write(null, { ctrl: true, name: 'u' })
    reader.setPrompt(PROMPT)
    reader.prompt()
  })
  streams.out.write(`${printable(database.path)}: statements end with ; and .help lists the commands\n`)
  reader.prompt()
  for await (const line of reader) {
    lines += 1
    const isDot = open === '' && line.startsWith('.')
    const { whole, rest } = isDot ? { whole: [line], rest: '' } : splitStatements(`${open}${line}\n`)
    if (rest === '' && lines > 1) {
      kept.splice(
        0,
        lines,
        `${open}${line}`
          .replace(/--.*$/gm, '')
          .replace(/\s*\n\s*/g, ' ')
          .trim(),
      )
    }
    open = rest
    if (rest === '') lines = 0
    for (const statement of whole) {
      running = true
      await runPart(session, statement, streams)
      running = false
      if (/^\s*(CREATE|DROP|ALTER|ATTACH|USE)\b/i.test(statement)) names = await loadNames(database)
    }
    if (session.isOver) break
    reader.setPrompt(open === '' ? PROMPT : MORE)
    reader.prompt()
  }
  reader.close()
  saveHistory(historyFile, kept)
}

/** Runs one statement or dot-command; tells what is wrong with it. */
async function runPart(session: Session, part: string, streams: Streams): Promise<void> {
  const started = performance.now()
  try {
    if (part.startsWith('.')) return await runDotCommand(session, part)
    await runStatement(session, part, streams)
  } catch (error) {
    const told = error instanceof TraceError ? error : sqlError(error)
    streams.err.write(`${told.line.trimEnd().split('\n').map(printable).join('\n')}\n`)
    if (told.hint) streams.err.write(`hint: ${printable(told.hint)}\n`)
  }
  if (session.timer) streams.err.write(`${((performance.now() - started) / 1000).toFixed(3)} s\n`)
}

async function runStatement(session: Session, statement: string, streams: Streams): Promise<void> {
  const { database, mode, output } = session
  if (output !== undefined) {
    const rows = await writeQuery(database, statement, mode, { out: streams.out, file: output })
    streams.err.write(`${rows} rows written to ${printable(output)}\n`)
    return
  }
  if (session.explain) {
    const plan = await database.connection.runAndReadAll(`EXPLAIN ${statement}`)
    session.show(
      `${plan
        .getRows()
        .map((row) => String(row[1]))
        .join('\n')}\n`,
    )
    return
  }
  const reader = await database.connection.streamAndReadUntil(statement, MAX_ROWS + 1)
  if (reader.returnType !== ResultReturnType.QUERY_RESULT) {
    if (reader.returnType === ResultReturnType.CHANGED_ROWS) streams.err.write(`${reader.rowsChanged} rows changed\n`)
    return
  }
  const rows = reader.getRowsJS() as unknown[][]
  const text = renderRows(reader.deduplicatedColumnNames(), rows.slice(0, MAX_ROWS), mode)
  session.show(rows.length > MAX_ROWS ? `${text}(the first ${MAX_ROWS}; .output FILE writes all of them)\n` : text)
}

function createSession(database: Database, streams: Streams, reader: Interface): Session {
  const { out } = streams
  const stdin = streams.stdin as NodeJS.ReadStream
  const session: Session = {
    database,
    mode: 'table',
    timer: false,
    explain: false,
    output: undefined,
    isOver: false,
    depth: 0,
    show(text) {
      const screen = { columns: out.columns ?? 80, rows: (out as { rows?: number }).rows ?? 24 }
      if (!out.isTTY || !exceeds(text, screen)) {
        out.write(text)
        return
      }
      reader.pause()
      stdin.setRawMode?.(false)
      const isShown = page(text)
      stdin.setRawMode?.(true)
      reader.resume()
      if (!isShown) out.write(text)
    },
    async run(script) {
      for (const part of splitScript(script)) await runPart(session, part, streams)
    },
  }
  return session
}
