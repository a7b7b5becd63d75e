/** CPUs whose data overlaps: a size or an offset is damaged. */
import type { Problem } from '../../src/parser.ts'
import type { CpuData, TraceBuffer } from './options.ts'

/**
 * Ends the data of every CPU where that of the next one in the file begins, so that nothing is read twice: a small file
 * could stand for any number of events.
 */
export function endOverlaps(buffers: readonly TraceBuffer[], problem: (problem: Problem) => void): void {
  const list = buffers.flatMap((buffer) => buffer.cpus.map((data, index) => ({ buffer, data, index })))
  const used = list.filter(({ data }) => data.size > 0).sort((a, b) => a.data.offset - b.data.offset)
  for (const [i, { buffer, data, index }] of used.entries()) {
    const next = used[i + 1]?.data
    if (!next || data.offset + data.size <= next.offset) continue
    const shorter: CpuData = { ...data, size: next.offset - data.offset }
    buffer.cpus[index] = shorter
    problem({
      kind: 'overlapping-data',
      at: `+0x${data.offset.toString(16)}`,
      detail: `the ${data.size} bytes of CPU ${data.cpu} reach into those of CPU ${next.cpu}; ${shorter.size} bytes are read`,
      hint: 'the file is damaged: copy it again, or record again',
    })
  }
}
