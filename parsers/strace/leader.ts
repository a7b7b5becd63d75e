/** Who made the call of a line, and when. */
import type { Sink } from '../../src/parser.ts'
import type { TextIds } from '../text/text-ids.ts'
import type { Time } from '../text/time.ts'
import { Clock } from './clock.ts'
import { Prefix } from './prefix.ts'
import { Threads } from './threads.ts'

export class Leader {
  readonly prefix = new Prefix()
  readonly clock = new Clock()
  readonly threads: Threads

  /** `tid`: the thread of lines that name none; -1 if not known. */
  constructor(sink: Sink, texts: TextIds, tid: number) {
    this.threads = new Threads(sink, texts, tid)
  }

  /** The thread of the line that `prefix` was read from; -1 if not known. */
  thread(bytes: Uint8Array): number {
    return this.threads.of(this.prefix, bytes)
  }

  /** Sets `time` to the line's time. To be asked once per line: -r counts from line to line. */
  time(number: number, time: Time): void {
    this.clock.read(this.prefix, number, time)
  }
}
