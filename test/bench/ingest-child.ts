/** Ingests FILE into DB and prints what it took: seconds of reading and of the derived tables, peak memory. */
import { openDatabase } from '../../src/database.ts'
import { ingest } from '../../src/ingest.ts'

const [file = '', db = ''] = process.argv.slice(2)
const started = performance.now()
const database = await openDatabase(db)
let derived = started
const done = await ingest(database, file, {
  label: 'bench',
  onProgress: (_, what) => {
    if (what === 'derive') derived = performance.now()
  },
})
const loaded = performance.now()
database.close()
const seconds = (from: number, to: number) => (to - from) / 1000
console.log(
  JSON.stringify({
    events: done.events,
    ingest: seconds(started, derived) + seconds(loaded, performance.now()),
    derive: seconds(derived, loaded),
    rss: process.resourceUsage().maxRSS * 1024,
  }),
)
