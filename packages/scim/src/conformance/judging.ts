// Judges requirements one by one, each once. One cause is one finding: what rests on a requirement that has a finding is not
// tried, and a check that stumbles on its way over another requirement hands the finding to that one.

import { catalogue } from './catalogue.ts'
import { type Connection, Exhausted } from './connection.ts'
import { Blocked, Inapplicable, Mismatch } from './expectation.ts'
import { requireFoundations } from './foundations.ts'
import { findMissing } from './offered.ts'
import { createHiding, type Outcome, type Result, toEvidence, toResult } from './report.ts'
import type { Requirement } from './requirement.ts'
import type { Server } from './server.ts'

export interface Judging {
  judge(requirement: Requirement): Promise<Outcome>
  /** The results of these requirements, and of those that they wait for; every one that waits names a finding. */
  settle(wanted: readonly Requirement[]): Promise<readonly Result[]>
}

export interface JudgingOptions {
  readonly key: string
  readonly profile?: 'strict' | 'auto'
  readonly requirements?: readonly Requirement[]
  readonly repeats?: boolean
}

const maxSteps = 4

const isBreach = ({ kind }: Outcome): boolean => kind === 'fail' || kind === 'warn'
const becauseOf = (outcome: Outcome | undefined): string | undefined =>
  outcome?.kind === 'skip' ? outcome.because : undefined

/** Outcomes are kept for as long as the judging is. */
export function createJudging(options: JudgingOptions, connection: Connection, server: Server): Judging {
  const known = new Map([...catalogue, ...(options.requirements ?? [])].map((one) => [one.id, one]))
  const outcomes = new Map<string, Outcome>()
  const causes = new Map<string, Mismatch>()
  const hide = createHiding(options.key)

  function toBreach({ level, tolerated }: Requirement, error: Mismatch): Outcome {
    const isMust = level === 'MUST' || level === 'MUST NOT'
    const isLetGo = options.profile === 'auto' && tolerated !== undefined
    const trail = connection.takeTrail()
    const answer = error.answer ?? trail.at(-1)
    const steps = trail.includes(answer as never) || answer === undefined ? trail : [answer]
    return {
      kind: isMust && !isLetGo ? 'fail' : 'warn',
      expected: hide(error.expected),
      came: hide(error.came),
      evidence: answer && toEvidence(answer, hide),
      steps: steps.slice(-maxSteps).map((one) => toEvidence(one, hide)),
    }
  }

  const waitFor = (because: string): Outcome => ({
    kind: 'skip',
    why: `not tried because ${because} is not kept`,
    because,
  })

  async function findRest(requirement: Requirement): Promise<string | undefined> {
    for (const id of requirement.rests ?? []) {
      const other = known.get(id)
      if (other === undefined) continue
      const outcome = await judge(other)
      if (isBreach(outcome)) return id
      const because = becauseOf(outcome)
      if (because !== undefined) return because
    }
    return undefined
  }

  async function decide(requirement: Requirement): Promise<Outcome> {
    if (requirement.check === undefined) return { kind: 'unjudged', why: requirement.unjudged ?? '' }
    try {
      const missing = await findMissing(requirement.features, server)
      if (missing !== undefined) return { kind: 'skip', why: `the server does not support ${missing}` }
      if (options.repeats !== true) {
        const rest = await findRest(requirement)
        if (rest !== undefined) return waitFor(rest)
        await requireFoundations(server, requirement.features)
      }
      connection.takeTrail()
      await requirement.check(server)
      return { kind: 'pass' }
    } catch (error) {
      if (error instanceof Inapplicable) return { kind: 'skip', why: error.message }
      if (error instanceof Exhausted)
        return { kind: 'skip', why: `the run may ask no more: ${error.message}` }
      if (error instanceof Mismatch) return toBreach(requirement, error)
      if (!(error instanceof Blocked)) throw error
      const mismatch = error.mismatch ?? new Mismatch('what other requirements need', 'nothing')
      if (error.because === requirement.id) return toBreach(requirement, mismatch)
      if (!causes.has(error.because)) causes.set(error.because, mismatch)
      return waitFor(error.because)
    }
  }

  async function judge(requirement: Requirement): Promise<Outcome> {
    const outcome = outcomes.get(requirement.id) ?? (await decide(requirement))
    outcomes.set(requirement.id, outcome)
    return outcome
  }

  /** Sees to it that the requirement has a finding, or waits for one that has; resolves with the id of that one. */
  async function settleCause(id: string, seen: readonly string[] = []): Promise<string> {
    const requirement = known.get(id)
    if (requirement === undefined || seen.includes(id)) return id
    const outcome = await judge(requirement)
    if (isBreach(outcome)) return id
    const because = becauseOf(outcome)
    if (because !== undefined) return settleCause(because, [...seen, id])
    // Its own check saw nothing wrong, another one did.
    const mismatch = causes.get(id)
    if (mismatch !== undefined) outcomes.set(id, toBreach(requirement, mismatch))
    return id
  }

  return {
    judge,
    async settle(wanted) {
      const added: Requirement[] = []
      for (const { id } of wanted) {
        const because = becauseOf(outcomes.get(id))
        if (because === undefined) continue
        const root = await settleCause(because)
        outcomes.set(id, waitFor(root))
        const other = known.get(root)
        if (other !== undefined && !wanted.includes(other) && !added.includes(other)) added.push(other)
      }
      return [...wanted, ...added].map((one) => toResult(one, outcomes.get(one.id) as Outcome))
    },
  }
}
