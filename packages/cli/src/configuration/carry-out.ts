// Carries a plan out, step by step, and says after each what was done. Where something of an organization is refused, the rest of that
// organization waits, for it may stand on it, and other organizations go on. Any other failure ends it.
import { ProblemError } from '@rollcall/api'
import { show } from './file.ts'
import type { Plan } from './plan.ts'
import type { Step } from './step.ts'

export interface Outcome {
  readonly done: readonly Step[]
  /** Done, with something left for somebody else to do. */
  readonly left: readonly Step[]
  readonly failed: readonly Step[]
  readonly notTried: readonly Step[]
}

const words = { create: 'created', change: 'changed', prune: 'deleted', unchanged: '' } as const

export async function carryOut(
  { steps, prunes, countChanges }: Plan,
  isPruning: boolean,
  print: (line: string) => void,
): Promise<Outcome> {
  const work = [...steps, ...(isPruning ? prunes : [])].filter(({ run }) => run !== undefined)
  const outcome = { done: [] as Step[], left: [] as Step[], failed: [] as Step[], notTried: [] as Step[] }
  const waiting = new Set<string>()
  for (const [at, step] of work.entries()) {
    if (mustWait(step, waiting)) {
      outcome.notTried.push(step)
      continue
    }
    const before = countChanges()
    try {
      const note = await step.run?.()
      outcome[note === undefined ? 'done' : 'left'].push(step)
      print(
        note === undefined ? `${words[step.kind]} ${show(step.path)}` : `waits ${show(step.path)}: ${note}`,
      )
    } catch (error) {
      print(describeFailure(step, error, countChanges() > before))
      outcome.failed.push(step)
      const own = slugOf(step)
      if (own === undefined || !isRefused(error)) {
        outcome.notTried.push(...work.slice(at + 1))
        break
      }
      waiting.add(own)
    }
  }
  return outcome
}

/** Undefined of what belongs to no organization. */
const slugOf = ({ path }: Step): string | undefined => /^organizations\/([^/]+)/.exec(path)?.[1]

// What belongs to no organization may be used by one that waits: it is deleted once they are as the file says.
function mustWait(step: Step, waiting: ReadonlySet<string>): boolean {
  const own = slugOf(step)
  return own === undefined ? step.kind === 'prune' && waiting.size > 0 : waiting.has(own)
}

/** Whether the service answered that this very request is refused: others may go through. */
function isRefused(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false
  const { status } = error.problem
  return status >= 400 && status < 500 && status !== 401
}

function describeFailure(step: Step, error: unknown, isPartDone: boolean): string {
  const path = `${show(step.path)}${isPartDone ? ', of which a part is done' : ''}`
  if (!(error instanceof ProblemError))
    return `failed ${path}: ${show((error as Error).message)}. What of it was done is not known; the plan of another run says`
  const { code, detail, errors = [] } = error.problem
  const fields = errors.map((one) => `\n    ${show(one.path)}: ${show(one.message)}`).join('')
  return `refused ${path}: ${show(detail).replace(/\.$/, '')} (${code})${fields}`
}
