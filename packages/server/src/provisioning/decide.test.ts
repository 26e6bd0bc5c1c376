import { describe, expect, it } from 'vitest'
import { type Decision, decide, type Facts, type KnownUser } from './decide.ts'

const relinking = { isRelinking: true }
const strict = { isRelinking: false }

function known(changes: Partial<KnownUser> = {}): KnownUser {
  return {
    isActive: true,
    externalId: 'e1',
    managedBy: 'scim',
    rung: 'person',
    isRecentLeave: false,
    ...changes,
  }
}

const off = known({ isActive: false })
type Row = readonly [sentence: string, facts: Facts, policy: typeof strict, decision: Decision]

const rows: readonly Row[] = [
  [
    'an unknown name is created',
    { asked: 'create', existing: undefined, isActive: true, externalId: 'e1' },
    relinking,
    { kind: 'create' },
  ],
  [
    'an active name is a conflict',
    { asked: 'create', existing: known(), isActive: true, externalId: 'e1' },
    relinking,
    { kind: 'conflict' },
  ],
  [
    'a deactivated user with the same externalId is restored (rule 17)',
    { asked: 'create', existing: off, isActive: true, externalId: 'e1' },
    relinking,
    { kind: 'link', reason: 'restored', losesOwnership: false },
  ],
  [
    'so is one where neither side has an externalId',
    {
      asked: 'create',
      existing: known({ isActive: false, externalId: null }),
      isActive: true,
      externalId: null,
    },
    relinking,
    { kind: 'link', reason: 'restored', losesOwnership: false },
  ],
  [
    'a deactivated user with another externalId is a conflict',
    { asked: 'create', existing: off, isActive: true, externalId: 'e2' },
    relinking,
    { kind: 'conflict' },
  ],
  [
    'a deactivated user and no externalId is a conflict',
    { asked: 'create', existing: off, isActive: true, externalId: null },
    relinking,
    { kind: 'conflict' },
  ],
  [
    'without the tolerance a deactivated user is a conflict',
    { asked: 'create', existing: off, isActive: true, externalId: 'e1' },
    strict,
    { kind: 'conflict' },
  ],
  [
    'a user whom no provisioning client has claimed is claimed by POST, also in strict',
    { asked: 'create', existing: known({ managedBy: null }), isActive: true, externalId: 'e9' },
    strict,
    { kind: 'link', reason: 'claimed', losesOwnership: false },
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
    { kind: 'update', isReassigned: false, isClaimed: true, losesOwnership: false },
  ],
  [
    'active false deactivates',
    { asked: 'change', existing: known(), isActive: false, externalId: 'e1', isSame: false },
    strict,
    { kind: 'deactivate', isReassigned: false, isClaimed: false, losesOwnership: false },
  ],
  [
    'active true reactivates',
    { asked: 'change', existing: off, isActive: true, externalId: 'e1', isSame: false },
    strict,
    { kind: 'reactivate', isReassigned: false, isClaimed: false, losesOwnership: false },
  ],
  [
    'another externalId on a deactivated user is a recycled name (rule 17)',
    { asked: 'change', existing: off, isActive: true, externalId: 'e2', isSame: false },
    strict,
    { kind: 'reactivate', isReassigned: true, isClaimed: false, losesOwnership: false },
  ],
  [
    'another externalId on an active user is an update',
    { asked: 'change', existing: known(), isActive: true, externalId: 'e2', isSame: false },
    strict,
    { kind: 'update', isReassigned: false, isClaimed: false, losesOwnership: false },
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
    { kind: 'update', isReassigned: false, isClaimed: false, losesOwnership: false },
  ],
  ['a claimed user is removed', { asked: 'remove', existing: known() }, strict, { kind: 'deprovision' }],
  [
    'an unclaimed user is not',
    { asked: 'remove', existing: known({ managedBy: null }) },
    strict,
    { kind: 'deny', reason: 'unclaimed' },
  ],
]

const owner = (changes: Partial<KnownUser> = {}) => known({ rung: 'owner', isActive: false, ...changes })
const recycled: Decision = { kind: 'deny', reason: 'name_recycled' }

function create(existing: KnownUser, externalId: string | null, isActive = true): Decision {
  return decide({ asked: 'create', existing, isActive, externalId }, relinking)
}

function change(existing: KnownUser, externalId: string | null, isActive: boolean): Decision {
  return decide({ asked: 'change', existing, isActive, externalId, isSame: false }, strict)
}

describe('decide, of privileged people: a name is not recycled', () => {
  const rungs = ['administrator', 'owner'] as const
  it.each(rungs)(
    '%s: another externalId while deactivated is refused, with active:true or without',
    (rung) => {
      for (const isActive of [true, false])
        for (const [before, after] of [
          ['a', 'b'],
          ['a', null],
          // A first one counts.
          [null, 'b'],
        ] as const)
          expect(change(owner({ rung, externalId: before }), after, isActive)).toEqual(recycled)
    },
  )

  it.each(rungs)('%s: while active it may change, also together with a deactivation', (rung) => {
    const active = owner({ rung, isActive: true })
    expect(change(active, 'e2', true)).toMatchObject({ kind: 'update', isReassigned: false })
    expect(change(active, 'e2', false)).toMatchObject({ kind: 'deactivate', isReassigned: false })
  })

  it.each(rungs)('%s: a POST restores on an equal, present externalId alone', (rung) => {
    expect(create(owner({ rung }), 'e1')).toMatchObject({ kind: 'link', reason: 'restored' })
    expect(create(owner({ rung, externalId: null }), null)).toEqual({ kind: 'conflict' })
    expect(create(owner({ rung }), 'e2')).toEqual({ kind: 'conflict' })
    expect(create(owner({ rung }), null)).toEqual({ kind: 'conflict' })
  })

  it.each(rungs)('%s: nor does a claim while deactivated change the externalId', (rung) => {
    for (const before of ['a', null])
      expect(create(owner({ rung, externalId: before, managedBy: null }), 'b')).toEqual(recycled)
    expect(create(owner({ rung, isActive: true, managedBy: null }), 'b')).toMatchObject({ reason: 'claimed' })
  })
})

describe('decide, of owners: giving ownership back is giving it', () => {
  it.each([
    ['active:true within the days of its return', { isRecentLeave: true }, false],
    ['active:true later', {}, true],
    ['a claim', { managedBy: null, isRecentLeave: true }, true],
  ] as const)('%s', (_sentence, changes, losesOwnership) => {
    expect(change(owner(changes), 'e1', true)).toMatchObject({ kind: 'reactivate', losesOwnership })
    expect(create(owner(changes), 'e1')).toMatchObject({ kind: 'link', losesOwnership })
  })

  it('nothing is lost where nobody comes back, and nobody else loses a role', () => {
    expect(change(owner(), 'e1', false)).toMatchObject({ losesOwnership: false })
    expect(create(owner({ managedBy: null }), 'e1', false)).toMatchObject({ losesOwnership: false })
    expect(create(owner({ managedBy: null, isActive: true }), 'e1')).toMatchObject({ losesOwnership: false })
    for (const rung of ['person', 'administrator'] as const)
      expect(change(owner({ rung }), 'e1', true)).toMatchObject({ losesOwnership: false })
  })
})

describe('decide', () => {
  it.each(rows)('%s', (_sentence, facts, policy, decision) => {
    expect(decide(facts, policy)).toEqual(decision)
  })
})
