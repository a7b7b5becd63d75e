/** The rows that are no events: names of threads, and events that the recorder lost. */
import type { Column } from '../../src/batch.ts'
import type { Sink } from '../../src/parser.ts'
import { comms, lostEvents } from '../../src/tables.ts'
import type { Time } from './cursors.ts'
import type { CpuCursor } from './ring-buffer.ts'

/** Saved command lines: `PID COMM` per line (tracefs saved_cmdlines). */
export function writeComms(text: string, sink: Sink): void {
  const writer = sink.table(comms)
  const [tid, pid, comm] = writer.columns as [Column, Column, Column]
  for (const line of text.split('\n')) {
    const match = /^\s*(\d+) (.*)$/.exec(line)
    if (!match) continue
    ;(tid.values as Int32Array)[writer.row] = Number(match[1])
    ;(pid.nulls as Uint8Array)[writer.row] = 1
    ;(comm.values as string[])[writer.row] = match[2] as string
    writer.next()
  }
}

/** Writes the gaps that ring-buffer pages report. */
export function lostEventsTable(sink: Sink) {
  return {
    /** The cursor's loss ended at `until` (undefined: no event came after it). */
    add(cursor: CpuCursor, until: Time | undefined, instance: string, lost: { total: number }): void {
      const writer = sink.table(lostEvents)
      const [since, ts, cpu, name, count, source] = writer.columns as [Column, Column, Column, Column, Column, Column]
      setTime(since, writer.row, cursor.hasLast ? { hi: cursor.lastHi, lo: cursor.lastLo } : undefined)
      setTime(ts, writer.row, until)
      ;(cpu.values as Int16Array)[writer.row] = cursor.cpu
      if (instance === '') (name.nulls as Uint8Array)[writer.row] = 1
      else (name.values as string[])[writer.row] = instance
      const known = cursor.loss?.count
      if (known === undefined) (count.nulls as Uint8Array)[writer.row] = 1
      else (count.values as BigInt64Array)[writer.row] = BigInt(known)
      lost.total += known ?? 0
      ;(source.values as string[])[writer.row] = 'page'
      writer.next()
      cursor.loss = undefined
    },
  }
}

/**
 * What the kernel itself counted per CPU (per_cpu/cpuN/stats): `overrun` events overwritten before they were read,
 * `dropped events` that found no room. The same losses as the marks in the pages, seen from the other side.
 */
export function writeCpuStats(stats: readonly string[], buffers: readonly string[], sink: Sink): void {
  const writer = sink.table(lostEvents)
  const [since, ts, cpu, name, count, source] = writer.columns as [Column, Column, Column, Column, Column, Column]
  let buffer = -1
  let lastCpu = Number.POSITIVE_INFINITY
  for (const text of stats) {
    const value = (key: string): number => Number(new RegExp(`^${key}: (\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN)
    const number = value('CPU')
    if (number <= lastCpu) buffer++
    lastCpu = number
    for (const [key, label] of [
      ['overrun', 'overrun'],
      ['dropped events', 'dropped'],
    ] as const) {
      const lost = value(key)
      if (!(lost > 0)) continue
      setTime(since, writer.row, undefined)
      setTime(ts, writer.row, undefined)
      ;(cpu.values as Int16Array)[writer.row] = number
      const instance = buffers[buffer] ?? ''
      if (instance === '') (name.nulls as Uint8Array)[writer.row] = 1
      else (name.values as string[])[writer.row] = instance
      ;(count.values as BigInt64Array)[writer.row] = BigInt(lost)
      ;(source.values as string[])[writer.row] = label
      writer.next()
    }
  }
}

function setTime(column: Column, row: number, time: Time | undefined): void {
  if (!time) (column.nulls as Uint8Array)[row] = 1
  else {
    column.words[2 * row] = time.lo
    column.words[2 * row + 1] = time.hi
  }
}
