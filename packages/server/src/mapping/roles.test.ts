import { describe, expect, it } from 'vitest'
import { decideRole, type RoleFacts } from './roles.ts'

const facts: RoleFacts = {
  current: { role: 'member', origin: 'default' },
  groups: ['Admins', 'Engineering'],
  hasSentGroups: true,
  hasGroupsLink: false,
  mappings: [
    { group: 'Engineering', role: 'member' },
    { group: 'Admins', role: 'admin' },
  ],
  defaultRole: 'member',
}
const byGroup = { role: 'admin', origin: 'group' } as const
const rows: readonly (readonly [string, Partial<RoleFacts>, { role: string; origin: string }])[] = [
  ['the first rule that matches gives the role', {}, { role: 'member', origin: 'group' }],
  ['in the order of the rules', { mappings: [...facts.mappings].reverse() }, byGroup],
  [
    'groups are compared exactly',
    { groups: ['admins', 'Admins2', ' Admins'] },
    { role: 'member', origin: 'default' },
  ],
  [
    'never owner',
    { groups: ['Admins'], mappings: [{ group: 'Admins', role: 'owner' }] },
    { role: 'member', origin: 'default' },
  ],
  ['an owner stays one', { current: { role: 'owner', origin: 'hand' } }, { role: 'owner', origin: 'hand' }],
  [
    'a role set by hand is untouched',
    { current: { role: 'admin', origin: 'hand' }, groups: [] },
    { role: 'admin', origin: 'hand' },
  ],
  [
    'no groups take away a role that came from groups',
    { current: byGroup, groups: [] },
    { role: 'member', origin: 'default' },
  ],
  [
    'a missing claim means no groups',
    { current: byGroup, groups: null },
    { role: 'member', origin: 'default' },
  ],
  ['unless the connection never sent it', { current: byGroup, groups: null, hasSentGroups: false }, byGroup],
  [
    'or Entra sends its link in place of more than 150',
    { current: byGroup, groups: null, hasGroupsLink: true },
    byGroup,
  ],
]

describe('decideRole (linking rule 13)', () => {
  it.each(rows)('%s', (_sentence, change, role) => {
    expect(decideRole({ ...facts, ...change })).toEqual(role)
  })
})
