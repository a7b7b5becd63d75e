/** Which threads belong to one process, as far as the log shows how they were made. */

/** Threads that are remembered at once. */
const MOST = 100_000

export class Processes {
  /** The first thread of the process of each other one. */
  private readonly leaders = new Map<number, number>()
  /** The other threads of each first one. */
  private readonly others = new Map<number, Set<number>>()

  /** A thread made another one in its process. */
  add(maker: number, tid: number): void {
    if (this.leaders.size >= MOST) return
    this.remove(tid)
    const leader = this.leaders.get(maker) ?? maker
    const others = this.others.get(leader) ?? new Set()
    this.leaders.set(tid, leader)
    this.others.set(leader, others.add(tid))
  }

  /** All threads of the process of this one. */
  threads(tid: number): number[] {
    const leader = this.leaders.get(tid) ?? tid
    return [leader, ...(this.others.get(leader) ?? [])]
  }

  /** A first thread that had another number until now. */
  rename(before: number, tid: number): void {
    for (const other of this.threads(before).slice(1)) this.add(tid, other)
  }

  /** A thread is gone. */
  remove(tid: number): void {
    const leader = this.leaders.get(tid)
    if (leader === undefined) return
    const others = this.others.get(leader)
    this.leaders.delete(tid)
    others?.delete(tid)
    if (others?.size === 0) this.others.delete(leader)
  }
}
