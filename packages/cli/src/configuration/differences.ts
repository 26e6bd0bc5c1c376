// What a file wants, against what is there: field by field, and only the fields that the file names.

export interface Difference {
  readonly field: string
  /** Undefined where nothing is known of it yet. */
  readonly before: unknown
  readonly after: unknown
}

type Fields = Readonly<Record<string, unknown>>

/** Lists whose order says nothing. */
const sets = new Set([
  'organizations',
  'eventTypes',
  'scopes',
  'connections',
  'origins',
  'redirectUris',
  'postLogoutRedirectUris',
])

/** Of an object, canonical: members in one order. */
function toCanonical(value: unknown, isSet: boolean): string {
  if (Array.isArray(value)) {
    const items = value.map((one) => toCanonical(one, false))
    return `[${(isSet ? items.toSorted() : items).join(',')}]`
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${toCanonical(member, false)}`).join(',')}}`
}

export function isSame(field: string, one: unknown, other: unknown): boolean {
  const isSet = sets.has(field.split('.').at(-1) ?? '')
  return toCanonical(one, isSet) === toCanonical(other, isSet)
}

/** Only what `wanted` names. */
export function listDifferences(wanted: Fields, present: Fields, prefix = ''): Difference[] {
  return Object.entries(wanted).flatMap(([name, after]) => {
    if (after === undefined || isSame(name, after, present[name])) return []
    return [{ field: `${prefix}${name}`, before: present[name], after }]
  })
}

/** The members of `wanted` that differ. */
export function pickDifferent(wanted: Fields, present: Fields): Fields {
  const names = new Set(listDifferences(wanted, present).map(({ field }) => field))
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => names.has(name)))
}

/** An object without some of its members, and without those that are undefined. */
export function without<T extends object, K extends keyof T>(value: T, names: readonly K[]): Omit<T, K> {
  const entries = Object.entries(value).filter(
    ([name, member]) => member !== undefined && !names.includes(name as K),
  )
  return Object.fromEntries(entries) as Omit<T, K>
}
