/** Decompression of sections and trace-data chunks: zlib by Node, zstd by the zstddec package (WebAssembly). */
import { inflateSync } from 'node:zlib'
import { ZSTDDecoder } from 'zstddec'
import { TraceError } from '../../src/errors.ts'
import { MAX_BLOCK } from './bytes.ts'

export type Decompress = (data: Uint8Array, size: number, at: number) => Uint8Array

const zstd = new ZSTDDecoder()

/** Loads the WebAssembly decoder; must have ended before a zstd file is read. */
export const prepareDecompression = (): Promise<void> => zstd.init()

const codecs: Record<string, (data: Uint8Array, size: number) => Uint8Array> = {
  zlib: (data, size) => inflateSync(data, { maxOutputLength: Math.max(size, 1) }),
  zstd: (data, size) => zstd.decode(data, size),
}

/** The decompressor for the algorithm a file names, or undefined for `none`. */
export function decompressorOf(name: string): Decompress | undefined {
  if (name === 'none') return undefined
  const codec = codecs[name]
  if (!codec) {
    throw new TraceError(
      `compressed with "${name}", which is not known (known: none, ${Object.keys(codecs).join(', ')})`,
      {
        hint: 'convert it where it was recorded: trace-cmd convert --compression none',
      },
    )
  }
  return (data, size, at) => {
    if (size > MAX_BLOCK) throw new TraceError(`a ${name} block claims ${size} uncompressed bytes`, { at })
    let result: Uint8Array
    try {
      result = codec(data, size)
    } catch (error) {
      throw new TraceError(`a ${name} block of ${data.length} bytes does not decompress: ${(error as Error).message}`, {
        at,
      })
    }
    if (result.length !== size) {
      throw new TraceError(`a ${name} block decompresses to ${result.length} bytes, ${size} expected`, { at })
    }
    return result
  }
}
