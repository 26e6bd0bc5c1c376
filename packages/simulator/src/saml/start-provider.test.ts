import { deflateRawSync } from 'node:zlib'
import { DOMParser } from '@xmldom/xmldom'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDirectory } from '../directory/directory.ts'
import { createSamlKey } from './key.ts'
import { makePerson } from './person-form.ts'
import { isRedirectSignatureValid, readAuthnRequest, renderRedirect } from './redirect-binding.ts'
import { type StartedProvider, startSamlProvider } from './start-provider.ts'

const acsUrl = 'http://localhost:4000/saml/conn_1/acs'
const requestXml = `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r1" Version="2.0" IssueInstant="2026-01-01T00:00:00Z" ForceAuthn="true" AssertionConsumerServiceURL="${acsUrl}"><saml:Issuer>http://localhost:4000/"&lt;b&gt;</saml:Issuer></samlp:AuthnRequest>`
const query = `?SAMLRequest=${encodeURIComponent(deflateRawSync(requestXml).toString('base64'))}&RelayState=%22%3E%3Ci%3E`

let started: StartedProvider

beforeAll(async () => {
  const people = [makePerson('<script>Dana</script> Sample', 'dana@acme.test', ['A"B'])]
  const findLogoutUrl = (issuer: string) => (issuer === 'sp' ? 'http://localhost:4000/slo' : undefined)
  started = await startSamlProvider({ port: 0, people, findLogoutUrl })
})
afterAll(() => started.close())

const post = (path: string, fields: Record<string, string>) =>
  fetch(`${started.url}${path}`, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })

// The fields of the form that a page would post to the service provider.
function readForm(html: string): { action: string; SAMLResponse: string; relayState: string | undefined } {
  const toText = (text = '') => text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>')
  const value = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1]
  const relayState = value('RelayState')
  return {
    action: /action="([^"]*)"/.exec(html)?.[1] ?? '',
    SAMLResponse: Buffer.from(value('SAMLResponse') ?? '', 'base64').toString(),
    relayState: relayState === undefined ? undefined : toText(relayState),
  }
}

it('publishes metadata with its entity ID, both addresses and, after a rotation, both certificates', async () => {
  const before = started.provider.key.certificatePem
  started.provider.rotateKey()
  const answer = await fetch(started.provider.entityId)
  expect(answer.headers.get('content-type')).toBe('application/samlmetadata+xml')
  const root = new DOMParser().parseFromString(await answer.text(), 'text/xml').documentElement
  expect(root.getAttribute('entityID')).toBe(`${started.url}/metadata`)
  const certificates = Array.from(root.getElementsByTagName('ds:X509Certificate'), (node) => node.textContent)
  expect(certificates).toHaveLength(2)
  expect(before.replace(/\s/g, '')).toContain(certificates[1])
  const sso = root.getElementsByTagName('md:SingleSignOnService')[0]
  expect(sso?.getAttribute('Location')).toBe(started.provider.ssoUrl)
})

it('reads an AuthnRequest of the redirect binding', () => {
  expect(readAuthnRequest(`http://idp.test/sso${query}`)).toEqual({
    id: '_r1',
    issuer: 'http://localhost:4000/"<b>',
    acsUrl,
    destination: undefined,
    forceAuthn: true,
    nameIdFormat: undefined,
    isSigned: false,
    relayState: '"><i>',
  })
  expect(() => readAuthnRequest('http://idp.test/sso?SAMLRequest=AAAA')).toThrow('not deflated base64')
})

it('shows what people and requests say as text, and lets no script run but its own', async () => {
  for (const path of ['/', `/sso${query}`]) {
    const answer = await fetch(`${started.url}${path}`)
    const html = await answer.text()
    expect(answer.status).toBe(200)
    expect(html).toContain('&lt;script&gt;Dana')
    expect(html).not.toMatch(/<script>Dana|<b>|A"B|<i>/)
    expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'sha256-/)
  }
})

it('lets Enter in a field make the person who was typed, not sign in the first of the list', async () => {
  const html = await (await fetch(`${started.url}/sso${query}`)).text()
  expect(/<button [^>]*value="([^"]*)"/.exec(html)?.[1]).toBe('new')
})

it('answers a request with the chosen person, written and signed as chosen, and gives the RelayState back', async () => {
  const answer = await post('/sso', { login: query, person: '0', shape: 'entra', nameIdFormat: 'persistent' })
  const { action, SAMLResponse, relayState } = readForm(await answer.text())
  expect([answer.status, action, relayState]).toEqual([200, acsUrl, '"><i>'])
  expect(SAMLResponse).toContain('<Assertion xmlns=')
  expect(SAMLResponse).toContain('nameid-format:persistent">dana@acme.test')
  expect(SAMLResponse).toContain('InResponseTo="_r1"')
  expect(SAMLResponse.match(/<Signature /g)).toHaveLength(1)
})

