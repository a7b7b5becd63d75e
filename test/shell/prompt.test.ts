/** The prompt, typed at: keys go in, the screen's text comes out. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { openRecordings } from '../../src/commands/sql.ts'
import { runPrompt } from '../../src/shell/prompt.ts'
import { inFolder } from '../run.ts'

const SAMPLE = resolve(import.meta.dirname, '../../samples/trace-dat/after.dat')
const [TAB, UP, CTRL_C, CTRL_D] = ['\t', '\x1b[A', '\x03', '\x04']

interface Typist {
  /** Types keys one by one and waits until the screen shows `until`; returns what was shown since. */
  type(keys: readonly string[] | string, until: string | RegExp): Promise<string>
}

async function atPrompt(history: string, work: (typist: Typist) => Promise<void>): Promise<string> {
  const database = await openRecordings([SAMPLE])
  const [stdin, screen] = [new PassThrough(), new PassThrough()]
  let shown = ''
  screen.on('data', (data) => {
    shown += String(data)
  })
  const done = runPrompt(database, { stdin, out: screen, err: screen }, history)
  let seen = 0
  await work({
    async type(keys, until) {
      const isShown = () =>
        typeof until === 'string' ? shown.slice(seen).includes(until) : until.test(shown.slice(seen))
      for (const key of typeof keys === 'string' ? [keys] : keys) {
        stdin.write(key)
        await new Promise((resolve) => setTimeout(resolve, 60))
      }
      for (let i = 0; i < 400 && !isShown(); i++) await new Promise((resolve) => setTimeout(resolve, 25))
      const text = shown.slice(seen)
      seen = shown.length
      expect(text).toMatch(until)
      return text
    },
  })
  stdin.end()
  await done
  database.close()
  return shown
}

test('a statement over several lines, completed and remembered as one', () =>
  inFolder(async (folder) => {
    const history = join(folder, 'state/history')
    await atPrompt(history, async ({ type }) => {
      await type(['SELECT count(*) AS n', '\r'], '... ')
      await type(['FROM fli', TAB], 'FROM flips')
      await type([';', '\r'], /93 │[\s\S]*1 row\n[\s\S]*tracealyze> /)
      await type([UP], 'SELECT count(*) AS n FROM flips;')
      await type([CTRL_C], 'tracealyze> ')
    })
    expect(readFileSync(history, 'utf8')).toBe('SELECT count(*) AS n FROM flips;\n')
    expect(statSync(history).mode & 0o777).toBe(0o600)
    await atPrompt(history, async ({ type }) => {
      await type([UP, '\r'], '1 row\n')
      await type([CTRL_D], /$/)
    })
  }))

test('Ctrl-C stops the statement and keeps the prompt', () =>
  inFolder(async (folder) => {
    await atPrompt(join(folder, 'history'), async ({ type }) => {
      await type(['SELECT count(*) FROM range(1000000000000) AS t(i) WHERE i % 7 = 3;', '\r'], /\n/)
      await new Promise((resolve) => setTimeout(resolve, 500))
      await type([CTRL_C], 'stopped\n')
      await type(['SELECT 6 * 7 AS answer;', '\r'], '42')
    })
  }))

test('an error shows where, and what there is instead', () =>
  inFolder(async (folder) => {
    await atPrompt(join(folder, 'history'), async ({ type }) => {
      const shown = await type(['SELECT frme FROM flips;', '\r'], /\^\n/)
      expect(shown).toContain('Candidate bindings: "frame"')
      expect(await type(['FROM flps;', '\r'], /\^\n/)).toContain('Did you mean "flips"?')
    })
  }))

test('dot-commands', () =>
  inFolder(async (folder) => {
    const [script, rows] = [join(folder, 'script.sql'), join(folder, 'rows.csv')]
    writeFileSync(script, '.mode csv\nSELECT 1 AS a;\nSELECT 2 AS b;\n')
    await atPrompt(join(folder, 'history'), async ({ type }) => {
      await type(['.help', '\r'], '.schema NAME')
      await type(['.captures', '\r'], 'after.dat')
      await type(['.tables flip', '\r'], 'Flips of each output')
      await type(['.schema flips', '\r'], 'Time of the flip in ns')
      await type(['.schema flip', '\r'], 'hint: there is flips')
      await type(['.metrics', '\r'], 'metric.frame_interval')
      await type(['.macros', '\r'], 'us(ns)')
      await type([`.read ${script}`, '\r'], /a\r\n1\r\nb\r\n2\r\n/)
      await type(['.mode nothing', '\r'], 'hint: forms: box, line')
      await type(['.timer on', '\r', 'SELECT 1;', '\r'], /\d\.\d{3} s\n/)
      await type([`.output ${rows}`, '\r', 'SELECT 7 AS x;', '\r'], '1 rows written')
      await type(['.output', '\r', '.explain on', '\r', 'FROM flips;', '\r'], 'PROJECTION')
      await type(['.nothing', '\r'], '.help lists them')
      await type(['.quit', '\r'], /$/)
    })
    expect(readFileSync(rows, 'utf8')).toBe('x\r\n7\r\n')
    expect(existsSync(join(folder, 'history'))).toBe(true)
  }))
