/** Completion from the live catalogue. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { prepareDatabase } from '../../src/bootstrap.ts'
import { type Database, openDatabase } from '../../src/database.ts'
import { complete } from '../../src/shell/complete.ts'
import { completeDot } from '../../src/shell/dot-commands.ts'
import { loadNames, type Names } from '../../src/shell/names.ts'

let database: Database
let names: Names
beforeAll(async () => {
  database = await openDatabase(':memory:')
  await prepareDatabase(database)
  names = await loadNames(database)
})
afterAll(() => database.close())

test.each([
  ['SELECT * FROM fli', '', ['flips']],
  ['from dma_fence.dma_fence_sig', '', ['dma_fence.dma_fence_signaled']],
  ['FROM metric.frame_int', '', ['metric.frame_interval']],
  ['SELECT vbl', 'FROM flips', ['vblanks']],
  ['SELECT f.vb', 'FROM flips AS f', ['f.vblanks']],
  ['SELECT * FROM flips WHERE vbl', '', ['vblanks']],
  ['SELECT ioctl_na', '', ['ioctl_name(']],
  ['SELECT quantile_disc', '', ['quantile_disc(']],
  ['sel', '', ['select']],
  ['SEL', '', ['SELECT']],
  ['FROM "no', '', []],
])('%s completes', (line, before, expected) => {
  expect(complete(names, line, before)[0]).toEqual(expected)
})

test('after FROM everything that can be asked is offered', () => {
  const [tables] = complete(names, 'SELECT 1 FROM ')
  expect(tables).toEqual(expect.arrayContaining(['captures', 'flips', 'calls', 'metric.', 'sched.']))
  expect(tables).not.toContain('store.')
})

test('dot-commands and what they take', () => {
  expect(completeDot('.sc', [])).toEqual([['.schema'], '.sc'])
  expect(completeDot('.mode ma', [])).toEqual([['markdown'], 'ma'])
  expect(completeDot('.schema fl', ['flips', 'frames'])).toEqual([['flips'], 'fl'])
})
