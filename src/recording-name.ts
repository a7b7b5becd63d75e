/** Label and run from a file's name. */
import { basename } from 'node:path'

/**
 * `before` for before.dat, before.dat.gz and the set before.strace.*; `before` run 3 for before.3.dat, the names that
 * the script of `tracealyze record` gives.
 */
export function recordingName(path: string): { readonly label: string; readonly run?: number } {
  if (path === '-') return { label: 'stdin' }
  const name = basename(path)
    .replace(/\.(gz|xz|zst|\*)$/, '')
    .replace(/(?<=.)\.[^.]+$/, '')
  const numbered = /^(.+)\.(\d{1,4})$/.exec(name)
  if (!numbered || isVersion(numbered[1] as string) || Number(numbered[2]) < 1) return { label: name }
  return { label: numbered[1] as string, run: Number(numbered[2]) }
}

/** Whether a label ends like a version, so that a number behind it would be more of the version: linux-6, v6.12. */
export const isVersion = (label: string): boolean => /(?:^|[^A-Za-z])v?\d+(?:\.\d+)*$/.test(label)
