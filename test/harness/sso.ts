// An organization whose people sign in: a verified domain, an active connection, and the identity provider behind it.
import type { Connection, NewConnection } from '@rollcall/api'
import {
  createSamlKey,
  createSamlProvider,
  type ResponseOptions,
  type SamlKey,
  type SamlPerson,
  type SamlProvider,
} from '@rollcall/simulator'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { type Browser, createBrowser, type Landing, type Send } from './browser.ts'
import type { Service } from './service.ts'

let organizations = 0
let key: SamlKey | undefined

export interface Company {
  readonly organization: { readonly id: string; readonly slug: string }
  readonly connection: Connection
  readonly provider: SamlProvider
  readonly domain: string
  /** The whole of a sign-in, from our login page and back. */
  signIn(person: SamlPerson, how?: SignInOptions): Promise<Landing & { readonly browser: Browser }>
  person(name: string, more?: Readonly<Record<string, readonly string[]>>): SamlPerson
}

export interface SignInOptions {
  readonly response?: Partial<ResponseOptions>
  readonly browser?: Browser
  /** Another node. */
  readonly send?: Send
  readonly login?: string
}

export interface CompanyOptions {
  readonly domain?: string
  readonly connection?: Partial<NewConnection>
  readonly requireSso?: boolean
  readonly provider?: SamlProvider
}

export async function createCompany(service: Service, options: CompanyOptions = {}): Promise<Company> {
  organizations += 1
  const slug = `company-${organizations}`
  const domain = options.domain ?? `${slug}.test`
  key ??= createSamlKey()
  const provider =
    options.provider ?? createSamlProvider({ baseUrl: `https://idp.${slug}.test`, key, now: service.now })
  const organization = await service.admin.call('createOrganization', {
    body: { name: `Company ${organizations}`, slug, requireSso: options.requireSso ?? true },
  })
  const params = { slug }
  const added = await service.admin.call('createDomain', { params, body: { name: domain } })
  await service.admin.call('updateDomain', { params: { slug, id: added.id }, body: { isVerified: true } })
  const connection = await service.admin.call('createConnection', {
    params,
    body: {
      name: 'Test',
      identityProvider: 'okta',
      metadataXml: provider.metadata(),
      isActive: true,
      ...options.connection,
    },
  })
  return {
    organization,
    connection,
    provider,
    domain,
    person: (name, more = {}) => ({
      nameId: `${name}@${domain}`,
      attributes: { email: [`${name}@${domain}`], firstName: [name], lastName: ['Person'], ...more },
    }),
    async signIn(person, how = {}) {
      const browser = how.browser ?? createBrowser(service.url, how.send ?? service.send)
      const left = await browser.open(how.login ?? `/saml/${connection.id}/login`)
      if (!left.url.startsWith(provider.ssoUrl)) return { ...left, browser }
      // As most identity providers sign, once: a second signature doubles what a test costs that is about something else.
      const answer = await provider.answer(left.url, person, how.response ?? { sign: 'response' })
      const landed = await browser.postFromElsewhere(answer.acsUrl, answer.form)
      return { ...landed, browser }
    },
  }
}

/** What no API sets at will: who vouches for the connection, and whether its people are the directory's. */
export async function setConnection(
  service: Service,
  organizationId: string,
  id: string,
  values: {
    readonly anchor_rung?: 'contact' | 'administrator' | 'owner'
    readonly follows_directory?: 0 | 1
    /** As before names were looked at. */
    readonly name?: string
    /** As before makers were kept. */
    readonly maker_id?: null
    readonly maker_rung?: null
  },
): Promise<void> {
  await service.database.inOrganization(createScope(organizationId), async (tx) => {
    const change = organizationQuery(({ db, organizationId: own }) =>
      db.updateTable('connection').set(values).where('organization_id', '=', own).where('id', '=', id),
    )
    tx.write(change, {})
  })
}

/** The fields of the form of a page that posts to `…/{action}`; throws where the page has none. */
export function readForm(
  page: Pick<Landing, 'text'>,
  action: string,
): { readonly action: string; readonly fields: Record<string, string> } {
  const form = new RegExp(`<form method="post" action="([^"]*/${action})">(.*?)</form>`, 's').exec(page.text)
  if (form === null) throw new Error(`the page has no form that posts to ${action}`)
  const fields = [...(form[2] ?? '').matchAll(/name="([^"]+)" value="([^"]*)"/g)]
  return {
    action: form[1] ?? '',
    fields: Object.fromEntries(fields.map(([, name, value]) => [name, value])),
  }
}
