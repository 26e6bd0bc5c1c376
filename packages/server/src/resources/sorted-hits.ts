// The order of hits that no column keeps. They come in slices, and those are kept that the answer can still show. Few are compared at once,
// so that others are served meanwhile; what is kept has a bound, beyond which the list is refused.
import { refuse } from './refusals.ts'

/** A resource that was found: its id, and what it is sorted by. */
export interface Hit {
  readonly id: string
  readonly key: string | number | undefined
}

/** Which of two comes first, as Array.sort asks. */
export type CompareHits = (left: Hit, right: Hit) => number

/** Of one list, for the time of its request; some 200,000 hits with keys of twenty characters. */
const maxBytes = 33_554_432
const bytesOfHit = 128
/** Less than ten milliseconds, also where keys are as long as a text may be. */
const comparisonsAtOnce = 1_000

const weigh = ({ key }: Hit): number => bytesOfHit + (typeof key === 'string' ? 2 * key.length : 0)
const weighAll = (hits: readonly Hit[]): number => hits.reduce((sum, hit) => sum + weigh(hit), 0)

/** Two lists that are in order as one, of which so many; of equal ones the left come first. */
export async function mergeHits(
  left: readonly Hit[],
  right: readonly Hit[],
  compare: CompareHits,
  most: number,
): Promise<readonly Hit[]> {
  const merged: Hit[] = []
  for (let [at, other] = [0, 0]; merged.length < most; ) {
    const [one, two] = [left[at], right[other]]
    const isLeft = two === undefined || (one !== undefined && compare(one, two) <= 0)
    const next = isLeft ? one : two
    if (next === undefined) break
    merged.push(next)
    if (isLeft) at += 1
    else other += 1
    if (merged.length % comparisonsAtOnce === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return merged
}

/** The first so many of all that are added. */
export class SortedHits {
  readonly #compare: CompareHits
  readonly #most: number
  /** Each in order; what was added earlier comes first, so that equal ones stay in the order of ids. */
  readonly #runs: (readonly Hit[])[] = []
  #bytes = 0
  /** Nothing from here on is shown. */
  #bound: Hit | undefined

  constructor(compare: CompareHits, most: number) {
    this.#compare = compare
    this.#most = most
  }

  /** Throws 400 `tooMany` where the first so many are more than is kept. */
  async add(slice: readonly Hit[]): Promise<void> {
    const bound = this.#bound
    const run = slice.filter((hit) => bound === undefined || this.#compare(hit, bound) < 0)
    if (run.length === 0 || this.#most === 0) return
    this.#bytes += weighAll(run)
    this.#runs.push(run.sort(this.#compare))
    while (this.#hasAlike()) await this.#mergeLast()
    if (this.#bytes > maxBytes) throw refuse('sort_too_deep')
  }

  /** All that were kept, in order. */
  async finish(): Promise<readonly Hit[]> {
    while (this.#runs.length > 1) await this.#mergeLast()
    return this.#runs[0] ?? []
  }

  // Runs become shorter and shorter, so that each hit is merged a few times only.
  #hasAlike(): boolean {
    const [before, last] = this.#runs.slice(-2)
    return before !== undefined && last !== undefined && before.length <= 2 * last.length
  }

  async #mergeLast(): Promise<void> {
    const [left = [], right = []] = this.#runs.splice(-2)
    const merged = await mergeHits(left, right, this.#compare, this.#most)
    this.#runs.push(merged)
    if (merged.length < this.#most) return
    if (merged.length < left.length + right.length)
      this.#bytes += weighAll(merged) - weighAll(left) - weighAll(right)
    const last = merged.at(-1)
    if (last !== undefined && (this.#bound === undefined || this.#compare(last, this.#bound) < 0))
      this.#bound = last
  }
}
