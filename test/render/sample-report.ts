/** The report of the samples, and the database that it is from. */
import { resolve } from 'node:path'
import { type CompareOptions, compare } from '../../src/compare.ts'
import type { Report } from '../../src/report.ts'
import { databaseOf, type TestDatabase } from '../open.ts'

export const sample = (name: string): string => resolve(import.meta.dirname, '../../samples/trace-dat', name)

export async function sampleReport(
  options: Partial<CompareOptions> = {},
): Promise<{ db: TestDatabase; report: Report }> {
  const db = await databaseOf([sample('before.dat'), 'before'], [sample('after.dat'), 'after'])
  const report = await compare(db, ['before', 'after'], {
    process: 'kwin_wayland',
    producer: 'videobuf2',
    ...options,
  })
  return { db, report }
}

/** The report with names as a hostile trace would have them. */
export function hostile(report: Report): Report {
  const evil = `</script><img src=x onerror=alert(1)>"'\`|=cmd,\n\u001b[31m\u2028é`
  return {
    ...report,
    arms: report.arms.map((arm, i) => ({
      ...arm,
      name: i === 0 ? evil : arm.name,
      captures: arm.captures.map((c) => ({ ...c, path: evil, kernel: evil })),
    })),
    perFrame: report.perFrame.map((c, i) => (i < 6 ? { ...c, group: evil, title: evil, warnings: [evil] } : c)),
    notes: [['board', evil]],
    limits: [...report.limits, evil],
  }
}
