/** How a readiness check finds its fence: by the buffer's inode, by the sync_file's number in strace, never by guess. */
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { databaseOf } from '../open.ts'
import { story } from '../story.ts'

const fence = (ts: number, what: string, seqno: number, thread: string) =>
  `${ts} ${thread} dma_fence_${what} driver=videobuf2 timeline=cap context=3 seqno=${seqno}`

/** The client imports dma-buf `ino` as buffer `index`: its QBUF call from `ts` to `ts + 9`, with the fence in it. */
const queue = (ts: number, index: number, ino: number, seqno: number) => `
  ${ts} cam sys_enter_ioctl fd=3 cmd=QBUF
  ${ts + 1} cam dma_buf_get fd=${20 + index} ino=${ino} exp_name=system size=4096
  ${ts + 2} cam vb2_qbuf owner=9 type=1 index=${index}
  ${ts + 3} cam vb2_buf_queue owner=9 type=1 index=${index}
  ${fence(ts + 4, 'init', seqno, 'cam')}
  ${ts + 9} cam sys_exit_ioctl ret=0`

const done = (ts: number, index: number, seqno: number) => `
  ${fence(ts, 'signaled', seqno, 'driver')}
  ${ts + 1} driver vb2_buf_done owner=9 type=1 index=${index}`

const imported = (ts: number, fd: number, ino: number) => `
  ${ts} kwin sys_enter_ioctl fd=8 cmd=FD_TO_HANDLE
  ${ts + 1} kwin dma_buf_get fd=${fd} ino=${ino} exp_name=system size=4096
  ${ts + 2} kwin sys_exit_ioctl ret=0`

const busy = (ts: number, fd: number) => `
  ${ts} kwin sys_enter_poll nfds=1 timeout_msecs=0
  ${ts + 1} kwin sys_exit_poll ret=0
  ${ts + 2} kwin sys_enter_ioctl fd=${fd} cmd=EXPORT
  ${ts + 3} kwin sys_exit_ioctl ret=0`

const CHECKS = 'SELECT ts, kind, fd, ino, verdict, match, seqno, block FROM dmabuf_checks ORDER BY ts'

test('dma_buf events: the fence of that very buffer, though another one is signalled first', async () => {
  const db = await story(`
    ${imported(10, 51, 100)} ${imported(20, 52, 200)}
    ${queue(100, 0, 100, 1)} ${queue(120, 1, 200, 2)}
    ${busy(200, 52)}
    ${done(300, 0, 1)}
    ${done(400, 1, 2)}
    500 kwin sys_enter_ioctl fd=8 cmd=ATOMIC`)
  expect(await db.query(CHECKS)).toEqual([
    { ts: 200, kind: 'poll', fd: 52, ino: 200, verdict: 'late', match: 'dma_buf inode', seqno: 2, block: 200 },
    { ts: 202, kind: 'export', fd: 52, ino: 200, verdict: 'late', match: 'dma_buf inode', seqno: 2, block: 200 },
  ])
  expect(await db.query('SELECT index, since_ts, ino, how FROM v4l2_dmabufs ORDER BY since_ts')).toEqual([
    { index: 0, since_ts: 102, ino: 100, how: 'imported' },
    { index: 1, since_ts: 122, ino: 200, how: 'imported' },
  ])
  db.close()
})

test('exported buffers: the calls of VIDIOC_EXPBUF in the order of the indices, one queue, each buffer once', async () => {
  const exported = (ts: number, fd: number, ino: number) => `
    ${ts} cam sys_enter_ioctl fd=3 cmd=EXPBUF
    ${ts + 1} cam dma_buf_fd fd=${fd} ino=${ino} exp_name=videobuf2 size=4096
    ${ts + 2} cam sys_exit_ioctl ret=0`
  const queued = (ts: number, index: number, owner = 9) => `${ts} cam vb2_qbuf owner=${owner} type=1 index=${index}`
  const inodes = async (text: string) => {
    const db = await story(text)
    const rows = await db.query('SELECT owner, index, ino, how FROM v4l2_dmabufs ORDER BY index')
    db.close()
    return rows
  }
  const both = `${exported(10, 5, 70)} ${exported(20, 6, 71)}`
  expect(await inodes(`${both}\n${queued(30, 1)}\n${queued(40, 0)}`)).toEqual([
    { owner: 9, index: 0, ino: 70, how: 'exported' },
    { owner: 9, index: 1, ino: 71, how: 'exported' },
  ])
  // A buffer that was not exported, or a second queue: which is which is not known.
  expect(await inodes(`${both}\n${queued(30, 1)}\n${queued(40, 0)}\n${queued(50, 2)}`)).toEqual([])
  expect(await inodes(`${both}\n${queued(30, 1)}\n${queued(40, 0, 8)}`)).toEqual([])
})

