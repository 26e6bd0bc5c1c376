// Clients whose conversation is made of common habits, one entry each. What no document shows is written in its likely form
// and said to be so.

import type { Person } from '../base/person.ts'
import { enterpriseUserUrn, groupUrn, userUrn } from '../base/urn.ts'
import { findsNobody, has, isListResponse, isScimJson, isUser } from './check.ts'
import { type Habits, plainVendor } from './from-habits.ts'
import { matchUsers } from './step.ts'
import type { Step } from './vendor.ts'

const get = (name: string, path: string): Step => ({
  name,
  method: 'GET',
  path,
  expect: { statuses: [200], check: isScimJson },
})

const core = (person: Person, isActive: boolean, title: string): Readonly<Record<string, unknown>> => ({
  schemas: [userUrn],
  userName: person.userName,
  name: { givenName: person.givenName, familyName: person.familyName },
  emails: [{ value: person.userName, type: 'work', primary: true }],
  displayName: person.displayName,
  title,
  active: isActive,
})

const matchSpaced = '/Users?filter=userName%20eq%20%22{userName}%22'
const matchGroup = '/Groups?filter=displayName%20eq%20%22{groupName}%22'
const json = { Accept: 'application/json', 'Content-Type': 'application/json' }

/** OneLogin: an administrator's own JSON template, so booleans are texts, `id` is null, and PUT names SCIM 1 schemas. */
const oneLogin: Habits = {
  name: 'OneLogin',
  headers: json,
  match: '/Users?filter=userName+eq+%22{userName}%22&',
  opening: () => [matchUsers('test', '/Users?count=1', isListResponse)],
  user: (person, isActive, title) => ({
    [enterpriseUserUrn]: { department: 'Eng', manager: { managerId: '', displayName: ' ' } },
    active: String(isActive),
    emails: [{ value: person.userName, type: 'work', primary: true }],
    meta: { resourceType: 'User' },
    name: { familyName: person.familyName, givenName: person.givenName, formatted: person.displayName },
    userName: person.userName,
    title,
    id: null,
    schemas: ['urn:scim:schemas:core:2.0', 'urn:scim:schemas:extension:enterprise:2.0:User'],
  }),
  update: 'PUT',
  path: '/Users/{id}?',
  isDeleting: true,
  groups: { match: '/Groups', create: {}, style: 'PATCH', isDeleting: false },
}

/** JumpCloud: tests with a person and a group that it makes and removes again; repeats members who are there. */
const jumpCloud: Habits = {
  name: 'JumpCloud',
  match: matchSpaced,
  opening: (person) => [
    matchUsers('test match', matchSpaced, findsNobody),
    {
      name: 'test create',
      method: 'POST',
      path: '/Users',
      body: core(person, true, 'Test'),
      expect: { statuses: [201], check: isUser },
    },
    {
      name: 'test group',
      method: 'POST',
      path: '/Groups',
      body: { schemas: [groupUrn], displayName: `${person.userName} test group` },
      keeps: 'groupId',
      expect: { statuses: [201] },
    },
    get('test read', '/Users/{id}'),
    {
      name: 'test update',
      method: 'PUT',
      path: '/Users/{id}',
      body: core(person, false, 'Test'),
      expect: { statuses: [200], check: has(false, 'active') },
    },
    { name: 'test delete group', method: 'DELETE', path: '/Groups/{groupId}', expect: { statuses: [204] } },
    { name: 'test delete', method: 'DELETE', path: '/Users/{id}', expect: { statuses: [204] } },
  ],
  user: core,
  update: 'PUT',
  isDeleting: false,
  groups: {
    match: matchGroup,
    create: { members: [] },
    style: 'PATCH',
    remove: (id) => [{ op: 'remove', path: 'members', value: [{ value: id }] }],
    rename: (name) => [{ op: 'replace', path: 'displayName', value: name }],
    isDeleting: true,
  },
}

/** Google Workspace: reads the schemas, pushes no groups, suspends and later deletes (wire format unpublished: likely form). */
const google: Habits = {
  name: 'Google Workspace',
  match: matchSpaced,
  opening: () => [get('test', '/Schemas'), matchUsers('test', '/Users?startIndex=1&count=1', isListResponse)],
  user: core,
  update: 'PATCH',
  isDeleting: true,
  groups: undefined,
}

/** PingFederate: PUT for people, all groups listed and matched by name on its own side. */
const ping: Habits = {
  name: 'PingFederate',
  match: matchSpaced,
  opening: () => [get('test', '/ServiceProviderConfig')],
  user: core,
  update: 'PUT',
  isDeleting: false,
  groups: { match: '/Groups?startIndex=1&count=100', create: {}, style: 'PUT', isDeleting: true },
}

/** Rippling: asks the configuration first; the dates of a job decide who is active (likely form). */
const rippling: Habits = {
  name: 'Rippling',
  match: matchSpaced,
  opening: () => [get('test', '/ServiceProviderConfig')],
  user: (person, isActive, title) => ({ ...core(person, isActive, title), externalId: person.objectId }),
  update: 'PATCH',
  isDeleting: false,
  groups: { match: matchGroup, create: { members: [] }, style: 'PATCH', isDeleting: true },
}

/** CyberArk Identity: a list of calls that must all answer before it goes on; people by PUT, groups by PATCH. */
const cyberArk: Habits = {
  name: 'CyberArk Identity',
  match: matchSpaced,
  opening: () => [
    matchUsers('test', '/Users?count=1', isListResponse),
    matchUsers('test', '/Groups', isListResponse),
    ...['/ServiceProviderConfig', '/ResourceTypes/User', '/ResourceTypes/Group', `/Schemas/${userUrn}`].map(
      (path) => get('test', path),
    ),
  ],
  user: core,
  update: 'PUT',
  isDeleting: false,
  groups: { match: '/Groups', create: {}, style: 'PATCH', isDeleting: false },
}

/** Clients for Keycloak: the whole person by PUT, all members of a group at each change. */
const keycloak: Habits = {
  name: 'Keycloak',
  headers: json,
  match: matchSpaced,
  opening: () => [get('test', '/ServiceProviderConfig')],
  user: (person, isActive, title) => ({ ...core(person, isActive, title), externalId: person.objectId }),
  update: 'PUT',
  isDeleting: true,
  groups: { match: matchGroup, create: { externalId: '{groupName}' }, style: 'replace', isDeleting: true },
}

/** authentik: the configuration steers it; one operation a member, and whole groups without a path. */
const authentik: Habits = {
  name: 'authentik',
  match: matchSpaced,
  opening: () => [get('test', '/ServiceProviderConfig')],
  user: (person, isActive, title) => ({ ...core(person, isActive, title), externalId: person.objectId }),
  update: 'PUT',
  isDeleting: true,
  groups: {
    match: '/Groups?startIndex=1',
    create: { externalId: '{groupName}' },
    style: 'PATCH',
    add: (ids) => ids.map((value) => ({ op: 'add', path: 'members', value: [{ value }] })),
    remove: (value) => [{ op: 'remove', path: 'members', value: [{ value }] }],
    rename: (displayName) => [
      { op: 'replace', value: { schemas: [groupUrn], displayName, externalId: '{groupName}' } },
    ],
    isDeleting: true,
  },
}

export const onelogin = plainVendor(oneLogin)
export const jumpcloud = plainVendor(jumpCloud)
export const googleWorkspace = plainVendor(google)
export const pingFederate = plainVendor(ping)
export const ripplingVendor = plainVendor(rippling)
export const cyberark = plainVendor(cyberArk)
export const keycloakVendor = plainVendor(keycloak)
export const authentikVendor = plainVendor(authentik)
