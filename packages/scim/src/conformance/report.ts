// What a run found, as plain data: the JSON form of the report is this very value.

import type { Answer, Asked } from './answer.ts'
import type { Feature, Level, Requirement } from './requirement.ts'

/** An answer as far as a report shows it. */
export interface Evidence {
  readonly request: Asked
  /** 0: no answer came. */
  readonly status: number
  readonly body: string
}

/**
 * `warn` is a SHOULD that is not kept, or a MUST that profile `auto` lets go; `skip` could not be asked of this server, and
 * with `because` was not tried for the finding of another requirement; `unjudged` cannot be asked of any.
 */
export type Outcome =
  | { readonly kind: 'pass' }
  | {
      readonly kind: 'fail' | 'warn'
      readonly expected: string
      readonly came: string
      readonly evidence: Evidence | undefined
      /** The requests that led there, the last of them last; at most four. */
      readonly steps: readonly Evidence[]
    }
  | { readonly kind: 'skip'; readonly why: string; readonly because?: string }
  | { readonly kind: 'unjudged'; readonly why: string }

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
  /** What is said once for the whole run, in sentences. */
  readonly notes: readonly string[]
}

const maxExcerpt = 2_000

const cut = (text: string): string => (text.length > maxExcerpt ? `${text.slice(0, maxExcerpt)}…` : text)

/** Excerpts of at most 2,000 characters each, without anything secret. */
export function toEvidence({ asked, status, text }: Answer, hide: (text: string) => string): Evidence {
  const body = asked.body === undefined ? undefined : cut(hide(asked.body))
  return { request: { method: asked.method, path: hide(asked.path), body }, status, body: cut(hide(text)) }
}

/** Takes the key and every password out of what a report shows. */
export function createHiding(key: string): (text: string) => string {
  // A key of a few letters would be found in every word.
  const isFindable = key.length >= 8
  return (text) => {
    const bare = isFindable ? text.replaceAll(key, '[key]') : text.replaceAll(`Bearer ${key}`, 'Bearer [key]')
    return bare.replaceAll(/("password"\s*:\s*)"(?:\\.|[^"\\])*"/gi, '$1"[hidden]"')
  }
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

/** What the report blames, MUSTs before SHOULDs. */
export function findingsOf({ results }: ConformanceReport): readonly Result[] {
  const of = (kind: Outcome['kind']) => results.filter(({ outcome }) => outcome.kind === kind)
  return [...of('fail'), ...of('warn')]
}

/** What was not tried because this requirement is not kept. */
export function waitingFor({ results }: ConformanceReport, id: string): readonly Result[] {
  return results.filter(({ outcome }) => outcome.kind === 'skip' && outcome.because === id)
}
