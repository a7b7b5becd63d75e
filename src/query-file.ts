/**
 * The SQL files under queries/: a comment block (a title, a text, `@tag` lines) and one SELECT.
 *
 *     -- Title sentence.
 *     --
 *     -- What a row is, how it is measured.
 *     --
 *     -- @needs syscalls threads
 *     -- @column dur Entry to return in ns.
 *     SELECT ...
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface QueryFile {
  /** The file's name without `.sql`: the name of the table or metric. */
  readonly name: string
  /** The folder under `queries/metrics/`, e.g. `fences`. */
  readonly area: string
  readonly title: string
  readonly description: string
  /** The values of each `@tag`, one per line. */
  readonly tags: ReadonlyMap<string, readonly string[]>
  readonly sql: string
}

const HERE = dirname(fileURLToPath(import.meta.url))

/** The folder that holds package.json: the same from `src` and from `dist/src`. */
export function packageFolder(): string {
  for (let folder = HERE; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
    if (folder === dirname(folder)) throw new Error(`no package.json above ${HERE}: is tracealyze installed whole?`)
  }
}

export const queriesFolder = (): string => join(packageFolder(), 'queries')

/** What was read, by path: a program asks for most files several times. */
const known = new Map<string, QueryFile>()

/** The SQL files in a folder and its subfolders, by path; each is read once. */
export function readQueryFiles(folder: string): QueryFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.sql'))
    .sort()
    .map((path) => readQueryFile(join(folder, path)))
}

function readQueryFile(path: string): QueryFile {
  const file = known.get(path) ?? parseQueryFile(path, readFileSync(path, 'utf8'))
  known.set(path, file)
  return file
}

export function parseQueryFile(path: string, text: string): QueryFile {
  const lines = text.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('--'))
  const comment = lines.slice(0, end < 0 ? lines.length : end).map((line) => line.replace(/^-- ?/, ''))
  const tags = new Map<string, string[]>()
  const prose: string[] = []
  let tag: string[] | undefined
  for (const line of comment) {
    const match = /^@(\w+)\s+(.*)$/.exec(line)
    if (match) {
      tag = tags.get(match[1] as string) ?? []
      tags.set(match[1] as string, tag)
      tag.push((match[2] as string).trim())
    } else if (tag && /^\s+\S/.test(line)) tag.push(`${tag.pop()} ${line.trim()}`)
    else prose.push(line)
  }
  const [title = '', ...rest] = prose.join('\n').trim().split('\n\n')
  return {
    name: basename(path, '.sql'),
    area: basename(dirname(path)),
    title: title.replaceAll('\n', ' '),
    description: rest.join('\n\n').trim(),
    tags,
    sql: lines
      .slice(end < 0 ? lines.length : end)
      .join('\n')
      .trim()
      .replace(/;\s*$/, ''),
  }
}

/** The words of all lines of a tag. */
export const tagWords = (file: QueryFile, tag: string): string[] =>
  (file.tags.get(tag) ?? []).flatMap((line) => line.split(/\s+/)).filter((word) => word !== '')

/** A tag's lines as name and sentence: `@column dur Entry to return.` */
export const tagSentences = (file: QueryFile, tag: string): [name: string, sentence: string][] =>
  (file.tags.get(tag) ?? []).map((line) => {
    const [name = '', ...words] = line.split(/\s+/)
    return [name, words.join(' ')]
  })

/** The files, each behind those that it names in `@needs`. */
export function inOrder(files: readonly QueryFile[]): QueryFile[] {
  const ordered: QueryFile[] = []
  const visit = (file: QueryFile, path: readonly string[]): void => {
    if (ordered.includes(file)) return
    if (path.includes(file.name)) throw new Error(`queries need each other: ${[...path, file.name].join(' -> ')}`)
    for (const name of tagWords(file, 'needs')) {
      const needed = files.find((f) => f.name === name)
      if (needed) visit(needed, [...path, file.name])
    }
    ordered.push(file)
  }
  for (const file of files) visit(file, [])
  return ordered
}

/** SHA-256 over the text of query files and other SQL, the first 12 digits: which version of the measurement this is. */
export function hashQueries(files: readonly QueryFile[], others: readonly string[] = []): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${file.area}/${file.name}\n${file.sql}\n`)
  for (const sql of others) hash.update(`${sql}\n`)
  return hash.digest('hex').slice(0, 12)
}
