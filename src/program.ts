/** The program behind `bin.cjs`. */
import { main } from './cli.ts'

// A reader that closes early (head, less) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = await main(process.argv.slice(2), {
  stdin: process.stdin,
  out: process.stdout,
  err: process.stderr,
})
