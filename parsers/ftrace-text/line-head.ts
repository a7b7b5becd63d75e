/** What a line says before the text of its event. */

/** How a recording writes its times. */
export type Stamp = 'seconds' | 'us' | 'ticks'

export interface LineHead {
  /** -1 where the line does not tell; so are tid and pid. */
  readonly cpu: number
  readonly tid: number
  readonly pid: number
  /** The thread's name; empty where the line has none. */
  readonly commStart: number
  readonly commEnd: number
  /** Names of so many bytes may have been cut. */
  readonly cutAt: number
  /** Undefined where the line has no time. */
  readonly stamp: Stamp | undefined
  /** Seconds, microseconds or ticks, by `stamp`. */
  readonly whole: number
  readonly nanoseconds: number
  /** Digits behind the point. */
  readonly digits: number
  /** Where the flags are; empty where the line has none. `rawFlags`: in hexadecimal. */
  readonly flagsStart: number
  readonly flagsEnd: number
  readonly rawFlags: boolean
  /** Whether a message stands behind the function that printed it. */
  readonly namesWriter: boolean
  readonly instanceStart: number
  readonly instanceEnd: number
}
