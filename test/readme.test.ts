/** The console blocks of the README and of the cookbook are run: what they show is what the program prints. */
import { expect, test } from 'vitest'
import { checkPage, consoleCommands, shellWords } from './console-blocks.ts'

test.each(['README.md', 'queries/README.md'])('%s shows what the program prints', (page) => checkPage(page))

test('a command in quotes goes over several lines', () => {
  const [one, two] = consoleCommands('```console\n$ a "b\n  c"\nout\n$ d\n```\n')
  expect(one).toEqual({ command: 'a "b\n  c"', output: 'out\n' })
  expect(two).toEqual({ command: 'd', output: '' })
  expect(shellWords('a "b\n  c" \'d e\' f')).toEqual(['a', 'b\n  c', 'd e', 'f'])
})
