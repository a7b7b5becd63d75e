/** A text that is ingested after a trace.dat goes into the columns that this declared. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { databaseOf } from './open.ts'

const folder = mkdtempSync(join(tmpdir(), 'text-after-binary-'))
afterAll(() => rmSync(folder, { recursive: true }))

const AT = '            bash-7       [000] ...1.   1.000001: '

test('types stay as they are; names of strace are not taken for events', async () => {
  const text = join(folder, 'trace.txt')
  writeFileSync(
    text,
    [
      `${AT}sched_process_exec: filename=/usr/bin/grep pid=4701 old_pid=4701`,
      `${AT}signals: a=1`,
      `${AT}captures: a=1`,
      '',
    ].join('\n'),
  )
  const db = await databaseOf([resolve(import.meta.dirname, '../samples/trace-dat/before.dat'), 'a'], [text, 'b'])
  const [row] = await db.query(
    'SELECT pid, typeof(pid) AS type, filename FROM sched.sched_process_exec WHERE capture = 2',
  )
  expect(row).toEqual({ pid: 4701, type: 'INTEGER', filename: '/usr/bin/grep' })
  expect(
    await db.query('SELECT event FROM events WHERE capture = 2 AND system = $$ftrace_text$$ ORDER BY event'),
  ).toEqual([{ event: 'captures' }, { event: 'signals' }])
  db.close()
})
