/** Running the program in tests: a function of its arguments and streams. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { main } from '../src/cli.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs `tracealyze ARGS`; `stdin` is what comes from standard input. */
export async function run(args: readonly string[], stdin = ''): Promise<Ran> {
  let [out, err] = ['', '']
  const stream = (add: (text: string) => void) =>
    new Writable({
      write(chunk, _, done) {
        add(String(chunk))
        done()
      },
    })
  const code = await main(args, {
    stdin: Readable.from([Buffer.from(stdin)]),
    out: stream((text) => {
      out += text
    }),
    err: stream((text) => {
      err += text
    }),
  })
  return { code, out, err }
}

/** A folder of its own for the length of `work`. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tracealyze-test-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
