/** The installed trace-cmd as a judge of what the writer writes. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The first line of `trace-cmd report`, which names the version; undefined where it is not installed. */
export const traceCmdVersion = /trace-cmd version \S+/.exec(run(['-h'])?.stdout ?? '')?.[0]

/** Whether it was built with this compression (Debian's has zstd alone). */
export function traceCmdReads(compression: string): boolean {
  if (compression === 'none') return traceCmdVersion !== undefined
  return (run(['list', '-c'])?.stdout ?? '').includes(compression)
}

export interface ReportedEvent {
  /** The buffer instance, empty for the top one. */
  instance: string
  comm: string
  pid: number
  cpu: number
  ts: bigint
  name: string
  text: string
}

export interface Report {
  events: ReportedEvent[]
  /** All other lines: `cpus=2`, `CPU:0 [LOST 3 EVENTS]`, `CPU 1 is empty`... */
  others: string[]
  /** What it complained about. */
  errors: string
}

/**
 * What `trace-cmd report -N -t` prints for these bytes (without plugins: the file's own print formats).
 * `raw`: every field as `name=value` instead.
 */
export function report(file: Uint8Array, options: { raw?: boolean; args?: string[] } = {}): Report {
  const folder = mkdtempSync(join(tmpdir(), 'tracealyze-'))
  try {
    const path = join(folder, 'trace.dat')
    writeFileSync(path, file)
    const result = run(['report', '-N', '-t', ...(options.raw ? ['-R'] : []), ...(options.args ?? []), '-i', path])
    if (!result) throw new Error('trace-cmd is not installed')
    return parseReport(result.stdout, result.stderr)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

//                  fences:           sleep-17    [001]  d..1.    12.000000042: open:   fd=3
const LINE = /^\s*(?:(\w+):\s+)?(.*?)-(\d+)\s+\[(\d+)\]\s+(?:\S{4,5}\s+)?(\d+)(?:\.(\d{9}))?:\s+(\w+):\s*(.*)$/

function parseReport(stdout: string, stderr: string): Report {
  const events: ReportedEvent[] = []
  const others: string[] = []
  for (const line of stdout.split('\n')) {
    const m = LINE.exec(line)
    if (!m) {
      if (line) others.push(line)
      continue
    }
    const [, instance, comm, pid, cpu, seconds, ns, name, text] = m
    events.push({
      instance: instance ?? '',
      comm: comm!,
      pid: Number(pid),
      cpu: Number(cpu),
      ts: ns === undefined ? BigInt(seconds!) : BigInt(seconds!) * 1_000_000_000n + BigInt(ns),
      name: name!,
      text: text!,
    })
  }
  return { events, others, errors: stderr }
}

/**
 * What `trace-cmd report ARGS` prints. In one of 300 runs trace-cmd 3.1.6 prints the times of a file as whole numbers, not
 * as seconds and a fraction: such a report is asked for again (of a clock that counts, in vain).
 */
export function reportBytes(...args: string[]): Buffer {
  for (let attempt = 1; ; attempt++) {
    const { stdout } = spawnSync('trace-cmd', ['report', ...args], { maxBuffer: 1 << 29 })
    if (attempt === 3 || !/\]\s*\d{10,}:/.test(stdout.toString('latin1', 0, 4096))) return stdout
  }
}

function run(args: string[]): { stdout: string; stderr: string } | undefined {
  const result = spawnSync('trace-cmd', args, { encoding: 'utf8', maxBuffer: 1 << 28, timeout: 60_000 })
  return result.error ? undefined : result
}
