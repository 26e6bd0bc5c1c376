// What customers see is the operator's product: its name, colour, links and images, on pages, in metadata, records and mails, and nothing
// of an image runs.
// Judges: server/brand, server/pages, server/console, server/organizations, server/admin.
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { forOneStore, type Service } from '../harness/service.ts'

const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z" onload="x()"/></svg>'
const toData = (text: string, encoding: BufferEncoding = 'utf8') =>
  Buffer.from(text, encoding).toString('base64')
const png = '89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489'
const unsaid = {
  productName: null,
  color: null,
  supportEmail: null,
  supportUrl: null,
  privacyUrl: null,
  termsUrl: null,
  mailFooter: null,
  domainRecord: { host: '_rollcall', prefix: 'rollcall-verification' },
  images: { logo: null, logo_dark: null, icon: null },
  updatedAt: null,
}

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start({ hasMail: true })
  })
  const get = (path: string) => service.send(new Request(`${service.url}${path}`))
  const change = (body: object) => service.admin.call('updateBrand', { body } as never)
  const put = (kind: string, body: object) =>
    service.admin.call('putBrandImage', { params: { id: kind }, body } as never)

  describe('20.1: the brand', () => {
    it('says nothing at first, and the service goes by its own name', async () => {
      expect(await service.admin.call('getBrand', {})).toEqual(unsaid)
      const page = await (await get('/sso')).text()
      expect(page).not.toContain('<header>')
      expect(page).not.toContain('<footer>')
    })

    it('is said in parts, taken back by null, and each change is in the log of the operator', async () => {
      const { slug } = (await service.createOrganization()).organization
      const before = await service.admin.call('createDomain', {
        params: { slug },
        body: { name: 'before-acme.com' },
      })
      expect(before.txtRecord.name).toBe('_rollcall.before-acme.com')
      await change({ productName: 'Acme <Docs>', color: '#ffff00', mailFooter: 'Acme Ltd, 1 Road' })
      const changed = await change({
        supportEmail: 'help@Example.com',
        privacyUrl: 'https://example.com/privacy',
        domainRecord: { host: '_acme', prefix: 'acme-verification' },
      })
      expect(changed).toMatchObject({ productName: 'Acme <Docs>', supportEmail: 'help@example.com' })

      const page = await get('/sso')
      const text = await page.text()
      expect(text).toContain('<header><bdi>Acme &#60;Docs&#62;</bdi></header>')
      expect(text).toContain('· Acme &#60;Docs&#62;</title>')
      expect(text).toContain('href="mailto:help@example.com"')
      expect(text).toContain('href="https://example.com/privacy"')
      expect(text).toContain('--accent: light-dark(#6d6e0a, #ffff00)')
      const hashes = page.headers.get('content-security-policy')?.match(/style-src ([^;]+);/)?.[1]
      expect(hashes?.split(' ')).toHaveLength(2)

      // A domain keeps the record that it began with; the next one gets the product's.
      const after = await service.admin.call('createDomain', {
        params: { slug },
        body: { name: 'after-acme.com' },
      })
      expect(after.txtRecord.name).toBe('_acme.after-acme.com')
      expect(after.txtRecord.value).toMatch(/^acme-verification=/)
      for (const { id, name, txtRecord } of [before, after]) {
        service.txtRecords.set(txtRecord.name, [txtRecord.value])
        await service.admin.call('verifyDomain', { params: { slug, id } })
        const { items } = await service.admin.call('listDomains', { params: { slug } })
        expect(items.find((one) => one.name === name)).toMatchObject({ verifiedBy: 'dns', txtRecord })
      }

      const { items } = await service.admin.call('listOperatorEvents', { query: { type: 'brand.updated' } })
      expect(items.map(({ data }) => data)).toMatchObject([
        {
          changes: [
            { attribute: 'supportEmail' },
            { attribute: 'privacyUrl' },
            { attribute: 'domainRecord' },
          ],
        },
        { changes: [{ attribute: 'productName', before: null, after: 'Acme <Docs>' }, {}, {}] },
      ])
      await change({ privacyUrl: null })
      expect((await service.admin.call('getBrand', {})).privacyUrl).toBeNull()
      await change({ privacyUrl: null })
      const again = await service.admin.call('listOperatorEvents', { query: { type: 'brand.updated' } })
      expect(again.items).toHaveLength(3)
    })

    it('stands in mails: the name beside the sender, the last lines at the end', async () => {
      const { slug } = (await service.createOrganization()).organization
      await service.admin.call('createInvitation', {
        params: { slug },
        body: { email: 'ada@acme.test', role: 'member' },
      } as never)
      expect(service.mails.at(-1)).toMatchObject({ to: 'ada@acme.test', fromName: 'Acme <Docs>' })
      expect(service.mails.at(-1)?.text).toMatch(/\n\n-- \nAcme Ltd, 1 Road\n$/)
      const { html = '', text = '' } = service.mails.at(-1) ?? {}
      const [link = ''] = /http\S+#token=\w+/.exec(text) ?? []
      expect(html).toContain(`<a class="go" dir="ltr" href="${link}">`)
      expect(html).toContain('>Acme &#60;Docs&#62;</bdi></p>')
      expect(html).toContain('Acme Ltd, 1 Road')
    })

    it('has images: each at an address of its content, that runs nothing', async () => {
      const brand = await put('logo', { mediaType: 'image/svg+xml', data: toData(svg) })
      const url = brand.images.logo?.url ?? ''
      expect(url).toMatch(/\/brand\/logo-[0-9a-f]{16}$/)
      const answer = await get(new URL(url).pathname)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toBe('image/svg+xml')
      expect(answer.headers.get('content-security-policy')).toContain('sandbox')
      expect(answer.headers.get('cache-control')).toContain('immutable')
      expect(await answer.text()).not.toContain('onload')
      expect(await (await get('/sso')).text()).toContain(
        `<img src="${new URL(url).pathname}" alt="Acme &#60;Docs&#62;">`,
      )

      const other = await put('logo', { mediaType: 'image/png', data: toData(png, 'hex') })
      expect(other.images.logo).toMatchObject({ mediaType: 'image/png', bytes: 33 })
      expect((await get(new URL(url).pathname)).status).toBe(404)
      await put('logo_dark', { mediaType: 'image/svg+xml', data: toData(svg) })
      expect(await (await get('/sso')).text()).toContain('media="(prefers-color-scheme: dark)"')
      const there = new URL(other.images.logo?.url ?? '').pathname
      expect((await get(there)).status).toBe(200)
      await service.admin.call('deleteBrandImage', { params: { id: 'logo' } })
      expect((await get(there)).status).toBe(404)
      await expect(service.admin.call('deleteBrandImage', { params: { id: 'logo' } })).rejects.toMatchObject({
        problem: { code: 'not_found' },
      })
      const { items } = await service.admin.call('listOperatorEvents', {
        query: { type: 'brand.image_changed' },
      })
      expect(items.map(({ data }) => (data as { kind: string }).kind)).toEqual([
        'logo',
        'logo_dark',
        'logo',
        'logo',
      ])
    })

    it.each([
      ['another type than its bytes', { mediaType: 'image/png', data: toData(svg) }, 'image_refused'],
      ['no image', { mediaType: 'image/webp', data: toData('GIF89a') }, 'image_refused'],
      [
        'more pixels than a browser holds',
        { mediaType: 'image/png', data: toData(png.replace('00000001', '00001001'), 'hex') },
        'image_refused',
      ],
      ['no SVG', { mediaType: 'image/svg+xml', data: toData('<html/>') }, 'image_refused'],
      ['an SVG in no UTF-8', { mediaType: 'image/svg+xml', data: toData('ff', 'hex') }, 'image_refused'],
      [
        'an SVG that loads',
        { mediaType: 'image/svg+xml', data: toData('<svg><style>@import "a"</style></svg>') },
        'image_refused',
      ],
      [
        'an SVG that grows as it is written anew',
        {
          mediaType: 'image/svg+xml',
          data: toData(`<svg><text><![CDATA[${'<'.repeat(200_000)}]]></text></svg>`),
        },
        'image_refused',
      ],
      [
        'too many bytes',
        { mediaType: 'image/png', data: toData(png + '00'.repeat(262_144), 'hex') },
        'invalid_request',
      ],
      ['a type that is not taken', { mediaType: 'text/html', data: toData('<p>') }, 'invalid_request'],
      ['no base64', { mediaType: 'image/png', data: '<p>' }, 'invalid_request'],
    ])('takes no image of %s', async (_, body, code) => {
      const before = await service.admin.call('getBrand', {})
      await expect(put('icon', body)).rejects.toMatchObject({ problem: { code } })
      expect(await service.admin.call('getBrand', {})).toEqual(before)
    })

    it.each([
      { color: 'red' },
      { color: '#12345' },
      { productName: '' },
      { productName: 'A\u202eB' },
      { productName: '\u3164' },
      { mailFooter: 'Acme\n\u202egnp' },
      { supportEmail: 'help?bcc=x@acme.test@acme.test' },
      { productName: 'x'.repeat(61) },
      { supportEmail: 'nobody' },
      { supportUrl: 'javascript:alert(1)' },
      { termsUrl: 'data:text/html,x' },
      { mailFooter: 'x'.repeat(501) },
      { domainRecord: { host: '_acme-challenge', prefix: 'acme' } },
      { domainRecord: { host: '_dmarc', prefix: 'acme' } },
      { domainRecord: { host: '_dnslink', prefix: 'acme' } },
      { domainRecord: { host: '_tcp', prefix: 'acme' } },
      { domainRecord: { host: '_ta-4f66', prefix: 'acme' } },
      { domainRecord: { host: '_acme', prefix: 'dnslink' } },
      { domainRecord: { host: 'acme', prefix: 'acme' } },
      { domainRecord: { host: '_acme.sub', prefix: 'acme' } },
      { domainRecord: { host: '_acme', prefix: 'v' } },
      { domainRecord: { host: '_acme', prefix: 'a=b' } },
      { domainRecord: { host: '_acme' } },
      { name: 'Acme' },
    ])('takes not %j', async (body) => {
      const before = await service.admin.call('getBrand', {})
      await expect(change(body)).rejects.toMatchObject({ problem: { code: 'invalid_request' } })
      expect(await service.admin.call('getBrand', {})).toEqual(before)
    })
  })

  it('no logo at which pages would stand still is taken of an organization', async () => {
    const { slug } = (await service.createOrganization()).organization
    const uses = (at: number) => `<g id="a${at + 1}">${`<use href="#a${at}"/>`.repeat(10)}</g>`
    const parts = `<path id="a0" d="M0 0"/>${[0, 1, 2, 3, 4].map(uses).join('')}`
    const body = { mediaType: 'image/svg+xml', data: toData(svg.replace('<path', `${parts}<path`)) } as const
    const putting = service.admin.call('putOrganizationLogo', { params: { slug, kind: 'logo' }, body })
    await expect(putting).rejects.toMatchObject({ problem: { code: 'image_refused' } })
  })

  it('an application says more on the pages of its sign-ins, and an organization shows its logo beside', async () => {
    const { slug } = (await service.createOrganization()).organization
    await change({ productName: 'Acme', color: '#2348b8', supportEmail: 'help@example.com' })
    const { id } = await service.admin.call('createApplication', {
      body: { name: 'Docs', redirectUris: ['https://docs.example.com/callback'] },
    })
    const application = { params: { id } }
    const none = await service.admin.call('getApplicationBrand', application)
    expect(none).toMatchObject({ productName: null, images: { logo: null }, updatedAt: null })
    const body = { productName: 'Acme Docs', color: '#0b7285', supportUrl: 'https://docs.example.com/help' }
    await service.admin.call('updateApplicationBrand', { ...application, body })
    const image = { mediaType: 'image/svg+xml', data: toData(svg) } as const
    const params = { id, kind: 'logo' } as const
    const own = await service.admin.call('putApplicationImage', { params, body: image })
    const beside = { slug, kind: 'logo' } as const
    const { logo } = await service.admin.call('putOrganizationLogo', { params: beside, body: image })
    service.advance(1_001)
    for (const { url } of [own.images.logo, logo].filter((one) => one !== null)) {
      const answer = await get(new URL(url).pathname)
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
      expect(await answer.text()).not.toContain('onload')
      expect((await get(new URL(url).pathname.replace(/.{4}$/, '0000'))).status).toBe(404)
    }

    // A sign-in on its way, begun by the application: its name, its help and both logos; without one, the installation's.
    const provider = createSamlProvider({ baseUrl: 'https://idp.example.com', key: createSamlKey() })
    const metadataXml = provider.metadata().replaceAll('bindings:HTTP-Redirect', 'bindings:HTTP-POST')
    const connection = { name: 'x', identityProvider: 'okta', metadataXml } as const
    const make = async (where: string) => {
      const made = await service.admin.call('createConnection', { params: { slug: where }, body: connection })
      const at = { params: { slug: where, id: made.id } }
      await service.admin.call('updateConnection', { ...at, body: { isActive: true } })
      return async (more = '') => (await get(`/saml/${made.id}/login${more}`)).text()
    }
    const pageOf = await make(slug)
    const began = `?return_to=${encodeURIComponent(`${service.url}/oidc/interaction/x?application=${id}`)}`
    const setDefault = (defaultApplication: string | null) =>
      service.admin.call('updateOrganization', { params: { slug }, body: { defaultApplication } })
    const page = await pageOf(began)
    expect(page).toContain('· Acme Docs</title>')
    expect(page).toContain('href="https://docs.example.com/help"')
    expect(page.match(/<picture>/g)).toHaveLength(2)
    expect(page).not.toContain('help@example.com')
    await setDefault(id)
    expect(await pageOf()).toContain('· Acme Docs</title>')
    await setDefault(null)
    // An application that the organization may not use says nothing there, whatever an address says.
    const other = (await service.createOrganization()).organization
    const organizations = [other.slug]
    await service.admin.call('updateApplication', { ...application, body: { organizations } })
    service.advance(1_001)
    expect(await pageOf(began)).toContain('· Acme</title>')
    const plain = await pageOf()
    expect(plain).toContain('· Acme</title>')
    // The installation's logo, and the organization's.
    expect(plain.match(/<picture>/g)).toHaveLength(2)
    // Another organization shows the product's logo alone.
    const elsewhere = await (await make(other.slug))(began)
    expect(elsewhere).toContain('· Acme Docs</title>')
    expect(elsewhere.match(/<picture>/g)).toHaveLength(1)
    const question = await (await get('/sso')).text()
    expect(question).not.toContain('Acme Docs')

    // Where somebody chooses among connections of one organization its logo stands as well; among those of several none.
    const choice = async () => (await get(`/sso/${slug}`)).text()
    await make(slug)
    expect((await choice()).match(/<picture>/g)).toHaveLength(2)

    await service.admin.call('deleteOrganizationLogo', { params: beside })
    service.advance(60_000)
    expect((await get(new URL(logo?.url ?? '').pathname)).status).toBe(404)
    expect((await choice()).match(/<picture>/g)).toHaveLength(1)
    await expect(service.admin.call('deleteOrganizationLogo', { params: beside })).rejects.toMatchObject({
      problem: { status: 404 },
    })
    const refused = { mediaType: 'image/png', data: toData('no image') } as const
    await expect(service.admin.call('putApplicationImage', { params, body: refused })).rejects.toMatchObject({
      problem: { code: 'image_refused' },
    })
    const { items } = await service.admin.call('listEvents', { params: { slug }, query: {} })
    const changes = items.flatMap(({ data }) => (data as { changes?: { attribute: string }[] }).changes ?? [])
    expect(changes.filter(({ attribute }) => attribute === 'logo')).toHaveLength(2)
    await service.admin.call('deleteApplication', application)
    await expect(service.admin.call('getApplicationBrand', application)).rejects.toMatchObject({
      problem: { status: 404 },
    })
    service.advance(1_001)
  })
})
