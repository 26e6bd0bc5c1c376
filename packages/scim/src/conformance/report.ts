// What a run found, as plain data: the JSON form of the report is this very value.

import type { Asked } from './answer.ts'
import type { Feature, Level, Requirement } from './requirement.ts'

/** An answer as far as a report shows it. */
export interface Evidence {
  readonly request: Asked
  /** 0: no answer came. */
  readonly status: number
  readonly body: string
}

/**
 * `warn` is a SHOULD that is not kept, or a MUST that profile `auto` lets go; `skip` could not be asked of this server;
 * `unjudged` cannot be asked of any.
 */
export type Outcome =
  | { readonly kind: 'pass' }
  | {
      readonly kind: 'fail' | 'warn'
      readonly expected: string
      readonly came: string
      readonly evidence: Evidence | undefined
    }
  | { readonly kind: 'skip' | 'unjudged'; readonly why: string }

export interface Result {
  readonly id: string
  readonly level: Level
  readonly clause: string
  readonly features: readonly Feature[]
  readonly sentence: string
  readonly outcome: Outcome
}

export type Totals = Readonly<Record<Outcome['kind'], number>>

export interface ConformanceReport {
  readonly baseUrl: string
  readonly profile: 'strict' | 'auto'
  readonly requests: number
  readonly totals: Totals
  readonly results: readonly Result[]
  /** Paths of what was made and could not be removed. */
  readonly leftovers: readonly string[]
}

const maxExcerpt = 2_000

const cut = (text: string): string => (text.length > maxExcerpt ? `${text.slice(0, maxExcerpt)}…` : text)

/** Excerpts of at most 2,000 characters each. */
export function toEvidence(asked: Asked, status: number, text: string): Evidence {
  const body = asked.body === undefined ? undefined : cut(asked.body)
  return { request: { ...asked, body }, status, body: cut(text) }
}

export function toResult(requirement: Requirement, outcome: Outcome): Result {
  const { id, level, clause, features, sentence } = requirement
  return { id, level, clause, features, sentence, outcome }
}

export function countOutcomes(results: readonly Result[]): Totals {
  const totals = { pass: 0, fail: 0, warn: 0, skip: 0, unjudged: 0 }
  for (const { outcome } of results) totals[outcome.kind] += 1
  return totals
}
