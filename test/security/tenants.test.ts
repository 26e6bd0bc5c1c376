// One organization can never see or touch another (advisories: vouch-sh/vouch#317, tale-project/tale#2036, Cogtrix#303,
// CVE-2022-1680, PostHog/posthog#52372): an id of B in A's hands is answered like an id that never was, to the byte.
// Judges: server/scim, server/store.
import { beforeAll, describe, expect, it } from 'vitest'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const strangerId = `usr_${'0'.repeat(26)}`

forOneStore(import.meta.filename, (start) => {
  describe('organization A with what belongs to B', () => {
    let service: Service
    let a: Directory
    let b: Directory
    let idOfB: string

    const call = async (
      own: Directory,
      method: string,
      path: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ) => {
      const init = {
        method,
        headers: { authorization: `Bearer ${own.key}`, 'content-type': 'application/scim+json', ...headers },
      }
      const request = new Request(
        `${own.scimUrl}${path}`,
        body === undefined ? init : { ...init, body: JSON.stringify(body) },
      )
      const response = await own.send(request)
      return { status: response.status, text: await response.text(), etag: response.headers.get('etag') }
    }
    const create = async (own: Directory, userName: string, more: object = {}): Promise<string> => {
      const made = await call(own, 'POST', '/Users', { schemas: [userUrn], userName, ...more })
      expect(made.status).toBe(201)
      return (JSON.parse(made.text) as { id: string }).id
    }
    const everything = async (own: Directory): Promise<string> =>
      (await call(own, 'GET', '/Users?count=1000')).text

    beforeAll(async () => {
      service = await start()
      a = await service.createOrganization()
      b = await service.createOrganization()
      idOfB = await create(b, 'bob@b.test', { externalId: 'shared', emails: [{ value: 'bob@b.test' }] })
      await create(a, 'alice@a.test', { externalId: 'shared' })
    })

    const put = { schemas: [userUrn], userName: 'taken-over@a.test' }
    const patch = {
      schemas: [patchUrn],
      Operations: [{ op: 'replace', path: 'userName', value: 'taken-over@a.test' }],
    }
    const add = {
      schemas: [patchUrn],
      Operations: [{ op: 'add', value: { emails: [{ value: 'evil@a.test' }] } }],
    }

    it.each([
      ['GET', undefined],
      ['PUT', put],
      ['PATCH', patch],
      ['PATCH', add],
      ['DELETE', undefined],
    ])('%s of an id of B is the 404 of an unknown id, and B is unchanged', async (method, body) => {
      const before = await everything(b)
      const foreign = await call(a, method, `/Users/${idOfB}`, body)
      const unknown = await call(a, method, `/Users/${strangerId}`, body)
      expect(foreign).toEqual(unknown)
      expect(foreign.status).toBe(404)
      expect(await everything(b)).toBe(before)
    })

    it.each(['*', 'W/"1"', 'W/"9"'])('If-Match %s tells nothing about an id of B', async (etag) => {
      const foreign = await call(a, 'PATCH', `/Users/${idOfB}`, patch, { 'if-match': etag })
      const unknown = await call(a, 'PATCH', `/Users/${strangerId}`, patch, { 'if-match': etag })
      expect(foreign).toEqual(unknown)
    })

    it.each([
      'id eq "ID"',
      'externalId eq "shared" and id eq "ID"',
      'emails.value eq "bob@b.test"',
      'userName eq "bob@b.test"',
    ])('the filter %s finds nobody of B', async (filter) => {
      const query = encodeURIComponent(filter.replace('ID', idOfB))
      const found = JSON.parse((await call(a, 'GET', `/Users?filter=${query}`)).text) as {
        totalResults: number
      }
      expect(found.totalResults).toBe(0)
      const searched = await call(a, 'POST', '/.search', { filter: filter.replace('ID', idOfB) })
      expect(JSON.parse(searched.text)).toMatchObject({ totalResults: 0 })
    })

    it('a list counts and shows only its own people', async () => {
      const page = JSON.parse(await everything(a)) as {
        totalResults: number
        Resources: { userName: string }[]
      }
      expect(page.totalResults).toBe(page.Resources.length)
      expect(page.Resources.map(({ userName }) => userName)).not.toContain('bob@b.test')
    })

    it('the same userName in A and B is two people; no 409 tells of the other organization', async () => {
      const own = await create(a, 'bob@b.test')
      expect(own).not.toBe(idOfB)
      const before = await everything(b)
      await call(a, 'PATCH', `/Users/${own}`, {
        schemas: [patchUrn],
        Operations: [{ op: 'replace', value: { active: false } }],
      })
      await call(a, 'DELETE', `/Users/${own}`)
      expect(await everything(b)).toBe(before)
    })

    it('a manager of B is an opaque value: nothing is looked up and nothing of B comes back', async () => {
      const extension = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
      const made = await call(a, 'POST', '/Users', {
        schemas: [userUrn, extension],
        userName: 'managed@a.test',
        [extension]: { manager: { value: idOfB } },
      })
      expect(made.status).toBe(201)
      expect(made.text).not.toContain('bob')
    })

    it.each(['PATCH', 'POST', 'DELETE'])(
      "%s of B's key through A's settings is the 404 of an unknown key",
      async (method) => {
        const ask = async (id: string) => {
          const path = method === 'POST' ? `${id}/rotate` : id
          const url = `${service.url}/api/v1/organizations/${a.organization.slug}/provisioning/keys/${path}`
          const headers = {
            authorization: `Bearer ${service.operatorKey}`,
            'content-type': 'application/json',
          }
          const body =
            method === 'DELETE' ? null : method === 'PATCH' ? '{"name":"mine"}' : '{"overlapSeconds":0}'
          const response = await service.send(new Request(url, { method, headers, body }))
          const { requestId: _, ...problem } = (await response.json()) as Record<string, unknown>
          return { status: response.status, problem }
        }
        const foreign = await ask(b.keyId)
        expect(foreign).toEqual(await ask('key_00000000000000000000000000'))
        expect(foreign.status).toBe(404)
        expect((await call(b, 'GET', '/Users?count=0')).status).toBe(200)
      },
    )

    it("events and activity of A name nobody of B's", async () => {
      await service.flushActivity()
      const params = { slug: a.organization.slug }
      const events = await service.admin.call('listEvents', { params, query: { limit: 200 } })
      const activity = await service.admin.call('listActivity', { params, query: { limit: 200 } })
      expect(JSON.stringify(events)).not.toContain(`"id":"${idOfB}"`)
      expect(activity.items.length).toBeGreaterThan(0)
      expect(activity.items.every((row) => row.keyId === a.keyId)).toBe(true)
    })
  })
})
