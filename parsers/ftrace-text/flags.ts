/** The flags before the time as the kernel's common_flags (enum trace_flag_type in include/linux/trace_events.h). */
import { hexValue } from '../text/bytes.ts'
import type { LineHead } from './line-head.ts'

const IRQS_OFF = 0x01
const NEED_RESCHED_LAZY = 0x02
const NEED_RESCHED = 0x04
const HARDIRQ = 0x08
const SOFTIRQ = 0x10
const PREEMPT_RESCHED = 0x20
const NMI = 0x40
const BH_OFF = 0x80

/** The letters of the three columns: trace_print_lat_fmt() in kernel/trace/trace_output.c. */
const COLUMNS: readonly Readonly<Record<string, number>>[] = [
  { '.': 0, d: IRQS_OFF, b: BH_OFF, D: IRQS_OFF | BH_OFF },
  {
    '.': 0,
    N: NEED_RESCHED | PREEMPT_RESCHED,
    n: NEED_RESCHED,
    p: PREEMPT_RESCHED,
    B: NEED_RESCHED | NEED_RESCHED_LAZY | PREEMPT_RESCHED,
    L: NEED_RESCHED_LAZY | PREEMPT_RESCHED,
    b: NEED_RESCHED | NEED_RESCHED_LAZY,
    l: NEED_RESCHED_LAZY,
  },
  { '.': 0, Z: NMI | HARDIRQ, z: NMI, H: HARDIRQ | SOFTIRQ, h: HARDIRQ, s: SOFTIRQ },
]

/** The flags of a line; undefined where it has none, or others. */
export function flagsOf({ flagsStart, flagsEnd, rawFlags }: LineHead, bytes: Uint8Array): number | undefined {
  if (flagsEnd <= flagsStart) return undefined
  let sum = 0
  if (rawFlags) {
    for (let i = flagsStart; i < flagsEnd; i++) sum = sum * 16 + hexValue(bytes[i] as number)
    return sum
  }
  for (let n = 0; n < COLUMNS.length; n++) {
    const flag = COLUMNS[n]?.[String.fromCharCode(bytes[flagsStart + n] as number)]
    if (flag === undefined) return undefined
    sum += flag
  }
  return sum
}
