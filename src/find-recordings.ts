/** From what the user names (files, folders, sets of files) to recordings. */
import { statSync } from 'node:fs'
import { PARSERS } from '../parsers/index.ts'
import { isPart } from '../parsers/strace/merge.ts'
import { TraceError } from './errors.ts'
import { openGiven } from './input.ts'
import { namesIn, PART, partsOf, stemOf } from './on-disk.ts'
import { HEAD_BYTES } from './parser.ts'
import { unpackHead } from './unpack/open.ts'
import { compressionOf } from './unpack/unpack.ts'

/** What becomes one capture. */
export interface RecordingFiles {
  /** What it is called: the file, or `FILE.*` for a set. */
  readonly path: string
  /** The files of `strace -ff -o FILE`, by thread id. */
  readonly parts?: readonly { readonly path: string; readonly tid: number }[]
}

/**
 * Finds the recordings: all of a folder, and one for each set `FILE.TID` that `strace -ff` wrote, given as a folder, as
 * its files or as FILE. `onSkip` is told the files of a folder that are none. Other paths are recordings as they are.
 */
export async function findRecordings(
  paths: readonly string[],
  onSkip: (path: string, reason: string) => void = () => {},
): Promise<RecordingFiles[]> {
  const found: RecordingFiles[] = []
  let files: string[] = []
  const flush = async () => {
    found.push(...(await joinSets(files, 2)))
    files = []
  }
  for (const path of paths) {
    const stat = path === '-' ? undefined : statSync(path, { throwIfNoEntry: false })
    const isMissing = path !== '-' && !stat
    const parts = isMissing ? partsOf(path) : []
    if (!stat?.isDirectory() && parts.length === 0) {
      files.push(path)
      continue
    }
    await flush()
    found.push(...(stat ? await recordingsIn(path, onSkip) : await joinSets(parts, 1)))
  }
  await flush()
  return found
}

async function recordingsIn(folder: string, onSkip: (path: string, reason: string) => void): Promise<RecordingFiles[]> {
  const candidates: string[] = []
  const paths = namesIn(folder)
  for (const path of paths) {
    const head = await headOf(path)
    if (head instanceof TraceError) onSkip(path, head.message)
    else if (PARSERS.some((p) => p.sniff(head)) || (head.length === 0 && PART.test(path))) candidates.push(path)
    else onSkip(path, head.length === 0 ? 'is empty' : 'is no recording')
  }
  const recordings = (await joinSets(candidates, 2)).filter(({ path, parts }) => {
    const isEmpty = !parts && statSync(path).size === 0
    if (isEmpty) onSkip(path, 'is empty')
    return !isEmpty
  })
  if (recordings.length > 0) return recordings
  throw new TraceError(`holds no recording that tracealyze knows (${paths.length} files)`, {
    file: folder,
    hint: `known are: ${PARSERS.map((p) => p.name).join(', ')} (tracealyze list formats); folders in it are not searched`,
  })
}

/** The first bytes of what a file holds, or why they cannot be read. */
async function headOf(path: string): Promise<Uint8Array | TraceError> {
  try {
    const input = await openGiven(path, { window: HEAD_BYTES })
    try {
      const head = input.read(0, HEAD_BYTES).slice()
      const compression = compressionOf(head)
      return compression ? await unpackHead(input, compression, HEAD_BYTES) : head
    } finally {
      input.close()
    }
  } catch (error) {
    if (error instanceof TraceError) return error
    throw error
  }
}

/** Makes one recording of the files of a set if there are at least so many; the others stay as they are, in order. */
async function joinSets(paths: readonly string[], least: number): Promise<RecordingFiles[]> {
  const sets = new Map<string, string[]>()
  for (const path of paths) {
    const stem = stemOf(path)
    if (stem !== undefined) sets.set(stem, [...(sets.get(stem) ?? []), path])
  }
  const setOf = new Map<string, RecordingFiles>()
  for (const [stem, files] of sets) {
    const set = files.length >= least ? await setFrom(stem, files) : undefined
    if (set?.parts && set.parts.length >= least) for (const part of set.parts) setOf.set(part.path, set)
  }
  return [...new Set(paths.map((path) => setOf.get(path) ?? { path }))]
}

/** The set of those files that `strace -ff` can have written; undefined if all of them are empty. */
async function setFrom(stem: string, files: readonly string[]): Promise<RecordingFiles | undefined> {
  const parts = new Map<number, string>()
  let lines = false
  for (const path of files) {
    const head = await headOf(path)
    if (head instanceof TraceError || (head.length > 0 && !isPart(head))) continue
    if (head.length > 0) lines = true
    const tid = Number(PART.exec(path)?.[2])
    const other = parts.get(tid)
    if (other !== undefined) {
      throw new TraceError(`is the same thread of the same recording as ${other}`, {
        file: path,
        hint: 'give one of the two',
      })
    }
    parts.set(tid, path)
  }
  if (!lines) return undefined
  const sorted = [...parts].sort(([a], [b]) => a - b).map(([tid, path]) => ({ path, tid }))
  return { path: `${stem}.*`, parts: sorted }
}
