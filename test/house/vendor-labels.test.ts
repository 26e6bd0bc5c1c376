// Labels of a vendor's console are facts about somebody else's product: each that we name, in a guide or in an explanation, stands in
// packages/api/src/vendor-labels.ts with the page that shows it and the day on which that was read.
// Judges: console/guides, server/sso, api.
import { listLabels, vendorLabels } from '@rollcall/api'
import { describe, expect, it } from 'vitest'
import { type Guide, listTexts, ours, type Provider } from '../../packages/console/src/guides/guide.ts'
import { oidcGuides } from '../../packages/console/src/guides/oidc.ts'
import { scimGuides } from '../../packages/console/src/guides/scim.ts'
import { listNamed } from '../../packages/console/src/guides/sources.ts'
import { ssoGuides } from '../../packages/console/src/guides/sso.ts'
import { ar } from '../../packages/console/src/i18n/ar/index.ts'
import { de } from '../../packages/console/src/i18n/de/index.ts'
import { en } from '../../packages/console/src/i18n/en/index.ts'
import { vendorPlaces } from '../../packages/server/src/sso/vendor-fields.ts'

const vendors = Object.keys(vendorLabels) as Provider[]
const ownLabels = new Set(Object.values(ours).flatMap(listLabels))
/** What a field is said to be where no page shows what it is called. */
const described = /^the (?:field|endpoint) for /

const guidesOf = (vendor: Provider): Guide[] =>
  [ssoGuides[vendor], oidcGuides[vendor], scimGuides[vendor]].filter((guide) => guide !== undefined)

const placesOf = (vendor: Provider): string[] => [
  ...Object.values(vendorPlaces.saml[vendor]),
  ...Object.values(vendorPlaces.oidc[vendor]),
]

const knownOf = (vendor: Provider): Set<string> =>
  new Set(vendorLabels[vendor].flatMap(({ labels }) => labels))

describe.each(vendors)('the labels of %s', (vendor) => {
  const named = [...guidesOf(vendor).flatMap(listNamed), ...placesOf(vendor).flatMap(listLabels)].filter(
    (label) => !ownLabels.has(label),
  )

  it('each has a source', () => {
    const known = knownOf(vendor)
    const isFree = (label: string): boolean => vendor === 'generic' || described.test(label)
    expect(named.filter((label) => !known.has(label) && !isFree(label))).toEqual([])
  })

  it('none stands in bold where nothing is known by name', () => {
    if (vendor !== 'generic') return
    const texts = [...guidesOf(vendor).flatMap(listTexts), ...placesOf(vendor)]
    expect(texts.flatMap(listLabels).filter((label) => !ownLabels.has(label))).toEqual([])
  })

  it('a source is a page with a title and the day on which it was read, of the vendor itself, and shows what is used', () => {
    const used = new Set(named)
    for (const { title, url, lookedAt, labels } of vendorLabels[vendor]) {
      expect(title.length).toBeGreaterThan(5)
      expect(new URL(url).protocol).toBe('https:')
      expect(new URL(url).href).toMatch(hosts[vendor])
      expect(new Date(lookedAt).toISOString()).toBe(`${lookedAt}T00:00:00.000Z`)
      expect(labels.some((label) => used.has(label))).toBe(true)
    }
  })

  it('no label stands under two pages', () => {
    const all = vendorLabels[vendor].flatMap(({ labels }) => labels)
    expect(all.filter((label, at) => all.indexOf(label) !== at)).toEqual([])
  })

  it('each guide says how signing out goes', () => {
    for (const guide of [ssoGuides[vendor], oidcGuides[vendor]])
      expect(guide.sections.map(({ title }) => title)).toContain('Signing out')
  })
})

const hosts: Readonly<Record<Provider, RegExp>> = {
  okta: /^https:\/\/(?:help|support|developer)\.okta\.com\//,
  entra: /^https:\/\/learn\.microsoft\.com\//,
  google: /^https:\/\/(?:support\.google\.com|github\.com\/GoogleCloudPlatform)\//,
  onelogin: /^https:\/\/(?:developers\.onelogin\.com|onelogin\.service-now\.com|github\.com\/onelogin)\//,
  jumpcloud: /^https:\/\/jumpcloud\.com\//,
  ping: /^https:\/\/docs\.pingidentity\.com\//,
  adfs: /^https:\/\/learn\.microsoft\.com\//,
  keycloak: /^https:\/\/github\.com\/keycloak\//,
  generic: /^$/,
}

it('a label that a field of ours speaks of has a source, too, in every language', () => {
  for (const words of [en, ar, de]) {
    const [, label] = /[“«„]([^“”»]+)[“”»]/.exec(words['oidc.entraTenantHint']) ?? []
    expect(knownOf('entra')).toContain(label)
  }
})

it('what guides call things of our own console is what the console calls them', () => {
  const words = new Set<string>(Object.values(en))
  expect([...ownLabels].filter((label) => !words.has(label))).toEqual([])
})
