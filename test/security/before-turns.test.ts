// What is done before the store's turns: metadata that is read, previews, calls to addresses that somebody entered. Bounded before the
// work, off the event loop where it is large, and in a budget of the organization and the rung.
// Judges: server/http, server/store.
import { type Client, ProblemError } from '@rollcall/api'
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { createAmounts } from '../../packages/server/src/http/amounts.ts'
import { createSpending, outboundAMinute, spentAtOnce } from '../../packages/server/src/http/spending.ts'
import type { Owner } from '../../packages/server/src/saml/elsewhere.ts'
import { MetadataError, readIdentityProviderMetadata } from '../../packages/server/src/saml/idp-metadata.ts'
import { ReaderBusy, readMetadata } from '../../packages/server/src/saml/read-elsewhere.ts'
import { openCaller } from '../harness/callers.ts'
import { forEachStore, type Service } from '../harness/service.ts'

const provider = createSamlProvider({ baseUrl: 'https://idp.example.com', key: createSamlKey() })
const metadata = (inside: string): string =>
  provider.metadata().replace(/<\/(?:md:)?EntityDescriptor>/, (end) => `${inside}${end}`)
const many = (count: number, one: string): string => `<x xmlns="urn:x">${one.repeat(count)}</x>`
const attributes = (count: number): string => Array.from({ length: count }, (_, at) => `a${at}=""`).join(' ')
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: unknown) => {
      if (error instanceof ProblemError) return error.problem.code
      throw error
    },
  )

describe('F3 metadata: bounded before it costs', () => {
  it.each([
    ['elements by attributes', many(2_000, `<a ${attributes(20)}/>`)],
    ['elements', many(9_000, '<a/>')],
    ['pieces of text', many(7_000, '<a/>b<!---->c')],
    ['comments', many(20_001, '<!---->')],
    ['instructions', many(20_001, '<?a?>')],
    ['attributes of one element', `<x xmlns="urn:x" ${attributes(65)}/>`],
    ['characters', many(1, 'a'.repeat(1_048_577))],
  ])('too many %s are refused', (_, inside) => {
    expect(() => readIdentityProviderMetadata(metadata(inside), false)).toThrow(MetadataError)
  })

  it('what one identity provider says of itself is far below', () => {
    const claims = many(600, '<c Uri="urn:c" Optional="true"><n>Name</n><d>What it is</d></c>\n')
    expect(readIdentityProviderMetadata(metadata(claims), false).ssoUrl).toBe(provider.ssoUrl)
  })

  it('an element with very many attributes is refused while it is read', () => {
    // Never closed: whoever read to the end of the tag would call it malformed.
    const open = `<x xmlns="urn:x" ${attributes(66)} `
    expect(() => readIdentityProviderMetadata(metadata(open), false)).toThrow(/64 attributes/)
  })

  it('F13: an address of more than 2,048 bytes is no address, also in a logout service', () => {
    const long = `${provider.ssoUrl}/${'a'.repeat(2_048)}`
    const text = provider.metadata()
    expect(() => readIdentityProviderMetadata(text.replaceAll(provider.ssoUrl, long), false)).toThrow(
      /2048 bytes/,
    )
    const logout = `<SingleLogoutService xmlns="urn:oasis:names:tc:SAML:2.0:metadata" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${long}"/>`
    const read = readIdentityProviderMetadata(
      text.replace(/<\/(?:md:)?IDPSSODescriptor>/, (end) => `${logout}${end}`),
      false,
    )
    expect(JSON.stringify(read)).not.toContain('a'.repeat(200))
  })

  it('large metadata is read elsewhere, in turns, and says the same', async () => {
    const xml = metadata(many(1, 'a'.repeat(200_000)))
    const [contact, administrator] = ['contact', 'administrator'].map((part) => ({
      organizationId: 'org_a',
      part,
    })) as [Owner, Owner]
    const read = await readMetadata(contact, { xml, isDev: false })
    expect(read).toEqual(readIdentityProviderMetadata(xml, false))
    const bad = { xml: many(1, 'a'.repeat(200_000)), isDev: false }
    await expect(readMetadata(contact, bad)).rejects.toThrow(MetadataError)
    // One is read, four wait; another organization's is taken before them, and somebody else of this one keeps a place.
    const order: string[] = []
    const ask = (owner: Owner, name: string) =>
      readMetadata(owner, { xml, isDev: false }).then(
        () => order.push(name),
        (error: unknown) => {
          expect(error).toBeInstanceOf(ReaderBusy)
          order.push('busy')
        },
      )
    const theirs = Array.from({ length: 6 }, () => ask(contact, 'contact'))
    const other = { organizationId: 'org_b', part: '' }
    await Promise.all([...theirs, ask(other, 'other'), ask(administrator, 'administrator')])
    expect(order.filter((one) => one === 'busy')).toHaveLength(1)
    expect(order).toContain('administrator')
    expect(order.indexOf('other')).toBeLessThan(order.lastIndexOf('contact') - 1)
  })
})

