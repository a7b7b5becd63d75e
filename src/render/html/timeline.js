/** The lanes of one recording per arm, zoomable to a single frame. `#frame=12` in the address opens both at that frame. */
;(() => {
  const { detail, colors, short, axis, onRedraw } = globalThis.tracealyze
  const uPlot = globalThis.uPlot
  const LANES = ['frames', 'checks', 'fences', 'commits']
  const HEIGHT = 250

  /** Overlapping marks of a lane go into up to three rows of it. */
  const stack = (marks) => {
    const ends = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
    return marks.map(([begin, length]) => {
      const free = ends.findIndex((end) => end <= begin)
      const row = free < 0 ? ends.indexOf(Math.min(...ends)) : free
      ends[row] = begin + (length ?? 0)
      return row
    })
  }

  for (const figure of document.querySelectorAll('figure.timeline')) {
    const arm = Number(figure.dataset.arm)
    const runs = detail.timelines[arm] ?? []
    const box = figure.querySelector('.plot')
    const tip = figure.querySelector('.tip')
    const select = figure.querySelector('select')
    const input = figure.querySelector('input')
    if (runs.length === 0 || runs.every((run) => run.lanes.every((lane) => lane.marks.length === 0))) {
      tip.textContent = 'no frames, checks, fences or commits in these recordings'
      continue
    }
    let chart
    let range

    const draw = () => {
      const run = runs[Number(select.value) || 0]
      const lanes = LANES.map((name) => {
        const lane = run.lanes.find((l) => l.name === name)
        const rows = stack(lane.marks)
        return { ...lane, rows, height: 1 + rows.reduce((most, row) => Math.max(most, row), 0) }
      })
      const last =
        Math.max(1, ...lanes.flatMap((lane) => lane.marks.map(([begin, length]) => begin + (length ?? 0)))) / 1e6
      const whole = [Math.min(0, ...lanes.flatMap((lane) => lane.marks.map(([begin]) => begin / 1e6))), last]
      range ??= whole
      const c = colors()

      /** Where a mark is, in canvas pixels. */
      const place = (u, lane, i) => {
        const [begin, length] = lanes[lane].marks[i]
        const slot = u.bbox.height / LANES.length
        const height = (slot * 0.76) / Math.max(2, lanes[lane].height)
        const x = u.valToPos(begin / 1e6, 'x', true)
        const end = length === null ? u.bbox.left + u.bbox.width : u.valToPos((begin + length) / 1e6, 'x', true)
        return {
          x,
          y: u.bbox.top + slot * (lane + 0.12) + lanes[lane].rows[i] * height,
          w: Math.max(1.5, end - x),
          h: height - 2,
        }
      }

      const paint = (u) => {
        const { ctx, bbox } = u
        const [min, max] = [u.scales.x.min * 1e6, u.scales.x.max * 1e6]
        ctx.save()
        ctx.beginPath()
        ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
        ctx.clip()
        lanes.forEach((lane, k) => {
          lane.marks.forEach(([begin, length, label], i) => {
            if (begin > max || (length !== null && begin + length < min)) return
            const { x, y, w, h } = place(u, k, i)
            const text = lane.labels[label]
            const isBad =
              / (stuck|unsignaled|destroyed)$/.test(text) || (lane.name === 'commits' && /, E[A-Z]+$/.test(text))
            if (k === 0) {
              ctx.strokeStyle = c.line
              ctx.lineWidth = 1
              ctx.beginPath()
              ctx.moveTo(x, bbox.top)
              ctx.lineTo(x, bbox.top + bbox.height)
              ctx.stroke()
            }
            ctx.fillStyle = isBad ? c.look : c.arms[arm]
            ctx.globalAlpha = k === 0 ? 0.35 : isBad ? 0.85 : 0.75
            ctx.fillRect(x + (k === 0 ? 1 : 0), y, Math.max(1.5, w - (k === 0 ? 2 : 0)), h)
            ctx.globalAlpha = 1
            if (w > 70 * devicePixelRatio) {
              ctx.fillStyle = c.text
              ctx.font = `${11 * devicePixelRatio}px sans-serif`
              ctx.textBaseline = 'middle'
              ctx.textAlign = 'left'
              const left = Math.max(x, bbox.left)
              const room = Math.min(x + w, bbox.left + bbox.width) - left - 8
              const letters = Math.floor(room / (6 * devicePixelRatio))
              if (letters > 4)
                ctx.fillText(text.length > letters ? `${text.slice(0, letters - 1)}~` : text, left + 4, y + h / 2)
            }
          })
        })
        ctx.restore()
      }

      const hit = (u) => {
        const [x, y] = [u.cursor.left * devicePixelRatio + u.bbox.left, u.cursor.top * devicePixelRatio + u.bbox.top]
        const k = Math.floor(((u.cursor.top * devicePixelRatio) / u.bbox.height) * LANES.length)
        const lane = lanes[k]
        if (!lane) return
        const found = lane.marks.findIndex((_, i) => {
          const at = place(u, k, i)
          return x >= at.x - 2 && x <= at.x + at.w + 2 && y >= at.y && y <= at.y + at.h
        })
        if (found < 0) return
        const [begin, length, label] = lane.marks[found]
        const lasted = length === null ? 'no end seen' : `${short(length / 1000)} us`
        tip.textContent = `${lane.labels[label]}: at ${(begin / 1e6).toFixed(3)} ms, ${lasted}`
      }

      chart?.destroy()
      box.replaceChildren()
      chart = new uPlot(
        {
          width: Math.max(300, box.clientWidth),
          height: HEIGHT,
          legend: { show: false },
          cursor: { y: false, drag: { x: true, y: false }, points: { show: false } },
          scales: { x: { time: false, min: range[0], max: range[1] }, y: { range: [0, LANES.length] } },
          axes: [
            axis({
              values: (_, splits) => splits.map((v) => (v === null ? '' : String(Number(v.toFixed(4))))),
              label: 'ms after the first frame',
              size: 30,
              labelSize: 16,
              labelFont: '11px sans-serif',
            }),
            axis({
              splits: () => LANES.map((_, i) => i + 0.5),
              values: () => LANES.toReversed(),
              size: 66,
              grid: { show: false },
            }),
          ],
          series: [{}, { paths: () => null, points: { show: false } }],
          hooks: {
            draw: [paint],
            setCursor: [hit],
            setScale: [
              (u, key) => {
                if (key === 'x') range = [u.scales.x.min, u.scales.x.max]
              },
            ],
          },
        },
        [whole, [null, null]],
        box,
      )
      chart.setScale('x', { min: range[0], max: range[1] })
      chart.over.addEventListener('dblclick', () => chart.setScale('x', { min: whole[0], max: whole[1] }))
      chart.over.addEventListener(
        'wheel',
        (event) => {
          event.preventDefault()
          const at = chart.posToVal(event.offsetX, 'x')
          const factor = event.deltaY < 0 ? 0.8 : 1.25
          const { min, max } = chart.scales.x
          const next = [at - (at - min) * factor, at + (max - at) * factor]
          chart.setScale('x', { min: Math.max(whole[0], next[0]), max: Math.min(whole[1], next[1]) })
        },
        { passive: false },
      )
      const frames = lanes[0]
      input.max = String(Math.max(1, frames.marks.length))
      return { frames, whole }
    }

    let current = draw()
    const zoom = () => {
      const mark = current.frames.marks[Math.min(Math.max(1, Number(input.value)), current.frames.marks.length) - 1]
      if (!mark) return
      const [begin, length, label] = mark
      const room = (length ?? 16e6) * 0.15
      chart.setScale('x', { min: (begin - room) / 1e6, max: (begin + (length ?? 16e6) + room) / 1e6 })
      tip.textContent = `${current.frames.labels[label]}: at ${(begin / 1e6).toFixed(3)} ms, ${short((length ?? 0) / 1000)} us`
    }
    for (const button of figure.querySelectorAll('button')) {
      button.addEventListener('click', () => {
        if (button.dataset.move === 'all') chart.setScale('x', { min: current.whole[0], max: current.whole[1] })
        else {
          input.value = String(
            Math.min(Math.max(1, Number(input.value) + Number(button.dataset.move)), Number(input.max)),
          )
          zoom()
        }
      })
    }
    input.addEventListener('change', zoom)
    select.addEventListener('change', () => {
      range = undefined
      current = draw()
    })
    onRedraw(() => {
      current = draw()
    })
    const asked = /^#frame=(\d+)$/.exec(location.hash)
    if (asked) {
      input.value = asked[1]
      zoom()
    }
  }
})()
