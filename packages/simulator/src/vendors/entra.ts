// Microsoft Entra ID as a provisioning client: PATCH only, `+` for a space, op names with a capital letter, and a delete
// long after the disable. Which form a value takes is in entra-forms.ts.

import type { Person } from '../base/person.ts'
import { enterpriseUserUrn, groupUrn } from '../base/urn.ts'
import {
  all,
  findsNobody,
  findsPerson,
  has,
  hasNo,
  hasNoNulls,
  hasValue,
  isError,
  isScimJson,
  isUser,
} from './check.ts'
import { clearManager, entraActive, entraUser, managerValue, turn } from './entra-forms.ts'
import { type GroupHabits, groupSteps } from './group-steps.ts'
import { matchUsers, patchUser, readUser } from './step.ts'
import type { Check, Step, Vendor } from './vendor.ts'

const matchPaths = [
  '/Users?filter=userName+eq+%22{userName}%22',
  '/Users?filter=externalId+eq+%22{objectId}%22',
  '/Users?filter=emails[type+eq+%22work%22].value+eq+%22{userName}%22',
] as const

const createUser = (person: Person): Step => ({
  name: 'create',
  method: 'POST',
  path: '/Users',
  body: entraUser(person),
  expect: { statuses: [201], check: all(isUser, has(person.userName, 'userName'), has(true, 'active')) },
})

function arrival(person: Person, matchPath: string): readonly Step[] {
  const create = createUser(person)
  return [
    matchUsers('match', matchPath, findsNobody),
    create,
    { ...create, name: 'create twice', expect: { statuses: [409], check: isError(409) } },
    matchUsers('match again', matchPath, findsPerson),
    readUser('read', has(true, 'active'), has(person.objectId, 'externalId')),
  ]
}

function profileChanges(person: Person): readonly Step[] {
  const email = `new.${person.userName}`
  return [
    patchUser('update', [
      { op: 'Replace', path: 'emails[type eq "work"].value', value: email },
      { op: 'Replace', path: 'name.familyName', value: 'updatedFamilyName' },
    ]),
    readUser(
      'read update',
      has('updatedFamilyName', 'name', 'familyName'),
      hasValue('emails', { type: 'work', value: email }),
    ),
    patchUser('add what is missing', [
      { op: 'Replace', path: 'phoneNumbers[type eq "work"].value', value: '+1-555-0100' },
      { op: 'Add', path: 'addresses[type eq "work"].postalCode', value: '94105' },
      { op: 'Replace', path: 'emails[type eq "other"].value', value: `other.${person.userName}` },
    ]),
    readUser(
      'read what was missing',
      hasValue('phoneNumbers', { type: 'work', value: '+1-555-0100' }),
      hasValue('addresses', { type: 'work', postalCode: '94105' }),
      hasValue('emails', { type: 'other', value: `other.${person.userName}` }),
      hasValue('emails', { type: 'work', primary: true }),
    ),
    patchUser('role', [{ op: 'Add', path: 'roles[primary eq "True"].value', value: 'Admin' }]),
    patchUser('flag aadOptscim062020', [
      {
        op: 'replace',
        value: {
          displayName: 'Bjfe',
          'name.givenName': 'Kkom',
          'name.familyName': 'Unua',
          [`${enterpriseUserUrn}:employeeNumber`]: 'Aklq',
        },
      },
    ]),
    readUser(
      'read flag',
      has('Bjfe', 'displayName'),
      has('Kkom', 'name', 'givenName'),
      has('Unua', 'name', 'familyName'),
      has('Aklq', enterpriseUserUrn, 'employeeNumber'),
    ),
  ]
}

function managerChanges(person: Person): readonly Step[] {
  const hasManager: Check = (answer, known) =>
    has(known.id ?? '', enterpriseUserUrn, 'manager', 'value')(answer, known)
  return [
    patchUser('department', [{ op: 'Add', path: `${enterpriseUserUrn}:department`, value: 'R&D' }]),
    patchUser('manager', [{ op: 'Add', path: `${enterpriseUserUrn}:manager`, value: managerValue(person) }]),
    readUser('read manager', has('R&D', enterpriseUserUrn, 'department'), hasManager),
    patchUser('remove manager', [clearManager(person)]),
    readUser('read no manager', hasNo(enterpriseUserUrn, 'manager', 'value')),
  ]
}

