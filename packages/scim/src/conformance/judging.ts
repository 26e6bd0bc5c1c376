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

const waitFor = (because: string): Outcome => ({
  kind: 'skip',
  why: `not tried because ${because} is not kept`,
  because,
})

/** Outcomes are kept for as long as the judging is. */
export function createJudging(options: JudgingOptions, connection: Connection, server: Server): Judging {
  return new Judge(options, connection, server)
}

class Judge implements Judging {
  readonly #options: JudgingOptions
  readonly #connection: Connection
  readonly #server: Server
  readonly #known: ReadonlyMap<string, Requirement>
  readonly #outcomes = new Map<string, Outcome>()
  readonly #causes = new Map<string, Mismatch>()
  readonly #hide: ReturnType<typeof createHiding>

  constructor(options: JudgingOptions, connection: Connection, server: Server) {
    this.#options = options
    this.#connection = connection
    this.#server = server
    this.#known = new Map([...catalogue, ...(options.requirements ?? [])].map((one) => [one.id, one]))
    this.#hide = createHiding(options.key)
  }

  async judge(requirement: Requirement): Promise<Outcome> {
    const outcome = this.#outcomes.get(requirement.id) ?? (await this.#decide(requirement))
    this.#outcomes.set(requirement.id, outcome)
    return outcome
  }

  async settle(wanted: readonly Requirement[]): Promise<readonly Result[]> {
    const added: Requirement[] = []
    for (const { id } of wanted) {
      const because = becauseOf(this.#outcomes.get(id))
      if (because === undefined) continue
      const root = await this.#settleCause(because)
      this.#outcomes.set(id, waitFor(root))
      const other = this.#known.get(root)
      if (other !== undefined && !wanted.includes(other) && !added.includes(other)) added.push(other)
    }
    return [...wanted, ...added].map((one) => toResult(one, this.#outcomes.get(one.id) as Outcome))
  }

  #toBreach({ level, tolerated }: Requirement, error: Mismatch): Outcome {
    const hide = this.#hide
    const isMust = level === 'MUST' || level === 'MUST NOT'
    const isLetGo = this.#options.profile === 'auto' && tolerated !== undefined
    const trail = this.#connection.takeTrail()
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

  async #findRest(requirement: Requirement): Promise<string | undefined> {
    for (const id of requirement.rests ?? []) {
      const other = this.#known.get(id)
      if (other === undefined) continue
      const outcome = await this.judge(other)
      if (isBreach(outcome)) return id
      const because = becauseOf(outcome)
      if (because !== undefined) return because
    }
    return undefined
  }

  async #decide(requirement: Requirement): Promise<Outcome> {
    if (requirement.check === undefined) return { kind: 'unjudged', why: requirement.unjudged ?? '' }
    try {
      const missing = await findMissing(requirement.features, this.#server)
      if (missing !== undefined) return { kind: 'skip', why: `the server does not support ${missing}` }
      if (this.#options.repeats !== true) {
        const rest = await this.#findRest(requirement)
        if (rest !== undefined) return waitFor(rest)
        await requireFoundations(this.#server, requirement.features)
      }
      this.#connection.takeTrail()
      await requirement.check(this.#server)
      return { kind: 'pass' }
    } catch (error) {
      return this.#toOutcome(requirement, error)
    }
  }

  /** What a check threw; throws on what is no finding. */
  #toOutcome(requirement: Requirement, error: unknown): Outcome {
    if (error instanceof Inapplicable) return { kind: 'skip', why: error.message }
    if (error instanceof Exhausted) return { kind: 'skip', why: `the run may ask no more: ${error.message}` }
    if (error instanceof Mismatch) return this.#toBreach(requirement, error)
    if (!(error instanceof Blocked)) throw error
    const mismatch = error.mismatch ?? new Mismatch('what other requirements need', 'nothing')
    if (error.because === requirement.id) return this.#toBreach(requirement, mismatch)
    if (!this.#causes.has(error.because)) this.#causes.set(error.because, mismatch)
    return waitFor(error.because)
  }

  /** Sees to it that the requirement has a finding, or waits for one that has; resolves with the id of that one. */
  async #settleCause(id: string, seen: readonly string[] = []): Promise<string> {
    const requirement = this.#known.get(id)
    if (requirement === undefined || seen.includes(id)) return id
    const outcome = await this.judge(requirement)
    if (isBreach(outcome)) return id
    const because = becauseOf(outcome)
    if (because !== undefined) return this.#settleCause(because, [...seen, id])
    // Its own check saw nothing wrong, another one did.
    const mismatch = this.#causes.get(id)
    if (mismatch !== undefined) this.#outcomes.set(id, this.#toBreach(requirement, mismatch))
    return id
  }
}
