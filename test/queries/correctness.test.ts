/** The correctness section on a hand-written trace whose arithmetic a reader can do. */
import { expect, test } from 'vitest'
import { story } from '../story.ts'

const FENCE = (context: number, seqno: number, driver = 'videobuf2') =>
  `driver=${driver} timeline=t context=${context} seqno=${seqno}`

test('what reviewers ask of fences', async () => {
  const db = await story(`
    1000    cam     dma_fence_init ${FENCE(5, 1)}
    1100    cam     dma_fence_init ${FENCE(5, 2)}
    1200    cam     dma_fence_init ${FENCE(5, 3)}
    1300    cam     dma_fence_init ${FENCE(6, 1)}
    1400    gpu     dma_fence_init ${FENCE(7, 1, 'other')}
    2000    kworker/0:1 dma_fence_signaled ${FENCE(5, 2)}
    2500    irq     dma_fence_signaled ${FENCE(5, 1)} common_flags=8
    3000    cam     dma_fence_signaled ${FENCE(5, 3)}
    2001000 cam     dma_fence_destroy ${FENCE(5, 1)}
    2002000 cam     dma_fence_destroy ${FENCE(5, 2)}
    3100    cam     dma_fence_destroy ${FENCE(5, 3)}
    2003000 cam     dma_fence_emit ${FENCE(7, 1, 'other')}`)
  const rows = await db.query('SELECT fact, n, reason FROM correctness ORDER BY step')
  const facts = Object.fromEntries(rows.map((row) => [row.fact, row.n ?? row.reason]))
  expect(facts).toEqual({
    'never signalled': 1, // 6:1
    'age of the oldest of them': 2003000 - 1300,
    'creation to signal, p50 (median of runs)': 1500, // 900, 1500, 1800
    'creation to signal, p99 (median of runs)': 1794,
    'creation to signal, max': 1800,
    'frame period (median)': 'no frames',
    'open across STREAMOFF': 'not traced',
    'created before the driver had the buffer': 'not traced',
    'signalled in a hard irq': 1,
    'signalled in a softirq': 0,
    'signalled in a kworker': 1,
    'signalled in another thread': 1,
    'attached but never waited on': 3, // 5:1, 5:2 outlive their signal by a millisecond, 6:1 is still there
    'signalled out of order in their context': 1, // 5:2 before 5:1
    'created but attached to nothing': 1, // 5:3, gone 100 ns after its signal
  })
  db.close()
})
