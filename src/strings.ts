/** The dictionary of repeated strings: text <-> small integer id. */

/** U+FEFF is kept where a text begins with it: texts that differ stay different. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 text; bytes that are not valid UTF-8 appear as `\xNN` so that nothing is lost or guessed. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  const part = bytes.subarray(start, end)
  try {
    return decoder.decode(part)
  } catch {
    return escapeInvalid(part)
  }
}

function escapeInvalid(part: Uint8Array): string {
  let text = ''
  for (let i = 0; i < part.length; ) {
    const width = [1, 2, 3, 4].find((n) => i + n <= part.length && isText(part.subarray(i, i + n)))
    text += width ? decoder.decode(part.subarray(i, i + width)) : `\\x${(part[i] ?? 0).toString(16).padStart(2, '0')}`
    i += width ?? 1
  }
  return text
}

function isText(part: Uint8Array): boolean {
  try {
    return [...decoder.decode(part)].length === 1
  } catch {
    return false
  }
}

interface Entry {
  id: number
  bytes: Uint8Array
  next: Entry | undefined
}

/** Characters (and bytes) of all texts that are remembered. */
const MOST_CHARACTERS = 32 << 20

/**
 * Gives each distinct text one id. Remembers at most `limit` texts, and not the longest ones, so that a recording whose
 * every text differs costs bounded memory: beyond that a text that is not remembered gets a new id each time (correct,
 * only larger).
 */
export class Strings {
  /** Texts not yet stored by the owner of the dictionary, in order of id from `firstNew`. */
  fresh: string[] = []
  /** What it began with. */
  readonly known: readonly (readonly [id: number, text: string])[]
  firstNew: number
  private readonly byText = new Map<string, number>()
  private readonly byHash = new Map<number, Entry>()
  private remembered = 0
  private bytes = 0
  private characters = 0
  private readonly limit: number

  /** `known`: texts that the database has already; `nextId`: the first id that is free in it. */
  constructor(known: readonly (readonly [id: number, text: string])[] = [], nextId = 0, limit = 200_000) {
    this.known = known
    this.limit = limit
    this.firstNew = nextId
    for (const [id, text] of known) this.byText.set(text, id)
  }

  /** The id of a text. */
  idOf(text: string): number {
    const known = this.byText.get(text)
    if (known !== undefined) return known
    const id = this.firstNew + this.fresh.length
    this.fresh.push(text)
    if (this.byText.size < this.limit && this.characters + text.length <= MOST_CHARACTERS) {
      this.byText.set(text, id)
      this.characters += text.length
    }
    return id
  }

  /** The id of a text that its caller remembers: looked up, but not remembered here. */
  idOnce(text: string): number {
    return this.byText.get(text) ?? this.firstNew + this.fresh.push(text) - 1
  }

  /** The id of the text in bytes [start, end); the fast way for bytes that were seen before. */
  id(bytes: Uint8Array, start: number, end: number): number {
    let hash = (end - start) | 0
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0
    const head = this.byHash.get(hash)
    for (let e = head; e; e = e.next) if (same(e.bytes, bytes, start, end)) return e.id
    const id = this.idOf(decodeText(bytes, start, end))
    if (this.remembered < this.limit && this.bytes + end - start <= MOST_CHARACTERS) {
      this.remembered++
      this.bytes += end - start
      this.byHash.set(hash, { id, bytes: Uint8Array.prototype.slice.call(bytes, start, end), next: head })
    }
    return id
  }

  /** Texts that another dictionary, which began with the same ids, has added. */
  add(texts: readonly string[]): void {
    for (const text of texts) this.fresh.push(text)
  }

  /** Takes the texts that were added since the last call, for storing. */
  takeFresh(): { firstId: number; texts: string[] } {
    const taken = { firstId: this.firstNew, texts: this.fresh }
    this.firstNew += this.fresh.length
    this.fresh = []
    return taken
  }
}

function same(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false
  return true
}
