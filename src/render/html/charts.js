/** Distribution functions, histograms and runs of each row. A figure is drawn when it comes into view. */
;(() => {
  const { report, detail, colors, axis, onRedraw } = globalThis.tracealyze
  const uPlot = globalThis.uPlot
  const HEIGHT = 190
  const names = report.arms.map((arm) => arm.name)
  const rows = [...report.perFrame, ...report.latencies, ...report.flips]
  const keyOf = (c) => (c.group === undefined ? c.metric : `${c.metric}/${c.group}`)
  const scaleOf = (unit) => (unit === 'ns' ? 1e-3 : 1)
  const labelOf = (unit) =>
    ({ ns: 'us', count: 'per frame', rate: 'per second', vblanks: 'vblanks', ratio: '0 or 1' })[unit]

  const faded = (hex) => `${hex}40`
  const valuesOf = (_, splits) => splits.map((v) => (v === null ? '' : String(Number(v.toPrecision(6)))))

  const plot = (box, options, data) => {
    const holder = document.createElement('div')
    box.append(holder)
    return new uPlot(
      { width: Math.max(220, holder.clientWidth), height: HEIGHT, legend: { show: false }, ...options },
      data,
      holder,
    )
  }

  const scales = (isLog, range) => ({
    x: { time: false, distr: isLog ? 3 : 1, ...(range ? { range: () => range } : {}) },
  })

  /** Runs over what both distributions span, the outermost 0.5 % aside. */
  const rangeOf = (d, k) => {
    const low = d.edges[0] * k
    const high = d.edges.at(-1) * k
    if (d.isLog) return [low * 0.9, high * 1.1]
    const room = (high - low) * 0.04 || 1
    return [low - room, high + room]
  }

  const ecdf = (box, d, k, unit, range) => {
    const c = colors()
    const data = uPlot.join(
      d.ecdf.map((points) => {
        const xs = []
        const ys = []
        for (const [value, share] of points) {
          if (xs.at(-1) === value * k) ys[ys.length - 1] = share
          else {
            xs.push(value * k)
            ys.push(share)
          }
        }
        // From 0 at the left to 1 at the right of the other arm's values.
        if (xs.length > 0 && xs[0] > range[0]) {
          xs.unshift(range[0])
          ys.unshift(0)
        }
        if (xs.length > 0 && xs.at(-1) < range[1]) {
          xs.push(range[1])
          ys.push(1)
        }
        return [xs, ys]
      }),
    )
    const series = names.map((label, i) => ({
      label,
      stroke: c.arms[i],
      width: 2,
      spanGaps: true,
      points: { show: false },
      paths: uPlot.paths.stepped({ align: 1 }),
    }))
    plot(
      box,
      {
        scales: { ...scales(d.isLog, range), y: { range: [0, 1.02] } },
        axes: [
          axis({ values: valuesOf, label: labelOf(unit), labelSize: 16, size: 30, labelFont: '11px sans-serif' }),
          axis({ values: valuesOf, size: 40 }),
        ],
        series: [{}, ...series],
      },
      data,
    )
  }

  const histogram = (box, d, k, unit, range) => {
    const c = colors()
    const shares = d.counts.map((counts) => {
      const total = counts.reduce((sum, n) => sum + n, 0)
      return [...counts.map((n) => (total === 0 ? null : n / total)), 0]
    })
    const series = names.map((label, i) => ({
      label,
      stroke: c.arms[i],
      fill: faded(c.arms[i]),
      width: 1.5,
      points: { show: false },
      paths: uPlot.paths.stepped({ align: 1 }),
    }))
    plot(
      box,
      {
        scales: { ...scales(d.isLog, range), y: { range: (_, __, max) => [0, (max || 1) * 1.05] } },
        axes: [
          axis({ values: valuesOf, label: labelOf(unit), labelSize: 16, size: 30, labelFont: '11px sans-serif' }),
          axis({ values: valuesOf, size: 44 }),
        ],
        series: [{}, ...series],
      },
      [d.edges.map((edge) => edge * k), ...shares],
    )
  }

  /** Each run a dot; arms above each other. */
  const dots = (box, row, k) => {
    const c = colors()
    const values = row.arms.map((arm) => (arm.perRun ?? []).map((run) => (row.unit === 'ns' ? run.p50 : run.mean) * k))
    const data = uPlot.join(
      values.map((xs, i) => {
        const sorted = [...new Set(xs)].sort((a, b) => a - b)
        return [sorted, sorted.map(() => names.length - i)]
      }),
    )
    const all = values.flat()
    const [low, high] = [Math.min(...all), Math.max(...all)]
    const room = (high - low) * 0.15 || Math.abs(high) * 0.1 || 1
    plot(
      box,
      {
        scales: { x: { time: false, range: () => [low - room, high + room] }, y: { range: [0.3, names.length + 0.7] } },
        axes: [
          axis({
            values: valuesOf,
            label: row.unit === 'ns' ? 'us, median of each run' : 'mean of each run',
            labelSize: 16,
            size: 30,
            labelFont: '11px sans-serif',
          }),
          axis({
            splits: () => names.map((_, i) => names.length - i),
            values: (_, splits) => splits.map((s) => names[names.length - s].slice(0, 8)),
            size: 58,
          }),
        ],
        series: [
          {},
          ...names.map((label, i) => ({
            label,
            stroke: c.arms[i],
            paths: () => null,
            points: { show: true, size: 9, fill: faded(c.arms[i]), stroke: c.arms[i], width: 1.5 },
          })),
        ],
      },
      data,
    )
  }

  const draw = (figure) => {
    const box = figure.querySelector('.plots')
    box.replaceChildren()
    const row = rows.find((r) => keyOf(r) === figure.dataset.row)
    const d = detail.distributions.find((x) => x.row === figure.dataset.row)
    if (!row || !d) return
    const k = scaleOf(row.unit)
    const range = rangeOf(d, k)
    // Of 0 and 1 the mean says all.
    if (row.unit !== 'ratio') {
      ecdf(box, d, k, row.unit, range)
      histogram(box, d, k, row.unit, range)
    }
    dots(box, row, k)
  }

  const drawn = new Set()
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting || drawn.has(target)) continue
        drawn.add(target)
        draw(target)
      }
    },
    { rootMargin: '400px' },
  )
  for (const figure of document.querySelectorAll('figure.chart')) seen.observe(figure)
  addEventListener('beforeprint', () => {
    for (const figure of document.querySelectorAll('#charts > figure.chart')) {
      if (!drawn.has(figure)) draw(figure)
      drawn.add(figure)
    }
  })
  onRedraw(() => {
    for (const figure of drawn) draw(figure)
  })
})()
