/** The options of compare and report, as a user gives them. */
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inFolder, run } from './run.ts'

const sample = (name: string) => resolve(import.meta.dirname, '../samples/trace-dat', name)
const files = [sample('before.dat'), sample('after.dat')]

/** One database for all tests here. */
let db: string
let done: () => void
beforeAll(async () => {
  await new Promise<void>((ready) => {
    void inFolder(async (folder) => {
      db = join(folder, 'test.duckdb')
      await run(['ingest', files[0] as string, '--label', 'before', '--db', db])
      await run(['ingest', files[1] as string, '--label', 'after', '--db', db])
      ready()
      await new Promise<void>((end) => {
        done = end
      })
    })
  })
})
afterAll(() => done())

const compare = (...args: string[]) => run(['compare', 'before', 'after', '--db', db, ...args])

test('several forms, each into its file, one to the screen', () =>
  inFolder(async (folder) => {
    const [json, csv] = [join(folder, 'r.json'), join(folder, 'r.csv')]
    const { code, out, err } = await compare(
      '--format',
      'json',
      '-o',
      json,
      '--format',
      'csv',
      '-o',
      csv,
      '--format',
      'commit',
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(readFileSync(json, 'utf8')).format).toBe(2)
    expect(readFileSync(csv, 'utf8')).toMatch(/^format,metric,/)
    expect(out).toMatch(/videobuf2 fences created/)
    expect((await compare('--format', 'json', '-o', '-')).out).toBe(readFileSync(json, 'utf8'))
  }))

test.each([
  [['--format', 'mail', '--format', 'json'], /only one --format can go to the screen/],
  [['-o', 'a', '-o', 'b'], /2 times -o, but 1 times --format/],
  [['--format', 'pdf'], /forms: text, mail/],
  [['--primary', 'no_such'], /there is no metric "no_such"; metrics: /],
  [['--fail-over', 'no_such=5'], /there is no metric "no_such"/],
  [['--fail-over', 'frame_interval'], /METRIC=PERCENT is expected/],
  [['--fail-over', 'frame_interval=-5'], /METRIC=PERCENT is expected/],
  [['--note', 'board'], /KEY=VALUE is expected/],
  [['--seed', 'x'], /a whole number/],
])('%j is wrong usage', async (args, message) => {
  const { code, out, err } = await compare(...args)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(message)
  expect(existsSync('a')).toBe(false)
})

test('a file that cannot be written is an error with its name', async () => {
  const { code, err } = await compare('--format', 'json', '-o', '/no/such/folder/r.json')
  expect(code).toBe(1)
  expect(err).toMatch(/^tracealyze: \/no\/such\/folder\/r\.json: cannot be written/)
})

describe('--fail-over', () => {
  test.each([
    // 4.44 -> 5.41 ioctls per frame, +22 %, the interval excludes 0.
    [
      'ioctls_per_frame/(all)=10',
      3,
      /^ioctls_per_frame\/\(all\) rose by 22\.\d %: 4\.44 -> 5\.41 per frame \(allowed: 10 %\)\n$/,
    ],
    ['ioctls_per_frame/(all)=30', 0, /^$/],
    // Lower after than before.
    ['export_sync_file_latency=0', 0, /^$/],
    // Higher, but the interval holds 0.
    ['frame_interval=0', 0, /^$/],
    // None before, some after: above any percentage.
    ['checks_per_frame/EXPORT_SYNC_FILE, transaction=1000', 3, /rose from 0: 0 -> 0\.967 per frame/],
    // A time that one arm does not have: there is nothing to compare.
    ['fence_late_block=5', 1, /there is nothing to compare/],
  ])('%s ends with %i', async (gate, expected, message) => {
    const { code, out, err } = await compare('--fail-over', gate, '--format', 'commit')
    expect(code).toBe(expected)
    expect(err).toMatch(message)
    expect(out).not.toBe('')
  })
})

test('--note fills the method block of mail, markdown, html and json', async () => {
  const notes = ['--note', 'board=PineTab2 (RK3566)', '--note', 'Content=1080p30 H.264', '--note', 'mesa=25.1']
  for (const form of ['mail', 'markdown', 'html', 'json']) {
    const { out } = await compare('--format', form, ...notes)
    const text = out.replace(/\s+/g, ' ')
    expect(text).toMatch(/PineTab2 \(RK3566\)/)
    expect(text).toContain('25.1')
    if (form !== 'json') expect(text).toMatch(/Panel, governor.{1,20}not recorded/)
  }
})

