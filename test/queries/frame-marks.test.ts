/** Whose flip it was: CRTCs of several clients, and reads of strace that name the CRTC or do not. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { databaseOf } from '../open.ts'
import { inFolder } from '../run.ts'
import { story } from '../story.ts'

const FRAMES = 'SELECT output, ts, dur, vblanks, state FROM frames ORDER BY ts, output'
const frame = (output: string | null, ts: number, dur: number | null, vblanks: number | null, state = 'complete') => ({
  output,
  ts,
  dur,
  vblanks,
  state,
})

const flip = (ts: number, file: number, crtc: number, seq: number) =>
  `${ts} irq drm_vblank_event_delivered file=${file} crtc=${crtc} seq=${seq}`

describe('flip events of several clients (two cards)', () => {
  test('CRTCs of the same number are two outputs', async () => {
    const db = await story(
      [flip(100, 7, 0, 1), flip(130, 9, 0, 50), flip(200, 7, 0, 2), flip(230, 9, 0, 51), flip(240, 9, 1, 8)].join('\n'),
    )
    expect(await db.query(FRAMES)).toEqual([
      frame('crtc-0 (client 1)', 100, 100, null),
      frame('crtc-0 (client 2)', 130, 100, null),
      frame('crtc-0 (client 1)', 200, null, 1, 'cut'),
      frame('crtc-0 (client 2)', 230, null, 1, 'cut'),
      frame('crtc-1', 240, null, null, 'cut'),
    ])
    db.close()
  })

  test('an event without a client is of the only one, and of none that is known where there are two', async () => {
    const one = [flip(100, 7, 0, 1), flip(150, 0, 0, 2), flip(200, 7, 0, 3)]
    const two = [...one, flip(210, 9, 0, 50), flip(300, 7, 0, 4), flip(310, 9, 0, 51)]
    const db = await story(one.join('\n'), two.join('\n'))
    const of = (capture: number) => db.query(FRAMES.replace('ORDER', `WHERE capture = ${capture} ORDER`))
    expect(await of(1)).toEqual([
      frame('crtc-0', 100, 50, null),
      frame('crtc-0', 150, 50, 1),
      frame('crtc-0', 200, null, 1, 'cut'),
    ])
    expect(await of(2)).toEqual([
      frame('crtc-0 (client 1)', 100, null, null, 'lost'),
      frame(null, 150, null, null, 'cut'),
      frame('crtc-0 (client 1)', 200, 100, null),
      frame('crtc-0 (client 2)', 210, 100, null),
      frame('crtc-0 (client 1)', 300, null, 1, 'cut'),
      frame('crtc-0 (client 2)', 310, null, 1, 'cut'),
    ])
    db.close()
  })
})

/** An event as the kernel writes it (struct drm_event_vblank), as strace prints bytes. */
function printed(crtc: number, form: 'octal' | 'hex', type = 2): string {
  const bytes = new Uint8Array(32)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, type, true)
  view.setUint32(4, 32, true)
  view.setUint32(8, 0x34001e60, true) // user_data: `\36\0004
  view.setUint32(24, 0x0d0a6e22, true) // sequence: "n\n\r
  view.setUint32(28, crtc, true)
  const named: Record<number, string> = { 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r', 34: '\\"', 92: '\\\\' }
  return [...bytes]
    .map((byte, i) => {
      if (form === 'hex') return `\\x${byte.toString(16).padStart(2, '0')}`
      if (named[byte]) return named[byte]
      if (byte >= 32 && byte < 127) return String.fromCharCode(byte)
      const isDigitNext = (bytes[i + 1] ?? 0) >= 48 && (bytes[i + 1] ?? 0) <= 55
      return `\\${byte.toString(8).padStart(isDigitNext ? 3 : 1, '0')}`
    })
    .join('')
}

async function logged(reads: readonly (readonly [ts: number, buffer: string, ret: number])[]) {
  return inFolder(async (folder) => {
    const path = join(folder, 'a.strace')
    const lines = [
      '7 100.000000 ioctl(19</dev/dri/card0>, DRM_IOCTL_MODE_ATOMIC, 0x7ffc) = 0',
      ...reads.map(([ts, buffer, ret]) => `7 ${ts}.000000 read(19</dev/dri/card0>, ${buffer}, 1024) = ${ret}`),
    ]
    writeFileSync(path, `${lines.join('\n')}\n`)
    const db = await databaseOf([path, 'x'])
    const rows = await db.query(
      `SELECT output, ts // 1000000000 AS ts, dur // 1000000000 AS dur, state FROM frames ORDER BY ts, output`,
    )
    db.close()
    return rows.map(({ output, ts, dur, state }) => `${ts} ${output} ${dur} ${state}`)
  })
}
const CARD = '/dev/dri/card0'

