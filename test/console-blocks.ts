/**
 * Pages whose console blocks are run: what they show is what the program prints.
 *
 * A command stands behind `$ `; in quotes it may go over several lines. The lines up to the next command are its output.
 */
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect } from 'vitest'
import { inFolder, run } from './run.ts'

export interface ConsoleCommand {
  readonly command: string
  readonly output: string
}

/** Up to the first line end outside of quotes. */
const COMMAND = /^(?:"[^"]*"|'[^']*'|[^"'\n])*\n/

export function consoleCommands(text: string): ConsoleCommand[] {
  const blocks = [...text.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map((m) => m[1] as string)
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const line = COMMAND.exec(part)?.[0] ?? part
        return { command: line.trimEnd(), output: part.slice(line.length) }
      }),
  )
}

/** Words of a command line: quotes group. */
export const shellWords = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => (m[1] ?? m[2] ?? m[3]) as string)

/** Runs a page's commands, one after the other, in a folder that holds `samples`. UPDATE_README=1 writes what is printed. */
export async function checkPage(page: string): Promise<void> {
  const path = resolve(import.meta.dirname, '..', page)
  const before = process.cwd()
  await inFolder(async (folder) => {
    symlinkSync(resolve(import.meta.dirname, '../samples'), join(folder, 'samples'))
    process.chdir(folder)
    try {
      let text = readFileSync(path, 'utf8')
      for (const { command, output } of consoleCommands(text)) {
        const [program, ...args] = shellWords(command)
        expect(program).toBe('tracealyze')
        const { code, out, err } = await run(args)
        expect(code, `${command}\n${err}`).toBe(0)
        if (process.env.UPDATE_README) text = text.replace(`$ ${command}\n${output}`, () => `$ ${command}\n${out}`)
        else expect(out, command).toBe(output)
      }
      if (process.env.UPDATE_README) writeFileSync(path, text)
    } finally {
      process.chdir(before)
    }
  })
}
