/** Two outputs whose commits and flips take turns. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildDesktop, type ScriptedCheck, type ScriptedOutput } from './build/desktop.ts'
import { databaseOf, type TestDatabase } from './open.ts'
import { inFolder } from './run.ts'

/** A flip at every vertical blank, but one that misses one. */
export const SLOW: ScriptedOutput = {
  connector: 'HDMI-A-1',
  crtc: 0,
  flips: [
    [100_000, 10],
    [200_000, 11],
    [300_000, 12],
    [500_000, 14],
  ],
}
/** A flip at every second one, but one that comes after three. */
export const FAST: ScriptedOutput = {
  connector: 'DP-1',
  crtc: 1,
  flips: [
    [130_000, 500],
    [190_000, 502],
    [250_000, 504],
    [310_000, 506],
    [400_000, 509],
  ],
}
/** Signalled at 160000 and 280000: the next commits are at 189000 (DP-1) and 199000 (HDMI-A-1), at 299000 and 309000. */
export const CHECKS: ScriptedCheck[] = [
  { ts: 140_000, signaled: 160_000 },
  { ts: 260_000, signaled: 280_000 },
]

/** A database of recordings labelled `arm 0`, `arm 1`..., one for each list of outputs. */
export async function recorded<T>(
  arms: readonly (readonly ScriptedOutput[])[],
  work: (db: TestDatabase) => Promise<T>,
): Promise<T> {
  return inFolder(async (folder) => {
    const files = arms.map((outputs, i) => {
      const path = join(folder, `${i}.dat`)
      writeFileSync(path, buildDesktop(outputs, CHECKS))
      return [path, `arm ${i}`] as const
    })
    const db = await databaseOf(...files)
    try {
      return await work(db)
    } finally {
      db.close()
    }
  })
}
