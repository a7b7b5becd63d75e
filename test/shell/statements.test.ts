import { expect, test } from 'vitest'
import { splitScript, splitStatements } from '../../src/shell/statements.ts'

test.each([
  ['SELECT 1;', ['SELECT 1'], ''],
  ['SELECT 1; SELECT 2', ['SELECT 1'], ' SELECT 2'],
  ["SELECT ';';", ["SELECT ';'"], ''],
  ["SELECT 'it''s;", [], "SELECT 'it''s;"],
  ['SELECT ";" FROM a;', ['SELECT ";" FROM a'], ''],
  ['SELECT 1 -- ; no end\n;', ['SELECT 1 -- ; no end'], ''],
  ['/* ; */ ;;', [], ''],
  ['/* open ;', [], '/* open ;'],
  ['SELECT $$;$$, $a$ $$ ; $a$;', ['SELECT $$;$$, $a$ $$ ; $a$'], ''],
])('%s', (text, whole, rest) => {
  expect(splitStatements(text)).toEqual({ whole, rest })
})

test('a script holds dot-commands between its statements', () => {
  expect(splitScript('.mode csv\nSELECT 1,\n .5;\n-- text\n.timer on\nSELECT 2')).toEqual([
    '.mode csv',
    'SELECT 1,\n .5',
    '.timer on',
    'SELECT 2',
  ])
})
