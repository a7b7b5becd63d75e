/** Runs programs one after the other and takes their times. */
import { spawnSync } from 'node:child_process'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder } from '../../src/query-file.ts'

/** What the program sets before it begins: for `node -r`. */
export const EARLY = join(packageFolder(), 'src/early.cjs')

const nowhere = openSync('/dev/null', 'w')

/** Seconds from the start of a process to its end; its output goes nowhere. */
export function seconds(command: string, args: readonly string[]): number {
  const start = performance.now()
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', nowhere, 'ignore'] })
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')}: exit status ${status}`)
  return (performance.now() - start) / 1000
}

/** The same, with what it prints. */
export function output(command: string, args: readonly string[]): { seconds: number; text: string } {
  const start = performance.now()
  const { status, error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')}: ${stderr}`)
  return { seconds: (performance.now() - start) / 1000, text: stdout }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}
