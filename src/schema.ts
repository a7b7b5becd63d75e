/** Tables and columns as data: what parsers declare and what the database is made from. */

/**
 * Column types. All but VARCHAR are stored as DuckDB names them. `TEXT` reads as VARCHAR and is stored as an id into the
 * dictionary `store.strings`, for values that repeat (a VARCHAR costs four times as much to store). `BLOB` and `LIST`
 * and `ULIST` are kept in the dictionary too, as hexadecimal and as `[1, 2]`, and read as BLOB, BIGINT[] and UBIGINT[].
 */
export type ColumnType =
  | 'BOOLEAN'
  | 'TINYINT'
  | 'UTINYINT'
  | 'SMALLINT'
  | 'USMALLINT'
  | 'INTEGER'
  | 'UINTEGER'
  | 'BIGINT'
  | 'UBIGINT'
  | 'DOUBLE'
  | 'VARCHAR'
  | 'TEXT'
  | 'BLOB'
  | 'LIST'
  | 'ULIST'

export interface ColumnSpec {
  readonly name: string
  readonly type: ColumnType
  /** One sentence: what it is, its unit. Becomes the column's COMMENT. */
  readonly comment?: string
  /** May be NULL. Only such columns have a `nulls` mask in a batch. */
  readonly nullable?: boolean
  /** The number of elements of a fixed array of this type; stored as one column each, read as a list. */
  readonly length?: number
}

/** A table that a parser writes. `capture` is added by the loader and is not among the columns. */
export interface TableSpec {
  /** The schema: the ftrace system (`sched`), `strace`, or `main`. */
  readonly schema: string
  readonly name: string
  readonly columns: readonly ColumnSpec[]
  readonly comment?: string
  /** Its rows are parts of rows of another table and no events of their own: they are not counted as events. */
  readonly detail?: boolean
  /** It is read through the views of other tables only. */
  readonly part?: boolean
  /** What is read, where that is not what is stored. */
  readonly view?: ViewSpec
}

/**
 * The view of a table that is stored in parts. Of such tables and their parts there are views in `store` as well, which
 * show what is stored, texts joined: `store.<schema>_<name>`.
 */
export interface ViewSpec {
  /** The columns behind `capture`. */
  readonly columns: readonly ColumnSpec[]
  readonly select: string
  /** The same with the ids of texts, for queries that want few of them: the view `store.<schema>_<name>_ids`. */
  readonly ids: string
}

/** Schemas with a meaning of their own: an ftrace system of that name gets `_events` behind it. */
const RESERVED = ['main', 'temp', 'store', 'metric', 'reference', 'information_schema', 'pg_catalog', 'strace']

/** The schema in which the tables of an ftrace system are kept. */
export const eventSchema = (system: string): string =>
  RESERVED.includes(system.toLowerCase()) ? `${system}_events` : system
