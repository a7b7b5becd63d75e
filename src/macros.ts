/** The macros: SQL made for traces, one file each under queries/macros/. */
import { join } from 'node:path'
import { type QueryFile, queriesFolder, readQueryFiles, tagSentences } from './query-file.ts'
import { quoteName, quoteText } from './sql-text.ts'

export interface Macro {
  readonly name: string
  readonly title: string
  /** `us(ns)`, as it is called. */
  readonly signature: string
  readonly parameters: readonly (readonly [name: string, sentence: string])[]
  /** Stands in FROM; the others stand where a value does. */
  readonly isTable: boolean
}

/** A macro whose file holds a SELECT is a table; the others hold an expression. */
export function toMacro(file: QueryFile): Macro {
  const parameters = tagSentences(file, 'parameter')
  return {
    name: file.name,
    title: file.title,
    signature: `${file.name}(${parameters.map(([name]) => name).join(', ')})`,
    parameters,
    isTable: /^(SELECT|FROM|WITH)\b/.test(file.sql),
  }
}

export const macroFiles = (): QueryFile[] => readQueryFiles(join(queriesFolder(), 'macros'))

export const readMacros = (): Macro[] => macroFiles().map(toMacro)

/** The statements that make a macro, with its sentence. */
export function macroStatements(file: QueryFile): string {
  const macro = toMacro(file)
  const name = `main.${quoteName(macro.name)}`
  const parameters = macro.parameters.map(([parameter]) => quoteName(parameter)).join(', ')
  return [
    `CREATE OR REPLACE MACRO ${name}(${parameters}) AS ${macro.isTable ? 'TABLE ' : ''}${file.sql}\n`,
    `COMMENT ON MACRO ${macro.isTable ? 'TABLE ' : ''}${name} IS ${quoteText(`${macro.signature}: ${macro.title}`)}`,
  ].join(';\n')
}