describe('F3 the budget of an organization', () => {
  it('so many at once and so many a minute for each name; nothing is counted without one', async () => {
    let now = 0
    const spending = createSpending(() => now, createAmounts)
    const gates: (() => void)[] = []
    const held = () => spending.outbound('org_a', () => new Promise<void>((done) => void gates.push(done)))
    const running = Array.from({ length: spentAtOnce }, held)
    await expect(held()).rejects.toMatchObject({ status: 429, code: 'too_many_requests' })
    await spending.outbound('org_b', async () => undefined)
    await spending.outbound(undefined, async () => undefined)
    for (const open of gates) open()
    await Promise.all(running)
    const ask = () => spending.outbound('org_a', async () => 'done').catch(() => 'refused')
    const answers: string[] = []
    for (let at = 0; at < outboundAMinute + 5; at += 1) answers.push(await ask())
    expect(answers.filter((one) => one === 'done')).toHaveLength(outboundAMinute - spentAtOnce)
    // Reading has a budget of its own.
    expect(await spending.reading('org_a', async () => 'done')).toBe('done')
    now += 1_000
    expect([await ask(), await ask()]).toEqual(['done', 'refused'])
    // What fails gives its place back.
    for (let at = 0; at < 9; at += 1)
      await spending.reading('org_a', () => Promise.reject(new Error('no'))).catch(() => undefined)
    expect(await spending.reading('org_a', async () => 'done')).toBe('done')
  })
})

forEachStore(
  (start) => {
    describe('F3 at every door', () => {
      let service: Service
      let slug: string
      let contact: Client
      beforeAll(async () => {
        service = await start()
        slug = (await service.admin.call('createOrganization', { body: { name: 'Acme', slug: 'acme' } })).slug
        contact = (await openCaller(service, slug, 'contact')).client
      })
      const over = metadata(many(2_000, `<a ${attributes(20)}/>`))
      const create = (more: object) =>
        contact.call('createConnection', {
          params: { slug },
          body: { name: 'X', identityProvider: 'okta', metadataXml: provider.metadata(), ...more },
        } as never) as Promise<{ id: string }>

      it('metadata beyond the bounds is refused by preview, create, PATCH, relink and staging', async () => {
        const { id } = await create({})
        const at = { params: { slug, id } }
        const body = { metadataXml: over }
        expect([
          await codeOf(contact.call('previewConnection', { params: { slug }, body } as never)),
          await codeOf(create(body)),
          await codeOf(contact.call('updateConnection', { ...at, body } as never)),
          await codeOf(contact.call('stageAnchor', { ...at, body } as never)),
          await codeOf(
            service.admin.call('relinkConnection', { ...at, body: { ...body, dryRun: true } } as never),
          ),
        ]).toEqual(Array(5).fill('metadata_invalid'))
      })

      it('a preview of the mapping takes as many attributes as a sign-in, and no more', async () => {
        const { client } = await openCaller(service, slug, 'administrator')
        const preview = (count: number) =>
          codeOf(
            client.call('previewAttributeMapping', {
              params: { slug },
              body: {
                nameId: 'a',
                attributes: Object.fromEntries(Array.from({ length: count }, (_, at) => [`c${at}`, ['x']])),
              },
            } as never),
          )
        expect([await preview(200), await preview(201), await preview(20_000)]).toEqual([
          'ok',
          'invalid_request',
          'payload_too_large',
        ])
      })

      it('certificates of ours are made for so many at once, and for nobody who is refused one', async () => {
        const asked = () => codeOf(contact.call('createServiceKey', { params: { slug } } as never))
        const codes = await Promise.all(Array.from({ length: spentAtOnce + 2 }, asked))
        expect(codes.filter((code) => code === 'too_many_requests')).toHaveLength(2)
        expect(await asked()).toBe('key_waiting')
      })

      it('calls of a contact beyond their budget are 429 with Retry-After, are not made, and take nothing from others', async () => {
        const url = 'https://idp.example.com/metadata'
        service.metadataPages.set(url, provider.metadata())
        const preview = (client: Client) =>
          codeOf(client.call('previewConnection', { params: { slug }, body: { metadataUrl: url } } as never))
        const codes: string[] = []
        for (let at = 0; at < outboundAMinute + 40 && codes.at(-1) !== 'too_many_requests'; at += 1)
          codes.push(await preview(contact))
        expect(codes.at(-1)).toBe('too_many_requests')
        expect(codes.length).toBeGreaterThan(outboundAMinute)
        const { id } = await create({})
        const change = contact.call('updateConnection', {
          params: { slug, id },
          body: { metadataUrl: url },
        } as never)
        await expect(change).rejects.toMatchObject({ problem: { status: 429 } })
        const { client } = await openCaller(service, slug, 'administrator')
        expect([await preview(client), await preview(service.admin)]).toEqual(['ok', 'ok'])
        const kept = await service.admin.call('getConnection', { params: { slug, id } })
        expect([kept.identityProviderMetadataUrl, kept.metadataError]).toEqual([null, null])
      })
    })
  },
  ['embedded'],
)
