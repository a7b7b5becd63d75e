/** The parser of trace-cmd's trace.dat, versions 6 and 7. */
import type { Input, Parser, Selection, Sink } from '../../src/parser.ts'
import { selectionKeys } from '../../src/selection.ts'
import { clockOf } from './clock.ts'
import { isBefore, isSame, mapTime, openCursors, type Time } from './cursors.ts'
import { RecordDecoder } from './decode.ts'
import { prepareDecompression } from './decompress.ts'
import { MAGIC, readTraceFile, type TraceFile } from './file.ts'
import { readLatencyText } from './latency-text.ts'
import type { TraceBuffer } from './options.ts'
import { EventTexts } from './print-format/event-texts.ts'
import type { CpuCursor } from './ring-buffer.ts'
import { type RecordSelection, recordSelection } from './select.ts'
import { lostEventsTable, writeComms, writeCpuStats } from './tables.ts'
import type { TimeShift } from './time-shift.ts'

export const traceDat: Parser = {
  name: 'trace-dat',
  title: "trace-cmd's binary trace.dat, versions 6 and 7, uncompressed, zlib or zstd",
  sniff: (head) => MAGIC.every((byte, i) => head[i] === byte),
  selects: ['since', 'until', 'events', 'cpus', 'tids', 'comms'],
  prepare: prepareDecompression,
  parse,
}

/** Events decoded between two looks at the outside (storage, progress, Ctrl-C). */
const EVENTS_PER_STEP = 50_000

function* parse(input: Input, sink: Sink, selection: Selection = {}): Generator<number> {
  const file = readTraceFile(input, (p) => sink.problem(p))
  sink.facts(factsOf(file))
  for (const id of file.options.unknown) {
    sink.problem({ kind: 'unknown-option', at: `option ${id}`, detail: `option ${id} is not known and was skipped` })
  }
  writeComms(file.cmdlines, sink)
  const instances = file.buffers.some((b) => b.name !== '')
  const decoder = new RecordDecoder(file.formats, sink, { ...file, instances, texts: new EventTexts(file) })
  const lost = { total: 0 }
  const selects = selectionKeys(selection).length > 0 ? recordSelection(file, input, selection) : undefined
  for (const buffer of file.buffers) yield* readBuffer(file, input, buffer, decoder, sink, lost, selects?.(buffer))
  writeCpuStats(
    file.options.cpuStats,
    file.buffers.map((b) => b.name),
    sink,
  )
  decoder.addresses.write(file.kallsyms, sink)
  sink.facts({ lostEvents: lost.total })
}

function* readBuffer(
  file: TraceFile,
  input: Input,
  buffer: TraceBuffer,
  decoder: RecordDecoder,
  sink: Sink,
  lost: { total: number },
  selected: RecordSelection | undefined,
): Generator<number> {
  if (buffer.text) return yield* readLatencyText(file, input, buffer, sink)
  const clock = clockOf(file.options, buffer.clock)
  const instance = buffer.name === '' ? undefined : sink.strings.idOf(buffer.name)
  const cursors = openCursors(file, input, buffer, sink.problem.bind(sink))
  const losses = lostEventsTable(sink)
  const finished = (cursor: CpuCursor): void => {
    if (cursor.loss && (!selected || selected.wantsLoss(cursor.cpu, lastOf(cursor), undefined)))
      losses.add(cursor, undefined, buffer.name, lost)
  }
  let unselected = 0
  let running = cursors.filter((c) => c.advance() || finished(c))
  let budget = EVENTS_PER_STEP
  const time: Time = { hi: 0, lo: 0 }
  while (running.length > 0) {
    // The CPU whose event is the oldest, and the time up to which it stays the oldest.
    let cursor = running[0] as CpuCursor
    let second: CpuCursor | undefined
    for (let i = 1; i < running.length; i++) {
      const c = running[i] as CpuCursor
      if (isBefore(c, cursor)) {
        second = cursor
        cursor = c
      } else if (!second || isBefore(c, second)) second = c
    }
    const first = running.indexOf(cursor)
    let more = true
    do {
      mapTime(clock, cursor, time)
      if (cursor.loss) {
        if (!selected || selected.wantsLoss(cursor.cpu, lastOf(cursor), time))
          losses.add(cursor, time, buffer.name, lost)
        cursor.loss = undefined
      }
      if (!selected || selected.wants(cursor, cursor.cpu, time)) decoder.decode(cursor, time.hi, time.lo, instance)
      else unselected++
      cursor.hasLast = true
      cursor.lastHi = time.hi
      cursor.lastLo = time.lo
      more = cursor.advance()
      budget--
    } while (
      more &&
      budget > 0 &&
      (!second || isBefore(cursor, second) || (isSame(cursor, second) && first < running.indexOf(second)))
    )
    if (!more) {
      finished(cursor)
      running = running.filter((c) => c !== cursor)
    }
    if (budget <= 0) {
      budget = EVENTS_PER_STEP
      yield doneBytes(cursors, buffer)
    }
  }
  if (unselected > 0) sink.skip('not selected', unselected)
  yield doneBytes(cursors, buffer)
}

const lastOf = ({ hasLast, lastHi, lastLo }: CpuCursor): Time | undefined =>
  hasLast ? { hi: lastHi, lo: lastLo } : undefined

/** Bytes of pages walked, of all buffers' bytes (uncompressed). */
const doneBytes = (cursors: readonly CpuCursor[], buffer: TraceBuffer): number =>
  cursors.reduce((sum, c) => sum + c.pages * buffer.pageSize, 0)

function factsOf(file: TraceFile) {
  const { options } = file
  const top = file.buffers.find((b) => b.name === '') ?? file.buffers[0]
  const clock = clockOf(options, top?.clock)
  const [, , release, ...rest] = (options.uname ?? '').split(' ')
  const machine = rest.findLast((word) =>
    /^(x86_64|i[3-6]86|aarch64|arm\w*|riscv\w*|ppc\w*|s390x?|mips\w*|loongarch\w*)$/.test(word),
  )
  return {
    format: `trace.dat v${file.version} ${file.compression}${file.bigEndian ? ' big-endian' : ''}${file.longSize === 4 ? ' 32-bit' : ''}`,
    ...(release ? { kernel: release } : {}),
    ...(machine ? { machine } : {}),
    clock: clock.name,
    clockUnit: clock.unit,
    resolution: 1,
    recorder: `trace-cmd${options.version ? ` ${options.version}` : ''}`,
    cpus: options.cpuCount ?? top?.cpus.length ?? 0,
    more: {
      uname: options.uname,
      traceId: options.traceId === undefined ? undefined : `0x${options.traceId.toString(16)}`,
      timeShift: options.timeShift && timeShiftFacts(options.timeShift),
      guests: options.guests.length > 0 ? options.guests : undefined,
      tsOffset: options.tsOffset === 0n ? undefined : String(options.tsOffset),
      tsc2nsec: options.tsc2nsec && { ...options.tsc2nsec, offset: String(options.tsc2nsec.offset) },
      hooks: options.hooks.length > 0 ? options.hooks : undefined,
      cpuStats: options.cpuStats.length > 0 ? options.cpuStats : undefined,
      instances: file.buffers.map((b) => b.name).filter((name) => name !== ''),
      pageSize: file.pageSize,
    },
  }
}

/** The samples as texts: JSON has no integers of 64 bits. */
const timeShiftFacts = ({ peer, flags, cpus }: TimeShift) => ({
  peer,
  flags,
  samples: cpus.map((samples) =>
    samples.map(({ time, offset, scaling, fraction }) => [time, offset, scaling, fraction].map(String)),
  ),
})
