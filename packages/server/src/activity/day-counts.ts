// What one entry of activity, or one delivery, adds to the counts of its day. Pure.
import { english, type Sentence } from '@rollcall/api/sentences'
import { dayMs } from '../base/clock.ts'
import type { ActivityTable, DayKind } from '../store/schema.ts'

/** A number of the same thing on one day; `day` is YYYY-MM-DD in UTC. */
export interface DayCount {
  readonly day: string
  readonly kind: DayKind
  /** Of a refusal: the code of its sentence, or of the refused sign-in; empty where an earlier version said none. */
  readonly code: string
  readonly count: number
  /** Of a refusal: why, in sentences that name nobody, as JSON. */
  readonly sentences: string | null
}

/** What of an entry says how it is counted. */
interface Counted {
  readonly kind: ActivityTable['kind']
  readonly outcome: ActivityTable['outcome']
  readonly method: string
  /** Redacted or not. */
  readonly path: string
  readonly code: string | null
  readonly sentences: readonly Sentence[]
}

/** Sentences that say nothing by themselves, or of whom. */
const around: ReadonlySet<string> = new Set(['refused', 'about'])
const signedIn: ReadonlySet<string> = new Set(['sign_in_done', 'sign_in_created'])
const signingOut = /\/(?:slo|slo-soap|logout)(?:\/|\?|$)/
const maxSentences = 4
const maxCharacters = 2_000

/** Whether a sentence says why, and not only that something was refused or about whom. */
export function saysWhy({ code }: Sentence): boolean {
  return !around.has(code)
}

/** Whether a sentence has no words of a request in it. */
export function namesNobody({ code, parameters }: Sentence): boolean {
  return Object.entries(parameters).every(([name, value]) => isOurs(code, name, value))
}

const choices = new Map<string, ReadonlySet<string>>()

// A number, or one of the words between which the text itself chooses, such as {part?filter:…|path:…}.
function isOurs(code: string, name: string, value: Sentence['parameters'][string]): boolean {
  let chosen = choices.get(code)
  if (chosen === undefined) {
    const text = Object.hasOwn(english.texts, code) ? (english.texts[code] ?? '') : ''
    const places = text.matchAll(/\{(\w+)\?([^}]*)\}/g)
    chosen = new Set(
      [...places].flatMap(([, of = '', branches = '']) =>
        branches.split('|').map((branch) => `${of} ${branch.slice(0, branch.indexOf(':'))}`),
      ),
    )
    choices.set(code, chosen)
  }
  return typeof value === 'number' || chosen.has(`${name} ${String(value)}`)
}

// Most of what is counted is of one day.
let last = { number: Number.NaN, text: '' }

/** The day of a time in milliseconds since 1970. */
export function toDay(at: number): string {
  const number = Math.floor(at / dayMs)
  if (number !== last.number) last = { number, text: new Date(at).toISOString().slice(0, 10) }
  return last.text
}

/** Undefined of what is no request of a directory and no sign-in: a test, a logout, a step of a set-up. */
export function toDayCount(at: number, entry: Counted): DayCount | undefined {
  const found = entry.kind === 'scim' ? ofRequest(entry) : ofVisit(entry)
  return found === undefined ? undefined : { day: toDay(at), count: 1, ...found }
}

type Found = Pick<DayCount, 'kind' | 'code' | 'sentences'>

function ofRequest({ outcome, method, path, sentences }: Counted): Found {
  const code = sentences.find(saysWhy)?.code ?? ''
  if (outcome !== 'ok') return { kind: 'scim_refused', code, sentences: toNameless(sentences) }
  const isRead = ['GET', 'HEAD'].includes(method) || /\/\.search(?:\?|$)/.test(path)
  return { kind: isRead ? 'scim_read' : 'scim_change', code: '', sentences: null }
}

function ofVisit({ outcome, path, code, sentences }: Counted): Found | undefined {
  if (outcome !== 'ok') {
    if (signingOut.test(path)) return undefined
    return { kind: 'sign_in_refused', code: code ?? '', sentences: toNameless(sentences) }
  }
  const isDone = code === null && sentences.some((one) => signedIn.has(one.code))
  return isDone ? { kind: 'sign_in', code: '', sentences: null } : undefined
}

/** Why, with what it names left out, and what is said to whoever mends it as far as that names nobody. */
function toNameless(sentences: readonly Sentence[]): string | null {
  const [main, ...others] = sentences.filter(saysWhy)
  if (main === undefined) return null
  const said = [mask(main), ...others.filter(namesNobody)].slice(0, maxSentences)
  const text = JSON.stringify(said)
  return text.length <= maxCharacters ? text : null
}

function mask({ code, parameters }: Sentence): Sentence {
  const masked = Object.entries(parameters).map(([name, value]) => [
    name,
    isOurs(code, name, value) ? value : Array.isArray(value) ? ['…'] : '…',
  ])
  return { code, parameters: Object.fromEntries(masked) }
}

/** The same things of the same days together, in the order of their keys: whoever writes several has one order. */
export function sumCounts(counts: readonly DayCount[]): readonly DayCount[] {
  const sums = new Map<string, DayCount>()
  for (const one of counts) {
    const key = `${one.day} ${one.kind} ${one.code}`
    const before = sums.get(key)
    sums.set(key, before === undefined ? one : { ...one, count: before.count + one.count })
  }
  return [...sums].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, sum]) => sum)
}
