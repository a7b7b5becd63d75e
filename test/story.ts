/**
 * Hand-written traces: `TS THREAD EVENT key=value ...`, one event per line, into a database in memory.
 *
 *     100 kwin sys_enter_poll nfds=1 timeout_msecs=0
 *     105 kwin sys_exit_poll ret=0
 *
 * `lost 100..200` is a loss of the recorder. Threads get their names as comms and numbers from 1 on; `kwin` is called
 * kwin_wayland.
 */
import type { Column } from '../src/batch.ts'
import { prepareDatabase, transaction } from '../src/bootstrap.ts'
import { openDatabase } from '../src/database.ts'
import { KERNEL_EVENTS } from '../src/kernel-events.ts'
import { loadCapture } from '../src/load-capture.ts'
import type { Parser, Sink } from '../src/parser.ts'
import { comms, lostEvents } from '../src/tables.ts'
import type { TestDatabase } from './open.ts'

const REQUESTS: Record<string, bigint> = {
  EXPORT: 0xc0086202n,
  ATOMIC: 0xc03864bcn,
  DEADLINE: 0x40103e05n,
  FD_TO_HANDLE: 0xc00c642en,
  HANDLE_TO_FD: 0xc00c642dn,
  MERGE: 0xc0303e03n,
  SYNCOBJ_SIGNAL: 0xc01864cdn, // DRM_IOCTL_SYNCOBJ_TIMELINE_SIGNAL
  QBUF: 0xc058560fn,
  EXPBUF: 0xc0405610n,
}

export async function story(...captures: readonly string[]): Promise<TestDatabase> {
  const database = await openDatabase(':memory:')
  const catalogue = await prepareDatabase(database)
  for (const [i, text] of captures.entries()) {
    const input = {
      path: `story ${i + 1}`,
      size: 1,
      bytes: 1,
      read: () => new Uint8Array(0),
      given: undefined,
      sha256: () => `${i}`,
      facts: {},
      problems: [],
      close: () => {},
    }
    const parser: Parser = {
      name: 'story',
      title: 'story',
      sniff: () => true,
      *parse(_, sink) {
        write(text, sink)
        yield 1
      },
    }
    await transaction(database, () => loadCapture(database, catalogue, input, parser, { label: `${i + 1}` }))
  }
  const plain = (value: unknown) => (typeof value === 'bigint' ? Number(value) : value)
  const query = async (sql: string) =>
    (await database.rows(sql)).map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, plain(v)])))
  return { ...database, query }
}

function write(text: string, sink: Sink): void {
  sink.facts({ format: 'story', clock: 'mono', machine: 'x86_64' })
  const tids = new Map<string, number>()
  for (const line of text.split('\n').map((l) => l.trim())) {
    if (line === '') continue
    const lost = /^lost (\d+)\.\.(\d+)$/.exec(line)
    if (lost) {
      row(sink, lostEvents, { since_ts: BigInt(lost[1]!), ts: BigInt(lost[2]!), cpu: 0, count: 1n, source: 'page' })
      continue
    }
    const [ts = '', thread = '', event = '', ...fields] = line.split(/\s+/)
    const spec = KERNEL_EVENTS.find((e) => e.name === event && e.schema !== 'raw_syscalls')
    if (!spec) throw new Error(`no such event: ${line}`)
    if (!tids.has(thread)) tids.set(thread, tids.size + 1)
    const values: Record<string, bigint | number | string> = { ts: BigInt(ts), cpu: 0, tid: tids.get(thread)! }
    for (const field of fields) {
      const [key = '', value = ''] = field.split('=')
      values[key] = REQUESTS[value] ?? (/^-?\d+$/.test(value) ? BigInt(value) : value)
    }
    row(sink, spec, values)
  }
  for (const [name, tid] of tids) row(sink, comms, { tid, comm: name === 'kwin' ? 'kwin_wayland' : name })
}

function row(sink: Sink, spec: Parameters<Sink['table']>[0], values: Record<string, bigint | number | string>): void {
  const writer = sink.table(spec)
  for (const column of writer.columns as Column[]) {
    const value = values[column.spec.name]
    if (value === undefined) {
      if (column.nulls) column.nulls[writer.row] = 1
      else if (!Array.isArray(column.values)) column.values[writer.row] = (column.wide ? 0n : 0) as never
    } else if (column.spec.type === 'TEXT') (column.values as Int32Array)[writer.row] = sink.strings.idOf(String(value))
    else if (Array.isArray(column.values)) column.values[writer.row] = String(value)
    else column.values[writer.row] = (column.wide ? BigInt(value) : Number(value)) as never
  }
  writer.next()
}
