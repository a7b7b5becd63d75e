/** The sections of a version 7 file, found by their headers. */

/** Where each section begins, in the file's order. Little-endian. */
export function sectionsOf(file: Uint8Array): { id: number; offset: number; size: number }[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length)
  const sections: { id: number; offset: number; size: number }[] = []
  for (let at = firstSection(file); at + 16 <= file.length; ) {
    const size = Number(view.getBigUint64(at + 8, true))
    sections.push({ id: view.getUint16(at, true), offset: at, size })
    at += 16 + size
  }
  return sections
}

/** Behind magic, version, byte order, sizes, compression and the offset of the options. */
function firstSection(file: Uint8Array): number {
  let at = 10 + 2 + 1 + 1 + 4
  for (let strings = 0; strings < 2; strings++) at = file.indexOf(0, at) + 1
  return at + 8
}
