/** The parts that both versions have: the layout of a page, and the formats of the events. */
import { TraceError } from '../../src/errors.ts'
import type { Problem } from '../../src/parser.ts'
import { mendArrays } from './array-types.ts'
import type { ByteReader } from './bytes.ts'
import { parseEventFormat, parsePageLayout } from './event-format.ts'
import type { TraceFile } from './file.ts'

export function readHeaderInfo(file: TraceFile, reader: ByteReader): void {
  reader.cstring('"header_page"', 16)
  const page = reader.text(8, 'header_page')
  if (page === '') {
    throw new TraceError('header_page is empty: kernels before 2.6.31 had records of another form, which is not read', {
      at: reader.offset,
      hint: 'print it with trace-cmd report and ingest that',
    })
  }
  file.layout = parsePageLayout(page, file.longSize)
  file.longSize = file.layout.commitSize
  reader.cstring('"header_event"', 16)
  reader.text(8, 'header_event')
}

export function readFtraceFormats(file: TraceFile, reader: ByteReader, problem: (problem: Problem) => void): void {
  const count = reader.u32('number of ftrace formats')
  for (let i = 0; i < count; i++) addFormat(file, 'ftrace', reader, problem)
}

export function readEventFormats(file: TraceFile, reader: ByteReader, problem: (problem: Problem) => void): void {
  const systems = reader.u32('number of event systems')
  for (let i = 0; i < systems; i++) {
    const system = reader.cstring('event system')
    const count = reader.u32(`number of events in ${system}`)
    for (let k = 0; k < count; k++) addFormat(file, system, reader, problem)
  }
}

function addFormat(file: TraceFile, system: string, reader: ByteReader, problem: (problem: Problem) => void): void {
  const at = reader.offset
  const text = reader.text(8, `event format in ${system}`)
  const format = parseEventFormat(system, text)
  if (format) file.formats.push(mendArrays(format, file.longSize))
  else {
    const detail = `an event format of ${text.length} bytes in ${system} has no name, no ID that a record can have, or a line of absurd length: its events cannot be named`
    problem({ kind: 'bad-event-format', at: `+0x${at.toString(16)}`, detail })
  }
}
