/** A form looks the same whether or not the metrics that it does not show were measured. */
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { compare } from '../../src/compare.ts'
import { renderCommit } from '../../src/render/commit.ts'
import type { Form } from '../../src/render/forms.ts'
import { renderMail } from '../../src/render/mail.ts'
import { isShown } from '../../src/render/shown.ts'
import { renderText } from '../../src/render/text.ts'
import { allRows, type Report } from '../../src/report.ts'
import { databaseOf } from '../open.ts'

const forms: [Form, (report: Report) => string][] = [
  ['mail', (r) => renderMail(r, { full: false })],
  ['text', (r) => renderText(r, { width: 80, color: false, full: false })],
  ['commit', renderCommit],
]

// Signals are not in a strace log: there the wait is shown, though its metric is a detail.
test.each(['trace-dat/before.dat trace-dat/after.dat', 'strace/before.strace strace/after.strace'])(
  '%s',
  async (names) => {
    const [before = '', after = ''] = names
      .split(' ')
      .map((name) => resolve(import.meta.dirname, '../../samples', name))
    const db = await databaseOf([before, 'before'], [after, 'after'])
    try {
      const options = { process: 'kwin_wayland', producer: 'videobuf2' }
      const all = await compare(db, ['before', 'after'], options)
      for (const [form, render] of forms) {
        const shown = await compare(db, ['before', 'after'], { ...options, wants: (m) => isShown(m, [form], false) })
        expect(render(shown)).toBe(render(all))
        expect(allRows(shown).length).toBeLessThan(allRows(all).length)
      }
      const full = await compare(db, ['before', 'after'], { ...options, wants: (m) => isShown(m, ['mail'], true) })
      expect(full).toEqual(all)
    } finally {
      db.close()
    }
  },
)
