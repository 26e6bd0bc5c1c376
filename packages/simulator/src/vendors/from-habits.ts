// A provisioning client without peculiar forms, made from its habits: how it matches, what it posts, whether it updates with PUT
// or PATCH, how somebody leaves. Knows no vendor.

import type { Person } from '../base/person.ts'
import { all, findsNobody, findsPerson, has, isError, isUser } from './check.ts'
import { type GroupHabits, groupSteps } from './group-steps.ts'
import { matchUsers, patchUser, readUser } from './step.ts'
import type { Step, Vendor } from './vendor.ts'

/** What a client's administrator could read in its documentation. */
export interface Habits {
  readonly name: string
  readonly headers?: Readonly<Record<string, string>>
  /** Below the base URL, as the client encodes it. */
  readonly match: string
  /** Asked when the connection is tested. */
  readonly opening: (person: Person) => readonly Step[]
  /** The body of a create, and of a PUT with `id` in it. */
  readonly user: (person: Person, isActive: boolean, title: string) => Readonly<Record<string, unknown>>
  readonly update: 'PUT' | 'PATCH'
  /** Of PUT and PATCH. */
  readonly path?: string
  /** Whether the client removes who has left. */
  readonly isDeleting: boolean
  readonly groups: GroupHabits | undefined
}

const titles = ['Engineer', 'Chief Engineer'] as const

/** The client with these habits. */
export function plainVendor(habits: Habits): Vendor {
  const { name, headers = {}, groups } = habits
  return {
    name,
    concurrency: 4,
    headers: (key) => ({
      Accept: 'application/scim+json',
      'Content-Type': 'application/scim+json',
      ...headers,
      Authorization: `Bearer ${key}`,
    }),
    encode: encodeURIComponent,
    opening: habits.opening,
    conversation: (person) => converse(habits, person),
    ...(groups === undefined
      ? {}
      : {
          groupConversation: (first, second) =>
            groupSteps(groups, (person) => create(habits, person), first, second),
        }),
  }
}

function create(habits: Habits, person: Person): Step {
  return {
    name: 'create',
    method: 'POST',
    path: '/Users',
    body: habits.user(person, true, titles[0]),
    expect: { statuses: [201], check: all(isUser, has(person.userName, 'userName'), has(true, 'active')) },
  }
}

function change(habits: Habits, name: string, person: Person, isActive: boolean, title: string): Step {
  const path = habits.path ?? '/Users/{id}'
  if (habits.update === 'PUT')
    return {
      name,
      method: 'PUT',
      path,
      body: { id: '{id}', ...habits.user(person, isActive, title) },
      expect: { statuses: [200], check: all(isUser, has(isActive, 'active')) },
    }
  const value = name === 'update' ? { title } : { active: isActive }
  return { ...patchUser(name, [{ op: 'replace', value }], has(isActive, 'active')), path }
}

function converse(habits: Habits, person: Person): readonly Step[] {
  const [before, after] = titles
  const steps = [
    matchUsers('match', habits.match, findsNobody),
    create(habits, person),
    readUser('read', has(true, 'active'), has(before, 'title')),
    matchUsers('match again', habits.match, findsPerson),
    change(habits, 'update', person, true, after),
    readUser('read update', has(after, 'title'), has(person.userName, 'userName')),
    change(habits, 'deactivate', person, false, after),
    readUser('read deactivated', has(false, 'active')),
    change(habits, 'reactivate', person, true, after),
    readUser('read reactivated', has(true, 'active')),
  ]
  return habits.isDeleting ? [...steps, ...removal('/Users/{id}')] : steps
}

// DELETE, then what is gone is not found.
function removal(path: string): readonly Step[] {
  const gone = { statuses: [404], check: isError(404) }
  return [
    { name: 'delete', method: 'DELETE', path, expect: { statuses: [204] } },
    { name: 'read deleted', method: 'GET', path, expect: gone },
    { name: 'delete again', method: 'DELETE', path, expect: gone },
  ]
}
