/** Completion of a word in a statement. */
import { type NamedTable, type Names, quoteIfNeeded, tableName } from './names.ts'

/** Keywords that begin or join clauses; the others only when nothing else fits. */
const COMMON =
  'SELECT FROM WHERE GROUP BY ORDER LIMIT JOIN LEFT ASOF USING HAVING QUALIFY DESC DISTINCT WITH AS AND OR NOT NULL COUNT FILTER OVER PARTITION BETWEEN LIKE ALL DESCRIBE SUMMARIZE EXPLAIN'.split(
    ' ',
  )

const STARTS = 'SELECT FROM WITH DESCRIBE SUMMARIZE EXPLAIN SHOW SET PIVOT CREATE COPY INSERT UPDATE DELETE'.split(' ')

/**
 * The candidates for the last word of `line`, and that word. `before` is what the statement holds above the line: tables
 * that it names lend their columns.
 */
export function complete(names: Names, line: string, before = ''): [candidates: string[], word: string] {
  const word = /[\w.]*$/.exec(line)?.[0] ?? ''
  const statement = `${before}\n${line}`
  const head = line.slice(0, line.length - word.length)
  const dot = word.lastIndexOf('.')
  if (dot >= 0) {
    const qualifier = word.slice(0, dot)
    const inSchema = names.tables
      .filter((t) => t.schema === qualifier)
      .map((t) => `${qualifier}.${quoteIfNeeded(t.name)}`)
    const named = tablesIn(names, statement).get(qualifier.toLowerCase())
    const columns = named?.columns.map((c) => `${qualifier}.${quoteIfNeeded(c.name)}`) ?? []
    return [startingWith([...columns, ...inSchema], word), word]
  }
  const schemas = [...new Set(names.tables.map((t) => t.schema))].filter((s) => s !== 'main').map((s) => `${s}.`)
  const tables = [...names.tables.filter((t) => t.schema === 'main').map(tableName), ...schemas]
  if (/\b(FROM|JOIN|DESCRIBE|SUMMARIZE|TABLE)\s+$/i.test(head)) return [startingWith(tables, word), word]
  if (word === '' || /["']$/.test(head)) return [[], word]
  if (`${before}${head}`.trim() === '') return [startingWith(matchCase(STARTS, word), word), word]
  const named = [...tablesIn(names, statement).values()]
  const asked = named.length > 0 ? named : names.tables.filter((t) => t.schema === 'main')
  const columns = asked.flatMap((t) => t.columns.map((c) => quoteIfNeeded(c.name)))
  const found = startingWith([...columns, ...tables, ...matchCase(COMMON, word), ...names.macros.map(call)], word)
  const all = found.length > 0 ? found : startingWith(names.functions.map(call), word)
  return [all.length > 0 ? all : startingWith(matchCase(names.keywords, word), word), word]
}

/** The tables that a statement names, by name and alias. */
function tablesIn(names: Names, statement: string): Map<string, NamedTable> {
  const found = new Map<string, NamedTable>()
  for (const match of statement.matchAll(/\b(?:FROM|JOIN)\s+([\w."]+)(?:\s+(?:AS\s+)?(\w+))?/gi)) {
    const name = (match[1] as string).replaceAll('"', '').toLowerCase()
    const table = names.tables.find(
      (t) => tableName(t).toLowerCase() === name || `${t.schema}.${t.name}`.toLowerCase() === name,
    )
    if (!table) continue
    found.set(table.name.toLowerCase(), table)
    if (match[2]) found.set(match[2].toLowerCase(), table)
  }
  return found
}

const startingWith = (candidates: readonly string[], word: string): string[] =>
  [...new Set(candidates)].filter((c) => c.toLowerCase().startsWith(word.toLowerCase()))

/** Keywords as they are being typed: in small letters if the word is. */
const matchCase = (keywords: readonly string[], word: string): string[] =>
  /^[a-z]/.test(word) ? keywords.map((k) => k.toLowerCase()) : [...keywords]

const call = (name: string): string => `${name}(`
