/** The comparison as JSON: the fields of src/report.ts. */
import type { Report } from '../report.ts'

/** Grows with every change of the fields that breaks readers. */
const FORMAT = 1

export const renderJson = (report: Report): string => `${JSON.stringify({ format: FORMAT, ...report }, null, 2)}\n`
