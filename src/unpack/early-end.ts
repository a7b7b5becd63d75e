/** Compressed data ends before the decompressor says that it is complete. */
export class EarlyEnd extends Error {
  override name = 'EarlyEnd'

  constructor() {
    super('it ends early')
  }
}
