// One sentence for the administrator about each answer. Pure.
import {
  isJsonObject,
  type JsonValue,
  type Reading,
  type Remark,
  remarks,
  ScimError,
  type Tolerance,
  tolerances,
} from '@rollcall/scim'
import { cutSecrets } from '../base/secret-names.ts'
import type { KeptWord } from '../users/said.ts'

/** A refusal of which the administrator is told more than the client: `hint` echoes what was sent, and names people. */
export class HintedError extends ScimError {
  readonly hint: string
  constructor(status: number, scimType: ScimError['scimType'], detail: string, hint: string) {
    super(status, scimType, detail)
    this.hint = hint
  }
}

const abouts = new WeakMap<ScimError, string>()

/** Remembers of a refusal whom, or which group, it was about; hands the error on. */
export function withAbout(error: unknown, name: string): unknown {
  if (error instanceof ScimError && !abouts.has(error)) abouts.set(error, name)
  return error
}

/** What activity says of a refusal. `body`: of a request that names who it is about. */
export function explainRefusal(error: ScimError, body?: JsonValue): string {
  const hint = error instanceof HintedError ? ` ${error.hint}` : ''
  const name = abouts.get(error) ?? findName(body)
  const text = `${withStop(error.detail)}${hint}`
  return name === undefined || text.includes(JSON.stringify(name))
    ? text
    : `${text} It was about ${JSON.stringify(name)}.`
}

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
  readonly said: string
}

const shownOperations = 5

/** The reasons of operations that were refused, or what is to be known of those that were done: each reason once. */
export function explainOperations(operations: readonly ToldOperation[]): string {
  const reasons = Map.groupBy(operations, ({ said }) => said)
  const shown = [...reasons].slice(0, shownOperations).map(([said, all]) => {
    const { number, method, path, bulkId } = all[0]!
    const id = bulkId === undefined ? '' : `, bulkId ${JSON.stringify(String(bulkId).slice(0, 64))}`
    const more = all.length === 1 ? '' : ` and ${all.length - 1} more`
    return ` Operation ${number} (${method} ${path}${id})${more}: ${said}`
  })
  const rest = reasons.size - shown.length
  return shown.join('') + (rest > 0 ? ` The answer has ${rest} more reasons.` : '')
}

const plain =
  /^(?:Created|Updated|Deactivated|Reactivated|Removed|Linked the existing (?:user|group)|Nothing to change for)(?: the group)? "(?:[^"\\]|\\.)*"\.$/

/** Whether the sentence says more than that it was done. */
export function saysMore(explanation: string): boolean {
  return !plain.test(explanation)
}

/** As a sentence with one full stop. */
export function withStop(sentence: string): string {
  return /[.!?]["')]?$/.test(sentence) ? sentence : `${sentence}.`
}

const sentences: Readonly<Record<Tolerance | Remark, string>> = { ...tolerances, ...remarks }
const shownNames = 5

/** What was tolerated or left aside, and of what, as sentences after the first; empty when nothing was. */
export function explainReading(tolerated: readonly Tolerance[], reading: Reading | undefined): string {
  const used = reading === undefined ? [] : [...reading.used, ...reading.notes.keys()]
  return [...new Set([...tolerated, ...used])]
    .map((kind) => explainOne(sentences[kind], [...(reading?.notes.get(kind) ?? [])]))
    .join('')
}

function explainOne(sentence: string, names: readonly string[]): string {
  if (names.length === 0) return ` ${sentence}`
  const shown = names.slice(0, shownNames).map((name) => JSON.stringify(cutSecrets(name)))
  const more = names.length > shown.length ? ', and more' : ''
  return ` ${sentence.replace(/\.$/, '')}: ${shown.join(', ')}${more}.`
}

/** What an administrator said of the person before the directory removed them, and holds for the account in which they come back. */
export function explainKept(kept: KeptWord | undefined): string {
  const words = [
    kept?.blockedAt == null
      ? ''
      : ' It is blocked: an administrator blocked another account of this person, removed or still there, and no account beside it ends a block. An administrator lifts it under Users.',
    kept?.role == null
      ? ''
      : ` Its role is ${kept.role}, whatever rules say: an administrator gave it by hand to another account of this person, removed or still there.`,
    kept?.isWithheld === true
      ? " It is an owner's, and not blocked: an administrator blocked another account that is called so, and no administrator blocks an owner. An owner, or the operator, does under Users."
      : '',
  ]
  return words.join('')
}

/** What a list asked for and found. */
export function explainList(
  what: 'user' | 'group' | 'resource',
  filter: string | null,
  found: number,
): string {
  const many = found === 1 ? `1 ${what}` : `${found} ${what}s`
  return filter === null || filter === ''
    ? `Listed ${what}s: ${many}.`
    : `Looked for ${what}s where ${cutSecrets(filter)}: found ${many}.`
}

/** Members that a client named and nobody knows: left out, and said. */
export function explainUnknownMembers(unknown: readonly string[]): string {
  if (unknown.length === 0) return ''
  const names = unknown.slice(0, 3).map((id) => JSON.stringify(id.slice(0, 64)))
  const more = unknown.length > names.length ? `, and ${unknown.length - names.length} more` : ''
  return ` No user or group has these ids, so they were not added: ${names.join(', ')}${more}.`
}
