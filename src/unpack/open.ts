/** Compressed files, opened as what they hold. */
import { TraceError } from '../errors.ts'
import { openFile } from '../file-input.ts'
import type { OpenInput, OpenOptions } from '../input.ts'
import type { Problem } from '../parser.ts'
import { spool } from '../temporary.ts'
import { EarlyEnd } from './early-end.ts'
import { type Compression, unpack } from './unpack.ts'

/** Unpacks a file to a temporary one; what could be unpacked of damaged data is kept, with a problem. Owns `given`. */
export async function openUnpacked(
  given: OpenInput,
  compression: Compression,
  { signal, onProgress, window }: OpenOptions,
): Promise<OpenInput> {
  const problems: Problem[] = []
  let read = 0
  const pieces = unpack(compression, given, (offset) => {
    read = offset
    onProgress?.(offset / given.size)
  })
  try {
    const unpacked = await spool(
      given.path,
      untilDamage(pieces, (error, bytes) => problems.push(problemOf(error, compression, read, bytes))),
      signal,
    )
    const problem = problems[0]
    if (problem && unpacked.size === 0) {
      unpacked.remove()
      throw new TraceError(problem.detail, { file: given.path, at: problem.at })
    }
    const input = openFile(unpacked.path, given.path, window)
    return {
      ...given,
      location: input.path,
      size: input.size,
      read: input.read,
      facts: { ...given.facts, compression },
      problems,
      close: () => {
        input.close()
        unpacked.remove()
        given.close()
      },
    }
  } catch (error) {
    given.close()
    throw error instanceof TraceError ? error.in(given.path) : error
  }
}

/** The first bytes of what a compressed file holds; fewer where it is damaged. */
export async function unpackHead(given: OpenInput, compression: Compression, length: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of untilDamage(unpack(compression, given), () => {})) {
    pieces.push(piece)
    size += piece.length
    if (size >= length) break
  }
  return Buffer.concat(pieces).subarray(0, length)
}

/** Ends where data is damaged. */
async function* untilDamage(
  pieces: AsyncIterable<Uint8Array>,
  onDamage: (error: Error, bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  try {
    for await (const piece of pieces) {
      bytes += piece.length
      yield piece
    }
  } catch (error) {
    if (error instanceof TraceError) throw error
    onDamage(error as Error, bytes)
  }
}

function problemOf(error: Error, compression: Compression, read: number, bytes: number): Problem {
  const isCut = error instanceof EarlyEnd
  return {
    kind: isCut ? 'compressed-data-cut' : 'compressed-data-damaged',
    at: `+0x${read.toString(16)}`,
    detail: `the ${compression} data cannot be unpacked to its end: ${error.message} (${read} bytes read, ${bytes} unpacked)`,
    hint: 'what could be unpacked is stored; copy the file again from where it was recorded',
  }
}
