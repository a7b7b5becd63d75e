/** Plain-text layout: wrapping and columns of fixed width. */

/** Breaks a text into lines of at most `width`, not before a per cent sign; later lines are indented. Longer words are cut. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = []
  let line = ''
  for (let word of text.split(/\s+(?!%)/)) {
    const room = () => width - (lines.length > 0 || line !== '' ? indent.length : 0)
    if (line !== '' && line.length + 1 + word.length <= width) line += ` ${word}`
    else {
      if (line !== '') lines.push(line)
      while (word.length > room()) {
        lines.push((lines.length > 0 ? indent : '') + word.slice(0, room()))
        word = word.slice(room())
      }
      line = (lines.length > 0 ? indent : '') + word
    }
  }
  if (line !== '') lines.push(line)
  return lines
}

/** Columns: the first left-aligned and as wide as is left, the others right-aligned to their widest cell. */
export function columns(rows: readonly (readonly string[])[], width: number, indent = '  '): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: count }, (_, i) => Math.max(0, ...rows.map((row) => (row[i] ?? '').length)))
  const others = widths.slice(1).reduce((sum, w) => sum + w + 2, 0)
  const first = Math.min(widths[0] ?? 0, width - indent.length - others)
  return rows.map((row) => {
    const head = (row[0] ?? '').slice(0, first).padEnd(first)
    const rest = row.slice(1).map((cell, i) => `  ${cell.padStart(widths[i + 1] ?? 0)}`)
    return `${indent}${head}${rest.join('')}`.trimEnd()
  })
}