it('makes a new person on the way, and says what to correct in a wrong address', async () => {
  const fields = { login: query, person: 'new', name: 'Emre Sample', groups: 'a, b' }
  const wrong = await post('/sso', { ...fields, email: 'nobody' })
  expect([wrong.status, await wrong.text()]).toEqual([
    400,
    expect.stringContaining('Enter an e-mail address'),
  ])
  const right = await post('/sso', { ...fields, email: 'emre@acme.test' })
  expect(readForm(await right.text()).SAMLResponse).toContain('emre@acme.test')
  expect(await (await fetch(started.url)).text()).toContain('Emre Sample<span>emre@acme.test · a, b')
})

it('sends an unsolicited response from a tile, without InResponseTo', async () => {
  const page = await fetch(`${started.url}/tile?acs=${encodeURIComponent(acsUrl)}&audience=sp`)
  expect(await page.text()).toContain(`name="acs" value="${acsUrl}"`)
  const answer = await post('/sso', { acs: acsUrl, audience: 'sp', person: '0' })
  const { action, SAMLResponse } = readForm(await answer.text())
  expect(action).toBe(acsUrl)
  expect(SAMLResponse).toContain('>sp</saml:Audience>')
  expect(SAMLResponse).not.toContain('InResponseTo')
  const script = await fetch(`${started.url}/tile?acs=javascript:alert(1)`)
  expect(script.status).toBe(400)
})

it('refuses a request that would post to a script address', async () => {
  const xml = requestXml.replace(acsUrl, 'javascript:alert(1)')
  const login = `?SAMLRequest=${encodeURIComponent(deflateRawSync(xml).toString('base64'))}`
  const answer = await post('/sso', { login, person: '0' })
  expect([answer.status, await answer.text()]).toEqual([400, expect.not.stringContaining('SAMLResponse')])
})

it('answers a LogoutRequest with a signed LogoutResponse where it knows the address', async () => {
  const xml = (issuer: string) =>
    `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_l1"><saml:Issuer>${issuer}</saml:Issuer></samlp:LogoutRequest>`
  const key = createSamlKey()
  const ask = (issuer: string) => {
    const url = renderRedirect(
      started.provider.sloUrl,
      { name: 'SAMLRequest', xml: xml(issuer) },
      key.privateKeyPem,
    )
    return fetch(url, { redirect: 'manual' })
  }
  const location = (await ask('sp')).headers.get('location') ?? ''
  expect(location).toMatch(/^http:\/\/localhost:4000\/slo\?SAMLResponse=/)
  expect(isRedirectSignatureValid(location, started.provider.key.certificatePem)).toBe(true)
  expect(isRedirectSignatureValid(location, key.certificatePem)).toBe(false)
  expect((await ask('other')).status).toBe(200)
})

it('signs the LogoutRequest that it sends', () => {
  const { renderLogoutRequest, key } = started.provider
  const url = renderLogoutRequest({ destination: acsUrl, nameId: 'dana@acme.test', sessionIndex: 's1' })
  expect(isRedirectSignatureValid(url, key.certificatePem)).toBe(true)
  expect(isRedirectSignatureValid(url.replace('SAMLRequest=', 'SAMLRequest=A'), key.certificatePem)).toBe(
    false,
  )
})

const linksOf = (html: string): string[] =>
  [...html.matchAll(/ href="([^"]*)"/g)].map(([, to]) => to as string)

it('leads from every page to every other, and from a card to the person', async () => {
  const directory = createDirectory({ send: async () => new Response(), wait: async () => {} })
  const id = directory.savePerson({ userName: 'ben@acme.test', givenName: 'Ben', familyName: 'Sample' })
  const application = { name: 'A & B', acsUrl, audience: 'http://localhost:4000' }
  const own = await startSamlProvider({
    port: 0,
    directory,
    people: [makePerson('Dana Sample', 'dana@acme.test')],
    applications: () => [application],
  })
  try {
    const show = async (path: string) => (await fetch(own.url + path)).text()
    const pages = ['/', '/directory', '/directory/provisioning', '/directory/assignments', '/directory/push']
    for (const path of pages)
      for (const other of pages)
        if (other !== path) expect(linksOf(await show(path)), `${path} to ${other}`).toContain(other)
    const home = await show('/')
    expect(linksOf(home)).toContain(`/directory#${id}`)
    expect(await show('/directory')).toContain(`id="${id}"`)
    // Who is in no directory is no link, and does not look like one.
    expect(home).toContain('<li class="person row">Dana Sample')
    const tile = linksOf(home).find((to) => to.startsWith('/tile')) ?? ''
    expect(await show(tile.replaceAll('&amp;', '&'))).toContain('Ben Sample')
  } finally {
    await own.close()
  }
})

it('has one list of people: whoever is made at a sign-in is in the directory, once', async () => {
  const directory = createDirectory({ send: async () => new Response(), wait: async () => {} })
  const own = await startSamlProvider({ port: 0, directory, people: [] })
  try {
    const fields = { name: 'Eve New', email: 'eve@acme.test', groups: '' }
    for (const path of ['/people', '/people', `/sso`]) {
      const body = new URLSearchParams({ ...fields, person: 'new', acs: acsUrl, audience: 'sp' })
      await fetch(own.url + path, { method: 'POST', body, redirect: 'manual' })
    }
    expect(directory.state().people).toMatchObject([
      { userName: 'eve@acme.test', givenName: 'Eve', familyName: 'New' },
    ])
  } finally {
    await own.close()
  }
})
