/** Where the program reads and writes: results on `out`, everything else on `err`. */
export interface Streams {
  readonly stdin: NodeJS.ReadableStream
  readonly out: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }
  readonly err: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }
}

/** Columns to use for a text: the terminal's, 80 where there is none. */
export const widthOf = (stream: Streams['out']): number => Math.max(40, Math.min(stream.columns ?? 80, 200))
