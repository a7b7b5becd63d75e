/** The tables that always exist, one declaration each. Event tables are declared by what a recording holds (and below, by what the queries need). */
import type { ColumnSpec, TableSpec } from './schema.ts'

const column = (name: string, type: ColumnSpec['type'], comment: string, nullable = false): ColumnSpec => ({
  name,
  type,
  comment,
  ...(nullable ? { nullable } : {}),
})

export const captures: TableSpec = {
  schema: 'main',
  name: 'captures',
  comment: 'One row per recording that was ingested.',
  columns: [
    column('label', 'VARCHAR', 'The arm of the comparison it belongs to (--label), e.g. before.'),
    column('run', 'INTEGER', 'The number of the run within its label, from 1 (--run).'),
    column(
      'path',
      'VARCHAR',
      'Where the file was, as given to ingest; - is standard input, FILE.* a set of strace -ff.',
    ),
    column(
      'sha256',
      'VARCHAR',
      'SHA-256 of the file as given (compressed), in hexadecimal; captures that share it differ in their selection. Of a set, that of a line "TID BYTES SHA256" per file.',
    ),
    column('bytes', 'BIGINT', 'Size of the file as given, in bytes.'),
    column('format', 'VARCHAR', 'The format and its variant, e.g. trace.dat v7 zstd.'),
    column(
      'recorder',
      'VARCHAR',
      'The program that recorded it and its version; NULL where the file does not say.',
      true,
    ),
    column('kernel', 'VARCHAR', 'Kernel release of the recorded machine; NULL where the file does not say.', true),
    column('machine', 'VARCHAR', 'Architecture of the recorded machine; NULL where the file does not say.', true),
    column('cpus', 'INTEGER', 'CPUs of the recorded machine; NULL where the file does not say.', true),
    column('clock', 'VARCHAR', 'The clock of every ts of this capture, e.g. local, mono, realtime.', true),
    column('clock_unit', 'VARCHAR', 'What ts counts: ns, or ticks where the clock does not measure time in ns.'),
    column('resolution', 'BIGINT', 'The smallest step of ts in ns: 1 for ftrace, 1000 for microseconds.'),
    column('start_ts', 'BIGINT', 'Time of the first event; NULL without events.', true),
    column('end_ts', 'BIGINT', 'Time of the last event; NULL without events.', true),
    column('records', 'BIGINT', 'Records read: events + skipped.'),
    column('events', 'BIGINT', 'Records stored as rows of event tables.'),
    column('skipped', 'BIGINT', 'Records read but not stored; skip_reasons and the table problems say why.'),
    column('skip_reasons', 'VARCHAR', 'Records not stored, counted by reason, as JSON.'),
    column('lost_events', 'BIGINT', 'Events that the recorder itself says it lost; the table lost_events says where.'),
    column('unknown_losses', 'BIGINT', 'Gaps whose number of lost events the recorder did not keep.'),
    column('selection', 'VARCHAR', 'What part of the file was asked for at ingest, as JSON; NULL: everything.', true),
    column('facts', 'VARCHAR', 'Whatever else the file says of itself, as JSON.'),
    column('tracealyze', 'VARCHAR', 'Version of tracealyze that ingested it.'),
  ],
}

export const comms: TableSpec = {
  schema: 'main',
  name: 'comms',
  comment: 'Names of threads as the recorder saved them; the table threads joins them with what the events say.',
  columns: [
    column('tid', 'INTEGER', 'Thread id.'),
    column('pid', 'INTEGER', 'Process (thread group) id; NULL where the recording does not tell.', true),
    column('comm', 'VARCHAR', 'Name of the thread; NULL where the recording does not tell.', true),
  ],
}

export const lostEvents: TableSpec = {
  schema: 'main',
  name: 'lost_events',
  comment: 'Gaps in the recording: events were lost, or cannot be read. Intervals that span a gap are not measured.',
  columns: [
    column('since_ts', 'BIGINT', 'Time of the last event before the gap on that CPU; NULL at the beginning.', true),
    column('ts', 'BIGINT', 'Time of the first event after the gap on that CPU; NULL at the end.', true),
    column('cpu', 'SMALLINT', 'CPU whose buffer lost events.'),
    column('instance', 'VARCHAR', 'The ftrace instance; NULL for the top buffer.', true),
    column('count', 'BIGINT', 'How many events were lost; NULL where the recorder did not keep the number.', true),
    column(
      'source',
      'VARCHAR',
      'Who says so: page (a mark in the data, or data that cannot be read), overrun or dropped (per_cpu/cpuN/stats).',
    ),
  ],
}