function nameChanges(person: Person): readonly Step[] {
  const renamed = `renamed.${person.userName}`
  return [
    patchUser('userName', [{ op: 'Replace', path: 'userName', value: renamed }]),
    readUser('read userName', has(renamed, 'userName'), has(true, 'active')),
    patchUser('empty value', [{ op: 'Replace', path: 'displayName', value: '' }]),
    patchUser('null value', [{ op: 'Replace', path: 'displayName', value: null }]),
    readUser('read null', hasNo('displayName')),
    patchUser('no operations', []),
    patchUser('change back', [
      { op: 'Replace', path: 'userName', value: person.userName },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: person.userName },
      { op: 'Replace', path: 'displayName', value: person.displayName },
      { op: 'Replace', path: 'name.givenName', value: person.givenName },
      { op: 'Replace', path: 'name.familyName', value: person.familyName },
    ]),
    readUser('read back', has(person.displayName, 'displayName'), has(person.userName, 'userName')),
  ]
}

function disabling(person: Person): readonly Step[] {
  return [
    patchUser('disable', entraActive(person, false), has(false, 'active')),
    readUser('read disabled', has(false, 'active')),
    matchUsers('match disabled', '/Users?filter=userName+eq+%22{userName}%22', findsPerson),
    patchUser('enable', entraActive(person, true), has(true, 'active')),
    readUser('read enabled', has(true, 'active')),
  ]
}

const gone = { statuses: [404], check: isError(404) } as const

const departure: readonly Step[] = [
  { name: 'delete', method: 'DELETE', path: '/Users/{id}', expect: { statuses: [204] } },
  { name: 'read deleted', method: 'GET', path: '/Users/{id}', expect: gone },
  { name: 'delete twice', method: 'DELETE', path: '/Users/{id}', expect: gone },
]

/** Entra: reads groups without members, adds and removes by lists in the value, and names a schema of its own. */
const groups: GroupHabits = {
  match: '/Groups?excludedAttributes=members&filter=displayName+eq+%22{groupName}%22',
  create: {
    schemas: [groupUrn, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
    externalId: '{groupName}',
    meta: { resourceType: 'Group' },
  },
  style: 'PATCH',
  add: (ids) => ids.map((value) => ({ op: 'Add', path: 'members', value: [{ $ref: null, value }] })),
  remove: (value) => [{ op: 'Remove', path: 'members', value: [{ $ref: null, value }] }],
  rename: (value) => [{ op: 'Replace', path: 'displayName', value }],
  isDeleting: true,
}

/** Microsoft Entra ID; every fifth person is deleted in the end, as Entra does 30 days after a soft delete. */
export const entra: Vendor = {
  name: 'Microsoft Entra ID',
  concurrency: 8,
  headers: (key) => ({
    Accept: 'application/scim+json',
    'Content-Type': 'application/scim+json; charset=utf-8',
    Authorization: `Bearer ${key}`,
  }),
  encode: (value) => encodeURIComponent(value).replaceAll('%20', '+'),
  opening: () => [
    matchUsers('test', '/Users?filter=userName+eq+%22{objectId}%22', findsNobody),
    matchUsers('schemas', '/Schemas', all(isScimJson, hasNoNulls)),
  ],
  groupConversation: (first, second) =>
    groupSteps(groups, (person) => ({ ...createUser(person), name: 'create member' }), first, second),
  conversation: (person) => [
    ...arrival(person, matchPaths[turn(person, matchPaths.length)]!),
    ...profileChanges(person),
    ...managerChanges(person),
    ...nameChanges(person),
    ...disabling(person),
    ...(person.number % 5 === 0 ? departure : []),
  ],
}
