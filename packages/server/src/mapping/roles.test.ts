import { describe, expect, it } from 'vitest'
import { decideRole, decideRoleBeside, type RoleFacts } from './roles.ts'

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
  ceiling: 'administrator',
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

const byRule = { role: 'admin', reason: 'group' }
const byDefault = { role: 'admin', reason: 'default' }
const lowest = { ceiling: 'contact' } as const
const adminsFirst = { mappings: [...facts.mappings].reverse() }
const withheldRows: readonly (readonly [string, Partial<RoleFacts>, object])[] = [
  [
    'the next rule that matches and opens nothing holds',
    { ...lowest, ...adminsFirst },
    { role: 'member', origin: 'group', withheld: byRule },
  ],
  [
    'else the default role',
    { ...lowest, groups: ['Admins'] },
    { role: 'member', origin: 'default', withheld: byRule },
  ],
  [
    'else member, where the default role stands above as well',
    { ...lowest, groups: [], current: { role: 'admin', origin: 'default' }, defaultRole: 'admin' },
    { role: 'member', origin: 'default', withheld: byDefault },
  ],
  [
    'also where no groups are sent',
    { ...lowest, groups: null, hasSentGroups: false, current: { role: 'admin', origin: 'default' } },
    { role: 'member', origin: 'default', withheld: byDefault },
  ],
  [
    'a role that came from groups falls to the default role',
    { ...lowest, current: byGroup, groups: ['Admins'] },
    { role: 'member', origin: 'default', withheld: byRule },
  ],
  [
    'a role set by hand is untouched',
    { ...lowest, current: { role: 'admin', origin: 'hand' } },
    { role: 'admin', origin: 'hand' },
  ],
]

describe('decideRole (linking rule 13)', () => {
  it.each(rows)('%s', (_sentence, change, role) => {
    expect(decideRole({ ...facts, ...change })).toEqual(role)
  })
})

describe('decideRole, of a role above what may be given', () => {
  it.each(withheldRows)('%s', (_sentence, change, role) => {
    expect(decideRole({ ...facts, ...change })).toEqual(role)
  })
})

describe('decideRoleBeside, with groups of a key that nobody confirmed', () => {
  it.each([
    [
      'they give no role that opens the console, and it is said',
      { groups: [] },
      ['Admins'],
      { role: 'member', origin: 'default', withheld: byRule },
    ],
    [
      'they give others',
      { groups: [], ...adminsFirst },
      ['Admins', 'Engineering'],
      { role: 'member', origin: 'group', withheld: byRule },
    ],
    ['a confirmed group of the same name gives it', { groups: ['Admins'] }, ['Admins'], byGroup],
    [
      'a role set by hand is untouched',
      { groups: [], current: { role: 'member', origin: 'hand' } },
      ['Admins'],
      { role: 'member', origin: 'hand' },
    ],
  ] as const)('%s', (_sentence, change, provisional, role) => {
    expect(decideRoleBeside({ ...facts, ...change }, provisional)).toEqual(role)
  })
})