export const problems: TableSpec = {
  schema: 'main',
  name: 'problems',
  comment: 'What could not be read, where, and what to do about it.',
  columns: [
    column('kind', 'VARCHAR', 'Short stable name, e.g. truncated-data.'),
    column('place', 'VARCHAR', 'Where: a byte offset like +0x1f40, or line 12.'),
    column('detail', 'VARCHAR', 'What was found.'),
    column('hint', 'VARCHAR', 'What to do about it; NULL if nothing.', true),
    column('count', 'BIGINT', 'How many problems this row stands for: 1, or all beyond the first 100 of a kind.'),
  ],
}

export const straceSummary: TableSpec = {
  schema: 'main',
  name: 'strace_summary',
  comment: 'Rows of the tables that strace -c and -C print.',
  columns: [
    column('syscall', 'TEXT', 'System call.'),
    column('calls', 'BIGINT', 'Number of calls; NULL where -U left them out.', true),
    column('errors', 'BIGINT', 'Number of calls that failed; NULL where -U left them out.', true),
    column('seconds', 'DOUBLE', 'Time in seconds: system time, or wall time with -w.', true),
    column('percent', 'DOUBLE', 'Share of the time.', true),
    column('usecs_per_call', 'BIGINT', 'Microseconds per call.', true),
    column('section', 'INTEGER', 'Number of the summary within the file, from 1.'),
  ],
}

export const kwinFrames: TableSpec = {
  schema: 'main',
  name: 'kwin_frames',
  comment:
    'Frames that KWin logged itself (KWIN_LOG_PERFORMANCE_DATA=1, kwin perf statistics OUTPUT.csv); CLOCK_MONOTONIC.',
  columns: [
    column('ts', 'BIGINT', 'Actual pageflip in ns of CLOCK_MONOTONIC.'),
    column('target_ts', 'BIGINT', 'Pageflip that KWin aimed at in ns.'),
    column('render_start_ts', 'BIGINT', 'Begin of rendering in ns.', true),
    column('render_end_ts', 'BIGINT', 'End of rendering in ns.', true),
    column('safety_margin', 'BIGINT', 'Safety margin before the pageflip in ns.', true),
    column('refresh_duration', 'BIGINT', 'Time between two refreshes in ns.', true),
    column('predicted_render_time', 'BIGINT', 'Render time that KWin predicted in ns.', true),
  ],
}

export const symbols: TableSpec = {
  schema: 'main',
  name: 'symbols',
  comment:
    "The kernel functions that addresses in this capture's events lie in (function, kernel_stack, %pS...), from the recording's kallsyms; other addresses have no row. symbol(capture, address) makes a text of it.",
  columns: [
    column('address', 'UBIGINT', 'Address as it stands in an event, e.g. ftrace.function.ip.'),
    column('symbol', 'VARCHAR', 'Name of the function.'),
    column('offset', 'INTEGER', 'Bytes behind its beginning.'),
    column('module', 'VARCHAR', 'The module that it belongs to; NULL for the kernel itself.', true),
  ],
}

export const valueNames: TableSpec = {
  schema: 'main',
  name: 'value_names',
  comment:
    "Names of the values of event fields, from the print formats of the capture's events (__print_symbolic, __print_flags): value_name(capture, 'v4l2.v4l2_qbuf.type', type) makes a text of one.",
  columns: [
    column('schema_name', 'VARCHAR', 'Schema of the event table, e.g. v4l2.'),
    column('table_name', 'VARCHAR', 'Name of the event table.'),
    column('column_name', 'VARCHAR', 'Column whose values are named.'),
    column('mask', 'BIGINT', 'Bits of the column that are named; NULL for all.', true),
    column('position', 'INTEGER', 'Order within the column, from 1: flags are taken off one after the other.'),
    column('value', 'BIGINT', 'The value, or the bits of the flag.'),
    column('name', 'VARCHAR', 'Its name.'),
    column('is_flag', 'BOOLEAN', 'Whether several can hold at once (VIDEO_CAPTURE is none, MAPPED|QUEUED are two).'),
  ],
}

export const alignments: TableSpec = {
  schema: 'main',
  name: 'alignments',
  detail: true,
  comment:
    'Clocks of recordings that ran at once, by the calls that both saw (tracealyze align); the macro on_clock_of uses it.',
  columns: [
    column('other', 'INTEGER', 'The recording whose times are moved to the clock of capture.'),
    column('offset_ns', 'BIGINT', 'What is added to a time of other to get one of capture, in ns.'),
    column('residual_ns', 'BIGINT', 'Median distance of a call that both saw from that offset, in ns.'),
    column('worst_ns', 'BIGINT', 'Largest distance of a call that both saw from that offset, in ns.'),
    column('matched', 'BIGINT', 'Calls that both saw.'),
  ],
}
