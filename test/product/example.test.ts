// The example product's own rows: whose they are, and that of somebody who comes after under the same name.
// Judges: client.
import type { FeedEvent } from '@rollcall/client'
import { expect, it } from 'vitest'
import { openDatabase } from '../../examples/product/src/database.ts'

it('read only: people and sessions of the example product go with their organization, not with its slug', () => {
  const database = openDatabase(':memory:')
  const first = { id: 'org_1', slug: 'acme' }
  const next = { id: 'org_2', slug: 'acme' }
  const state = {
    userName: 'ada',
    email: null,
    displayName: 'Ada',
    givenName: null,
    familyName: null,
    externalId: null,
    active: true,
    role: 'member',
  }
  const session = { sid: null, id_token: '', name: 'Ada', email: '', organization: 'acme', role: 'member' }
  database.saveUser(first, { id: 'usr_1', ...state })
  database.saveUser(next, { id: 'usr_2', ...state })
  const old = database.createSession({ ...session, user_id: 'usr_1', organization_id: first.id })
  const kept = database.createSession({ ...session, user_id: 'usr_2', organization_id: next.id })
  // Told late, when the slug is another one's already.
  database.applyEvent({
    id: 'evt_1',
    type: 'organization.deleted',
    subject: { type: 'organization', id: first.id },
    organization: first,
    data: { name: 'Acme', slug: 'acme' },
  } as unknown as FeedEvent)
  expect(database.listUsers(first.id)).toEqual([])
  expect(database.listUsers(next.id).map(({ id }) => id)).toEqual(['usr_2'])
  expect(database.findSession(old)).toBeUndefined()
  expect(database.findSession(kept)).toMatchObject({ user_id: 'usr_2' })
})
