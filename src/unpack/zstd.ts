/**
 * zstd, by the WebAssembly in the zstddec package. The package's own decodeStreaming() does not look at the errors of
 * the decompressor, so that damaged data would become garbage or never end; hence the loop here.
 */
import { ZSTDDecoder } from 'zstddec/stream'
import { TraceError } from '../errors.ts'
import { EarlyEnd } from './early-end.ts'

interface Zstd {
  readonly memory: { readonly buffer: ArrayBuffer }
  malloc(size: number): number
  free(pointer: number): void
  ZSTD_createDCtx(): number
  ZSTD_freeDCtx(context: number): number
  /** How many bytes the decompressor would like next, 0 at the end of a frame, or an error as a negative number. */
  ZSTD_decompressStream(context: number, output: number, input: number): number
}

/** Gives access to the functions behind the package's class. */
class Loader extends ZSTDDecoder {
  static zstd: Zstd | undefined

  override _init(result: Parameters<ZSTDDecoder['_init']>[0]): void {
    super._init(result)
    Loader.zstd = result.instance.exports as unknown as Zstd
  }
}

async function load(): Promise<Zstd> {
  if (!Loader.zstd) await new Loader().init()
  return Loader.zstd as Zstd
}

const OUTPUT = 1 << 17

/** Of zstd_errors.h. */
const WINDOW_TOO_LARGE = 16
const ERRORS: Record<number, string> = {
  10: 'it goes on with something that is not zstd',
  20: 'it is damaged',
  22: 'its checksum is wrong',
  32: 'it was made with a dictionary',
  64: 'memory is used up',
}

/** Unpacks frames, one behind the other; pieces have at most `most` bytes. */
export async function* unzstd(pieces: Iterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  const zstd = await load()
  const context = zstd.ZSTD_createDCtx()
  const source = zstd.malloc(most)
  const target = zstd.malloc(OUTPUT)
  // ZSTD_inBuffer and ZSTD_outBuffer: pointer, size, position.
  const input = zstd.malloc(24)
  const output = input + 12
  try {
    let wanted = 0
    for (const piece of pieces) {
      new Uint8Array(zstd.memory.buffer).set(piece, source)
      let read = 0
      let written = 0
      do {
        new Uint32Array(zstd.memory.buffer, input, 6).set([source, piece.length, read, target, OUTPUT, 0])
        wanted = zstd.ZSTD_decompressStream(context, output, input) | 0
        if (wanted < 0 && wanted > -200) throw errorOf(-wanted)
        read = new Uint32Array(zstd.memory.buffer, input, 3)[2] as number
        written = new Uint32Array(zstd.memory.buffer, output, 3)[2] as number
        if (written > 0) yield new Uint8Array(zstd.memory.buffer, target, written).slice()
        // Behind the end of a frame a call without input would ask for the next frame.
      } while (read < piece.length || (written === OUTPUT && wanted !== 0))
    }
    if (wanted !== 0) throw new EarlyEnd()
  } finally {
    for (const pointer of [source, target, input]) zstd.free(pointer)
    zstd.ZSTD_freeDCtx(context)
  }
}

function errorOf(code: number): Error {
  if (code !== WINDOW_TOO_LARGE) return new Error(ERRORS[code] ?? `zstd reports error ${code}`)
  return new TraceError('is compressed with a larger window than 128 MB (zstd --long, --ultra)', {
    hint: 'unpack it first: zstd -d --long=31',
  })
}
