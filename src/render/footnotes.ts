/** Numbered notes: warnings of rows, each text once. */
import type { Comparison } from '../report.ts'

export interface Footnotes {
  /** ` [1,2]`: the numbers of a row's warnings; empty for a row without. */
  mark(row: Pick<Comparison, 'warnings'>): string
  /** The notes that were marked: `[1] fewer than 30 events (after): ...`. */
  lines(): string[]
}

export function footnotes(): Footnotes {
  const numbers = new Map<string, number>()
  const numberOf = (text: string): number => {
    const number = numbers.get(text) ?? numbers.size + 1
    numbers.set(text, number)
    return number
  }
  return {
    mark: (row) => (row.warnings.length === 0 ? '' : ` [${row.warnings.map(numberOf).join(',')}]`),
    lines: () => [...numbers].map(([text, number]) => `[${number}] ${text}.`),
  }
}
