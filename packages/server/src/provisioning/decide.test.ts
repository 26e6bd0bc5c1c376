import { describe, expect, it } from 'vitest'
import { type Decision, decide, type Facts, type KnownUser } from './decide.ts'

const relinking = { isRelinking: true }
const strict = { isRelinking: false }

function known(changes: Partial<KnownUser> = {}): KnownUser {
  return { isActive: true, externalId: 'e1', managedBy: 'scim', ...changes }
}

const off = known({ isActive: false })
type Row = readonly [sentence: string, facts: Facts, policy: typeof strict, decision: Decision]

const rows: readonly Row[] = [
  [
    'an unknown name is created',
    { asked: 'create', existing: undefined, externalId: 'e1' },
    relinking,
    { kind: 'create' },
  ],
  [
    'an active name is a conflict',
    { asked: 'create', existing: known(), externalId: 'e1' },
    relinking,
    { kind: 'conflict' },
  ],
  [
    'a deactivated user with the same externalId is restored (rule 17)',
    { asked: 'create', existing: off, externalId: 'e1' },
    relinking,
    { kind: 'link', reason: 'restored' },
  ],
  [
    'so is one where neither side has an externalId',
    { asked: 'create', existing: known({ isActive: false, externalId: null }), externalId: null },
    relinking,
    { kind: 'link', reason: 'restored' },
  ],
  [
    'a deactivated user with another externalId is a conflict',
    { asked: 'create', existing: off, externalId: 'e2' },
    relinking,
    { kind: 'conflict' },
  ],
  [
    'a deactivated user and no externalId is a conflict',
    { asked: 'create', existing: off, externalId: null },
    relinking,
    { kind: 'conflict' },
  ],
  [
    'without the tolerance a deactivated user is a conflict',
    { asked: 'create', existing: off, externalId: 'e1' },
    strict,
    { kind: 'conflict' },
  ],
  [
    'a user whom no provisioning client has claimed is claimed by POST, also in strict',
    { asked: 'create', existing: known({ managedBy: null }), externalId: 'e9' },
    strict,
    { kind: 'link', reason: 'claimed' },
  ],
  [
    'a change that changes nothing keeps',
    { asked: 'change', existing: known(), isActive: true, externalId: 'e1', isSame: true },
    strict,
    { kind: 'keep' },
  ],
  [
    'a change that changes nothing still claims',
    { asked: 'change', existing: known({ managedBy: null }), isActive: true, externalId: 'e1', isSame: true },
    strict,
    { kind: 'update', isReassigned: false, isClaimed: true },
  ],
  [
    'active false deactivates',
    { asked: 'change', existing: known(), isActive: false, externalId: 'e1', isSame: false },
    strict,
    { kind: 'deactivate', isReassigned: false, isClaimed: false },
  ],
  [
    'active true reactivates',
    { asked: 'change', existing: off, isActive: true, externalId: 'e1', isSame: false },
    strict,
    { kind: 'reactivate', isReassigned: false, isClaimed: false },
  ],
  [
    'another externalId on a deactivated user is a recycled name (rule 17)',
    { asked: 'change', existing: off, isActive: true, externalId: 'e2', isSame: false },
    strict,
    { kind: 'reactivate', isReassigned: true, isClaimed: false },
  ],
  [
    'another externalId on an active user is an update',
    { asked: 'change', existing: known(), isActive: true, externalId: 'e2', isSame: false },
    strict,
    { kind: 'update', isReassigned: false, isClaimed: false },
  ],
  [
    'a first externalId on a deactivated user is no recycled name',
    {
      asked: 'change',
      existing: known({ isActive: false, externalId: null }),
      isActive: false,
      externalId: 'e2',
      isSame: false,
    },
    strict,
    { kind: 'update', isReassigned: false, isClaimed: false },
  ],
  ['a claimed user is removed', { asked: 'remove', existing: known() }, strict, { kind: 'deprovision' }],
  [
    'an unclaimed user is not',
    { asked: 'remove', existing: known({ managedBy: null }) },
    strict,
    { kind: 'deny', reason: 'unclaimed' },
  ],
]

describe('decide', () => {
  it.each(rows)('%s', (_sentence, facts, policy, decision) => {
    expect(decide(facts, policy)).toEqual(decision)
  })
})
