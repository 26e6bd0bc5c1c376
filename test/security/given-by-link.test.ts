// What an owner's link gives is given to whom the operator means, and to nobody who stood in the account before.
// Judges: server/sessions, server/provisioning.
import { beforeAll, expect, it } from 'vitest'
import { createBrowser } from '../harness/browser.ts'
import { clientOf } from '../harness/callers.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { createCompany, readForm } from '../harness/sso.ts'

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start({ hasMail: true })
  })
  type Company = Awaited<ReturnType<typeof createCompany>>
  const open = async (slug: string, body: object) => {
    const link = await service.admin.call('createPortalLink', { params: { slug }, body } as never)
    const browser = createBrowser(service.url, service.send)
    await browser.call('POST', '/portal-sessions', {
      token: (link as { url: string }).url.split('#token=')[1],
    })
    return browser
  }
  const keyOfContact = async (slug: string) => {
    const contact = await open(slug, { role: 'admin', days: 3 })
    await contact.call('PATCH', `/organizations/${slug}/provisioning`, { mode: 'scim' })
    const made = await contact.call('POST', `/organizations/${slug}/provisioning/keys`, { name: 'contact' })
    const { token } = (await made.json()) as { token: string }
    return async (method: string, path: string, body?: object) => {
      const answer = await service.send(
        new Request(`${service.url}/scim/v2${path}`, {
          method,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      )
      return { status: answer.status, json: (await answer.json().catch(() => ({}))) as { id?: string } }
    }
  }
  const becomeOwner = async (company: Company, boss: string) => {
    const { slug } = company.organization
    const browser = await open(slug, { role: 'owner', email: boss })
    const params = { slug, id: company.connection.id }
    const { url } = await clientOf(service, browser).call('testConnection', { params })
    const left = await browser.open(url)
    const answer = await company.provider.answer(left.url, company.person('boss'))
    const form = readForm(await browser.postFromElsewhere(answer.acsUrl, answer.form), 'link')
    expect((await browser.postOwn(form.action, form.fields)).text).toContain('It is linked')
  }

  it('an owner by link is recovered where the link says, whatever a provisional key said of the account', async () => {
    const company = await createCompany(service)
    const { slug } = company.organization
    const boss = `boss@${company.domain}`
    const scim = await keyOfContact(slug)
    const emails = [
      { value: 'mallory@evil.test', primary: true, type: 'work' },
      { value: boss, type: 'other' },
    ]
    const made = await scim('POST', '/Users', { schemas: [userUrn], userName: boss, active: true, emails })
    expect(made.status).toBe(201)
    await becomeOwner(company, boss)
    const id = made.json.id ?? ''
    const recovery = await service.admin.call('getRecoveryAddress', { params: { slug, id } })
    expect(recovery).toMatchObject({ address: boss })
  })

  it('whoever was signed in to the account before is signed out by it', async () => {
    const company = await createCompany(service)
    const boss = `boss@${company.domain}`
    const mallory = { nameId: 'mallory', attributes: { email: [boss] } }
    const { browser } = await company.signIn(mallory)
    expect((await browser.call('GET', '/session')).status).toBe(200)
    await becomeOwner(company, boss)
    expect((await browser.call('GET', '/session')).status).toBe(401)
  })

  it('a provisional key makes nobody an administrator by giving its account to somebody else', async () => {
    const company = await createCompany(service)
    const { slug } = company.organization
    await service.admin.call('updateProvisioning', { params: { slug }, body: { mode: 'scim' } } as never)
    await service.admin.call('updateOrganization', {
      params: { slug },
      body: { defaultRole: 'admin' },
    })
    const scim = await keyOfContact(slug)
    const user = { schemas: [userUrn], userName: `m@${company.domain}`, externalId: 'a', active: true }
    const { json } = await scim('POST', '/Users', user)
    const patch = (value: object) =>
      scim('PATCH', `/Users/${json.id}`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', value }],
      })
    expect((await patch({ active: false })).status).toBeLessThan(300)
    expect((await patch({ active: true, externalId: 'b' })).status).toBeLessThan(300)
    const after = await service.admin.call('getUser', { params: { slug, id: json.id ?? '' } })
    expect(after).toMatchObject({ active: true, role: 'member' })
  })
})
