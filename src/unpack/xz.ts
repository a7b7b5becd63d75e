/** xz, by the WebAssembly in the xz-decompress package (xz-embedded, which reads streams one behind the other). */
import xz from 'xz-decompress'
import { TraceError } from '../errors.ts'
import { EarlyEnd } from './early-end.ts'

export async function* unxz(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = pieces[Symbol.iterator]()
  const source = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { done, value } = iterator.next()
        if (done) controller.close()
        else controller.enqueue(value.slice())
      },
    },
    { highWaterMark: 0 },
  )
  try {
    yield* new xz.XzReadableStream(source)
  } catch (error) {
    throw errorOf(error as Error)
  }
}

/** Of xz.h in xz-embedded. */
const MEMORY_LIMIT = 4
const OPTIONS = 6
const EARLY_END = 8
const ERRORS: Record<number, string> = {
  3: 'memory is used up',
  5: 'it goes on with something that is not xz',
  7: 'it is damaged',
}

function errorOf(error: Error): Error {
  const code = Number(/error code (\d+)/.exec(error.message)?.[1])
  if (code === EARLY_END) return new EarlyEnd()
  if (code !== OPTIONS && code !== MEMORY_LIMIT) return ERRORS[code] ? new Error(ERRORS[code]) : error
  const what = code === OPTIONS ? 'options of xz (a filter, a SHA-256 check)' : 'a dictionary of more than 64 MB'
  return new TraceError(`is compressed with ${what} that cannot be read here`, { hint: 'unpack it first: xz -dk' })
}
