/** The program behind `bin.cjs`. */
import { main } from './cli.ts'

// A reader that closes early (head, less) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const code = await main(process.argv.slice(2), {
  stdin: process.stdin,
  out: process.stdout,
  err: process.stderr,
})
// Not left to Node's own end, which takes everything apart first, a database in memory too: a small report waits for that.
for (const stream of [process.stdout, process.stderr]) await new Promise((done) => stream.write('', done))
process.exit(code)
