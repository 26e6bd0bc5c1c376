// Long work in turns, so that nobody waits behind the whole of it.

/**
 * So many works of one group are under way at once; others of it wait, in the order in which they came. Turns alone do not do: whoever asks
 * for a hundred long works has a hundred turns between two of everybody else's.
 */
export function createGate(most: number): <T>(group: string, work: () => Promise<T>) => Promise<T> {
  const groups = new Map<string, { running: number; readonly waiting: (() => void)[] }>()
  return async (name, work) => {
    const group = groups.get(name) ?? { running: 0, waiting: [] }
    groups.set(name, group)
    if (group.running < most) group.running += 1
    else await new Promise<void>((resolve) => group.waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = group.waiting.shift()
      // Whoever comes next has the place.
      if (next !== undefined) next()
      else {
        group.running -= 1
        if (group.running === 0) groups.delete(name)
      }
    }
  }
}

/** What is returned lets others have their turn once this one has lasted so many milliseconds. */
export function createTurns(turnMs: number): () => Promise<void> {
  let endsAt = performance.now() + turnMs
  return async () => {
    if (performance.now() < endsAt) return
    await new Promise(setImmediate)
    endsAt = performance.now() + turnMs
  }
}

const oneAfterAnother = 200
const usualTurnMs = 5

/** Does `work` with each of many, however long it lasts altogether, and lets others have their turns meanwhile. */
export async function eachInTurns<T>(all: readonly T[], work: (one: T) => void): Promise<void> {
  const takeTurns = createTurns(usualTurnMs)
  for (const [at, one] of all.entries()) {
    if (at % oneAfterAnother === oneAfterAnother - 1) await takeTurns()
    work(one)
  }
}
