// How large what is stored may be: the resource by the engine's bounds, and the texts that an index holds. Pure. An index of
// PostgreSQL takes about 2,700 bytes a row: what is longer would be a fault of the store there, and none on the other one.
import { findOversize, type JsonObject, type Oversize, utf8Length } from '@rollcall/scim'
import type { MappedProfile } from './attribute-rules.ts'
import { type GroupColumns, toGroupColumns } from './group-columns.ts'
import { toUserColumns, type UserColumns } from './user-columns.ts'

/** Bytes of UTF-8 of a text that is found by an index, as it is compared. */
export const maxIndexedBytes = 1_024

/** Whether an index takes the text. */
export function isIndexable(key: string): boolean {
  return key.length * 3 <= maxIndexedBytes || utf8Length(key) <= maxIndexedBytes
}

/** `text` is the resource's JSON; what `before` held as well is no fault of this change. */
export function findUserOversize(
  resource: JsonObject,
  text: string,
  before?: JsonObject,
): Oversize | undefined {
  return findOversize(resource, text, before) ?? findLongKey(listUserKeys, toUserColumns, resource, before)
}

/** The same of a group, without its members. */
export function findGroupOversize(
  resource: JsonObject,
  text: string,
  before?: JsonObject,
): Oversize | undefined {
  return findOversize(resource, text, before) ?? findLongKey(listGroupKeys, toGroupColumns, resource, before)
}

type Key = readonly [path: string, key: string | null]

function listUserKeys(columns: UserColumns): readonly Key[] {
  return [
    ['userName', columns.userNameKey],
    ['externalId', columns.externalId],
    ['displayName', columns.displayNameKey],
    ...columns.emailKeys.map((key) => ['emails.value', key] as const),
  ]
}

function listGroupKeys(columns: GroupColumns): readonly Key[] {
  return [
    ['displayName', columns.displayNameKey],
    ['externalId', columns.externalId],
  ]
}

function findLongKey<Columns>(
  list: (columns: Columns) => readonly Key[],
  toColumns: (resource: JsonObject) => Columns,
  resource: JsonObject,
  before: JsonObject | undefined,
): Oversize | undefined {
  const long = list(toColumns(resource)).filter(([, key]) => key !== null && !isIndexable(key))
  if (long.length === 0) return undefined
  const old = before === undefined ? [] : list(toColumns(before))
  const isNew = ([path, key]: Key) => !old.some(([name, former]) => name === path && former === key)
  const found = long.find(isNew)
  return found && { path: found[0], what: 'key', most: maxIndexedBytes }
}

/** A profile laid over what is stored, as far as it fits. */
export interface FittedProfile {
  /** Undefined when nothing of the profile fits. */
  readonly resource: JsonObject | undefined
  /** The values that were left out. */
  readonly withheld: readonly ProfileName[]
}

type ProfileName = keyof MappedProfile['values']

/** Who somebody is: nobody is made without them. */
const kept: ReadonlySet<ProfileName> = new Set(['email', 'userName'] as const)

/** `build` makes the resource of a profile. Values are left out one by one, those that are too large themselves first. */
export function fitProfile(
  profile: MappedProfile,
  build: (profile: MappedProfile) => JsonObject,
  before?: JsonObject,
): FittedProfile {
  const withheld: ProfileName[] = []
  for (let fitted = profile; ; ) {
    const resource = build(fitted)
    const oversize = findUserOversize(resource, JSON.stringify(resource), before)
    if (oversize === undefined) return { resource, withheld }
    const name = findCulprit(oversize.path, fitted)
    if (name === undefined) return { resource: undefined, withheld: [...withheld, 'email'] }
    const { [name]: _, ...values } = fitted.values
    fitted = { ...fitted, values }
    withheld.push(name)
  }
}

// By its own name; else, where all of it together is too much, the longest.
function findCulprit(path: string, { values }: MappedProfile): ProfileName | undefined {
  const names = (Object.keys(values) as ProfileName[]).filter((name) => !kept.has(name))
  const own = path.split(/[.:]/).at(-1)
  const longest = names.toSorted((left, right) => lengthOf(values[right]) - lengthOf(values[left]))
  return names.find((name) => name === own) ?? longest[0]
}

function lengthOf(value: string | undefined): number {
  return value === undefined ? 0 : utf8Length(value)
}
