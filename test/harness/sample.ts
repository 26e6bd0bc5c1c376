// How much of what is generated is played: a part of it, always the same, each time; the whole by `npm run test:endurance`.

/** The number for this run. */
export function howMany(counts: { readonly sample: number; readonly whole: number }): number {
  return process.env.ROLLCALL_TEST_WHOLE === '1' ? counts.whole : counts.sample
}
