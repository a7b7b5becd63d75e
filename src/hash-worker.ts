/** The thread that hashes the file of a recording while another one parses it. */
import { parentPort, workerData } from 'node:worker_threads'
import { hashFile } from './hash-file.ts'

parentPort?.postMessage(hashFile(workerData as string))
