/** tracealyze record: the script, checked by shellcheck and run against a stand-in for trace-cmd. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readMetrics } from '../src/metric.ts'
import { missingEvents } from '../src/reasons.ts'
import { wantedEvents } from '../src/record-events.ts'
import { inFolder, run } from './run.ts'

const sample = (name: string) => resolve(import.meta.dirname, '../samples', name)
const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0

test('a recording of the wanted events misses no event of any metric', () => {
  const wanted = new Set(wantedEvents().map((e) => e.event))
  for (const metric of readMetrics()) expect(missingEvents(metric, wanted), metric.name).toEqual([])
  expect([...wanted]).toEqual(
    expect.arrayContaining(['sched:sched_switch', 'syscalls:sys_exit_ioctl', 'dma_fence:dma_fence_init']),
  )
  expect([...wanted].filter((e) => e.startsWith('raw_syscalls') || !e.includes(':'))).toEqual([])
})

test.skipIf(!hasShellcheck)('shellcheck has nothing to say', async () => {
  for (const args of [[], ['--label', 'before', '--label', 'after', '--process', "it's $(odd)"]]) {
    const { out } = await run(['record', ...args])
    const { stdout, status } = spawnSync('shellcheck', ['-s', 'sh', '-'], { input: out, encoding: 'utf8' })
    expect([stdout, status]).toEqual(['', 0])
  }
})

/** Runs the script with stand-ins for root, tracefs and trace-cmd. */
async function atLab(
  args: readonly string[],
  work: (lab: {
    folder: string
    start: (env?: Record<string, string>) => { status: number | null; stderr: string }
  }) => void | Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const { out } = await run(['record', ...args])
    writeFileSync(join(folder, 'record.sh'), out)
    mkdirSync(join(folder, 'bin'))
    const program = (name: string, text: string) => {
      writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`)
      chmodSync(join(folder, 'bin', name), 0o755)
    }
    program('id', 'echo 0')
    program(
      'trace-cmd',
      'echo "$*" >>calls\nwhile [ $# -gt 0 ]; do if [ "$1" = -o ]; then echo data >"$2"; fi; shift; done\nif [ -n "$SLOW" ] && [ -e before.1.dat ] && ! [ -e stopped ]; then touch before.1.dat.cpu0 stopped; kill -INT $PPID; fi\n[ -z "$BROKEN" ]',
    )
    program('pidof', 'exit 1')
    const tracefs = join(folder, 'tracing')
    for (const { event } of wantedEvents()) {
      if (event !== 'vb2:vb2_dqbuf') mkdirSync(join(tracefs, 'events', event.replace(':', '/')), { recursive: true })
    }
    writeFileSync(join(tracefs, 'current_tracer'), 'nop\n')
    writeFileSync(join(tracefs, 'trace_clock'), '[local] global mono\n')
    await work({
      folder,
      start: (env = {}) =>
        spawnSync('sh', ['record.sh'], {
          cwd: folder,
          encoding: 'utf8',
          env: { BROKEN: '', SLOW: '', PATH: `${folder}/bin:${process.env.PATH}`, TRACEFS: tracefs, ...env },
        }),
    })
  })
}

test('records the runs under names that ingest understands, and says what this kernel lacks', () =>
  atLab(['--label', 'before', '--runs', '2', '--seconds', '7'], ({ folder, start }) => {
    const { status, stderr } = start()
    expect(status, stderr).toBe(0)
    expect(readdirSync(folder).filter((name) => name.startsWith('before'))).toEqual([
      'before.1.dat',
      'before.2.dat',
      'before.notes.txt',
    ])
    expect(stderr).toContain('this kernel has no event vb2:vb2_dqbuf: not measurable: buffer_dequeue_lag')
    const calls = readFileSync(join(folder, 'calls'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('record'))
    expect(calls[0]).toMatch(/^record -C mono -b 16384 .*-e dma_fence:\S+ .* -o before\.1\.dat sleep 7$/)
    expect(calls[0]).not.toContain('vb2_dqbuf')
    const notes = readFileSync(join(folder, 'before.notes.txt'), 'utf8')
    for (const fact of ['kernel: Linux', 'governor:', 'trace-cmd:', 'clock: mono', 'content:'])
      expect(notes).toContain(fact)
    expect(start().stderr).toContain('before.1.dat is there already: skipped')
  }))

test('a run that fails leaves no half of a file', () =>
  atLab([], ({ folder, start }) => {
    const { status, stderr } = start({ BROKEN: '1' })
    expect(status).toBe(1)
    expect(stderr).toContain('before.1.dat could not be recorded')
    expect(existsSync(join(folder, 'before.1.dat'))).toBe(false)
  }))

test('an interrupt removes the half of a run and resets tracing', () =>
  atLab(['--runs', '1'], ({ folder, start }) => {
    const { status, stderr } = start({ SLOW: '1' })
    expect([status, stderr]).toEqual([
      130,
      expect.stringContaining('stopped: before.1.dat is not whole and is removed'),
    ])
    expect(readFileSync(join(folder, 'calls'), 'utf8')).toContain('reset')
    expect(readdirSync(folder).filter((name) => name.startsWith('before.1'))).toEqual([])
  }))

test('does not record beside another tracer, nor without tracefs', () =>
  atLab([], ({ folder, start }) => {
    writeFileSync(join(folder, 'tracing/current_tracer'), 'function\n')
    expect(start().stderr).toContain('another tracer is active (function)')
    if (!existsSync('/sys/kernel/debug/tracing/events')) {
      expect(start({ TRACEFS: '/nowhere' }).stderr).toContain('tracefs is not mounted: mount -t tracefs')
    }
  }))

test('labels that are no file names, or end like a version, are refused', async () => {
  expect((await run(['record', '--label', 'a b'])).err).toContain('letters, digits')
  expect((await run(['record', '--label', 'linux-6.12'])).err).toContain('--label linux-6.12-before')
})

test('--check says what a recording can answer, and why not', async () => {
  const { out } = await run(['record', '--check', sample('trace-dat/before.dat')])
  expect(out).toMatch(/export_sync_file_latency\s+│ 94/)
  expect(out).toMatch(/fence_lifetime\s+│ 0\s+│ no event of dma_fence:dma_fence_init/)
  const strace = await run(['record', '--check', sample('strace/before.strace')])
  expect(strace.out).toMatch(
    /cpu_time_per_second\s+│ 0\s+│ not recorded: record with trace-cmd record -e sched:sched_switch/,
  )
})
