/** The dot-commands of the prompt, as one table. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import type { Database } from '../database.ts'
import { TraceError } from '../errors.ts'
import { readMacros } from '../macros.ts'
import { readMetrics } from '../metric.ts'
import { ROW_FORMS, type RowForm, renderRows } from '../render/rows.ts'
import { systemError } from '../system-error.ts'
import { loadNames, tableName } from './names.ts'

/** What the prompt remembers between statements. */
export interface Session {
  readonly database: Database
  mode: RowForm
  timer: boolean
  explain: boolean
  /** Where rows go; undefined: the screen. */
  output: string | undefined
  isOver: boolean
  /** How deep scripts that read scripts are in each other. */
  depth: number
  /** Shows a text that may be long. */
  show(text: string): void
  /** Runs a script. */
  run(script: string): Promise<void>
}

interface DotCommand {
  readonly name: string
  readonly argument?: string
  readonly title: string
  readonly choices?: readonly string[]
  readonly run: (session: Session, argument: string) => Promise<void> | void
}

const MODES: readonly string[] = ROW_FORMS.map((form) => (form === 'table' ? 'box' : form))

export const DOT_COMMANDS: readonly DotCommand[] = [
  {
    name: 'captures',
    title: 'the recordings in this database',
    run: (s) => s.run('SELECT capture, label, run, path, format, events, lost_events FROM captures ORDER BY capture'),
  },
  {
    name: 'explain',
    title: 'show how each statement is run instead of running it: on or off',
    choices: ['on', 'off'],
    argument: 'on|off',
    run: (s, text) => {
      s.explain = onOff(text, s.explain)
    },
  },
  { name: 'help', title: 'this list', run: (s) => s.show(helpText()) },
  {
    name: 'macros',
    title: 'SQL made for traces: us(ns), around(...), ...',
    run: (s) =>
      s.show(
        renderRows(
          ['macro', 'what it is'],
          readMacros().map((m) => [m.signature, m.title]),
          'table',
        ),
      ),
  },
  {
    name: 'metrics',
    title: 'the metrics; each is a view in the schema metric',
    run: (s) =>
      s.show(
        renderRows(
          ['view', 'unit', 'what it is'],
          readMetrics().map((m) => [`metric.${m.name}`, m.value.unit, m.title]),
          'table',
        ),
      ),
  },
  { name: 'mode', argument: 'FORM', choices: MODES, title: `form of the rows: ${MODES.join(', ')}`, run: setMode },
  {
    name: 'output',
    argument: '[FILE]',
    title: 'write rows into a file; without one, to the screen again',
    run: setOutput,
  },
  {
    name: 'quit',
    title: 'end; so does Ctrl-D',
    run: (s) => {
      s.isOver = true
    },
  },
  { name: 'read', argument: 'FILE', title: 'run the statements in a file', run: runFile },
  { name: 'schema', argument: 'NAME', title: 'the columns of a table or view, with what they mean', run: showSchema },
  { name: 'tables', argument: '[PART]', title: 'the tables and views, with what they are', run: showTables },
  {
    name: 'timer',
    argument: 'on|off',
    choices: ['on', 'off'],
    title: 'say how long each statement took',
    run: (s, text) => {
      s.timer = onOff(text, s.timer)
    },
  },
]

/** Runs `.name argument`. */
export async function runDotCommand(session: Session, line: string): Promise<void> {
  const [, name = '', argument = ''] = /^\.(\S*)\s*(.*?)\s*;?$/.exec(line.trim()) ?? []
  const found = DOT_COMMANDS.filter((c) => c.name.startsWith(name) && name !== '')
  const command = found.find((c) => c.name === name) ?? (found.length === 1 ? found[0] : undefined)
  if (!command) throw new TraceError(`there is no command .${name}`, { hint: '.help lists them' })
  await command.run(session, argument.replace(/^(["'])(.*)\1$/, '$2'))
}

/** Candidates for a line that begins with a dot. */
export function completeDot(line: string, tables: readonly string[]): [string[], string] {
  const [, name = '', gap = '', argument = ''] = /^\.(\S*)(\s*)(.*)$/.exec(line) ?? []
  if (gap === '') return [DOT_COMMANDS.map((c) => `.${c.name}`).filter((c) => c.startsWith(`.${name}`)), `.${name}`]
  const command = DOT_COMMANDS.find((c) => c.name === name)
  const choices = command?.choices ?? (name === 'schema' || name === 'tables' ? tables : [])
  return [choices.filter((c) => c.startsWith(argument)), argument]
}

const helpText = (): string => {
  const rows = DOT_COMMANDS.map((c) => [`.${c.name}${c.argument ? ` ${c.argument}` : ''}`, c.title] as const)
  const width = Math.max(...rows.map(([usage]) => usage.length)) + 2
  return `${rows.map(([usage, title]) => usage.padEnd(width) + title).join('\n')}

A statement ends with ; and may go over several lines. Tab completes, Ctrl-C
stops a statement that runs, the arrow keys go through earlier ones. Try:
  SELECT call, count(*), readable(max(dur)) FROM calls GROUP BY ALL;
`
}

function onOff(text: string, now: boolean): boolean {
  if (text === '') return !now
  if (text !== 'on' && text !== 'off') throw new TraceError(`on or off is expected, not "${text}"`)
  return text === 'on'
}

function setMode(session: Session, text: string): void {
  const mode = ROW_FORMS[MODES.indexOf(text)]
  if (!mode) throw new TraceError(`there is no form "${text}"`, { hint: `forms: ${MODES.join(', ')}` })
  session.mode = mode
}

function setOutput(session: Session, file: string): void {
  session.output = file === '' ? undefined : file
}

async function runFile(session: Session, file: string): Promise<void> {
  if (session.depth >= 10) throw new TraceError('scripts read each other without end', { file })
  session.depth += 1
  await session.run(readScript(file)).finally(() => {
    session.depth -= 1
  })
}

export function readScript(file: string): string {
  if (file === '') throw new TraceError('a file is expected', { hint: '.read FILE' })
  if (existsSync(file) && statSync(file).isDirectory())
    throw new TraceError('is a directory, a script was expected', { file })
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw systemError(error, file)
  }
}

async function showTables(session: Session, part: string): Promise<void> {
  const { tables } = await loadNames(session.database)
  const rows = tables.map((t) => [tableName(t), t.comment]).filter(([name]) => name?.includes(part))
  session.show(renderRows(['table', 'what it is'], rows, 'table'))
}

async function showSchema(session: Session, name: string): Promise<void> {
  const { tables } = await loadNames(session.database)
  const table = tables.find((t) => tableName(t) === name || `${t.schema}.${t.name}` === name)
  if (!table) {
    const near = tables.filter((t) => name !== '' && tableName(t).includes(name)).map(tableName)
    throw new TraceError(`there is no table "${name}"`, {
      hint: near.length > 0 ? `there is ${near.slice(0, 8).join(', ')}` : '.tables lists them',
    })
  }
  const rows = table.columns.map((c) => [c.name, c.type, c.comment])
  session.show(`${tableName(table)}: ${table.comment}\n${renderRows(['column', 'type', 'what it is'], rows, 'table')}`)
}
