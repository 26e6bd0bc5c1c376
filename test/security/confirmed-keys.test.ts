// What an unconfirmed key makes brings back nobody whom somebody above it removed; and what follows when such a key is confirmed, for
// however many people.
// Judges: server/provisioning, server/users.
import { beforeAll, describe, expect, it } from 'vitest'
import { carryOutRoleChanges } from '../../packages/server/src/provisioning/group-roles.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { userUrn } from '../scim/client.ts'
import { createStage, type Stage } from './restoring.ts'

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  describe('N12: a POST by an unconfirmed key lets in nobody who was removed by somebody else', () => {
    const posted: Readonly<Record<string, (stage: Stage, name: string) => object>> = {
      'their name': (_, name) => ({ userName: name, emails: [{ value: name }] }),
      'their name and externalId': (_, name) => ({
        userName: name,
        externalId: 'e-m',
        emails: [{ value: name }],
      }),
      'another name with their externalId and address': (_, name) => ({
        userName: 'another',
        externalId: 'e-m',
        emails: [{ value: name }],
      }),
    }
    const makers = ['directory', 'unconfirmed'] as const
    const removers = ['directory', 'unconfirmed'] as const
    const rows = makers.flatMap((maker) =>
      removers
        // It removes only whom it made.
        .filter((remover) => maker === 'unconfirmed' || remover === 'directory')
        .flatMap((remover) => Object.keys(posted).map((what) => ({ maker, remover, what }))),
    )

    it.each(rows)('N12: made by $maker, removed by $remover, $what', async ({ maker, remover, what }) => {
      const stage = await createStage(service)
      const name = `m@${stage.company.domain}`
      const person = { nameId: 'nid', attributes: { email: [name] } }
      const id = await stage[maker].user(name, { externalId: 'e-m', emails: [{ value: name }] })
      expect(await stage.signIn(person)).toMatchObject({ userId: id })
      service.advance(1_000)
      expect((await stage[remover].send('DELETE', `/Users/${id}`)).status).toBe(204)
      service.advance(1_000)
      expect(await stage.signIn(person)).toBe(401)
      const body = { schemas: [userUrn], ...posted[what]?.(stage, name) }
      const made = await stage.unconfirmed.send('POST', '/Users', body)
      expect(made.status).toBe(201)
      const isOwn = maker === 'unconfirmed' && remover === 'unconfirmed'
      const comes = { userId: made.body.id }
      const came = await stage.signIn(person)
      if (isOwn) expect(came).toMatchObject(comes)
      else expect(came).toBe(401)
      await stage.confirmKey()
      service.advance(1_000)
      // From then on it is the directory's word.
      expect(await stage.signIn(person)).toMatchObject(comes)
    })
  })

  describe('N8: a key that claimed very many people is confirmed at once, and they follow in slices', () => {
    const inOrganization = (stage: Stage) => createScope(stage.company.organization.id)
    /** As a rule does that names people otherwise than by the address that they prove. */
    const proveOther = (stage: Stage) =>
      service.database.inOrganization(inOrganization(stage), async (tx) =>
        tx.write(
          organizationQuery(({ db, organizationId }) =>
            db
              .updateTable('identity')
              .set({ proved_key: 'other@elsewhere.test' })
              .where('organization_id', '=', organizationId),
          ),
          {},
        ),
      )
    const dropped = async (stage: Stage) => {
      const query = { type: 'user.identity_dropped', limit: 50 } as const
      const { items } = await service.admin.call('listEvents', { params: { slug: stage.slug }, query })
      return items.map(({ subject }) => subject.id).toSorted()
    }
    const underWay = async ({ slug }: Stage) =>
      (await service.admin.call('getProvisioning', { params: { slug } })).rolesUnderWay
    const carryOut = (slices = Number.POSITIVE_INFINITY) => {
      let left = slices
      return carryOutRoleChanges(service.database, service.now, () => left-- <= 0)
    }

    it('N8: nobody comes in meanwhile by what is still to be dropped, and roles come last', async () => {
      const stage = await createStage(service)
      const params = { slug: stage.slug }
      await service.admin.call('putRoleMappings', {
        params,
        body: { mappings: [{ group: 'Admins', role: 'admin' }] },
      })
      const comer = (at: number) => ({
        nameId: `nid-${at}`,
        attributes: { email: [`p${at}@${stage.company.domain}`] },
      })
      const claimed: string[] = []
      for (const at of [0, 1, 2]) {
        await stage.signIn(comer(at))
        const name = `p${at}@${stage.company.domain}`
        claimed.push(await stage.unconfirmed.user(name, { emails: [{ value: name }] }))
      }
      await proveOther(stage)
      const Operations = Array.from({ length: 200 }, (_, at) => ({
        method: 'POST',
        path: '/Users',
        bulkId: `b${at}`,
        data: { schemas: [userUrn], userName: `made-${at}` },
      }))
      const bulk = { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations }
      expect((await stage.unconfirmed.send('POST', '/Bulk', bulk)).status).toBe(200)
      await stage.unconfirmed.group('Admins', [claimed[2] ?? ''])
      service.advance(1_000)
      expect(await stage.confirmKey()).toMatchObject({ isProvisional: false })
      // It counts at once: whom it claimed it deactivates.
      expect(await underWay(stage)).toBe(203)
      expect(await dropped(stage)).toEqual([])
      const came = await stage.signIn(comer(0))
      expect(came).not.toMatchObject({ userId: claimed[0] })
      expect(await dropped(stage)).toEqual([claimed[0]])
      await carryOut(1)
      expect(await dropped(stage)).toEqual(claimed.toSorted())
      expect([await underWay(stage), (await stage.read(claimed[2] ?? ''))?.role]).toEqual([103, 'member'])
      await carryOut()
      expect([await underWay(stage), (await stage.read(claimed[2] ?? ''))?.role]).toEqual([0, 'admin'])
      expect(await dropped(stage)).toEqual(claimed.toSorted())
    })
  })
})
