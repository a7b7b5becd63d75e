/** Every parser, in the order of detection: the first whose `sniff` accepts the beginning of a file reads it. */
import type { Parser } from '../src/parser.ts'
import { ftraceText } from './ftrace-text/index.ts'
import { kwinPerf } from './kwin-perf/index.ts'
import { strace } from './strace/index.ts'
import { traceDat } from './trace-dat/index.ts'

export const PARSERS: readonly Parser[] = [traceDat, kwinPerf, strace, ftraceText]
