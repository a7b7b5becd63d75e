/** What every failure that a user can cause or mend is reported with. */
export interface ErrorPlace {
  /** The file the error is about, as the user named it. */
  file?: string
  /** Where in it: a byte offset, printed in hex, or a `line:column` text. */
  at?: number | string
  /** What to do about it. */
  hint?: string
}

/**
 * A failure with a message for the user: what was found (with numbers), where, and what to do.
 * Anything else that is thrown is a defect of tracealyze.
 */
export class TraceError extends Error {
  override name = 'TraceError'
  readonly file: string | undefined
  readonly at: number | string | undefined
  readonly hint: string | undefined

  constructor(message: string, place: ErrorPlace = {}) {
    super(message)
    this.file = place.file
    this.at = place.at
    this.hint = place.hint
  }

  /** The same error with the file's name, for errors raised where the name is not known (in parsers). */
  in(file: string): TraceError {
    return new TraceError(this.message, { file, ...defined({ at: this.at, hint: this.hint }) })
  }

  /** `run.dat+0x1f40: ring-buffer page is cut short: ...` */
  get line(): string {
    const at = typeof this.at === 'number' ? `+0x${this.at.toString(16)}` : this.at === undefined ? '' : `:${this.at}`
    const place = `${this.file ?? ''}${at}`
    return place ? `${place}: ${this.message}` : this.message
  }
}

function defined<T extends object>(o: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
