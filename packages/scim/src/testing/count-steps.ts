// How much work something is, counted instead of timed: how often each block of this package's own code ran, so that it is the same on
// every machine, however busy.
import { Session } from 'node:inspector'
import { setFlagsFromString } from 'node:v8'

interface Coverage {
  readonly result: readonly {
    readonly url: string
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[]
  }[]
}

// What other files compiled before is counted by its calls alone. Compiled anew between two counts, it would be by its blocks in one of them.
setFlagsFromString('--no-flush-bytecode')

// Opened once: what was compiled before it began, or after it ended, is not counted.
const session = new Session()
session.connect()
session.post('Profiler.enable')
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })

/**
 * Of what runs at once and to its end, the most of `runs`: what the engine throws away meanwhile is missing in one of them. Assert growth
 * with room, as 3 for twice as much; for a bound that is far away one run does.
 */
export function countSteps(run: () => unknown, runs = 3): number {
  let most = 0
  for (let at = 0; at < runs; at += 1) {
    take()
    run()
    most = Math.max(most, take())
  }
  return most
}

// What was taken is counted from nothing again.
function take(): number {
  let steps = 0
  session.post('Profiler.takePreciseCoverage', (error, coverage) => {
    if (error !== null) throw error
    for (const { url, functions } of (coverage as Coverage).result)
      if (url.includes('/packages/scim/src/') && !/\.test\.ts|\/testing\//.test(url))
        for (const { ranges } of functions) for (const { count } of ranges) steps += count
  })
  return steps
}
