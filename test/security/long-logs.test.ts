// An organization whose audit log is very long: whatever is looked for in it, one statement looks at a slice, and nothing is missed.
// Judges: server/events, server/directory, server/provisioning.
import { sql } from 'kysely'
import { beforeAll, expect, it } from 'vitest'
import { eventsPerSlice } from '../../packages/server/src/events/look-through.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { openCaller } from '../harness/callers.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { createClient } from '../scim/client.ts'
import { createStage, type Stage } from './restoring.ts'

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let stage: Stage
  let params: { slug: string }
  /** Behind what happened to somebody there is very much of one type, of the same moment. */
  async function bury(subject: string, type: string, copies: number) {
    const before = { organization: stage.company.organization.id, prefix: '' }
    const counted = sql`(
      WITH RECURSIVE counted AS (SELECT 1 AS at UNION ALL SELECT at + 1 FROM counted WHERE at < ${sql.lit(copies)}) SELECT at FROM counted) AS copy`
    const insert = organizationQuery(({ db, organizationId }) => ({
      compile: () =>
        sql`INSERT INTO event (organization_id, id, type, occurred_at, actor_kind, actor_id, subject_type, subject_id,
          data, context, request_id)
          SELECT e.organization_id, substr(e.id, 1, 21) || 'z' || substr('0000000' || at, -7), ${sql.lit(type)}, e.occurred_at,
            e.actor_kind, e.actor_id,
            e.subject_type, e.subject_id, e.data, e.context, e.request_id
          FROM (SELECT * FROM event WHERE organization_id = ${organizationId} AND subject_id = ${sql.lit(subject)}
            ORDER BY id DESC LIMIT 1) AS e
          CROSS JOIN ${counted}`.compile(db),
    }))
    await service.database.inOrganization(createScope(before.organization), async (tx) =>
      tx.write(insert, {}),
    )
  }
  beforeAll(async () => {
    service = await start()
    stage = await createStage(service)
    params = { slug: stage.slug }
  })

  it('F3: a rare type is found behind very many others, page by page, in the list and in the file', async () => {
    const id = await stage.directory.user('rare')
    service.advance(1_000)
    expect((await stage.directory.send('PUT', `/Users/${id}`, { userName: 'rare', title: 'b' })).status).toBe(
      200,
    )
    await bury(id, 'user.updated', eventsPerSlice * 2 + 500)
    for (const filter of [{}, { subject: id }]) {
      const query = { type: 'user.provisioned', limit: 200, ...filter }
      const { items, nextCursor } = await service.admin.call('listEvents', { params, query })
      expect(items.map((one) => one.subject.id)).toContain(id)
      expect(nextCursor).toBe(null)
    }
    const answer = await service.send(
      new Request(`${service.url}/api/v1/organizations/${stage.slug}/events.csv?type=user.provisioned`, {
        headers: { authorization: `Bearer ${service.operatorKey}` },
      }),
    )
    expect(await answer.text()).toContain(id)
    // Page after page of what is many, across slices, without a gap.
    let [seen, cursor] = [0, undefined as string | undefined]
    do {
      const query = {
        type: 'user.updated',
        subject: id,
        limit: 200,
        ...(cursor === undefined ? {} : { cursor }),
      }
      const page = await service.admin.call('listEvents', { params, query })
      seen += page.items.length
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toBe(eventsPerSlice * 2 + 501)
  })

  it('F3: who left is found among what else happened in the batch, and whoever is blocked is told so behind all of it', async () => {
    const id = await stage.directory.user('leaver')
    await stage.letGo(id)
    await bury(id, 'user.updated', eventsPerSlice + 500)
    await stage.restore()
    expect(await stage.read(id)).toMatchObject({ active: 1 })
  })

  it('m5: a directory that writes by an OAuth client is connected', async () => {
    const { organization } = await service.createOrganization()
    const own = { slug: organization.slug }
    const contact = await openCaller(service, own.slug, 'contact')
    const made = await contact.browser.call('POST', `/organizations/${own.slug}/provisioning/clients`, {
      name: 'c',
      method: 'client_secret',
    })
    const { client, secret } = (await made.json()) as {
      client: { id: string; tokenUrl: string }
      secret: string
    }
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client.id,
      client_secret: secret,
    })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const asked = new Request(client.tokenUrl, { method: 'POST', headers, body: form.toString() })
    const { access_token: token } = (await (await service.send(asked)).json()) as { access_token: string }
    const directory = createClient({
      scimUrl: `${service.url}/scim/v2`,
      send: service.send,
      key: token,
    } as never)
    await directory.user('first')
    const status = async () => (await service.admin.call('getProvisioning', { params: own })).status
    await expect.poll(status).toBe('active')
  })
})
