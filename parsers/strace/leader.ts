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

  constructor(sink: Sink, texts: TextIds) {
    this.threads = new Threads(sink, texts)
  }

  /** The thread of the line that `prefix` was read from; -1 if not known. To be asked for each line that has one. */
  thread(bytes: Uint8Array, number: number): number {
    return this.threads.of(this.prefix, bytes, number)
  }

  /** Sets `time` to the line's time. To be asked once per line: -r counts from line to line. */
  time(number: number, time: Time): void {
    this.clock.read(this.prefix, number, time)
  }
}
