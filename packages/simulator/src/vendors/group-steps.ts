// The life of one group of two people, as a client with these habits lives it: found or made, filled, changed, read back.
// After each change the members must be exactly those that the client means.

import type { Person } from '../base/person.ts'
import { groupUrn, patchOpUrn } from '../base/urn.ts'
import { all, at, hasMembers, isGroup, isListResponse, show, whenAnswered } from './check.ts'
import type { Operation } from './step.ts'
import type { Check, Step } from './vendor.ts'

export interface GroupHabits {
  /** GET of a filter, or of a list that is looked through; `{groupName}` is filled in. */
  readonly match: string
  /** Beside `schemas` and `displayName`. */
  readonly create: Readonly<Record<string, unknown>>
  /** How the group gets members and a new name: PATCH of members, PUT of the whole, or PATCH of all members at each change. */
  readonly style: 'PATCH' | 'PUT' | 'replace'
  /** Adds members, as an operation; two to add come in one value or in two operations, as the client has it. */
  readonly add?: (ids: readonly string[]) => readonly Operation[]
  readonly remove?: (id: string) => readonly Operation[]
  /** Undefined: this client does not rename. */
  readonly rename?: (name: string) => readonly Operation[]
  readonly isDeleting: boolean
}

const toMembers = (ids: readonly string[]): readonly unknown[] => ids.map((value) => ({ value }))
const [first, second] = ['{first}', '{second}'] as const

const addAll = (ids: readonly string[]): readonly Operation[] => [
  { op: 'add', path: 'members', value: toMembers(ids) },
]
const removeByFilter = (id: string): readonly Operation[] => [
  { op: 'remove', path: `members[value eq "${id}"]` },
]

function patchGroup(name: string, operations: readonly Operation[]): Step {
  return {
    name,
    method: 'PATCH',
    path: '/Groups/{id}',
    body: { schemas: [patchOpUrn], Operations: operations },
    expect: { statuses: [200, 204], check: whenAnswered(isGroup) },
  }
}

function putGroup(name: string, displayName: string, ids: readonly string[]): Step {
  return {
    name,
    method: 'PUT',
    path: '/Groups/{id}',
    body: { schemas: [groupUrn], id: '{id}', displayName, members: toMembers(ids) },
    expect: { statuses: [200], check: isGroup },
  }
}

function readGroup(name: string, ...checks: readonly Check[]): Step {
  return {
    name,
    method: 'GET',
    path: '/Groups/{id}',
    expect: { statuses: [200], check: all(isGroup, ...checks) },
  }
}

const changed = (
  habits: GroupHabits,
  name: string,
  ids: readonly string[],
  before: readonly string[],
): Step => {
  if (habits.style === 'PUT') return putGroup(name, '{groupName}', ids)
  if (habits.style === 'replace')
    return patchGroup(name, [{ op: 'replace', path: 'members', value: toMembers(ids) }])
  const coming = ids.filter((id) => !before.includes(id))
  if (coming.length > 0) return patchGroup(name, (habits.add ?? addAll)(coming))
  const leaving = before.filter((id) => !ids.includes(id))
  return patchGroup(name, leaving.flatMap(habits.remove ?? removeByFilter))
}

/** `createUser` is the client's own way; the two people are made first. */
export function groupSteps(
  habits: GroupHabits,
  createUser: (person: Person) => Step,
  one: Person,
  two: Person,
): readonly Step[] {
  const steps: Step[] = [
    { ...createUser(one), name: 'create member', keeps: 'first' },
    { ...createUser(two), name: 'create member', keeps: 'second' },
    {
      name: 'match group',
      method: 'GET',
      path: habits.match,
      expect: { statuses: [200], check: isListResponse },
    },
    {
      name: 'create group',
      method: 'POST',
      path: '/Groups',
      body: { schemas: [groupUrn], displayName: '{groupName}', ...habits.create },
      expect: { statuses: [201], check: isGroup },
    },
    changed(habits, 'push members', [first, second], []),
    readGroup('read members', hasMembers('first', 'second')),
    changed(habits, 'remove member', [second], [first, second]),
    readGroup('read after removal', hasMembers('second')),
    changed(habits, 'add member', [first, second], [second]),
    changed(habits, 'add member again', [first, second], [second]),
    readGroup('read after addition', hasMembers('first', 'second')),
  ]
  if (habits.style === 'PUT') steps.push(putGroup('rename group', '{groupName}-renamed', [first, second]))
  else if (habits.rename !== undefined)
    steps.push(patchGroup('rename group', habits.rename('{groupName}-renamed')))
  if (habits.style === 'PUT' || habits.rename !== undefined)
    steps.push(readGroup('read renamed', isRenamed, hasMembers('first', 'second')))
  if (habits.isDeleting)
    steps.push(
      { name: 'delete group', method: 'DELETE', path: '/Groups/{id}', expect: { statuses: [204] } },
      { name: 'read deleted group', method: 'GET', path: '/Groups/{id}', expect: { statuses: [404] } },
    )
  return steps
}

const isRenamed: Check = ({ body }, known) => {
  const [name, wanted] = [at(body, 'displayName'), `${known.groupName}-renamed`]
  return name === wanted ? undefined : `"displayName" must be ${show(wanted)}, got ${show(name)}`
}
