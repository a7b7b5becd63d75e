/** The README's console blocks are run: what it shows is what the program prints. */
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { inFolder, run } from './run.ts'

const README = resolve(import.meta.dirname, '../README.md')
const before = process.cwd()
afterAll(() => process.chdir(before))

/** `$ tracealyze ...` lines of ```console blocks, each with the lines up to the next command. */
function commands(text: string): { command: string; output: string }[] {
  const blocks = [...text.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map((m) => m[1] as string)
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const end = part.indexOf('\n')
        return { command: part.slice(0, end), output: part.slice(end + 1) }
      }),
  )
}

/** Words of a command line: double quotes group. */
const words = (line: string): string[] => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => (m[1] ?? m[2]) as string)

test('console blocks show what the program prints', () =>
  inFolder(async (folder) => {
    symlinkSync(resolve(import.meta.dirname, '../samples'), join(folder, 'samples'))
    process.chdir(folder)
    let text = readFileSync(README, 'utf8')
    for (const { command, output } of commands(text)) {
      const [program, ...args] = words(command)
      expect(program).toBe('tracealyze')
      const { code, out, err } = await run(args)
      expect(code, err).toBe(0)
      // UPDATE_README=1 writes what is printed now into the README.
      if (process.env.UPDATE_README) text = text.replace(`$ ${command}\n${output}`, () => `$ ${command}\n${out}`)
      else expect(out).toBe(output)
    }
    if (process.env.UPDATE_README) writeFileSync(README, text)
  }))
