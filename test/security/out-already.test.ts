// Whoever is deactivated has had everything ended then: later changes of theirs look for nothing again.
// Judges: server/sessions.
import type { JsonObject } from '@rollcall/scim'
import { expect, it } from 'vitest'
import { changeUser } from '../../packages/server/src/provisioning/apply.ts'
import { createScope, type OrganizationTx } from '../../packages/server/src/store/database.ts'
import { lockUserToEnd } from '../../packages/server/src/users/lock-users.ts'
import { forOneStore } from '../harness/service.ts'

const looks = ['held_by_one', 'delete_recovery_changes_of_users']

forOneStore(import.meta.filename, (start) => {
  it('P10: sessions are ended by the deactivation, and not looked for at every change after it', async () => {
    const service = await start()
    const { organization, key, scimUrl, send } = await service.createOrganization()
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' }
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
    const body = JSON.stringify({ schemas, userName: 'ada@acme.test' })
    const made = await send(new Request(`${scimUrl}/Users`, { method: 'POST', headers, body }))
    const { id } = (await made.json()) as { id: string }
    const act = { actor: { kind: 'operator' }, rung: 'operator', at: service.now(), context: null } as const

    const change = async (kind: 'update' | 'deactivate' | 'reactivate', changes: JsonObject) => {
      const names: string[] = []
      await service.database.inOrganization(createScope(organization.id), async (tx) => {
        const row = await lockUserToEnd(tx, id)
        if (row === undefined) throw new Error('no such user')
        const noting: OrganizationTx = {
          ...tx,
          write: (statement, args) => {
            names.push(statement.name)
            tx.write(statement, args)
          },
          all: (statement, args) => {
            names.push(statement.name)
            return tx.all(statement, args)
          },
        }
        const before = JSON.parse(row.resource) as JsonObject
        const decision = { kind, isClaimed: false, isReassigned: false, losesOwnership: false } as never
        await changeUser(noting, act as never, decision, { row, before, resource: { ...before, ...changes } })
      })
      return names.filter((name) => looks.includes(name)).sort()
    }
    expect(await change('update', { title: 'before' })).toEqual([])
    expect(await change('deactivate', { active: false })).toEqual(looks.toSorted())
    expect(await change('update', { title: 'after' })).toEqual([])
    expect(await change('reactivate', { active: true })).toEqual([])
    expect(await change('deactivate', { active: false })).toEqual(looks.toSorted())
  })
})
