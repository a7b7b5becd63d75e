/**
 * The ftrace instance of each event. Its name stands before the thread's, `kwin:   bash-7   [000]`; where trace-cmd
 * report tells of lost events, it stands before that, and the event behind has none (process_record() and
 * trace_show_data() in tracecmd/trace-read.c, trace-cmd 3.1.6 and 3.4):
 *
 *     kwin: CPU:0 [4 EVENTS DROPPED]
 *              bash-7     [000]     1.000060: sys_exit_ioctl:       0x0
 */
import type { Strings } from '../../src/strings.ts'
import { isSame } from '../text/bytes.ts'
import { textOf } from '../text/source.ts'
import type { LineHead } from './line-head.ts'

interface Instance {
  readonly name: string
  readonly bytes: Uint8Array
  /** The id of the name; -1 for the top buffer. */
  readonly id: number
}

/** Instances that are found by their bytes; recordings have a few. */
const MOST = 32

const TOP: Instance = { name: '', bytes: new Uint8Array(0), id: -1 }

export class Instances {
  /** That of the event being read. */
  current = TOP
  private readonly strings: Strings
  private readonly known: Instance[] = []
  /** That of the mark of lost events that stands before the event. */
  private marked: Instance | undefined

  constructor(strings: Strings) {
    this.strings = strings
  }

  /** Looks at the head of an event. */
  see({ instanceStart, instanceEnd }: LineHead, bytes: Uint8Array): void {
    this.current = instanceEnd > instanceStart ? this.find(bytes, instanceStart, instanceEnd) : (this.marked ?? TOP)
    this.marked = undefined
  }

  /** A mark of lost events; '' for the top buffer. */
  mark(name: string): void {
    this.marked = name === '' ? TOP : { name, bytes: TOP.bytes, id: this.strings.idOf(name) }
  }

  private find(bytes: Uint8Array, start: number, end: number): Instance {
    for (const instance of this.known) if (isSame(instance.bytes, bytes, start, end)) return instance
    const name = textOf(bytes, start, end)
    const instance = { name, bytes: bytes.slice(start, end), id: this.strings.idOf(name) }
    if (this.known.length < MOST) this.known.push(instance)
    return instance
  }
}
