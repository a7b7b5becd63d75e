/** The constants of print formats: C's integer constants, and names whose value is known. */
import { type CType, INT, LONG_LONG, longOf, U64, UNSIGNED } from './c-type.ts'

/**
 * Names that kernels leave in their formats. Source: libtraceevent src/event-parse.c, eval_flag(); enum hrtimer_mode
 * (include/linux/hrtimer.h); DUMP_PREFIX_* (include/linux/printk.h).
 */
const NAMES: Record<string, bigint> = {
  HI_SOFTIRQ: 0n,
  TIMER_SOFTIRQ: 1n,
  NET_TX_SOFTIRQ: 2n,
  NET_RX_SOFTIRQ: 3n,
  BLOCK_SOFTIRQ: 4n,
  IRQ_POLL_SOFTIRQ: 5n,
  BLOCK_IOPOLL_SOFTIRQ: 5n,
  TASKLET_SOFTIRQ: 6n,
  SCHED_SOFTIRQ: 7n,
  HRTIMER_SOFTIRQ: 8n,
  RCU_SOFTIRQ: 9n,
  HRTIMER_NORESTART: 0n,
  HRTIMER_RESTART: 1n,
  HRTIMER_MODE_ABS: 0n,
  HRTIMER_MODE_REL: 1n,
  DUMP_PREFIX_NONE: 0n,
  DUMP_PREFIX_ADDRESS: 1n,
  DUMP_PREFIX_OFFSET: 2n,
  NULL: 0n,
  false: 0n,
  true: 1n,
}

/** The value of a name; undefined where it is not known. */
export const namedConstant = (name: string): bigint | undefined =>
  Object.hasOwn(NAMES, name) ? NAMES[name] : undefined

/** A C integer constant: its type is the first that holds it (ISO C11 6.4.4.1). */
export function numberOf(text: string, longSize: 4 | 8): { value: bigint; type: CType } {
  const [, digits = '0', suffix = ''] = /^(0[xX][0-9a-fA-F]+|\d+)([uUlL]*)$/.exec(text) ?? []
  const octal = /^0[0-7]+$/.test(digits)
  const value = BigInt.asUintN(64, BigInt(octal ? `0o${digits.slice(1)}` : digits))
  const unsigned = /u/i.test(suffix)
  const longs = suffix.replace(/u/gi, '').length
  const decimal = !/^0./.test(digits)
  const types: CType[] =
    longs > 1 ? [] : longs === 1 ? [longOf(longSize, true), longOf(longSize, false)] : [INT, UNSIGNED]
  if (longs === 0) types.push(longOf(longSize, true), longOf(longSize, false))
  const fits = (type: CType): boolean => value < 1n << BigInt(type.size * 8 - (type.signed ? 1 : 0))
  for (const type of [...types, LONG_LONG, U64]) {
    if (type.signed ? unsigned : !unsigned && decimal && type !== U64) continue
    if (fits(type)) return { value, type }
  }
  return { value, type: U64 }
}
