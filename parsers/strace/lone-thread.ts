/**
 * Whose the lines without `[pid N]` are. Where strace -f writes to the terminal it prints the thread only while it traces
 * more than one (printleader() in strace.c of 4.5 to 7.2: `nprocs > 1 && !outfname`): any other line is the only one's that
 * is left. Where it is not certain which one that is, none is said.
 *
 * A thread is gone with `+++ exited with N +++`. Of those that -qq leaves out, with its call that returned `= ?`
 * (print_event_exit()), or with the SIGCHLD of its process; where no end was seen, one was left out.
 *
 * The thread that began alone is named when there are others. Each of these is announced before its first line, by
 * `strace: Process N attached`. With -q only a call that began in a line without a name, and goes on in one with it, tells.
 */
import { Processes } from './processes.ts'

/** Threads that are remembered at once. */
const MOST = 100_000

export class LoneThread {
  /** Whose such a line is; -1 if not known. */
  tid = -1
  /** Whether `line` is to be told of the next one. */
  isAwaited = true
  /** The thread that began alone, when it was named; else -1. Its lines that named none are those up to `until`. */
  first = -1
  until = Number.POSITIVE_INFINITY
  /** It began, is not named, and did not end. */
  private isNameless = false
  /** More than one was traced. */
  private isCrowd = false
  private wasAnnounced = false
  private wasEnd = false
  /** An execve() that goes on next is that of a thread in the place of another one. */
  private wasSuperseded = false
  /** strace prints `+++ exited with N +++`. */
  private endsAreTold = false
  /** Threads that were named and are not gone. */
  private readonly alive = new Set<number>()
  /** Those that seem to be gone: they are not where ends are told. */
  private readonly over = new Set<number>()
  /** Those that nobody announced: the first one may be among them, even if they are gone. */
  private readonly strangers = new Set<number>()
  /** Those that were made and have printed nothing yet. */
  private readonly silent = new Set<number>()
  private readonly processes = new Processes()

  /** A line that names no thread. */
  line(number: number): void {
    this.isAwaited = false
    if (this.isCrowd || this.wasAnnounced || this.wasEnd) this.until = number - 1
    else this.isNameless = true
  }

  /** A line that names another thread than the one before. */
  named(tid: number): void {
    this.isCrowd = true
    if (this.alive.has(tid)) return
    if (!this.over.delete(tid) && !this.silent.delete(tid) && this.isNameless) add(this.strangers, tid)
    add(this.alive, tid)
    this.update()
  }

  attached(tid: number): void {
    this.wasAnnounced = true
    this.over.delete(tid)
    this.silent.delete(tid)
    add(this.alive, tid)
    this.update()
  }

  /** A call has made a thread; `child` is 0 if it made none. `isThread`: of the same process. */
  made(tid: number, child: number, isThread: boolean): void {
    if (child === 0 || (!this.isNameless && (this.endsAreTold || !this.isCrowd))) return
    if (isThread && (tid >= 0 || this.isNameless)) this.processes.add(tid, child)
    if (!this.strangers.delete(child) && !this.alive.has(child) && !this.over.has(child)) add(this.silent, child)
    this.update()
  }

  /** A line that names this thread goes on with a call that began in one without a name. */
  resumes(tid: number): void {
    if (this.strangers.has(tid) && this.until === Number.POSITIVE_INFINITY) this.isFirst(tid)
    this.update()
  }

  /** A call of it, or its parent, tells that it is gone; `isProcess`: with all threads of its process. */
  seemsOver(tid: number, isProcess: boolean): void {
    if (tid < 0) this.firstEnds()
    else if (!this.endsAreTold && (this.isCrowd || this.wasAnnounced)) {
      for (const gone of isProcess ? this.processes.threads(tid) : [tid]) {
        if (this.alive.delete(gone) || this.silent.delete(gone)) add(this.over, gone)
        this.processes.remove(gone)
      }
      this.wasEnd = true
      this.update()
    }
  }

  /** execve() by a thread that is not its process's first one: it goes on under the number of that, the others are gone. */
  superseded(tid: number): void {
    this.wasSuperseded = true
    const [leader, ...others] = this.processes.threads(tid)
    if (leader !== undefined && this.over.delete(leader)) add(this.alive, leader)
    for (const gone of [tid, ...others]) this.end(gone)
  }

  /** There is a line `+++ exited with N +++`, which was not looked at yet. */
  tellsEnds(): void {
    if (this.endsAreTold) return
    this.endsAreTold = true
    for (const tid of this.over) add(this.alive, tid)
    this.over.clear()
    this.update()
  }

  end(tid: number): void {
    this.wasEnd = true
    if (tid < 0) this.firstEnds()
    for (const set of [this.alive, this.over, this.silent]) set.delete(tid)
    this.processes.remove(tid)
    this.update()
  }

  /**
   * execve() has succeeded in a line that names no thread. Where ends are not told, it may be that of a thread that took the
   * place of another one (-qqq does not tell that either), or the beginning of another run in the same file.
   */
  executed(): void {
    const isTold = this.endsAreTold || this.wasSuperseded
    this.wasSuperseded = false
    if (isTold || !this.isCrowd) return
    for (const set of [this.alive, this.over, this.silent]) set.clear()
    this.update()
  }

  /** A thread without a name has ended: nobody can name it any more. What follows may be another run (2>>log). */
  private firstEnds(): void {
    this.isNameless = false
    this.strangers.clear()
  }

  private isFirst(tid: number): void {
    this.first = tid
    this.isNameless = false
    this.strangers.clear()
    this.processes.rename(-1, tid)
  }

  private update(): void {
    const { alive, strangers, silent } = this
    if (this.isNameless && strangers.size === 1 && this.wasAnnounced) this.isFirst(only(strangers))
    // Among strangers that are gone, the nameless one may be gone as well.
    const nameless = this.isNameless && strangers.size === 0 ? 1 : 0
    const isOne = alive.size + nameless === 1 && (this.endsAreTold || silent.size === 0)
    const isTold = this.endsAreTold || !this.isNameless || nameless === 1
    const isKnown = isOne && isTold && (this.wasEnd || !this.isCrowd)
    this.tid = isKnown && nameless === 0 ? only(alive) : -1
    this.isAwaited = !isKnown && this.until === Number.POSITIVE_INFINITY
  }
}

const only = (tids: Set<number>): number => tids.values().next().value as number

function add(tids: Set<number>, tid: number): void {
  if (tids.size < MOST) tids.add(tid)
}