test('--primary stands alone, --seed moves the interval and is named', async () => {
  const { out } = await compare('--format', 'json', '--primary', 'frame_interval', '--seed', '7')
  const report = JSON.parse(out)
  expect([report.primary, report.seed]).toEqual(['frame_interval', 7])
  const row = report.latencies.find((c: { metric: string }) => c.metric === 'frame_interval')
  expect(row.role).toBe('primary')
  expect(row.evidence.note).toMatch(/seed 7\)$/)
  expect((await compare('--format', 'json', '--primary', 'frame_interval', '--seed', '7')).out).toBe(out)
})

test('report gives every form of one arm', async () => {
  for (const form of ['text', 'mail', 'markdown', 'html', 'json', 'csv', 'benchstat', 'mmtests', 'commit']) {
    const { code, out, err } = await run(['report', 'after', '--db', db, '--format', form])
    expect({ form, code, err }).toEqual({ form, code: 0, err: '' })
    expect(out.length).toBeGreaterThan(300)
  }
})

describe('--frames', () => {
  const perFrame = async (frames?: string) => {
    const { code, out, err } = await compare('--format', 'json', ...(frames === undefined ? [] : ['--frames', frames]))
    expect(err).toBe('')
    expect(code).toBe(0)
    const report = JSON.parse(out)
    const rows = report.perFrame.filter((row: { metric: string }) => row.metric === 'ioctls_per_frame')
    expect(rows.length).toBeGreaterThan(3)
    return { rows, marker: report.arms[0].captures[0].marker }
  }

  test('a query counts what the marker of the same events counts', async () => {
    const [best, same] = [await perFrame(), await perFrame('FROM drm.drm_vblank_event_delivered')]
    expect(same.rows).toEqual(best.rows)
    expect(best.marker).toBe('drm_vblank_event_delivered')
    expect(same.marker).toBe('FROM drm.drm_vblank_event_delivered')
    const { out } = await compare('--format', 'markdown', '--frames', 'FROM drm.drm_vblank_event_delivered')
    expect(out).toContain("--frames 'FROM drm.drm_vblank_event_delivered'")
  })

  test('other rows, other frames', async () => {
    const even = 'FROM drm.drm_vblank_event_delivered WHERE seq % 2 = 0'
    const { rows } = await perFrame(even)
    const counted = await run([
      'sql',
      '--db',
      db,
      '--format',
      'json',
      `SELECT count(*) - 1 AS n ${even} AND capture = 1`,
    ])
    expect(rows[0].arms[0].n).toBe(Number(JSON.parse(counted.out)[0].n))
  })

  test.each([
    [
      'no such marker',
      /no recording has frames marked by "no such marker"\nhint: markers here: .*drm_vblank_event_delivered/,
    ],
    [
      'FROM no_such_table',
      /--frames: Catalog Error: .*no_such_table.*\nhint: the query must give the columns capture and ts/s,
    ],
    ['SELECT 1 AS x', /--frames: Binder Error: .*capture/s],
    ["FROM events WHERE event = 'none'", /--frames: no row of any recording/],
  ])('%s', async (frames, message) => {
    const { code, err } = await compare('--frames', frames)
    expect(code).toBe(1)
    expect(err).toMatch(message)
  })
})

test('files of one name are called by their folders, and what reproduces the report names them with all that was asked', () =>
  inFolder(async (folder) => {
    const paths = ['before', 'after'].map((arm) => join(folder, arm, 'run.dat'))
    for (const [i, path] of paths.entries()) {
      mkdirSync(dirname(path))
      copyFileSync(files[i] as string, path)
    }
    const asked = ['--process', 'weston', '--producer', 'vgem', '--seed', '7']
    const { code, out } = await run(['compare', ...paths, '--format', 'markdown', ...asked])
    expect(code).toBe(0)
    expect(out).toMatch(/\| +before +\| +after +\|/)
    expect(out).toContain(`tracealyze compare ${paths.join(' ')} --format markdown ${asked.join(' ')}`)
  }))

test('a table without rows says so', async () => {
  const { out } = await run(['report', 'before', '--db', db, '--process', 'nobody', '--producer', 'none'])
  expect(out).toMatch(/\nCounts .*\n {2}none\n/)
})
