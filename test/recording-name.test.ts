import { expect, test } from 'vitest'
import { recordingName } from '../src/recording-name.ts'

test.each([
  ['runs/before.dat', { label: 'before' }],
  ['before.1.dat', { label: 'before', run: 1 }],
  ['before.12.dat.zst', { label: 'before', run: 12 }],
  ['before-strace.2.strace', { label: 'before-strace', run: 2 }],
  ['before.strace.*', { label: 'before' }],
  ['linux-6.12.dat', { label: 'linux-6.12' }],
  ['arm2.3.dat', { label: 'arm2', run: 3 }],
  ['v6.12.dat', { label: 'v6.12' }],
  ['before.0.dat', { label: 'before.0' }],
  ['.hidden', { label: '.hidden' }],
  ['-', { label: 'stdin' }],
])('%s', (path, expected) => {
  expect(recordingName(path)).toEqual(expected)
})
