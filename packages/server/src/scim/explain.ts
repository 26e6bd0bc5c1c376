// What the administrator is told about each answer, as sentences of the catalogue. Pure.
import { type Sentence, say } from '@rollcall/api/sentences'
import { isJsonObject, type JsonValue, type Reading, ScimError, type Tolerance } from '@rollcall/scim'
import { cutSecrets } from '../base/secret-names.ts'
import { HintedError } from '../resources/refusals.ts'
import type { KeptWord } from '../users/said.ts'

const abouts = new WeakMap<ScimError, string>()

/** Remembers of a refusal whom, or which group, it was about; hands the error on. */
export function withAbout(error: unknown, name: string): unknown {
  if (error instanceof ScimError && !abouts.has(error)) abouts.set(error, name)
  return error
}

/** What activity says of a refusal. `body`: of a request that names who it is about. */
export function explainRefusal(error: ScimError, body?: JsonValue): readonly Sentence[] {
  const said = [...error.sentences.map(toSentence), ...(error instanceof HintedError ? error.hints : [])]
  const name = abouts.get(error) ?? findName(body)
  const isNamed = said.some(({ parameters }) => Object.values(parameters).includes(name ?? ''))
  return name === undefined || isNamed ? said : [...said, say('about', { name })]
}

/** Without its words: activity keeps code and parameters. */
const toSentence = ({ code, parameters }: Sentence): Sentence => ({ code, parameters })

const maxNameLength = 200

function findName(body: JsonValue | undefined): string | undefined {
  if (!isJsonObject(body)) return undefined
  for (const [key, value] of Object.entries(body))
    if (/^(?:userName|displayName)$/i.test(key) && typeof value === 'string' && value.length <= maxNameLength)
      return cutSecrets(value)
  return undefined
}

/** One of several operations of a request, as activity tells of it. */
export interface ToldOperation {
  /** From 1. */
  readonly number: number
  readonly method: string
  readonly path: string
  readonly bulkId: string | number | undefined
  readonly said: readonly Sentence[]
}

const shownOperations = 5

/** The reasons of operations that were refused, or what is to be known of those that were done: each reason once. */
export function explainOperations(operations: readonly ToldOperation[]): readonly Sentence[] {
  const reasons = Map.groupBy(operations, ({ said }) => JSON.stringify(said))
  const shown = [...reasons.values()].slice(0, shownOperations).flatMap((all) => {
    const [first] = all
    return first === undefined ? [] : [nameOperation(first, all.length - 1), ...first.said]
  })
  const rest = reasons.size - shownOperations
  return rest > 0 ? [...shown, say('bulk_more', { count: rest })] : shown
}

function nameOperation({ number, method, path, bulkId: sent }: ToldOperation, more: number): Sentence {
  const place = { number, method, path }
  if (sent === undefined)
    return more === 0 ? say('bulk_operation', place) : say('bulk_operations', { ...place, more })
  const bulkId = String(sent).slice(0, 64)
  return more === 0
    ? say('bulk_operation_named', { ...place, bulkId })
    : say('bulk_operations_named', { ...place, bulkId, more })
}

const plain: ReadonlySet<string> = new Set(
  ['created', 'updated', 'deactivated', 'reactivated', 'removed', 'linked', 'unchanged'].flatMap((done) => [
    `user_${done}`,
    `group_${done}`,
  ]),
)

/** Whether it is said more than that it was done. */
export function saysMore(said: readonly Sentence[]): boolean {
  return said.length > 1 || said.some(({ code }) => !plain.has(code))
}

const shownNames = 5

/** What was tolerated or left aside, and of what; empty when nothing was. */
export function explainReading(
  tolerated: readonly Tolerance[],
  reading: Reading | undefined,
): readonly Sentence[] {
  const hasRead = reading !== undefined && (reading.used.size > 0 || reading.notes.size > 0)
  if (tolerated.length === 0 && !hasRead) return []
  const used = reading === undefined ? [] : [...reading.used, ...reading.notes.keys()]
  return [...new Set([...tolerated, ...used])].map((code) => {
    const all = [...(reading?.notes.get(code) ?? [])]
    const names = all.slice(0, shownNames).map((name) => cutSecrets(name))
    return say(code, { names: all.length > names.length ? [...names, null] : names })
  })
}

/** What an administrator said of the person before the directory removed them, and holds for the account in which they come back. */
export function explainKept(kept: KeptWord | undefined): readonly Sentence[] {
  return [
    ...(kept?.blockedAt == null ? [] : [say('kept_block')]),
    ...(kept?.role == null ? [] : [say('kept_role', { role: kept.role })]),
    ...(kept?.isWithheld === true ? [say('kept_withheld')] : []),
  ]
}

/** What a list asked for and found. */
export function explainList(
  what: 'users' | 'groups' | 'resources',
  filter: string | null,
  found: number,
): readonly Sentence[] {
  return filter === null || filter === ''
    ? [say(`listed_${what}`, { found })]
    : [say(`looked_for_${what}`, { filter: cutSecrets(filter), found })]
}

/** The first few of ids that nobody has, and how many more there are. */
export function toShownIds(ids: readonly string[]): readonly (string | number)[] {
  const shown = ids.slice(0, 3).map((id) => id.slice(0, 64))
  return ids.length > shown.length ? [...shown, ids.length - shown.length] : shown
}
