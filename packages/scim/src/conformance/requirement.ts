// What an entry of the catalogue is, and the words with which the tables of the sections are written. No entry is here.

import type { Server } from './server.ts'

/** RFC 2119; SHALL and REQUIRED are MUST, RECOMMENDED is SHOULD, and so is a plain statement that leaves no choice a MUST. */
export type Level = 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT'

/** What a server has to offer for a requirement to apply; the optional ones are named in /ServiceProviderConfig or discovered. */
export type Feature =
  | 'discovery'
  | 'users'
  | 'groups'
  | 'enterprise'
  | 'lists'
  | 'root'
  | 'filter'
  | 'sort'
  | 'patch'
  | 'bulk'
  | 'etag'
  | 'cursor'
  | 'me'
  | 'password'
  | 'errors'
  | 'access'

/** Resolves when the server does what is asked; throws Mismatch when it does not, Inapplicable when it cannot be asked. */
export type Check = (server: Server) => Promise<void>

/** An entry as a table writes it; the table's clause completes it. */
export interface Draft {
  readonly slug: string
  readonly level: Level
  readonly features: readonly Feature[]
  readonly sentence: string
  readonly check: Check | undefined
  /** Why no client can see it; with `check` undefined only. */
  readonly unjudged?: string
  /** Ids of requirements without which this one cannot be told apart from them: after their finding it is not tried. */
  readonly rests?: readonly string[]
  /** The vendor that needs servers to depart from it; profile `auto` warns then instead of failing. */
  readonly tolerated?: string
}

/** One requirement of the catalogue; `id` is like `RFC7644-3.5.2-atomic`, `clause` like `RFC 7644 §3.5.2`. */
export interface Requirement extends Draft {
  readonly id: string
  readonly clause: string
}

type Wanted = Feature | readonly Feature[]

function draft(level: Level, slug: string, wanted: Wanted, sentence: string, check: Check): Draft {
  const features = typeof wanted === 'string' ? [wanted] : wanted
  return { slug, level, features, sentence, check }
}

/** An entry whose breach fails the run. */
export function must(slug: string, wanted: Wanted, sentence: string, check: Check): Draft {
  return draft('MUST', slug, wanted, sentence, check)
}

/** An entry whose breach fails the run. */
export function mustNot(slug: string, wanted: Wanted, sentence: string, check: Check): Draft {
  return draft('MUST NOT', slug, wanted, sentence, check)
}

/** An entry whose breach is a warning. */
export function should(slug: string, wanted: Wanted, sentence: string, check: Check): Draft {
  return draft('SHOULD', slug, wanted, sentence, check)
}

/** An entry whose breach is a warning. */
export function shouldNot(slug: string, wanted: Wanted, sentence: string, check: Check): Draft {
  return draft('SHOULD NOT', slug, wanted, sentence, check)
}

/** A requirement that no client can judge from outside, listed so that coverage is honest. */
export function unjudged(level: Level, slug: string, feature: Feature, sentence: string, why: string): Draft {
  return { slug, level, features: [feature], sentence, check: undefined, unjudged: why }
}

/** An entry that is not tried once one of these requirements has a finding, for it would be the same one again. */
export function resting(entry: Draft, ...ids: readonly string[]): Draft {
  return { ...entry, rests: [...(entry.rests ?? []), ...ids] }
}

/** Names the vendor that needs servers to depart from an entry. */
export function tolerated(entry: Draft, why: string): Draft {
  return { ...entry, tolerated: why }
}

/** Completes the entries of one clause, such as `RFC 7644 §3.5.2`. */
export function section(clause: string, drafts: readonly Draft[]): readonly Requirement[] {
  const prefix = clause.replace(/^RFC (\d+) §/, 'RFC$1-')
  return drafts.map((entry) => ({ ...entry, clause, id: `${prefix}-${entry.slug}` }))
}
