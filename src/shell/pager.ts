/** Long results go through the user's pager. */
import { spawnSync } from 'node:child_process'

export interface Screen {
  readonly columns: number
  readonly rows: number
}

/** Whether a text is longer or wider than the screen. */
export function exceeds(text: string, screen: Screen): boolean {
  const lines = text.split('\n')
  return lines.length > screen.rows || lines.some((line) => line.length > screen.columns)
}

/** Shows a text in $PAGER, or in less without folding lines. False where there is no pager. */
export function page(text: string): boolean {
  const pager = process.env.PAGER || 'less'
  const { error } = spawnSync(pager, {
    shell: process.env.PAGER !== undefined,
    input: text,
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { LESS: '-SRFX', LESSCHARSET: 'utf-8', ...process.env },
  })
  return error === undefined || (error as NodeJS.ErrnoException).code === 'EPIPE'
}