test('a filtered recording has no fence made in it: "none" is not known', async () => {
  const poll = '100 kwin sys_enter_poll nfds=1 timeout_msecs=0\n101 kwin sys_exit_poll ret=1'
  const export_ = '200 kwin sys_enter_ioctl fd=7 cmd=EXPORT\n201 kwin sys_exit_ioctl ret=0'
  const commit = '210 kwin sys_enter_ioctl fd=8 cmd=ATOMIC'
  const verdicts = async (fences: string) => {
    const db = await story(
      `50 kwin sys_enter_ppoll nfds=9\n60 kwin sys_exit_ppoll ret=1\n${poll}\n${export_}\n${commit}\n${fences}`,
    )
    const rows = await db.query('SELECT caller, verdict FROM dmabuf_checks ORDER BY ts')
    db.close()
    return rows.map((row) => `${row.caller} ${row.verdict}`)
  }
  const stub = '300 kworker dma_fence_wait_start driver=stub timeline=stub context=0 seqno=0'
  expect(await verdicts(stub)).toEqual(['transaction none', 'framebuffer none'])
  expect(await verdicts(fence(300, 'destroy', 4, 'kwin'))).toEqual([
    'transaction stub-or-signalled',
    'framebuffer stub-or-signalled',
  ])
})

/** Verdict and wait (in s) of the busy poll of a log. */
async function logged(...lines: string[]) {
  const path = join(tmpdir(), `match-${process.pid}-${Math.random()}.strace`)
  writeFileSync(
    path,
    `${lines.map((line) => line.replace(/^(\S+) /, (_, s) => `7 170000000${s}.000000 `)).join('\n')}\n`,
  )
  const db = await databaseOf([path, 'x'])
  rmSync(path)
  const [row] = await db.query("SELECT verdict, match, wait / 1e9 AS wait FROM dmabuf_checks WHERE kind = 'poll'")
  db.close()
  return row
}

const CHECK = [
  '1 poll([{fd=64</dmabuf:>, events=POLLIN}], 1, 0) = 0 (Timeout)',
  '2 ioctl(64</dmabuf:>, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, 0x7ffc) = 0',
]
const waiting = (s: number, answer: string) =>
  `${s} ppoll([{fd=68<anon_inode:sync_file>, events=POLLIN}], 1, NULL, NULL, 8) = ${answer}`
const READY = '1 ([{fd=68, revents=POLLIN}])'

test('strace: late when a poll returns the sync_file of the export, by its number', async () => {
  expect(await logged(...CHECK, waiting(3, '0'), waiting(4, READY), '5 close(68<anon_inode:sync_file>) = 0')).toEqual({
    verdict: 'late',
    match: 'fd in strace',
    wait: 3,
  })
})

test('strace: polled to the end of the log: stuck after a second, cut before', async () => {
  expect(await logged(...CHECK, waiting(2, '0'), '3 getpid() = 7')).toMatchObject({ verdict: 'stuck', wait: null })
  expect(await logged(...CHECK.map((line) => line.replace(/^\d/, '1')), waiting(1, '0'))).toMatchObject({
    verdict: 'cut',
  })
})

test('strace: given up, or without -y: unknown', async () => {
  expect(await logged(...CHECK, waiting(3, '0'), '4 close(68<anon_inode:sync_file>) = 0')).toMatchObject({
    verdict: 'unknown',
    match: null,
  })
  expect(await logged(...[...CHECK, waiting(3, READY)].map((line) => line.replaceAll(/<[^>]*>/g, '')))).toMatchObject({
    verdict: 'unknown',
    match: null,
  })
})
