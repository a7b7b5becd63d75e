/** The scripts and styles that the page carries in itself. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { packageFolder } from '../../query-file.ts'

export interface Assets {
  /** In the order in which they run. */
  readonly scripts: readonly string[]
  readonly styles: readonly string[]
}

/** uPlot (MIT, Leon Sorokin) draws the charts. */
export function readAssets(): Assets {
  const uplot = dirname(createRequire(import.meta.url).resolve('uplot/package.json'))
  const own = (name: string) => readFileSync(join(packageFolder(), 'src/render/html', name), 'utf8')
  return {
    scripts: [
      readFileSync(join(uplot, 'dist/uPlot.iife.min.js'), 'utf8'),
      own('common.js'),
      own('charts.js'),
      own('timeline.js'),
    ],
    styles: [readFileSync(join(uplot, 'dist/uPlot.min.css'), 'utf8'), own('style.css')],
  }
}
