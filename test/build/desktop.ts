/** A recording of a compositor with one output or several: commits and flips of each, and checks of a client's buffers. */
import { encodeFields, type FieldValues } from './encode-fields.ts'
import { defineEvent, type EventFormat, type FieldSpec } from './event-formats.ts'
import { KERNEL_EVENTS } from './kernel-events.ts'
import { buildTraceDat } from './trace-dat.ts'

export interface ScriptedOutput {
  /** Name of its commit thread. */
  readonly connector: string
  readonly crtc: number
  /** [time in ns, number of the vertical blank] of each; the commit of each begins 1000 ns before it. */
  readonly flips: readonly (readonly [ts: number, seq: number])[]
}

/** A busy poll at `ts`, its export 10 ns later, the signal, and the poll's return 30 ns after that. */
export interface ScriptedCheck {
  readonly ts: number
  readonly signaled: number
}

export const MAIN = 10
const CLIENT = 20
const DRIVER = 21
const REQUEST = { export: 0xc0086202, atomic: 0xc03864bc }

const number: FieldSpec = { type: 'int', name: '__syscall_nr' }
/** The kernel gives every argument eight bytes, and calls none of them signed. */
const argument = (type: string, name: string, index: number): FieldSpec => ({
  type,
  name,
  size: 8,
  offset: 16 + 8 * index,
  signed: false,
})
const call = (name: string, id: number, fields: readonly FieldSpec[]) =>
  defineEvent({ system: 'syscalls', name, id, fields: [number, ...fields] })
const returned: readonly FieldSpec[] = [{ type: 'long', name: 'ret' }]

const { sys_enter_ioctl, sys_exit_ioctl, dma_fence_init, dma_fence_signaled } = KERNEL_EVENTS
const FORMATS = {
  sys_enter_ioctl,
  sys_exit_ioctl,
  dma_fence_init,
  dma_fence_signaled,
  sys_enter_poll: call('sys_enter_poll', 880, [
    argument('struct pollfd *', 'ufds', 0),
    argument('unsigned int', 'nfds', 1),
    argument('int', 'timeout_msecs', 2),
  ]),
  sys_exit_poll: call('sys_exit_poll', 879, returned),
  sys_enter_ppoll: call('sys_enter_ppoll', 878, [
    argument('struct pollfd *', 'ufds', 0),
    argument('unsigned int', 'nfds', 1),
  ]),
  sys_exit_ppoll: call('sys_exit_ppoll', 877, returned),
  drm_vblank_event_delivered: defineEvent({
    system: 'drm',
    name: 'drm_vblank_event_delivered',
    id: 1301,
    fields: [
      { type: 'struct drm_file *', name: 'file' },
      { type: 'int', name: 'crtc' },
      { type: 'unsigned int', name: 'seq' },
    ],
  }),
} satisfies Record<string, EventFormat>

interface Step {
  readonly ts: number
  readonly data: Uint8Array
}

const step = (ts: number, tid: number, event: keyof typeof FORMATS, values: FieldValues): Step => ({
  ts,
  data: encodeFields(FORMATS[event], { ...values, common_pid: tid }),
})

const ioctl = (ts: number, tid: number, fd: number, cmd: number): Step[] => [
  step(ts, tid, 'sys_enter_ioctl', { fd, cmd }),
  step(ts + 4, tid, 'sys_exit_ioctl', { ret: 0 }),
]

/** The trace.dat. */
export function buildDesktop(outputs: readonly ScriptedOutput[], checks: readonly ScriptedCheck[]): Uint8Array {
  const threads = outputs.map((output, i) => ({ ...output, tid: MAIN + 1 + i }))
  const steps = [
    ...threads.flatMap(({ tid, crtc, flips }) =>
      flips.flatMap(([ts, seq]) => [
        ...ioctl(ts - 1000, tid, 8, REQUEST.atomic),
        step(ts, 0, 'drm_vblank_event_delivered', { file: 0xffff888011112222n, crtc, seq }),
      ]),
    ),
    ...checks.flatMap(({ ts, signaled }, i) => {
      const fence = { driver: 'videobuf2', timeline: 'cap', context: 3, seqno: i + 1 }
      return [
        step(ts - 500, CLIENT, 'dma_fence_init', fence),
        step(ts, MAIN, 'sys_enter_poll', { nfds: 1, timeout_msecs: 0 }),
        step(ts + 5, MAIN, 'sys_exit_poll', { ret: 0 }),
        ...ioctl(ts + 10, MAIN, 7, REQUEST.export),
        step(ts + 20, MAIN, 'sys_enter_ppoll', { nfds: 9 }),
        step(signaled, DRIVER, 'dma_fence_signaled', fence),
        step(signaled + 30, MAIN, 'sys_exit_ppoll', { ret: 1 }),
      ]
    }),
  ].sort((a, b) => a.ts - b.ts)
  const names = [
    [MAIN, 'kwin_wayland'],
    [CLIENT, 'camclient'],
    [DRIVER, 'driver'],
  ] as const
  return buildTraceDat({
    formats: Object.values(FORMATS),
    options: { clock: 'mono', uname: 'Linux lab 6.12.107 x86_64', cpuCount: 1 },
    cmdlines: [...names, ...threads.map(({ tid, connector }) => [tid, connector] as const)]
      .map(([tid, name]) => `${tid} ${name}\n`)
      .join(''),
    cpus: [{ entries: steps.map(({ ts, data }) => ({ ts: BigInt(ts), data })) }],
  })
}
