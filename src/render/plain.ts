/** The report with every text of it made safe before anything is laid out: widths count what is printed. */
import type { Report } from '../report.ts'

export const withTexts = (report: Report, change: (text: string) => string): Report => mapped(report, change) as Report

function mapped(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => mapped(item, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapped(item, change)]))
}

/** A name for a column: at most 14 characters, `~` where it was cut. */
export const shortName = (name: string): string => (name.length > 14 ? `${name.slice(0, 13)}~` : name)