describe('reads of flip events', () => {
  test.each(['octal', 'hex'] as const)('the CRTC that strace prints (%s) tells outputs apart', async (form) => {
    const [a, b] = [`"${printed(38, form)}"`, `"${printed(300, form)}"`]
    expect(
      await logged([
        [101, a, 32],
        [102, b, 32],
        [104, a, 32],
        [105, b, 32],
      ]),
    ).toEqual([
      `101 ${CARD} crtc 38 3 complete`,
      `102 ${CARD} crtc 300 3 complete`,
      `104 ${CARD} crtc 38 null cut`,
      `105 ${CARD} crtc 300 null cut`,
    ])
  })

  test('a read of two events is a flip of both outputs', async () => {
    const [a, b] = [printed(38, 'octal'), printed(300, 'octal')]
    expect(
      await logged([
        [101, `"${a}${b}"`, 64],
        [103, `"${a}"`, 32],
        [104, `"${b}"`, 32],
      ]),
    ).toEqual([
      `101 ${CARD} crtc 300 3 complete`,
      `101 ${CARD} crtc 38 2 complete`,
      `103 ${CARD} crtc 38 null cut`,
      `104 ${CARD} crtc 300 null cut`,
    ])
  })

  test('what -s 32 cuts off may be a flip of either: frames that it comes in are not measured', async () => {
    const [a, b] = [printed(38, 'octal'), printed(300, 'octal')]
    expect(
      await logged([
        [101, `"${a}"`, 32],
        [102, `"${b}"`, 32],
        [104, `"${a}"...`, 64],
        [105, `"${a}"`, 32],
        [106, `"${b}"`, 32],
        [109, `"${b}"`, 32],
      ]),
    ).toEqual([
      `101 ${CARD} crtc 38 3 complete`, // the cut event is not before 104
      `102 ${CARD} crtc 300 null lost`,
      `104 ${CARD} crtc 38 1 complete`,
      '104 null null cut',
      `105 ${CARD} crtc 38 null cut`,
      `106 ${CARD} crtc 300 3 complete`,
      `109 ${CARD} crtc 300 null cut`,
    ])
  })

  test('one CRTC, or none printed: one output under the name of the device', async () => {
    const a = printed(38, 'octal')
    const one = [`101 ${CARD} 2 complete`, `103 ${CARD} null cut`]
    expect(
      await logged([
        [101, `"${a}"`, 32],
        [103, `"${a}"...`, 64],
      ]),
    ).toEqual(one)
    expect(
      await logged([
        [101, '""...', 32],
        [103, '0x7ffc', 32],
      ]),
    ).toEqual(one)
  })

  test('an event of a vertical blank that somebody waited for is no flip', async () => {
    const [a, blank] = [`"${printed(38, 'octal')}"`, `"${printed(300, 'octal', 1)}"`]
    expect(
      await logged([
        [101, a, 32],
        [102, blank, 32],
        [103, a, 32],
      ]),
    ).toEqual([`101 ${CARD} 2 complete`, `103 ${CARD} null cut`])
  })

  test('what no kernel writes costs as little: any length, any characters', async () => {
    expect(
      await logged([
        [101, '"\\777\\x\\8é😀"...', 2_147_483_616],
        [103, '"', 32],
      ]),
    ).toEqual([`101 ${CARD} 2 complete`, `103 ${CARD} null cut`])
  })
})

test('flips of one output at the same time (a clock of whole seconds) are frames each', async () => {
  const db = await story(`
    100 irq drm_vblank_event_delivered crtc=0 seq=1
    100 irq drm_vblank_event_delivered crtc=0 seq=2
    200 irq drm_vblank_event_delivered crtc=0 seq=3
    200 irq drm_vblank_event_delivered crtc=1 seq=1`)
  expect(await db.query('SELECT ts, end_ts FROM whole_frames ORDER BY ts, end_ts')).toEqual([
    { ts: 100, end_ts: 100 },
    { ts: 100, end_ts: 200 },
  ])
  db.close()
})
