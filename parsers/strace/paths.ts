/** What file descriptors are: the `<...>` that -y and -yy print behind them. */
import { isUpper, MORE, OPEN_BRACE } from '../text/bytes.ts'
import type { TextIds } from '../text/text-ids.ts'

export class Paths {
  /** Whether there was any: -y. */
  seen = false
  /** Whether there was one that only -yy prints. */
  detailed = false
  private readonly texts: TextIds

  constructor(texts: TextIds) {
    this.texts = texts
  }

  /** The id of the text between `<` and `>`. */
  id(bytes: Uint8Array, start: number, end: number): number {
    this.seen = true
    if (!this.detailed) this.detailed = isDetailed(bytes, start, end)
    return this.texts.id(bytes, start, end)
  }
}

/** `UNIX-STREAM:[1->2]`, `{eventfd-count=0}`, `/dev/null<char 1:3>`. */
const isDetailed = (bytes: Uint8Array, start: number, end: number): boolean =>
  isUpper(bytes[start]) || bytes[start] === OPEN_BRACE || bytes[end - 1] === MORE
