/**
 * The kernel's constant strings of a recording: `0xffffffff82a4e3b8 : "text\n"` per line (tracefs printk_formats).
 * Source: kernel/trace/trace_printk.c, t_show(); libtraceevent tep_parse_printk_formats().
 */
import { unescapeC } from '../../text/escapes.ts'

/** The strings by address, without the newline at their end. */
export function printkFormatsOf(text: string): Map<bigint, string> {
  const strings = new Map<bigint, string>()
  for (const line of text.split('\n')) {
    const match = /^\s*(?:0x)?([0-9a-f]{1,16})\s*:\s(.*)$/i.exec(line)
    if (!match) continue
    const quoted = (match[2] as string).replace(/^"/, '').replace(/"$/, '').replace(/\\n$/, '')
    strings.set(BigInt(`0x${match[1]}`), unescapeC(quoted))
  }
  return strings
}
