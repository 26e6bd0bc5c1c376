import { describe, expect, it } from 'vitest'
import { decide } from './decide.ts'
import type { KnownPerson, SignInDecision, SignInFacts } from './decide-sign-in.ts'

function person(changes: Partial<KnownPerson> = {}): KnownPerson {
  return {
    id: 'usr_1',
    isActive: true,
    isBlocked: false,
    isOwner: false,
    managedBy: null,
    holdsIdentity: false,
    ...changes,
  }
}

const scim = person({ managedBy: 'scim' })
const nobody: SignInFacts = {
  asked: 'sign-in',
  isConnectionActive: true,
  mode: 'manual',
  unknownSignIns: 'create',
  identity: undefined,
  byExternalId: [],
  byUserName: undefined,
  byAddress: [],
  byNewName: undefined,
  address: { isProved: true },
  hasInvitation: false,
}
const foreign = { address: { isProved: false } }
const create: SignInDecision = { kind: 'create-person', isInvited: false }
const signIn: SignInDecision = { kind: 'sign-in', userId: 'usr_1' }
const link = (reason: 'external_id' | 'user_name' | 'address'): SignInDecision => ({
  kind: 'link-identity',
  userId: 'usr_1',
  reason,
})
const deny = (
  reason: Extract<SignInDecision, { kind: 'deny-sign-in' }>['reason'],
  userId: string | null = null,
) => ({
  kind: 'deny-sign-in',
  reason,
  userId,
})
const inScim = { mode: 'scim', unknownSignIns: 'refuse' } as const

/** What is not here lives in the facts or in what is done with the decision, and is tested in test/sso and test/management. */
const rows: readonly (readonly [sentence: string, facts: Partial<SignInFacts>, decision: unknown])[] = [
  ['1: a known identity signs in, whatever the address is now', { identity: person(), ...foreign }, signIn],
  ['1: a known identity signs in without any address', { identity: person(), address: undefined }, signIn],
  [
    '3: a connection that is not active lets nobody in',
    { isConnectionActive: false, identity: person() },
    deny('connection_inactive'),
  ],
  ['3: nor does it create', { isConnectionActive: false }, deny('connection_inactive')],
  ['4: an unknown person of a proved domain is created', {}, create],
  ['4: one of another domain is not', foreign, deny('domain_not_verified')],
  ['4: nor one without an address', { address: undefined }, deny('address_missing')],
  [
    '4: a person of SCIM is found by stable id whatever the domain',
    { ...foreign, byExternalId: [scim] },
    link('external_id'),
  ],
  ['4: and by userName', { ...foreign, byUserName: scim }, link('user_name')],
  [
    '4: but not one whom no provisioning client manages',
    { ...foreign, byExternalId: [person()], byUserName: person() },
    deny('domain_not_verified'),
  ],
  ['5: the same proved address is linked', { byAddress: [person()] }, link('address')],
  [
    '5: not when the domain is not proved',
    { ...foreign, byAddress: [person()] },
    deny('domain_not_verified'),
  ],
  ['5: never an owner', { byAddress: [person({ isOwner: true })] }, deny('owner_must_link', 'usr_1')],
  [
    '5: an address of two people links nobody',
    { byAddress: [person(), person({ id: 'usr_2' })] },
    deny('address_ambiguous'),
  ],
  [
    '7: an invitation is consumed with a proved address',
    { hasInvitation: true },
    { kind: 'create-person', isInvited: true },
  ],
  ['7: and not without', { hasInvitation: true, ...foreign }, deny('domain_not_verified')],
  ['9: mode scim creates nobody', inScim, deny('not_provisioned')],
  ['9: also with an invitation', { ...inScim, hasInvitation: true }, deny('not_provisioned')],
  ['9: while the set-up is connecting it does', { mode: 'scim', unknownSignIns: 'create' }, create],
  [
    '9: the stable id comes before the userName',
    { ...inScim, byExternalId: [scim], byUserName: person({ id: 'usr_2', managedBy: 'scim' }) },
    link('external_id'),
  ],
  [
    '9: the userName before the address',
    { ...inScim, byUserName: scim, byAddress: [person({ id: 'usr_2' })] },
    link('user_name'),
  ],
  ['9: the address last, in a proved domain', { ...inScim, byAddress: [scim] }, link('address')],
  ['9: not in another', { ...inScim, ...foreign, byAddress: [scim] }, deny('not_provisioned')],
  [
    '9: two people with one externalId link nobody',
    { ...inScim, byExternalId: [scim, person({ id: 'usr_2', managedBy: 'scim' })] },
    deny('not_provisioned'),
  ],
  [
    '10: a deactivated person is denied',
    { identity: person({ isActive: false }) },
    deny('user_deactivated', 'usr_1'),
  ],
  ['10: a blocked one too', { identity: person({ isBlocked: true }) }, deny('user_blocked', 'usr_1')],
  ['10: a deleted one is not made anew', { identity: 'deleted' }, deny('user_deleted')],
  [
    '10: a first sign-in revives nobody either',
    { byAddress: [person({ isActive: false })] },
    deny('user_deactivated', 'usr_1'),
  ],
  [
    '10: nor by stable id',
    { ...inScim, byExternalId: [person({ managedBy: 'scim', isActive: false })] },
    deny('user_deactivated', 'usr_1'),
  ],
  [
    '11: a changed NameID is a stranger, by address',
    { byAddress: [person({ holdsIdentity: true })] },
    deny('identity_changed', 'usr_1'),
  ],
  [
    '11: by stable id',
    { byExternalId: [person({ managedBy: 'scim', holdsIdentity: true })] },
    deny('identity_changed', 'usr_1'),
  ],
  [
    '11: an owner too',
    { byAddress: [person({ isOwner: true, holdsIdentity: true })] },
    deny('identity_changed', 'usr_1'),
  ],
  [
    '14: somebody else who has the userName is never taken for the person',
    { byNewName: person() },
    deny('user_name_taken', 'usr_1'),
  ],
]

describe('decide, for a sign-in: linking rule', () => {
  it.each(rows)('%s', (_sentence, facts, decision) => {
    expect(decide({ ...nobody, ...facts })).toEqual(decision)
  })
})
