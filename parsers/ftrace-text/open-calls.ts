/**
 * The names of the functions that return: function_graph prints `}` alone where the call stands in the lines before (as
 * the kernel does, by depth; trace-cmd report never names it).
 */
import type { EventTable } from './event-table.ts'

/** Depth of the deepest call that is remembered (FTRACE_RETFUNC_DEPTH in the kernel is 50). */
const MOST_DEPTH = 256

/** Threads whose calls are remembered. */
const MOST_KEYS = 100_000

export class OpenCalls {
  /** By CPU or thread: ids of names by depth, 0 where none is open. */
  private readonly calls = new Map<number, Int32Array>()

  /** Looks at the row of a call or return, and gives a return its name. `key`: the CPU, or the thread. */
  see(table: EventTable, row: number, key: number): void {
    const [, depthField, name, duration] = table.fields
    if (!depthField || !name || !duration || depthField.isNull(row)) return
    const depth = depthField.integer(row)
    if (depth < 0 || depth >= MOST_DEPTH) return
    const open = this.of(key)
    if (table.writer.spec.name === 'funcgraph_entry') {
      // A call with a duration has returned already.
      open[depth] = duration.isNull(row) && !name.isNull(row) ? name.integer(row) + 1 : 0
      return
    }
    const known = open[depth] as number
    open[depth] = 0
    if (name.isNull(row) && known > 0) name.setId(known - 1, row)
  }

  /** Forgets the calls that were open: lines are missing. */
  clear(): void {
    this.calls.clear()
  }

  private of(key: number): Int32Array {
    let open = this.calls.get(key)
    if (!open) {
      if (this.calls.size >= MOST_KEYS) this.calls.clear()
      open = new Int32Array(MOST_DEPTH)
      this.calls.set(key, open)
    }
    return open
  }
}
