/** Text of traces in HTML: nothing in it is markup or script. */
import { printable } from '../../format.ts'

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text for an element or an attribute in quotes. */
export const escapeHtml = (text: string): string => printable(text).replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c)

/** The same with its lines kept. */
export const escapeLines = (text: string): string => text.split('\n').map(escapeHtml).join('\n')

/** JSON that can stand in a script element: no `<`, so no `</script>` and no `<!--`. */
export const jsonForScript = (value: unknown): string =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
