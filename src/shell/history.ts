/** The statements of earlier sessions, one per line: $XDG_STATE_HOME/tracealyze/history. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

export const MAX_HISTORY = 1000

export const historyPath = (): string =>
  join(process.env.XDG_STATE_HOME || join(homedir(), '.local/state'), 'tracealyze', 'history')

/** The newest first, as readline wants it; empty where there is no history. */
export function loadHistory(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .slice(-MAX_HISTORY)
      .reverse()
  } catch {
    return []
  }
}

/** Statements may name files and people: nobody else may read them. Not being able to keep them is no failure. */
export function saveHistory(path: string, newestFirst: readonly string[]): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const lines = newestFirst.slice(0, MAX_HISTORY).toReversed()
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 })
  } catch {}
}
