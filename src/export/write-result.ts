/** A query's result to a file or a stream, in any form, without holding more of it than a batch. */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import { finished } from 'node:stream/promises'
import { ResultReturnType } from '@duckdb/node-api'
import { type Database, sqlError } from '../database.ts'
import { TraceError } from '../errors.ts'
import { ROW_FORMS, type RowForm, renderRows, STREAM_FORMS } from '../render/rows.ts'
import { quoteText } from '../sql-text.ts'
import { systemError } from '../system-error.ts'
import { writeArrow } from './arrow.ts'

export const RESULT_FORMS = [...ROW_FORMS, 'arrow', 'parquet'] as const
export type ResultForm = (typeof RESULT_FORMS)[number]

export interface Destination {
  /** The stream that is written to where no file is named. */
  readonly out: NodeJS.WritableStream & { readonly isTTY?: boolean }
  readonly file?: string | undefined
}

/** Runs a statement and writes its rows. Returns their number; a statement without rows (CREATE, SET) writes nothing. */
export async function writeQuery(
  database: Database,
  statement: string,
  form: ResultForm,
  to: Destination,
): Promise<number> {
  if (form === 'parquet') return writeParquet(database, statement, to)
  if (form === 'arrow' && to.file === undefined && to.out.isTTY) {
    throw new TraceError('arrow is bytes, and the terminal shows text', { hint: 'name a file: -o rows.arrow' })
  }
  const result = await database.connection.stream(statement).catch((error) => {
    throw sqlError(error)
  })
  if (result.returnType !== ResultReturnType.QUERY_RESULT) return 0
  const sink = await openSink(to)
  try {
    return form === 'arrow' ? await writeArrow(result, sink.write) : await writeRows(result, form, sink.write)
  } catch (error) {
    throw error instanceof TraceError ? error : sqlError(error)
  } finally {
    await sink.close()
  }
}

type Result = Awaited<ReturnType<Database['connection']['stream']>>
type Write = (data: string | Uint8Array) => Promise<void>

async function writeRows(result: Result, form: RowForm, write: Write): Promise<number> {
  const names = result.deduplicatedColumnNames()
  if (form === 'table') {
    const rows = await result.getRowsJS()
    await write(renderRows(names, rows, form))
    return rows.length
  }
  const { head, row, end } = STREAM_FORMS[form]
  await write(head(names))
  let n = 0
  for await (const rows of result.yieldRowsJs()) {
    await write(rows.map((cells) => row(names, cells, n++ === 0)).join(''))
  }
  await write(n === 0 && form === 'json' ? ']\n' : end)
  return n
}

async function openSink(to: Destination): Promise<{ write: Write; close: () => Promise<void> }> {
  if (to.file === undefined) {
    const write = async (data: string | Uint8Array) => {
      if (data.length > 0 && !to.out.write(data)) await once(to.out, 'drain')
    }
    return { write, close: async () => {} }
  }
  const { file } = to
  const stream = createWriteStream(file)
  const done = finished(stream).catch((error) => {
    throw systemError(error, file)
  })
  done.catch(() => {}) // told by close
  return {
    write: async (data) => {
      if (!stream.write(data)) await Promise.race([once(stream, 'drain'), done])
    },
    close: async () => {
      stream.end()
      await done
    },
  }
}

async function writeParquet(database: Database, statement: string, to: Destination): Promise<number> {
  if (to.file === undefined) {
    throw new TraceError('parquet needs a file to write to', { hint: 'name one: -o rows.parquet' })
  }
  const query = statement.trim().replace(/;\s*$/, '')
  const result = await database.connection
    .runAndReadAll(`COPY (${query}\n) TO ${quoteText(resolve(to.file))} (FORMAT parquet)`)
    .catch((error) => {
      throw sqlError(error)
    })
  return Number(result.getRows()[0]?.[0] ?? 0)
}
