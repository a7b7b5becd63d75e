/** gzip, by Node's zlib. */
import { once } from 'node:events'
import { createGunzip } from 'node:zlib'
import { EarlyEnd } from './early-end.ts'

/** Unpacks gzip members, one behind the other. What comes before damage is given out before the error is thrown. */
export async function* gunzip(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = createGunzip({ chunkSize: 1 << 16 })
  const output: Uint8Array[] = []
  let failure: NodeJS.ErrnoException | undefined
  stream.on('data', (bytes: Uint8Array) => output.push(bytes))
  const failed = new Promise<void>((resolve) => {
    stream.on('error', (error) => {
      failure = error
      resolve()
    })
  })
  try {
    for (const piece of pieces) {
      // Where the data is damaged, write() is never answered.
      const written = new Promise<void>((resolve) => {
        stream.write(piece, () => resolve())
      })
      await Promise.race([written, failed])
      yield* output.splice(0)
      if (failure) throw failure
    }
    stream.end()
    await Promise.race([once(stream, 'end').catch(() => {}), failed])
    yield* output.splice(0)
    if (failure) throw failure.code === 'Z_BUF_ERROR' ? new EarlyEnd() : failure
  } finally {
    stream.destroy()
  }
}
