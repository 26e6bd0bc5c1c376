// Carries a plan out, step by step, and says after each what was done. The first that is refused ends it: what comes after may stand on it.
import { ProblemError } from '@rollcall/api'
import { show } from './file.ts'
import type { Plan } from './plan.ts'
import type { Step } from './step.ts'

export interface Outcome {
  readonly done: readonly Step[]
  /** Done, with something left for somebody else to do. */
  readonly left: readonly Step[]
  readonly failed: Step | undefined
  readonly notTried: readonly Step[]
}

const words = { create: 'created', change: 'changed', prune: 'deleted', unchanged: '' } as const

export async function carryOut(
  { steps, prunes, countChanges }: Plan,
  isPruning: boolean,
  print: (line: string) => void,
): Promise<Outcome> {
  const work = [...steps, ...(isPruning ? prunes : [])].filter(({ run }) => run !== undefined)
  const done: Step[] = []
  const left: Step[] = []
  for (const [at, step] of work.entries()) {
    const before = countChanges()
    try {
      const note = await step.run?.()
      if (note === undefined) done.push(step)
      else left.push(step)
      print(
        note === undefined ? `${words[step.kind]} ${show(step.path)}` : `waits ${show(step.path)}: ${note}`,
      )
    } catch (error) {
      print(describeFailure(step, error, countChanges() > before))
      return { done, left, failed: step, notTried: work.slice(at + 1) }
    }
  }
  return { done, left, failed: undefined, notTried: [] }
}

function describeFailure(step: Step, error: unknown, isPartDone: boolean): string {
  const path = `${show(step.path)}${isPartDone ? ', of which a part is done' : ''}`
  if (!(error instanceof ProblemError))
    return `failed ${path}: ${show((error as Error).message)}. What of it was done is not known; the plan of another run says`
  const { code, detail, errors = [] } = error.problem
  const fields = errors.map((one) => `\n    ${show(one.path)}: ${show(one.message)}`).join('')
  return `refused ${path}: ${show(detail).replace(/\.$/, '')} (${code})${fields}`
}
