// A line of activity as it is kept, and the classes by which lines lie together: only lines of one class share a row of the store,
// so that those of which less is kept go without touching the others.
import type { Sentence } from '@rollcall/api/sentences'
import type { ActivityTable } from '../store/schema.ts'

type Kind = ActivityTable['kind']
type Outcome = ActivityTable['outcome']

/** One line of activity: what was asked, what was answered, and why; `at` in milliseconds since 1970. */
export interface Entry {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly durationUs: number
  /** In English; of what `sentences` say, where there are any. */
  readonly explanation: string
  readonly requestId: string
  readonly keyId: string | null
  readonly ip: string | null
  readonly userAgent: string | null
  /** Of a sign-in that was refused or thrown away. */
  readonly code: string | null
  readonly connectionId: string | null
  /** Empty where an earlier version wrote the entry. */
  readonly sentences: readonly Sentence[]
}

const lanes = ['scim', 'sign_in', 'turned_away'] as const
const outcomes = ['ok', 'refused', 'failed'] as const
type Lane = (typeof lanes)[number]

/** `turned_away`: sign-ins with a code, which anybody can cause. */
export type EntryClass = `${Lane}.${Outcome}`

/** All, or those of one kind or outcome. */
export function listClasses(which: {
  readonly kind?: Kind | undefined
  readonly outcome?: Outcome | undefined
}): readonly EntryClass[] {
  const { kind, outcome } = which
  return lanes
    .filter((lane) => kind === undefined || kindOfLane(lane) === kind)
    .flatMap((lane) =>
      outcomes
        .filter((one) => outcome === undefined || one === outcome)
        .map((one): EntryClass => `${lane}.${one}`),
    )
}

/** The class of a line: its lane and how it ended. */
export function classOf(entry: {
  readonly kind: Kind
  readonly code: string | null
  readonly outcome: Outcome
}): EntryClass {
  const lane = entry.kind === 'scim' ? 'scim' : entry.code === null ? 'sign_in' : 'turned_away'
  return `${lane}.${entry.outcome}`
}

/** By class, in the order of classes: whoever touches the rows of several has the same. */
export function groupByClass<T>(
  all: readonly T[],
  toClass: (one: T) => string,
): readonly (readonly [EntryClass, T[]])[] {
  const groups = Map.groupBy(all, toClass)
  return listClasses({}).flatMap((name) => {
    const own = groups.get(name)
    return own === undefined ? [] : [[name, own] as const]
  })
}

/** What a class says of its entries. */
export function readClass(text: string): {
  readonly kind: Kind
  readonly outcome: Outcome
  readonly isTurnedAway: boolean
} {
  const [lane, outcome] = text.split('.') as [Lane, Outcome]
  return { kind: kindOfLane(lane), outcome, isTurnedAway: lane === 'turned_away' }
}

function kindOfLane(lane: Lane): Kind {
  return lane === 'scim' ? 'scim' : 'sign_in'
}
