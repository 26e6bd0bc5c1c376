// What the administrator reads of requests that were refused: whom they were about, which operation, why; once each, with one full stop.
// Judges: server/scim, server/activity.
import { english, SentenceWriter } from '@rollcall/api/sentences'
import { beforeAll, expect, it } from 'vitest'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'
import { createClient, type Json, patchOp, type ScimClient, userUrn } from './client.ts'

const writer = new SentenceWriter(english)
const bulkUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'

forEachStore(
  (start) => {
    let service: Service
    let directory: Directory
    let scim: ScimClient
    let user: string
    let group: string
    beforeAll(async () => {
      service = await start()
      directory = await service.createOrganization()
      scim = createClient(directory)
      user = await scim.user('ada@acme.test', { externalId: 'a' })
      group = await scim.group('Engineers')
    })
    const said = async (): Promise<string> => {
      await service.flushActivity()
      const params = { slug: directory.organization.slug }
      const { items } = await service.admin.call('listActivity', { params, query: { limit: 1 } })
      const [{ explanation, sentences } = { explanation: '', sentences: [] }] = items
      // What other languages are made of says what English says.
      expect(writer.toText(sentences)).toBe(explanation)
      return explanation
    }
    const patch = (...Operations: Json[]): Json => ({ schemas: [patchOp], Operations })

    it('A01: every refusal says whom it was about, and ends with one full stop', async () => {
      const set = (path: string, value: unknown): Json => patch({ op: 'replace', path, value })
      const cases: readonly (readonly [string, string, unknown, string])[] = [
        [
          'POST',
          '/Users',
          { schemas: [userUrn], userName: 'eve@acme.test', active: 'maybe' },
          'eve@acme.test',
        ],
        ['POST', '/Users', { schemas: [userUrn], USERNAME: 'eve@acme.test', name: 'Eve' }, 'eve@acme.test'],
        ['POST', '/Users', { schemas: [userUrn], userName: 'ada@acme.test' }, 'ada@acme.test'],
        ['PUT', `/Users/${user}`, { schemas: [userUrn] }, 'ada@acme.test'],
        [
          'PUT',
          `/Users/${user}`,
          { schemas: [userUrn], userName: 'x@acme.test', active: 'no way' },
          '@acme.test',
        ],
        ['PATCH', `/Users/${user}`, set('userName', null), 'ada@acme.test'],
        ['PATCH', `/Users/${user}`, set('active', 'perhaps'), 'active'],
        ['PATCH', `/Users/${user}`, set('userName', ''), 'ada@acme.test'],
        ['PATCH', `/Users/${user}`, patch({ op: 'remove', path: 'userName' }), 'ada@acme.test'],
        ['PATCH', `/Users/${user}`, patch({ op: 'remove' }), 'path'],
        ['PATCH', `/Users/${user}`, patch({ op: 'move', path: 'title' }), 'op'],
        ['PATCH', `/Users/${user}`, set('emails[type eq', 'x'), 'filter'],
        ['PATCH', `/Groups/${group}`, set('displayName', ''), 'Engineers'],
        ['PATCH', `/Groups/${group}`, patch({ op: 'remove', path: 'members', value: {} }), 'members'],
        ['POST', '/Users', { schemas: [userUrn] }, 'userName'],
        ['POST', '/Users', { schemas: [userUrn], userName: 'x'.repeat(9_000) }, 'userName'],
        ['POST', '/Users', '{"schemas":', 'JSON'],
        ['POST', '/Users', undefined, 'body'],
        ['POST', '/Bulk', { schemas: [bulkUrn] }, 'Operations'],
        ['GET', '/Users?filter=nothing%20eq%20%22x%22', undefined, 'filter'],
        ['GET', '/Users?count=-', undefined, 'count'],
        ['GET', '/nowhere', undefined, `${service.url}/scim/v2`],
        ['DELETE', '/Users', undefined, 'GET, POST'],
      ]
      for (const [method, path, body, part] of cases) {
        const { status } = await scim.send(method, path, body)
        const text = await said()
        const name = `${method} ${path} ${JSON.stringify(body)?.slice(0, 90)}`
        expect([name, status >= 400 && status < 500]).toEqual([name, true])
        expect(text, name).toContain(part)
        expect(text, name).toMatch(/^Refused: .*[^.]\.$/s)
        expect(text, name).not.toMatch(/\.\.|\. \./)
      }
    })

    it('A: a bulk request tells of each reason once, with the operation and whom it was about', async () => {
      const create = (userName: string, more: Json = {}): Json => ({
        method: 'POST',
        path: '/Users',
        bulkId: userName,
        data: { schemas: [userUrn], userName, ...more },
      })
      const Operations = [
        create('new@acme.test'),
        create('ada@acme.test', { externalId: 'b' }),
        { method: 'PATCH', path: `/Users/${user}`, data: patch({ op: 'remove', path: 'userName' }) },
        { method: 'DELETE', path: '/Users/usr_01m8n4bteq30hw67f67eegf16w' },
        { method: 'DELETE', path: '/Users/usr_01m8n4bteq30hw67f67eegf16x' },
        create('eve@acme.test', { active: 'maybe' }),
      ]
      const reply = await scim.send('POST', '/Bulk', { schemas: [bulkUrn], Operations })
      expect(reply.status).toBe(200)
      const text = await said()
      expect(text).toMatch(/^Bulk request of 6 operations: 1 done, 5 refused\. /)
      expect(text).toContain('Operation 2 (POST /Users, bulkId "ada@acme.test"): Another user')
      expect(text).toContain(`It is "ada@acme.test" (${user}), which is active`)
      expect(text).toMatch(
        new RegExp(`Operation 3 \\(PATCH /Users/${user}\\): .*It was about "ada@acme.test"\\.`),
      )
      expect(text).toMatch(/Operation 4 \(DELETE [^)]*\) and 1 more: There is no user with this id\./)
      expect(text).toMatch(/Operation 6 .*It was about "eve@acme.test"\./)
      expect(text).not.toContain('..')
    })

    it('A: what is to be known of operations that were done stands there too', async () => {
      const params = { slug: directory.organization.slug }
      const users = [{ userName: 'jit@acme.test', email: 'jit@acme.test' }]
      await service.admin.call('importUsers', { params, body: { dryRun: false, users } } as never)
      const [jit] = await scim.find('Users', 'userName eq "jit@acme.test"')
      const Operations = [
        { method: 'DELETE', path: `/Users/${jit}` },
        { method: 'DELETE', path: `/Users/${await scim.user('gone@acme.test')}` },
      ]
      await scim.send('POST', '/Bulk', { schemas: [bulkUrn], Operations })
      const text = await said()
      expect(text).toMatch(
        /: 2 done, 0 refused\. Operation 1 \(DELETE [^)]*\): Deactivated "jit@acme.test", whom/,
      )
      expect(text).not.toContain('Operation 2')
    })
  },
  ['embedded'],
)
