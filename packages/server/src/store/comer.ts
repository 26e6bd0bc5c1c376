// On whose behalf the store is asked: whoever stands above is served first where units of one organization wait for each other.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Rung } from '../base/rung.ts'

/** Who asks. */
export interface Comer {
  readonly rung: Rung
  /** The person, link or key behind the request. */
  readonly by: string
}

const present = new AsyncLocalStorage<Comer>()

/** Whoever has shown nothing, and the service itself. */
const nobody: Comer = { rung: 'person', by: '' }

/** Runs a request, or what goes on of it, on behalf of somebody. */
export function withComer<T>(comer: Comer, work: () => T): T {
  return present.run(comer, work)
}

/** The same for what is read part by part, each time that somebody asks for the next one. */
export async function* eachWithComer<T>(comer: Comer, parts: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = parts[Symbol.asyncIterator]()
  try {
    for (;;) {
      const part = await withComer(comer, () => iterator.next())
      if (part.done === true) return
      yield part.value
    }
  } finally {
    await iterator.return?.()
  }
}

/** On whose behalf this is done; nobody's where none was set. */
export function readComer(): Comer {
  return present.getStore() ?? nobody
}
