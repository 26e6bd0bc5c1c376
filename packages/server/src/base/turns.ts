// Long work in turns, so that nobody waits behind the whole of it.

/** What is returned lets others have their turn once this one has lasted so many milliseconds. */
export function createTurns(turnMs: number): () => Promise<void> {
  let endsAt = performance.now() + turnMs
  return async () => {
    if (performance.now() < endsAt) return
    await new Promise(setImmediate)
    endsAt = performance.now() + turnMs
  }
}
