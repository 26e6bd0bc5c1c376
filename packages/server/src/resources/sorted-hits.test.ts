import { expect, it } from 'vitest'
import { type Hit, mergeHits, SortedHits } from './sorted-hits.ts'

const compareKeys = (left: Hit, right: Hit): number => Number(left.key) - Number(right.key)
/** In the order of ids; five have the same key. */
const hits: readonly Hit[] = Array.from({ length: 20_000 }, (_, at) => ({
  id: `id-${at}`,
  key: (at * 7_919) % 4_000,
}))
const slices = Array.from({ length: 100 }, (_, at) => hits.slice(at * 200, at * 200 + 200))

it.each([1, 100, 4_999, 20_000])(
  'gives the first %i in order, those that are equal in the order of ids',
  async (most) => {
    const sorted = new SortedHits(compareKeys, most)
    for (const slice of slices) await sorted.add(slice)
    expect(await sorted.finish()).toEqual(hits.toSorted(compareKeys).slice(0, most))
  },
)

it('compares few at once, so that others are served meanwhile', async () => {
  let [inThisTurn, mostInATurn, isOver] = [0, 0, false]
  const turn = (): void => {
    mostInATurn = Math.max(mostInATurn, inThisTurn)
    inThisTurn = 0
    if (!isOver) setImmediate(turn)
  }
  turn()
  const sorted = new SortedHits((left, right) => {
    inThisTurn += 1
    return compareKeys(left, right)
  }, hits.length)
  for (const slice of slices) {
    await sorted.add(slice)
    // As between two slices that are read.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await sorted.finish()
  isOver = true
  turn()
  expect(mostInATurn).toBeLessThan(6_000)
})

it('keeps no more than the answer can show, and refuses what would take too much', async () => {
  const long = (from: number): Hit[] =>
    Array.from({ length: 200 }, (_, at) => ({ id: `id-${from + at}`, key: 'x'.repeat(8_192) }))
  const compare = (left: Hit, right: Hit): number => (left.id < right.id ? -1 : 1)
  const [first, all] = [new SortedHits(compare, 100), new SortedHits(compare, 1_000_000)]
  const addAll = async (sorted: SortedHits): Promise<void> => {
    for (let from = 0; from < 4_000; from += 200) await sorted.add(long(from))
  }
  await addAll(first)
  expect(await first.finish()).toHaveLength(100)
  await expect(addAll(all)).rejects.toMatchObject({ status: 400, scimType: 'tooMany' })
})

it('puts two orders together, the left one first where they are equal', async () => {
  const [left, right] = [hits.slice(0, 3), [{ id: 'other', key: hits[1]?.key }]]
  const merged = await mergeHits(left.toSorted(compareKeys), right, compareKeys, 3)
  expect(merged).toHaveLength(3)
  expect(merged.findIndex(({ id }) => id === 'id-1')).toBeLessThan(
    [...merged, ...right].findIndex(({ id }) => id === 'other'),
  )
})
