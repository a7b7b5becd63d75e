/** The commit and the flip of a wait: none that failed, none across a loss, none of a buffer that was never ready. */
import { expect, test } from 'vitest'
import { story } from '../story.ts'

const fence = (ts: number, what: string, thread: string) =>
  `${ts} ${thread} dma_fence_${what} driver=videobuf2 timeline=cap context=3 seqno=1`
const check = `
  50 cam sys_enter_poll nfds=2 timeout_msecs=9
  ${fence(60, 'init', 'cam')}
  100 kwin sys_enter_poll nfds=1 timeout_msecs=0
  105 kwin sys_exit_poll ret=0
  110 kwin sys_enter_ioctl fd=7 cmd=EXPORT
  115 kwin sys_exit_ioctl ret=0`
const signal = fence(500, 'signaled', 'driver')
const commit = (ts: number, ret = 0) => `
  ${ts} HDMI-A-1 sys_enter_ioctl fd=3 cmd=ATOMIC
  ${ts + 5} HDMI-A-1 sys_exit_ioctl ret=${ret}`
const flip = (ts: number) => `${ts} irq drm_vblank_event_delivered file=1 crtc=0 seq=${ts}`

test.each([
  ['a commit that failed is none', [signal, commit(600, -16), commit(650), flip(700)], [650, 700, null]],
  ['before a loss: as ever', [signal, commit(600), flip(700), 'lost 710..720'], [600, 700, null]],
  [
    'a loss before the commit: another one may have come',
    [signal, 'lost 550..560', commit(600), flip(700)],
    [null, null, 'loss'],
  ],
  ['a loss before the flip', [signal, commit(600), 'lost 650..660', flip(700)], [600, null, 'loss']],
  ['no commit any more', [commit(40), signal, flip(700)], [null, null, 'end']],
  ['no flip any more', [flip(90), signal, commit(600)], [600, null, 'end']],
  ['flips were not recorded', [signal, commit(600)], [600, null, 'no flip event']],
  ['no thread is named like a connector', [signal, flip(700)], [null, null, 'no commit thread']],
  ['never signalled', [commit(600), flip(700)], [null, null, 'never ready']],
])('%s', async (_, lines, [commit_ts, flip_ts, unmatched]) => {
  const db = await story([check, ...lines].join('\n'))
  expect(await db.query('SELECT ts, commit_ts, flip_ts, unmatched FROM waits')).toEqual([
    { ts: 100, commit_ts, flip_ts, unmatched },
  ])
  db.close()
})
