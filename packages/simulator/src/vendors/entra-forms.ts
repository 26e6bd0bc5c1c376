// The forms in which Microsoft Entra ID writes one and the same value, by the age and the flags of the customer's app:
// people with even numbers get the older forms, those with odd ones the newer.

import type { Person } from '../base/person.ts'
import { enterpriseUserUrn, userUrn } from '../base/urn.ts'
import type { Operation } from './step.ts'

const isOlder = (person: Person): boolean => person.number % 2 === 0

/** Which of `count` forms this person gets; half the number, so that it varies apart from older and newer. */
export const turn = (person: Person, count: number): number => Math.floor((person.number - 1) / 2) % count

/** Entra: the body of a create; older apps send "True", list the enterprise URN without its object, and post roles. */
export function entraUser(person: Person): Readonly<Record<string, unknown>> {
  const role = {
    primary: false,
    type: 'WindowsAzureActiveDirectoryRole',
    displayName: 'Admin',
    value: 'Admin',
  }
  return {
    schemas: [userUrn, enterpriseUserUrn],
    externalId: person.objectId,
    userName: person.userName,
    active: isOlder(person) ? 'True' : true,
    displayName: person.displayName,
    emails: [{ primary: true, type: 'work', value: person.userName }],
    meta: { resourceType: 'User' },
    name: { formatted: person.displayName, familyName: person.familyName, givenName: person.givenName },
    roles: isOlder(person) ? [role] : [],
  }
}

/** Entra: the four forms in which `active` has been seen to change. */
export function entraActive(person: Person, isActive: boolean): readonly Operation[] {
  const text = isActive ? 'True' : 'False'
  const forms: readonly Operation[] = isOlder(person)
    ? [
        { op: 'Replace', path: 'active', value: text },
        { op: 'Add', path: 'active', value: text },
      ]
    : [
        { op: 'Replace', path: 'active', value: isActive },
        { op: 'replace', value: { active: isActive } },
      ]
  return [forms[turn(person, forms.length)]!]
}

/** Entra: a manager is a plain string or an object; this one is the person, the only id that surely exists. */
export function managerValue(person: Person): unknown {
  return isOlder(person) ? '{id}' : { value: '{id}' }
}

/** Entra: a manager is taken away by an empty string or by Remove. */
export function clearManager(person: Person): Operation {
  const path = `${enterpriseUserUrn}:manager`
  return isOlder(person) ? { op: 'Replace', path, value: '' } : { op: 'Remove', path }
}
