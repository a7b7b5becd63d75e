/** Ingests FILE into DB and prints what only the process itself knows: events, seconds of the derived tables, peak memory. */
import { existsSync } from 'node:fs'
import { ingest } from '../../src/ingest.ts'
import { openForIngest } from '../../src/memory-limit.ts'
import { expectRecording } from '../../src/parse-beside.ts'

const [file = '', db = ''] = process.argv.slice(2)
expectRecording(file, !existsSync(db))
const opened = await openForIngest(db)
let deriveStart = 0
let deriveEnd = 0
const database = {
  ...opened,
  run: (sql: string, values?: Parameters<typeof opened.run>[1]) => {
    // What is committed last is all of it: the commit counts as ingest.
    if (sql === 'COMMIT') deriveEnd = performance.now()
    return opened.run(sql, values)
  },
}
const done = await ingest(database, file, {
  label: 'bench',
  onProgress: (_, what) => {
    if (what === 'derive') deriveStart = performance.now()
  },
})
opened.close()
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
const told = JSON.stringify({
  events: done.events,
  derive: (deriveEnd - deriveStart) / 1000,
  cpu: (userCPUTime + systemCPUTime) / 1e6,
  rss: maxRSS * 1024,
})
// As src/program.ts ends.
process.stdout.write(`${told}\n`, () => process.exit())
