/** A real recording, its ring-buffer pages repeated with times that go on: as many real events as one likes. */
import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PAGE = 4096
/** Between the end of one round and the begin of the next, in ns. */
const PAUSE = 50_000_000n

/** Writes at least so many events; `each` is how many the recording holds. Needs trace-cmd, for version 6 of the format. */
export function repeatRecording(source: string, target: string, events: number, each: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'tracealyze-repeat-'))
  const plain = join(folder, 'v6.dat')
  try {
    execFileSync('trace-cmd', ['convert', '--file-version', '6', '-i', source, '-o', plain], { stdio: 'ignore' })
    writeRounds(readFileSync(plain), target, Math.ceil(events / each))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** After `flyrecord` follow offset and size of each CPU's pages; a page begins with its time (trace-cmd.dat.v6.5). */
function writeRounds(file: Buffer, target: string, rounds: number): void {
  const table = file.lastIndexOf('flyrecord\0') + 10
  const first = Number(file.readBigUInt64LE(table))
  const cpus: { at: number; pages: Buffer }[] = []
  for (let at = table; at + 16 <= first; at += 16) {
    const [offset, size] = [Number(file.readBigUInt64LE(at)), Number(file.readBigUInt64LE(at + 8))]
    if (offset < first || offset + size > file.length) break
    cpus.push({ at, pages: file.subarray(offset, offset + size) })
  }
  const times = cpus.flatMap(({ pages }) =>
    Array.from({ length: pages.length / PAGE }, (_, i) => pages.readBigUInt64LE(i * PAGE)),
  )
  const [start, end] = [times.reduce((a, b) => (b < a ? b : a)), times.reduce((a, b) => (b > a ? b : a))]
  const head = Buffer.from(file.subarray(0, first))
  const fd = openSync(target, 'w')
  try {
    let position = writeSync(fd, head)
    for (const { at, pages } of cpus) {
      head.writeBigUInt64LE(BigInt(position), at)
      head.writeBigUInt64LE(BigInt(pages.length * rounds), at + 8)
      for (let round = 0n; round < rounds; round++) {
        const moved = Buffer.from(pages)
        for (let page = 0; page < moved.length; page += PAGE) {
          moved.writeBigUInt64LE(moved.readBigUInt64LE(page) + round * (end - start + PAUSE), page)
        }
        position += writeSync(fd, moved)
      }
    }
    writeSync(fd, head, 0, head.length, 0)
  } finally {
    closeSync(fd)
  }
}
