// Whether somebody who was removed had an address: found by an index, also of whom a version before removed.
// Judges: server/users.
import { sql } from 'kysely'
import { beforeAll, expect, it } from 'vitest'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { keptMs, purgeDeletedPeople } from '../../packages/server/src/users/purge-deleted.ts'
import { wasSomebodys } from '../../packages/server/src/users/removed-addresses.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { createClient, userUrn } from '../scim/client.ts'

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  it('L15 M7: whoever was removed is found by each address, before and after it is noted, until they are gone for good', async () => {
    const directory = await service.createOrganization()
    const scim = createClient(directory)
    const scope = createScope(directory.organization.id)
    const was = (address: string) => service.database.inOrganization(scope, (tx) => wasSomebodys(tx, address))
    const run = (text: string) =>
      service.database.inOrganization(scope, async (tx) =>
        tx.write(
          organizationQuery<never>(({ db }) => ({ compile: () => sql.raw<never>(text).compile(db) })),
          {},
        ),
      )
    const of = `organization_id = '${directory.organization.id}'`
    const countAddresses = async () => {
      const rows = await service.database.readOrganization(
        scope,
        organizationQuery(({ db }) => ({
          compile: () =>
            sql.raw<{ key: string }>(`SELECT value_key AS key FROM deleted_email WHERE ${of}`).compile(db),
        })),
        {},
      )
      return rows.map(({ key }) => key).sort()
    }
    const made = await scim.send('POST', '/Users', {
      schemas: [userUrn],
      userName: 'somebody',
      emails: [
        { value: 'One@Acme.test', primary: true },
        { value: 'two_%!@acme.test' },
        { value: 'MÜLLER@acme.test' },
      ],
      title: 'other@acme.test',
    })
    expect(made.status).toBe(201)
    expect(await was('one@acme.test')).toBe(false)
    expect((await scim.send('DELETE', `/Users/${made.body.id}`)).status).toBe(204)
    const found = async () => {
      const addresses = [
        'somebody',
        'one@acme.test',
        'two_%!@acme.test',
        'twox%!@acme.test',
        'other@acme.test',
        // M7: each database folds letters beyond ASCII in its own way, or not at all.
        'müller@acme.test',
      ]
      const answers: boolean[] = []
      for (const address of addresses) answers.push(await was(address))
      return answers
    }
    const expected = [true, true, true, false, false, true]
    const written = ['Removed müller@acme.test', 'Removed one@acme.test', 'Removed two_%!@acme.test']
    expect([await found(), await countAddresses()]).toEqual([expected, written])
    // As a version before left it.
    await run(`DELETE FROM deleted_email WHERE ${of}`)
    expect(await found()).toEqual([true, false, false, false, false, false])
    await run(`UPDATE deleted_user SET is_addressed = NULL WHERE ${of}`)
    expect(await found()).toEqual(expected)
    await purgeDeletedPeople(service.database, service.now(), () => false)
    expect([await found(), await countAddresses()]).toEqual([expected, written])
    await purgeDeletedPeople(service.database, service.now() + keptMs + 1, () => false)
    expect([await found(), await countAddresses()]).toEqual([[false, false, false, false, false, false], []])
  })

  it('an account that was called like such a note says nothing of the address in it', async () => {
    const directory = await service.createOrganization()
    const scim = createClient(directory)
    const { slug } = directory.organization
    const made = await scim.send('POST', '/Users', {
      schemas: [userUrn],
      userName: 'somebody',
      emails: [{ value: 'removed other@acme.test', primary: true }],
    })
    // Of whom something was said the addresses are kept as names.
    await service.admin.call('deactivateUser', { params: { slug, id: String(made.body.id) } })
    await scim.send('DELETE', `/Users/${made.body.id}`)
    const was = (address: string) =>
      service.database.inOrganization(createScope(directory.organization.id), (tx) =>
        wasSomebodys(tx, address),
      )
    expect([await was('removed other@acme.test'), await was('other@acme.test')]).toEqual([true, false])
  })
})
