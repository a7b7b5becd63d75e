/** What a name stands for: recordings on the disk, or a label. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { TraceError } from './errors.ts'
import { systemError } from './system-error.ts'

/** `FILE.TID`, perhaps compressed. */
export const PART = /^(.+)\.(\d{1,8})(?:\.(?:gz|xz|zst))?$/s

export const stemOf = (path: string): string | undefined => PART.exec(path)?.[1]

/**
 * Whether a name stands for recordings on the disk rather than for a label: a file or `-`; a folder, and FILE of the set
 * FILE.TID, if written as a path (`runs/before`, `./before`), since labels are often called like these.
 */
export function isOnDisk(name: string): boolean {
  if (name === '-') return true
  // existsSync never throws: a name may be a whole statement of SQL.
  if (existsSync(name) && !statSync(name).isDirectory()) return true
  return isPath(name) && (existsSync(name) || partsOf(name).length > 0)
}

const isPath = (name: string): boolean => /[\\/]/.test(name)

/** What recordings and their compressed forms end in. */
const ENDING = /\.(dat|data|txt|log|trace|strace|html?|csv|gz|xz|zst)$/i

/** The error for a name that looks like a file's and is no label; undefined for one that does not look so. */
export function noSuchFile(name: string): TraceError | undefined {
  if (existsSync(name) || !(isPath(name) || ENDING.test(name))) return undefined
  const folder = dirname(name)
  return new TraceError('no such file, nor a recording of that label', {
    file: name,
    hint: existsSync(folder)
      ? 'give recordings on the disk, or labels of the database (tracealyze list captures)'
      : `there is no folder ${folder}`,
  })
}

/** The files FILE.TID. */
export function partsOf(stem: string): string[] {
  const folder = dirname(stem)
  const isFolder = existsSync(folder) && statSync(folder).isDirectory()
  return isFolder ? namesIn(folder).filter((path) => stemOf(basename(path)) === basename(stem)) : []
}

const { compare } = new Intl.Collator('en', { numeric: true })

/** The files directly in a folder, `run.2` before `run.10`. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .map((name) => join(folder, name))
      .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
      .sort(compare)
  } catch (error) {
    throw systemError(error, folder)
  }
}
