// Rounds over many that ask somebody else's servers: a few at once, so that whose servers are slow keeps nobody else waiting.

/** How much of a round goes on at once, and for how long for one organization. */
export interface RoundLimits {
  readonly atOnce: number
  /** Milliseconds after which nothing more of one organization is begun in this run. */
  readonly organizationMs: number
}

/** Eight at once, and a minute for one organization. */
export const roundLimits: RoundLimits = { atOnce: 8, organizationMs: 60_000 }

/** Does `work` for each, so many at once. What fails keeps no other one from its turn; the first failure is thrown when all are done. */
export async function forEachOf<T>(
  source: AsyncGenerator<T>,
  atOnce: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = []
  const note = (error: unknown): void => void failures.push(error)
  const lane = async (): Promise<void> => {
    for (let next = await source.next(); next.done !== true; next = await source.next())
      await work(next.value).catch(note)
  }
  await Promise.all(Array.from({ length: atOnce }, () => lane().catch(note)))
  if (failures.length > 0) throw failures[0]
}

/** What fails of one organization keeps no other one from its turn. */
export interface Failures {
  /** What it comes to; `otherwise` where it fails. */
  note<T>(work: Promise<T>, otherwise: T): Promise<T>
  /** When all had their turn: throws the first, so that the run is known to have failed. */
  throwFirst(): void
}

/** Nothing has failed yet. */
export function createFailures(): Failures {
  const failures: unknown[] = []
  return {
    note: (work, otherwise) =>
      work.catch((error: unknown) => {
        failures.push(error)
        return otherwise
      }),
    throwFirst() {
      if (failures.length > 0) throw failures[0]
    },
  }
}

/** Does one after the other, also where one before fails; throws the first failure in the end. */
export async function eachStep(...steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures = createFailures()
  for (const step of steps) await failures.note(step(), undefined)
  failures.throwFirst()
}

/**
 * Told of what failed at a start and keeps nothing back: what it looked after does not hold in any case, or is looked after at the next.
 */
export type TellOfStart = (error: unknown) => void

/**
 * Work of a start on each of many, one after the other: one where it fails keeps no other one from its turn. Then it throws the first
 * failure where the start must not go on, and tells of all of them otherwise.
 */
export async function settleEach<T>(
  all: readonly T[],
  of: { readonly mustHold: boolean; readonly tell: TellOfStart | undefined },
  work: (one: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = []
  for (const one of all) await work(one).catch((error: unknown) => void failures.push(error))
  if (failures.length === 0) return
  if (of.mustHold || of.tell === undefined) throw failures[0]
  for (const failure of failures) of.tell(failure)
}

/** Whether a stretch of time that begins now is over. */
export function createTimeLimit(milliseconds: number): () => boolean {
  const from = performance.now()
  return () => performance.now() - from >= milliseconds
}
