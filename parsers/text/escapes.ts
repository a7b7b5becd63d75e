/** Escape sequences as C has them. */

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' }

/** Resolves the escape sequences of a C string. */
export function unescapeC(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|[\s\S])/g, (_, sequence: string) => {
    if (sequence.length > 1 && sequence.startsWith('x'))
      return String.fromCharCode(Number.parseInt(sequence.slice(1), 16))
    if (/^[0-7]/.test(sequence)) return String.fromCharCode(Number.parseInt(sequence, 8) & 0xff)
    return ESCAPES[sequence] ?? sequence
  })
}
