/** SHA-256 of a file: beside the main thread where that is worth starting a thread for. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { Worker } from 'node:worker_threads'

/** Files below this are hashed sooner than a thread starts. */
const WORTH_A_THREAD = 16 * 1024 * 1024

/** The same loop as below, as a script of its own: a thread needs no file of this package then. */
const SCRIPT = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { createHash } = require('node:crypto')
  const { openSync, readSync, closeSync } = require('node:fs')
  const hash = createHash('sha256'), fd = openSync(workerData, 'r'), buffer = Buffer.alloc(1 << 20)
  for (let n; (n = readSync(fd, buffer)) > 0; ) hash.update(buffer.subarray(0, n))
  closeSync(fd)
  parentPort.postMessage(hash.digest('hex'))`

/** In hexadecimal. */
export async function hashFile(path: string, size: number): Promise<string> {
  if (size >= WORTH_A_THREAD) {
    return new Promise((resolve, reject) => {
      const worker = new Worker(SCRIPT, { eval: true, workerData: path })
      worker.once('message', resolve)
      worker.once('error', reject)
    })
  }
  const hash = createHash('sha256')
  const fd = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(1 << 20)
    for (let n = readSync(fd, buffer); n > 0; n = readSync(fd, buffer)) hash.update(buffer.subarray(0, n))
  } finally {
    closeSync(fd)
  }
  return hash.digest('hex')
}
