/** The method block: what was compared, how it was recorded, and what the person adds. */
import { significant } from '../format.ts'
import { type Arm, type CaptureSummary, DEFAULTS, type Report } from '../report.ts'

/** What no recording tells, and a reviewer asks. */
const ASKED = ['board', 'panel', 'content', 'governor']

/** One value where the arms agree, else one per arm. */
function perArm(report: Report, pick: (c: CaptureSummary) => string | number | undefined): string {
  const values = report.arms.map((arm) => [...new Set(arm.captures.map((c) => String(pick(c) ?? 'unknown')))].join('/'))
  return new Set(values).size === 1
    ? (values[0] ?? '')
    : report.arms.map((arm, i) => `${arm.name} ${values[i]}`).join(', ')
}

/** `trace.dat v7 zstd`; several variants of one format: `trace.dat (v7 zstd, v6 none)`. */
function formats(report: Report): string {
  const all = [...new Set(report.arms.flatMap((arm) => arm.captures.map((c) => c.format)))]
  const [name = ''] = all[0]?.split(' ') ?? []
  if (all.length < 2 || !all.every((format) => format.startsWith(`${name} `))) return perArm(report, (c) => c.format)
  return `${name} (${all.map((format) => format.slice(name.length + 1)).join(', ')})`
}

/** Field and text, in a fixed order. A field that the recordings cannot know says so. */
export function methodFields(report: Report): [field: string, text: string][] {
  const sum = (arm: Arm, pick: (c: CaptureSummary) => number) => arm.captures.reduce((total, c) => total + pick(c), 0)
  const arms = (text: (arm: Arm) => string | number) => report.arms.map(text).join(' and ')
  const seconds = (arm: Arm) => {
    const known = arm.captures.flatMap((c) => (c.seconds === undefined ? [] : [c.seconds]))
    return known.length === 0 ? 'an unknown time' : `${significant(known.reduce((a, b) => a + b, 0))} s`
  }
  return [
    ['Kernel', perArm(report, (c) => c.kernel)],
    ['Machine', `${perArm(report, (c) => c.machine)}, ${perArm(report, (c) => c.cpus)} CPUs`],
    ['Format', formats(report)],
    ['Clock', perArm(report, (c) => c.clock)],
    ['Runs', `${arms((a) => a.captures.length)}, ${arms(seconds)}`],
    ['Events', `${arms((a) => sum(a, (c) => c.events))}, lost: ${arms((a) => sum(a, (c) => c.lostEvents))}`],
    [
      'Process',
      `${report.process}: dmabuf polls ${arms((a) => sum(a, (c) => c.sync.polls ?? 0))}, ` +
        `EXPORT_SYNC_FILE ${arms((a) => sum(a, (c) => c.sync.exports ?? 0))}, ` +
        `SYNCOBJ ${arms((a) => sum(a, (c) => c.sync.explicit ?? 0))}`,
    ],
    ['Frame boundary', perArm(report, (c) => c.marker)],
    ['Outputs', perArm(report, (c) => c.outputs.length || undefined)],
    ...noteFields(report),
    ['tracealyze', `${report.version}, queries ${report.queries}`],
  ]
}

/** What --note gave, and what nobody told. */
function noteFields(report: Report): [string, string][] {
  const given = new Set(report.notes.map(([key]) => key.toLowerCase()))
  const open = ASKED.filter((key) => !given.has(key))
  const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
  return [
    ...report.notes.map(([key, value]): [string, string] => [capital(key), value]),
    ...(open.length > 0 ? [[capital(open.join(', ')), 'not recorded'] as [string, string]] : []),
  ]
}

/** The same as one text, for forms where room is short. */
export function methodText(report: Report): string {
  const bare = new Set(['Machine', 'Format'])
  const texts = methodFields(report).map(([field, text]) =>
    bare.has(field)
      ? text
      : field === 'Kernel' || field === 'Process' || field === 'tracealyze'
        ? `${field} ${text}`
        : `${field}: ${text}`,
  )
  return `${texts.join('. ')}.`
}

/** How to get this report again. */
export function commandOf(report: Report, format: string): string {
  const command = report.arms.length > 1 ? 'compare' : 'report'
  const quoted = (text: string) => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)
  const changed = (value: string, usual: string) => (value === usual ? undefined : value)
  const asked = [
    ['process', changed(report.process, DEFAULTS.process)],
    ['producer', changed(report.producer, DEFAULTS.producer)],
    ['primary', report.primary],
    ['frames', report.frames],
    ['seed', changed(String(report.seed), String(DEFAULTS.seed))],
  ].flatMap(([name, value]) => (value === undefined ? [] : [` --${name} ${quoted(value)}`]))
  const names = report.given.map(quoted).join(' ')
  return `tracealyze ${command} ${names} --format ${format}${asked.join('')}`
}
