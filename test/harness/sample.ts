// How much of what is generated, or stands in a long table, is played each time: a part of it. The whole is played by
// `npm run test:endurance`, and of the browser's tests by `npm run test:walk`.
import { createHash, randomInt } from 'node:crypto'

/** Whether all is asked for. */
export const isWhole: boolean = process.env.ROLLCALL_TEST_WHOLE === '1' || process.env.UPDATE_DOCS === '1'

/** The number for this run. */
export function howMany(counts: { readonly sample: number; readonly whole: number }): number {
  return process.env.ROLLCALL_TEST_WHOLE === '1' ? counts.whole : counts.sample
}

const seed = process.env.ROLLCALL_TEST_SEED ?? String(randomInt(1_000_000_000))

/**
 * So many of them, in their order; others the next time, so that all come by in the end. What it says plays the same once more: the
 * draw hangs on the seed and on the name, not on what was drawn before.
 */
export function draw<T>(name: string, all: readonly T[], count: number): readonly T[] {
  if (isWhole || count >= all.length) return all
  tell(name, count, all.length)
  return pick(name, all, count)
}

function tell(name: string, count: number, all: number): void {
  console.log(`${name}: ${count} of ${all}, drawn with ROLLCALL_TEST_SEED=${seed}`)
}

function pick<T>(name: string, all: readonly T[], count: number): readonly T[] {
  const lots = all.map((one, at) => ({
    one,
    at,
    lot: createHash('sha256').update(`${seed} ${name} ${at}`).digest('hex'),
  }))
  return lots
    .toSorted((a, b) => (a.lot < b.lot ? -1 : 1))
    .slice(0, count)
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one)
}

/**
 * What a table is tried with on that store: each of its rows on one of the two stores, as it falls; all of them where only one store is
 * asked for, or all is.
 */
export function deal<T>(name: string, all: readonly T[], store: 'embedded' | 'postgres'): readonly T[] {
  if (isWhole || process.env.ROLLCALL_TEST_STORES !== undefined) return all
  const places = all.map((_, at) => at)
  // The same for both stores, of which each then says what it has.
  const ofEmbedded = new Set(pick(`${name}, on the embedded store`, places, Math.ceil(all.length / 2)))
  const dealt = all.filter((_, at) => ofEmbedded.has(at) === (store === 'embedded'))
  tell(`${name}, on the ${store} store`, dealt.length, all.length)
  return dealt
}

/**
 * Numbers from 0 to below 1, as Math.random gives them, that are the seed's and the name's alone. What hangs on time as well comes out in
 * another order all the same.
 */
export function roll(name: string): () => number {
  console.log(`${name}: rolled with ROLLCALL_TEST_SEED=${seed}`)
  let turn = 0
  return () => {
    turn += 1
    return createHash('sha256').update(`${seed} ${name} ${turn}`).digest().readUInt32BE() / 2 ** 32
  }
}
