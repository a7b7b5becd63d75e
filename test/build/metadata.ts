/** The parts that both versions of trace.dat have in the same form: headers, formats, symbols, names. */
import { ByteWriter, type Endian } from './byte-writer.ts'
import type { EventFormat } from './event-formats.ts'

export interface HeaderShape {
  endian: Endian
  longSize: 4 | 8
  commitSize: 4 | 8
  pageSize: number
}

/** Magic, version, byte order, long and page size. */
export function fileHeader(version: 6 | 7, shape: HeaderShape): ByteWriter {
  return new ByteWriter(shape.endian)
    .raw(Uint8Array.of(0x17, 0x08, 0x44))
    .text('tracing')
    .cstring(String(version))
    .u8(shape.endian === 'little' ? 0 : 1)
    .u8(shape.longSize)
    .u32(shape.pageSize)
}

/** `header_page` and `header_event`, as the kernel prints them. */
export function headerInfo(shape: HeaderShape): Uint8Array {
  const field = (type: string, name: string, offset: number, size: number, signed: number) =>
    `\tfield: ${type} ${name};\toffset:${offset};\tsize:${size};\tsigned:${signed};\n`
  const start = 8 + shape.commitSize
  const page =
    field('u64', 'timestamp', 0, 8, 0) +
    field('local_t', 'commit', 8, shape.commitSize, 1) +
    field('int', 'overwrite', 8, 1, 1) +
    field('char', 'data', start, shape.pageSize - start, 0)
  const event =
    '# compressed entry header\n\ttype_len    :    5 bits\n\ttime_delta  :   27 bits\n\tarray       :   32 bits\n\n' +
    '\tpadding     : type == 29\n\ttime_extend : type == 30\n\ttime_stamp : type == 31\n\tdata max type_len  == 28\n'
  return new ByteWriter(shape.endian)
    .cstring('header_page')
    .u64(page.length)
    .text(page)
    .cstring('header_event')
    .u64(event.length)
    .text(event)
    .done()
}

/** The formats of the tracers' own events. */
export function ftraceFormats(formats: readonly EventFormat[], endian: Endian): Uint8Array {
  const own = formats.filter((f) => f.system === 'ftrace')
  const writer = new ByteWriter(endian).u32(own.length)
  for (const { text } of own) sized(writer, text)
  return writer.done()
}

/** The formats of all other events, by system. */
export function eventFormats(formats: readonly EventFormat[], endian: Endian): Uint8Array {
  const others = formats.filter((f) => f.system !== 'ftrace')
  const systems = [...new Set(others.map((f) => f.system))]
  const writer = new ByteWriter(endian).u32(systems.length)
  for (const system of systems) {
    const members = others.filter((f) => f.system === system)
    writer.cstring(system).u32(members.length)
    for (const { text } of members) sized(writer, text)
  }
  return writer.done()
}

/** A text after its length in four bytes (kallsyms, printk formats). */
export function text32(text: string, endian: Endian): Uint8Array {
  const bytes = Buffer.from(text)
  return new ByteWriter(endian).u32(bytes.length).raw(bytes).done()
}

/** A text after its length in eight bytes (command lines, the clock). */
export function text64(text: string, endian: Endian): Uint8Array {
  const writer = new ByteWriter(endian)
  sized(writer, text)
  return writer.done()
}

function sized(writer: ByteWriter, text: string): void {
  const bytes = Buffer.from(text)
  writer.u64(bytes.length).raw(bytes)
}
