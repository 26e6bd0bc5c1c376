// Sign-ins across a SIGKILL: what was begun, proven or opened before it holds after it; what was used stays used. And no
// secret of a sign-in is in the log, at its most talkative.
// Judges: server/sign-ins, server/sso.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSamlProvider, makePerson } from '@rollcall/simulator'
import { afterAll, expect, it } from 'vitest'
import { createBrowser } from '../harness/browser.ts'
import { freePort } from '../harness/ports.ts'
import { startProcess } from '../harness/process.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollcall-sign-in-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('a sign-in outlives a kill, a used response does not come back, and the log tells no secret', async () => {
  const settings = { ROLLCALL_DATA: folder, PORT: String(await freePort()), ROLLCALL_LOG_LEVEL: 'trace' }
  const url = `http://localhost:${settings.PORT}`
  let service = await startProcess({ ...settings, ROLLCALL_URL: url })
  const send = (request: Request) =>
    fetch(new Request(request.url.replace('localhost', '127.0.0.1'), request), { redirect: 'manual' })
  const restart = async () => {
    await service.end('SIGKILL')
    service = await startProcess({ ...settings, ROLLCALL_URL: url })
  }
  let printed = ''
  try {
    const params = { slug: 'acme' }
    const provider = createSamlProvider({ baseUrl: 'https://idp.acme.test' })
    await service.admin.call('createOrganization', { body: { name: 'Acme', slug: 'acme' } })
    const domain = await service.admin.call('createDomain', { params, body: { name: 'acme.test' } })
    await service.admin.call('updateDomain', {
      params: { ...params, id: domain.id },
      body: { isVerified: true },
    })
    const connection = await service.admin.call('createConnection', {
      params,
      body: { name: 'SSO', identityProvider: 'generic', metadataXml: provider.metadata(), isActive: true },
    })
    const browser = createBrowser(url, send)
    const left = await browser.open(`/saml/${connection.id}/login`)
    const answer = await provider.answer(left.url, makePerson('Ada Lovelace', 'ada@acme.test'))
    await restart()
    const post = new Request(answer.acsUrl, { method: 'POST', body: new URLSearchParams(answer.form) })
    const proven = await send(post)
    expect(proven.status).toBe(303)
    printed += service.output()
    await restart()
    expect((await browser.open(proven.headers.get('location') ?? '')).text).toContain('You are signed in')
    const link = await service.admin.call('createPortalLink', { params, body: { role: 'owner' } })
    const token = link.url.split('#token=')[1] ?? ''
    const administrator = createBrowser(url, send)
    expect((await administrator.call('POST', '/portal-sessions', { token })).status).toBe(200)
    printed += service.output()
    await restart()
    expect((await browser.open('/me')).text).toContain('ada@acme.test')
    expect((await administrator.call('GET', '/session')).status).toBe(200)
    expect((await createBrowser(url, send).call('POST', '/portal-sessions', { token })).status).toBe(410)
    const again = await browser.postFromElsewhere(answer.acsUrl, answer.form)
    expect(again.status).toBe(403)
    expect((await service.admin.call('listUsers', { params, query: {} })).items).toHaveLength(1)
    printed += service.output()
    const secrets = [
      token,
      answer.form.SAMLResponse.slice(200, 260),
      ...browser.cookies.values(),
      ...administrator.cookies.values(),
    ]
    for (const secret of secrets) expect(printed).not.toContain(secret)
  } finally {
    await service.end('SIGKILL')
  }
}, 60_000)
