/** Every table of an empty database that is no query's: queries need them even where no recording has them. */
import { calls, contents, exits, ready, signals, stacks } from '../parsers/strace/tables.ts'
import { KERNEL_EVENTS } from './kernel-events.ts'
import type { TableSpec } from './schema.ts'
import {
  alignments,
  captures,
  comms,
  kwinFrames,
  lostEvents,
  problems,
  straceSummary,
  symbols,
  valueNames,
} from './tables.ts'

/** What parsers write. */
export const STORED_TABLES: readonly TableSpec[] = [
  ...[comms, lostEvents, straceSummary, kwinFrames, symbols, valueNames, alignments],
  ...KERNEL_EVENTS,
  ...[contents, calls, ready, stacks, signals, exits],
]

export const DECLARED_TABLES: readonly TableSpec[] = [captures, problems, ...STORED_TABLES]
