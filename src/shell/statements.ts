/** Where statements end: at a `;` that stands in no text, name or comment. */

/** Texts, quoted names, comments, dollar-quoted texts; each may be open at the end. */
const TOKEN = /'(?:[^']|'')*('|$)|"(?:[^"]|"")*("|$)|--[^\n]*|\/\*[\s\S]*?(\*\/|$)|(\$\w*\$)[\s\S]*?(\4|$)|;/g

/** Splits a text into whole statements (without their `;`) and what is left behind the last one. */
export function splitStatements(text: string): { readonly whole: string[]; readonly rest: string } {
  const whole: string[] = []
  let start = 0
  for (const match of text.matchAll(TOKEN)) {
    if (match[0] !== ';') continue
    const statement = text.slice(start, match.index).trim()
    if (!isBlank(statement)) whole.push(statement)
    start = match.index + 1
  }
  const rest = text.slice(start)
  return { whole, rest: isBlank(rest) && isClosed(rest) ? '' : rest }
}

/** Whether a text holds nothing but spaces and comments. */
export const isBlank = (text: string): boolean => text.replace(/--[^\n]*|\/\*[\s\S]*?(\*\/|$)/g, '').trim() === ''

/** Whether a comment at the end is closed. */
const isClosed = (text: string): boolean => text.lastIndexOf('/*') <= text.lastIndexOf('*/')

/** The parts of a script in order: dot-commands (a line of their own, between statements) and statements. */
export function splitScript(script: string): string[] {
  const parts: string[] = []
  let open = ''
  for (const line of script.split(/\r?\n/)) {
    if (isBlank(open) && line.startsWith('.')) {
      parts.push(line.trim())
      open = ''
      continue
    }
    const { whole, rest } = splitStatements(`${open}${line}\n`)
    parts.push(...whole)
    open = rest
  }
  if (!isBlank(open)) parts.push(open.trim())
  return parts
}
