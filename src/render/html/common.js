/** What the page's scripts share: the data, colours, number texts, the theme. */
;(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent)
  const report = read('report')
  const detail = read('detail')
  const redraws = []

  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  const colors = () => ({
    arms: [color('--arm0'), color('--arm1')],
    text: color('--text'),
    dim: color('--dim'),
    line: color('--line'),
    look: color('--look'),
  })

  /** Three significant digits. */
  const short = (value) => {
    if (value === null || value === undefined) return ''
    if (value === 0) return '0'
    const rounded = Number(value.toPrecision(3))
    return Math.abs(rounded) >= 1e6 || Math.abs(rounded) < 1e-4 ? rounded.toExponential() : String(rounded)
  }

  const axis = (extra) => {
    const c = colors()
    return {
      stroke: c.dim,
      grid: { stroke: c.line, width: 1 },
      ticks: { stroke: c.line, width: 1 },
      font: '11px sans-serif',
      ...extra,
    }
  }

  const root = document.documentElement
  const isDark = () =>
    (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark'
  const redraw = () => {
    for (const draw of redraws) draw()
  }
  document.getElementById('theme').addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark'
    redraw()
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw)
  let width = innerWidth
  let waiting
  addEventListener('resize', () => {
    if (innerWidth === width) return
    width = innerWidth
    clearTimeout(waiting)
    waiting = setTimeout(redraw, 150)
  })

  globalThis.tracealyze = { report, detail, colors, short, axis, onRedraw: (draw) => redraws.push(draw) }
})()
