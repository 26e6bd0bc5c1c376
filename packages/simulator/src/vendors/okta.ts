// Okta as a provisioning client ("Okta SCIM Client 1.0.0"). An app of its catalogue updates with PATCH, a custom app
// (App Integration Wizard) with PUT, and an unassigned person may come back as a new POST: people take turns.

import type { Person } from '../base/person.ts'
import { userUrn } from '../base/urn.ts'
import { all, findsNobody, findsPerson, has, isError, isListResponse, isScimJson, isUser } from './check.ts'
import { type GroupHabits, groupSteps } from './group-steps.ts'
import { matchUsers, type Operation, patchUser, readUser } from './step.ts'
import type { Step, Vendor } from './vendor.ts'

const matchPath = '/Users?filter=userName%20eq%20%22{userName}%22&startIndex=1&count=100'

/** Okta: the profile of a person as it is posted; the password is random when password sync is off. */
function oktaUser(person: Person): Readonly<Record<string, unknown>> {
  return {
    schemas: [userUrn],
    userName: person.userName,
    name: { givenName: person.givenName, familyName: person.familyName },
    emails: [{ primary: true, value: person.userName, type: 'work' }],
    displayName: person.displayName,
    locale: 'en-US',
    externalId: person.oktaId,
    groups: [],
    password: person.password,
    active: true,
  }
}

/** Okta: the whole body of a custom app's PUT, which echoes id, groups and meta. */
function oktaReplacement(
  person: Person,
  givenName: string,
  active: boolean,
): Readonly<Record<string, unknown>> {
  return {
    schemas: [userUrn],
    id: '{id}',
    userName: person.userName,
    name: { givenName, middleName: '', familyName: person.familyName },
    emails: [{ primary: true, value: person.userName, type: 'work', display: person.userName }],
    displayName: person.displayName,
    locale: 'en-US',
    externalId: person.oktaId,
    active,
    groups: [],
    meta: { resourceType: 'User' },
  }
}

/** Okta: PATCH without a path, one attribute at a time. */
const replacing = (value: Readonly<Record<string, unknown>>): readonly Operation[] => [
  { op: 'replace', value },
]

const put = (name: string, person: Person, givenName: string, active: boolean): Step => ({
  name,
  method: 'PUT',
  path: '/Users/{id}',
  body: oktaReplacement(person, givenName, active),
  expect: {
    statuses: [200],
    check: all(
      isUser,
      has(active, 'active'),
      has(givenName, 'name', 'givenName'),
      has(person.userName, 'userName'),
    ),
  },
})

const create = (name: string, person: Person): Step => ({
  name,
  method: 'POST',
  path: '/Users',
  body: oktaUser(person),
  expect: { statuses: [201], check: all(isUser, has(person.userName, 'userName'), has(true, 'active')) },
})

function arrival(person: Person): readonly Step[] {
  return [
    matchUsers('match', matchPath, findsNobody),
    create('create', person),
    readUser('read', has(true, 'active')),
    matchUsers('match again', matchPath, findsPerson),
    matchUsers('match upper-cased', matchPath.replace('{userName}', '{userNameUpper}'), findsPerson),
    {
      ...create('create twice', person),
      expect: { statuses: [409], check: all(isError(409), has('uniqueness', 'scimType')) },
    },
  ]
}

const activate = patchUser('reactivate', replacing({ active: true }), has(true, 'active'))
const deactivate = patchUser('deactivate', replacing({ active: false }), has(false, 'active'))
const renamed = (person: Person): string => `${person.givenName}-Another`

function updatesByPatch(person: Person): readonly Step[] {
  return [
    ...arrival(person),
    patchUser('update', replacing({ displayName: renamed(person) }), has(renamed(person), 'displayName')),
    readUser('read update', has(renamed(person), 'displayName')),
    patchUser('password', replacing({ password: 'verySecure' })),
    deactivate,
    readUser('read deactivated', has(false, 'active')),
    activate,
    readUser('read reactivated', has(true, 'active')),
  ]
}

function updatesByPut(person: Person): readonly Step[] {
  return [
    ...arrival(person),
    readUser('read before replace', has(true, 'active')),
    put('replace', person, renamed(person), true),
    readUser('read update', has(renamed(person), 'name', 'givenName')),
    put('deactivate', person, renamed(person), false),
    readUser('read deactivated', has(false, 'active')),
    put('reactivate', person, renamed(person), true),
    readUser('read reactivated', has(true, 'active')),
  ]
}

function returnsByPost(person: Person): readonly Step[] {
  return [
    ...arrival(person),
    deactivate,
    readUser('read deactivated', has(false, 'active')),
    matchUsers('match deactivated', matchPath, isListResponse),
    // A server may restore the person or make a new one; what Okta cannot use is a 409.
    {
      ...create('reactivate', person),
      expect: { statuses: [201], check: all(isScimJson, has(true, 'active')) },
    },
    readUser('read reactivated', has(true, 'active')),
  ]
}

const shapes = [updatesByPatch, updatesByPut, returnsByPost] as const

const groupMatch = '/Groups?filter=displayName%20eq%20%22{groupName}%22&startIndex=1&count=100'

/** Okta: before each push of members the name is sent again, with the id in it. */
const groupsByPatch: GroupHabits = {
  match: groupMatch,
  create: { members: [] },
  style: 'PATCH',
  add: (ids) => [
    { op: 'replace', value: { id: '{id}', displayName: '{groupName}' } },
    { op: 'add', path: 'members', value: ids.map((value) => ({ value, display: 'a name' })) },
  ],
  rename: (displayName) => [{ op: 'replace', value: { id: '{id}', displayName } }],
  isDeleting: true,
}

const groupsByPut: GroupHabits = {
  match: groupMatch,
  create: { members: [] },
  style: 'PUT',
  isDeleting: true,
}

/** Okta, in three shapes by a person's number: 1 PATCH, 2 PUT, 3 a new POST, 4 PATCH and so on. */
export const okta: Vendor = {
  name: 'Okta',
  concurrency: 4,
  headers: (key) => ({
    'User-Agent': 'Okta SCIM Client 1.0.0',
    Accept: 'application/scim+json',
    'Accept-Charset': 'utf-8',
    'Content-Type': 'application/scim+json; charset=utf-8',
    Authorization: `Bearer ${key}`,
  }),
  encode: encodeURIComponent,
  opening: () => [
    matchUsers('test', '/Users?startIndex=1&count=2', isListResponse),
    matchUsers('test', '/Users?startIndex=1&count=1', isListResponse),
    {
      name: 'test without a key',
      method: 'GET',
      path: '/Users?startIndex=1&count=1',
      headers: { Authorization: 'non-token' },
      expect: { statuses: [401], check: isError(401) },
    },
    {
      name: 'test unknown user',
      method: 'GET',
      path: '/Users/010101001010101011001010101011',
      expect: { statuses: [404], check: isError(404) },
    },
  ],
  groupConversation: (first, second) =>
    groupSteps(
      first.number % 4 === 0 ? groupsByPatch : groupsByPut,
      (person) => create('create member', person),
      first,
      second,
    ),
  conversation: (person) => shapes[(person.number + shapes.length - 1) % shapes.length]!(person),
}
