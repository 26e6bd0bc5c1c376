import { expect, it } from 'vitest'
import { toActorId, toMakerId } from './actor.ts'

it('an operator’s session that is called like the id of somebody is not who made something', () => {
  const name = `usr_${'0'.repeat(26)}`
  expect(toActorId({ kind: 'operator', name })).toBe(name)
  expect(toMakerId({ kind: 'operator', name })).toBe('operator')
  expect(toMakerId({ kind: 'user', userId: name })).toBe(name)
  expect(toMakerId({ kind: 'portal_link', linkId: 'link_1' })).toBe('link_1')
})
