/** Opening files, pipes and compressed files: their bytes, what is kept of damaged ones, and that nothing is left behind. */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { TraceError } from '../src/errors.ts'
import { type OpenInput, type OpenOptions, openInput } from '../src/input.ts'
import { spool } from '../src/temporary.ts'
import { LOG, PACKED, pack } from './packed-log.ts'
import { randomNumbers } from './random.ts'
import { inFolder, run } from './run.ts'

const restoreTmpdir = () => {
  if (TMPDIR === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = TMPDIR
}
const { TMPDIR } = process.env
afterEach(restoreTmpdir)

/** Opens bytes as a file (or as standard input), and checks that nothing is left of it afterwards. */
async function opened<T>(
  bytes: Uint8Array,
  look: (input: OpenInput) => T | Promise<T>,
  options: OpenOptions = {},
): Promise<T> {
  return inFolder(async (folder) => {
    const file = join(folder, 'input')
    const own = join(folder, 'tmp')
    mkdirSync(own)
    process.env.TMPDIR = own
    writeFileSync(file, bytes)
    try {
      const input = await openInput(options.stdin ? '-' : file, options)
      try {
        return await look(input)
      } finally {
        input.close()
      }
    } finally {
      restoreTmpdir()
      expect(readdirSync(own)).toEqual([])
    }
  })
}

const contentOf = (input: OpenInput): Buffer => Buffer.from(input.read(0, input.size))

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe.each(PACKED)('%s', (name, packed) => {
  test('gives what was compressed; size and SHA-256 are of the file', () =>
    opened(packed, async (input) => {
      expect(contentOf(input).equals(LOG)).toBe(true)
      expect(input.bytes).toBe(packed.length)
      expect(input.sha256()).toBe(hashOf(packed))
      expect(input.facts).toEqual({ compression: name })
      expect(input.problems).toEqual([])
    }))

  test('from standard input, byte by byte', () =>
    opened(
      new Uint8Array(0),
      async (input) => {
        expect(contentOf(input).equals(LOG)).toBe(true)
        expect([input.path, input.bytes, input.sha256()]).toEqual(['-', packed.length, hashOf(packed)])
      },
      { stdin: Readable.from([...packed].map((byte) => Buffer.of(byte))) },
    ))

  test('several, one behind the other', () =>
    opened(Buffer.concat([packed, packed, packed]), (input) => {
      expect(contentOf(input).equals(Buffer.concat([LOG, LOG, LOG]))).toBe(true)
      expect(input.problems).toEqual([])
    }))

  test('cut at many lengths: what could be unpacked, and a problem', async () => {
    for (let length = packed.length - 1; length >= 8; length -= 7) {
      const size = await opened(packed.subarray(0, length), (input) => {
        expect(input.problems.map((p) => [p.kind, p.at])).toEqual([
          ['compressed-data-cut', `+0x${length.toString(16)}`],
        ])
        expect(LOG.subarray(0, input.size).equals(contentOf(input))).toBe(true)
        return input.size
      }).catch((error: TraceError) => {
        expect(error).toBeInstanceOf(TraceError)
        expect(error.message).toMatch(/ends early \(\d+ bytes read, 0 unpacked\)/)
        return 0
      })
      if (length === packed.length - 1) expect(size).toBe(LOG.length)
    }
  })

  test('damaged anywhere: a problem, an error or the same content', async () => {
    const random = randomNumbers(7)
    for (let i = 0; i < 200; i++) {
      const damaged = Buffer.from(packed)
      const at = 6 + random(packed.length - 6)
      damaged[at] = (damaged[at] as number) ^ (1 + random(255))
      await opened(damaged, (input) => {
        const isSame = contentOf(input).equals(LOG)
        expect(isSame || input.problems.length === 1, `byte ${at}`).toBe(true)
      }).catch((error: unknown) => expect(error).toBeInstanceOf(TraceError))
    }
  })
})

describe('more than fits into one piece', () => {
  const random = randomNumbers(3)
  const large = Buffer.from(Array.from({ length: 1 << 20 }, () => 97 + random(20)))
  const packs: [name: string, packed: Buffer | undefined][] = [
    ['gzip', gzipSync(large)],
    ['xz', pack('xz', large)],
    ['xz of several blocks', pack('xz', large, '-T2', '--block-size=100000')],
    ['xz with CRC32', pack('xz', large, '--check=crc32')],
    ['zstd', pack('zstd', large)],
    ['zstd --long', pack('zstd', large, '--long=27')],
  ]
  test.each(packs.filter(([, packed]) => packed))('%s', (_, packed) =>
    opened(packed as Buffer, (input) => {
      expect(hashOf(contentOf(input))).toBe(hashOf(large))
      expect(input.problems).toEqual([])
    }),
  )

  const tail = Buffer.alloc(300_000)
  const bombs = [gzipSync(tail), pack('xz', tail), pack('zstd', tail)].filter((packed) => packed !== undefined)
  test.each(bombs)('behind damage in the middle nothing is invented', async (bomb) => {
    await opened(Buffer.concat([bomb, Buffer.from('damage'), bomb]), (input) => {
      expect(input.problems.map((p) => p.kind)).toEqual(['compressed-data-damaged'])
      expect(contentOf(input).every((byte) => byte === 0)).toBe(true)
      expect(input.size).toBeLessThanOrEqual(tail.length)
      expect(input.size).toBeGreaterThan(tail.length - (1 << 16))
    })
  })
})

test.skipIf(!pack('xz', LOG))('options of xz that are not known say what to do', async () => {
  await expect(opened(pack('xz', LOG, '--check=sha256') as Buffer, () => {})).rejects.toMatchObject({
    message: expect.stringContaining('cannot be read here'),
    hint: 'unpack it first: xz -dk',
  })
})

test('a pipe is read like standard input', () =>
  inFolder(async (folder) => {
    const pipe = join(folder, 'pipe')
    if (spawnSync('mkfifo', [pipe]).status !== 0) return
    spawn('sh', ['-c', 'printf hello > "$0"', pipe])
    const input = await openInput(pipe)
    expect(contentOf(input).toString()).toBe('hello')
    input.close()
  }))

describe('nothing is left behind', () => {
  test('when it is stopped', async () => {
    const abort = new AbortController()
    const endless = Readable.from(
      (async function* () {
        yield Buffer.from('hello\n')
        abort.abort()
        await new Promise(() => {})
      })(),
    )
    const options = { stdin: endless, signal: abort.signal }
    await expect(opened(LOG, () => {}, options)).rejects.toThrow('stopped; the database is as it was before')
  })

  test('when the source fails', () =>
    inFolder(async (folder) => {
      process.env.TMPDIR = folder
      const failing = (function* () {
        yield LOG
        throw new Error('no more')
      })()
      await expect(spool('x', failing)).rejects.toThrow('no more')
      expect(readdirSync(folder)).toEqual([])
    }))

  test.each(['SIGINT', 'SIGTERM', 'exit'] as const)('when the program ends by %s', (how) =>
    inFolder(async (folder) => {
      const program = spawn(process.execPath, ['--input-type=module', '-e', await holdingProgram(folder)], {
        env: { ...process.env, TMPDIR: folder },
      })
      await once(program.stdout, 'data')
      const held = () => readdirSync(folder).filter((name) => name.startsWith('tracealyze-'))
      expect(held()).toHaveLength(1)
      if (how === 'exit') program.stdin.end()
      else program.kill(how)
      const [code, signal] = await once(program, 'exit')
      expect(signal ?? code).toBe(how === 'exit' ? 3 : how)
      expect(held()).toEqual([])
    }),
  )

  test('and where no temporary file can be made, the error says so', async () => {
    process.env.TMPDIR = '/nowhere'
    const { code, err } = await run(['ingest', '-', '--db', ':memory:'], 'x')
    expect(code).toBe(1)
    expect(err).toMatch(/-: needs a temporary file, which cannot be made in \/nowhere.*\nhint: set TMPDIR/)
  })
})

/** A program that makes a temporary file and ends when its standard input does. */
async function holdingProgram(folder: string): Promise<string> {
  const options = '--ignoreConfig --module nodenext --target es2023 --types node --rewriteRelativeImportExtensions'
  const source = resolve(import.meta.dirname, '../src/temporary.ts')
  const compiled = spawnSync('npx', ['tsc', source, '--outDir', join(folder, 'js'), ...options.split(' ')])
  expect(String(compiled.stdout)).toBe('')
  writeFileSync(join(folder, 'js/package.json'), '{"type": "module"}')
  return `import { spool } from ${JSON.stringify(join(folder, 'js/temporary.js'))}
    await spool('x', [Buffer.from('x')])
    console.log('open')
    process.stdin.on('end', () => process.exit(3)).resume()`
}
