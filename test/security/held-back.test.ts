// A request whose body is held back until its credential ended does nothing; and nothing more is read for a reader who takes a list
// slowly, once the key is revoked.
// Judges: server/admin, server/scim, server/http.
import { beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from '../harness/browser.ts'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'
import { createCompany } from '../harness/sso.ts'

const user = 'urn:ietf:params:scim:schemas:core:2.0:User'

/** A body that comes only when that is done. */
function comeAfter(act: () => Promise<unknown>, body: unknown): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        await act()
        controller.enqueue(new TextEncoder().encode(JSON.stringify(body)))
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  describe('in a session of the console', () => {
    const signIn = async () => {
      const company = await createCompany(service)
      const { slug } = company.organization
      await company.signIn(company.person('adm'))
      const { items } = await service.admin.call('listUsers', { params: { slug }, query: {} })
      const id = items[0]?.id ?? ''
      await service.admin.call('updateUser', { params: { slug, id }, body: { role: 'admin' } })
      const { browser } = await company.signIn(company.person('adm'))
      return { slug, id, browser }
    }
    const send = (browser: Browser, method: string, path: string, body: ReadableStream<Uint8Array>) => {
      const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const { origin } = new URL(service.url)
      const headers = { cookie, origin, 'content-type': 'application/json' }
      const init = { method, headers, body, duplex: 'half' } as RequestInit
      return service.send(new Request(`${service.url}/api/v1/organizations/${path}`, init))
    }

    it('is refused after its person was deactivated, also as an import', async () => {
      for (const [path, body] of [
        ['provisioning/keys', { name: 'kept' }],
        ['users/import', { format: 'csv', csv: 'email\nkept@acme.test' }],
      ] as const) {
        const { slug, id, browser } = await signIn()
        const out = () => service.admin.call('deactivateUser', { params: { slug, id } })
        expect((await send(browser, 'POST', `${slug}/${path}`, comeAfter(out, body))).status).toBe(401)
        const { keys } = await service.admin.call('getProvisioning', { params: { slug } })
        const { items: people } = await service.admin.call('listUsers', { params: { slug }, query: {} })
        expect([keys.length, people.length]).toEqual([0, 1])
      }
    })

    it('is done where the session goes on', async () => {
      const { slug, id, browser } = await signIn()
      const nothing = async () => undefined
      const made = await send(
        browser,
        'POST',
        `${slug}/provisioning/keys`,
        comeAfter(nothing, { name: 'own' }),
      )
      expect(made.status).toBe(201)
      // Of one's own person, which asks for nothing but that.
      const end = comeAfter(nothing, { reason: 'a browser was lost' })
      expect((await send(browser, 'POST', `${slug}/users/${id}/sessions/end-all`, end)).status).toBe(200)
    })
  })

  describe('with a key of the directory', () => {
    let directory: Directory
    beforeAll(async () => {
      directory = await service.createOrganization()
    })
    const headers = (key: string) => ({
      authorization: `Bearer ${key}`,
      'content-type': 'application/scim+json',
    })
    const createKey = async () => {
      const { slug } = directory.organization
      const made = await service.admin.call('createKey', { params: { slug }, body: { name: 'held' } })
      const revoke = async () => {
        await service.admin.call('revokeKey', { params: { slug, id: made.key.id } })
        service.advance(1_000)
      }
      return { token: made.token, revoke }
    }

    it('is refused after the key was revoked', async () => {
      const { token, revoke } = await createKey()
      const body = comeAfter(revoke, { schemas: [user], userName: 'kept@acme.test' })
      const init = { method: 'POST', headers: headers(token), body, duplex: 'half' } as RequestInit
      expect((await directory.send(new Request(`${directory.scimUrl}/Users`, init))).status).toBe(401)
      const { items } = await service.admin.call('listUsers', { params: directory.organization, query: {} })
      expect(items).toEqual([])
    })

    it('is cut off from the rest of a list when the key is revoked', async () => {
      const text = 'x'.repeat(8_000)
      const name = { formatted: text, familyName: text, givenName: text, middleName: text }
      for (let at = 0; at < 40; at += 1) {
        const body = JSON.stringify({ schemas: [user], userName: `${at}@acme.test`, title: text, name })
        const init = { method: 'POST', headers: headers(directory.key), body }
        expect((await directory.send(new Request(`${directory.scimUrl}/Users`, init))).status).toBe(201)
      }
      const { token, revoke } = await createKey()
      const list = () =>
        directory.send(new Request(`${directory.scimUrl}/Users?count=40`, { headers: headers(token) }))
      expect(((await (await list()).json()) as { Resources: unknown[] }).Resources.length).toBe(40)
      const reader = ((await list()).body as ReadableStream<Uint8Array>).getReader()
      expect((await reader.read()).done).toBe(false)
      await revoke()
      const rest = async () => {
        while (!(await reader.read()).done);
      }
      await expect(rest()).rejects.toThrow()
    })
  })
})
