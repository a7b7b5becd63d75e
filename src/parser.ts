/**
 * The seam between formats and storage. A parser reads an `Input` and writes typed rows into a `Sink`; it knows nothing
 * of DuckDB, paths or the terminal, so the same parser runs from a file, from stdin and from bytes.
 */
import type { RowWriter } from './batch.ts'
import type { TableSpec } from './schema.ts'
import type { Selection, SelectionKey } from './selection.ts'
import type { Strings } from './strings.ts'

export type { Selection } from './selection.ts'

/** Bytes at any offset. `read` returns fewer bytes than asked for only at the end. */
export interface Input {
  readonly size: number
  /** The bytes [offset, offset + length), valid until the next call. */
  read(offset: number, length: number): Uint8Array
}

/** Something that could not be read: what, where, and what to do. Stored in the table `problems`. */
export interface Problem {
  /** A short stable name, e.g. `truncated-page`. */
  kind: string
  /** Where: `+0x1f40` or `line 12`. */
  at: string
  /** What was found, with numbers. */
  detail: string
  /** What the user can do about it. */
  hint?: string
  /** How many records could not be stored because of it (0 if none or not known). */
  skipped?: number
}

/** What a recording says of itself; the columns of `captures`. Absent means: the file does not say. */
export interface CaptureFacts {
  /** The parser's name and the variant, e.g. `trace.dat v7 zstd`. */
  format: string
  /** `uname` of the recorded machine, or the kernel release. */
  kernel?: string
  /** The machine's architecture, e.g. `x86_64`. */
  machine?: string
  /** The clock of every `ts`: `local`, `mono`, `realtime`... */
  clock?: string
  /** What `ts` counts: `ns`, or `ticks` where the clock does not measure time (counter). */
  clockUnit?: 'ns' | 'ticks'
  /** The smallest step of `ts` in ns: 1000 for strace's microseconds. */
  resolution?: number
  /** The program and version that recorded. */
  recorder?: string
  cpus?: number
  /** Records that the recorder itself says it lost. */
  lostEvents?: number
  /** The thread of rows without a `tid` whose `seq` is at most `until`: it was named only later. */
  firstThread?: { tid: number; until: number }
  /** Whatever else the file says (trace id, time shift, options...), kept as JSON. */
  more?: Record<string, unknown>
}

/** Where a parser puts what it reads. */
export interface Sink {
  /** The writer of a table's rows; the same object for the same spec. */
  table(spec: TableSpec): RowWriter
  /** Event tables that the database has already, as the recordings before declared them: what a text does not tell. */
  readonly known: readonly TableSpec[]
  /** The dictionary that `TEXT` columns refer to. */
  readonly strings: Strings
  problem(problem: Problem): void
  /** May be called several times; later facts override earlier ones. */
  facts(facts: Partial<CaptureFacts>): void
  /** Counts records read that did not become a row for a reason that is no problem (filtered, or no information). */
  skip(reason: string, count?: number): void
}

/** How much of the beginning a parser may look at to recognise its format. */
export const HEAD_BYTES = 64 * 1024

export interface Parser {
  /** The folder's name, e.g. `trace-dat`. */
  readonly name: string
  /** One line for `tracealyze list formats`. */
  readonly title: string
  /** Whether the first bytes (up to HEAD_BYTES) are this format. By content alone, never by name. */
  sniff(head: Uint8Array): boolean
  /** What a selection may ask of it; records that are not wanted are skipped as `not selected`. Nothing if left out. */
  readonly selects?: readonly SelectionKey[]
  /** Loads what parsing needs and cannot be loaded synchronously; awaited before parse. */
  prepare?(): Promise<void>
  /**
   * Reads everything. Yields now and then the number of bytes done, so that the caller can store, show progress or stop.
   * Bad content becomes a problem; throws TraceError only when the file is not this format after all.
   */
  parse(input: Input, sink: Sink, selection?: Selection): Iterable<number>
}
