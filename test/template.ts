/** Before all tests: the empty database that new ones are copied from, made by the sources as they are. */
export async function setup(): Promise<void> {
  await import('../src/make-template.ts')
}
