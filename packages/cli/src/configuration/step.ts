// A plan: what is to be done to which noun, in order, and how each is done.
import type { Client } from '@rollcall/api'
import type { Difference } from './differences.ts'
import type { Fault, Place } from './file.ts'
import type { Present } from './present.ts'
import type { References } from './references.ts'

export type StepKind = 'create' | 'change' | 'unchanged' | 'prune'

/** Resolves with a sentence where something is left for somebody else to do. */
export type Run = () => Promise<string | undefined>

export interface Step {
  /** `organizations/acme/connections/Okta`. */
  readonly path: string
  readonly kind: StepKind
  readonly differences: readonly Difference[]
  /** Undefined where there is nothing to do. */
  readonly run?: Run
  /** Of a deletion: what goes with it. */
  readonly note?: string
}

export interface ApplyOptions {
  readonly prune: boolean
  /** Sends secrets again that the service has: it shows none, so that they cannot be compared. */
  readonly sendSecrets: boolean
}

/** What the parts of a plan share. */
export interface Planning {
  readonly client: Client
  readonly present: Present
  readonly references: References
  readonly options: ApplyOptions
  /** Names -> ids of what is there, and of what a step made before. */
  readonly ids: Map<string, string>
  /** Files that secrets are to be written to. */
  readonly targets: Set<string>
  readonly faults: Fault[]
}

/** Notes what a reference lacks, as a fault of its place; nothing is kept of what was read. */
export function tryReference(planning: Planning, place: Place, read: () => unknown): void {
  try {
    read()
  } catch (error) {
    planning.faults.push({ place, message: (error as Error).message })
  }
}

export function unchanged(path: string): Step {
  return { path, kind: 'unchanged', differences: [] }
}

/** Of a noun that is not there yet: all that is said of it. */
export function toCreated(fields: Readonly<Record<string, unknown>>): Difference[] {
  return Object.entries(fields).flatMap(([field, after]) =>
    after === undefined ? [] : [{ field, before: undefined, after }],
  )
}
