// Somebody mends a connection by a mailed link, step by step, as their browser does it.
import type { AnchorDetail } from '@rollcall/api'
import { createSamlKey, createSamlProvider, type SamlPerson, type SamlProvider } from '@rollcall/simulator'
import { sql } from 'kysely'
import { createScope } from '../../packages/server/src/store/database.ts'
import { installationStatement, organizationStatement } from '../../packages/server/src/store/statement.ts'
import { type Browser, createBrowser, type Landing } from './browser.ts'
import type { Service } from './service.ts'
import { type Company, createCompany, readForm } from './sso.ts'

const selectMails = organizationStatement<object>('mails_that_wait')(({ db, organizationId }) => {
  const waiting = sql<{ payload: string }>`SELECT payload FROM delivery
    WHERE organization_id = ${organizationId} AND event_type = 'mail' ORDER BY number`
  return { compile: () => waiting.compile(db) }
})

const selectAnchor = organizationStatement<{ id: string }>('anchor_in_place')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('connection')
      .select([
        'anchor_number',
        'anchor_rung',
        'metadata',
        'oidc',
        'options',
        'anchor_put',
        'anchor_confirmed',
      ])
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)
const selectPeople = organizationStatement('who_is_who')(({ db, organizationId }) =>
  db
    .selectFrom('user')
    .leftJoin('identity', (on) =>
      on
        .onRef('identity.organization_id', '=', 'user.organization_id')
        .onRef('identity.user_id', '=', 'user.id'),
    )
    .select([
      'user.id',
      'user.role',
      'identity.connection_id',
      'identity.idp_entity_id',
      'identity.stable_id',
    ])
    .where('user.organization_id', '=', organizationId)
    .orderBy('user.id'),
)
const deleteAskings = installationStatement('forget_askings')(({ db }) => db.deleteFrom('link_asking'))

export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** A connection of an organization. */
export interface Place {
  readonly organization: { readonly id: string; readonly slug: string }
  readonly connection: { readonly id: string }
}

export type Mender = ReturnType<typeof createMender>

export function createMender(service: Service) {
  let ips = 0
  const pathOf = (place: Place, action: string) => `/saml/${place.connection.id}/${action}`
  const paramsOf = ({ organization, connection }: Place) => ({ slug: organization.slug, id: connection.id })
  /** Of a network of its own. */
  const newBrowser = (): Browser => {
    ips += 1
    const ip = `10.${ips >> 16}.${(ips >> 8) & 255}.${ips & 255}`
    return createBrowser(service.url, (request) => service.sendFrom(ip, request))
  }
  const mailsOf = async ({ organization }: Place): Promise<Mail[]> => {
    const scope = createScope(organization.id)
    const rows = await service.database.readOrganization(scope, selectMails, {})
    return rows.map(({ payload }) => JSON.parse(payload) as Mail)
  }
  /** The token of the newest link to an address; undefined where there is none. */
  const tokenTo = async (place: Place, email: string): Promise<string | undefined> => {
    const links = (await mailsOf(place)).filter(
      ({ to, text }) => to === email && text.includes('/confirm#token='),
    )
    return /#token=(\w+)/.exec(links.at(-1)?.text ?? '')?.[1]
  }
  /** How often links were asked for is the matter of other tests. */
  const forgetAskings = () =>
    service.database.inInstallation('jobs', async (tx) => tx.write(deleteAskings, {}))
  const askFor = async (place: Place, email: string): Promise<string> => {
    await forgetAskings()
    const before = await tokenTo(place, email)
    await newBrowser().postOwn(pathOf(place, 'mail-link'), { email })
    const token = await tokenTo(place, email)
    if (token === undefined || token === before) throw new Error(`no link was mailed to ${email}`)
    return token
  }
  const redeem = async (browser: Browser, token: string) => {
    const response = await browser.call('POST', '/anchor-confirmations', { token })
    const answer = (await response.json()) as { url?: string; code?: string }
    return { status: response.status, ...answer }
  }
  /** A browser in which a link was opened that went to this address. */
  const open = async (place: Place, email: string): Promise<Browser> => {
    const browser = newBrowser()
    const { status, url } = await redeem(browser, await askFor(place, email))
    if (status !== 200 || !url?.endsWith(pathOf(place, 'mend'))) throw new Error(`${status} ${url}`)
    return browser
  }
  const stage = (browser: Browser, place: Place, source: Readonly<Record<string, string>>) =>
    browser.postOwn(pathOf(place, 'mend'), source)
  const stageBy = (browser: Browser, place: Place, provider: SamlProvider) =>
    stage(browser, place, { metadataXml: provider.metadata() })
  /** Leaves for the identity provider. */
  const begin = (browser: Browser, shown: Pick<Landing, 'text'>) => {
    const { action, fields } = readForm(shown, 'mend-test')
    return browser.postOwn(action, fields)
  }
  const test = async (
    browser: Browser,
    shown: Pick<Landing, 'text'>,
    provider: SamlProvider,
    person: SamlPerson,
  ) => {
    const left = await begin(browser, shown)
    const answer = await provider.answer(left.url, person)
    return browser.postFromElsewhere(answer.acsUrl, answer.form)
  }
  const apply = (browser: Browser, shown: Pick<Landing, 'text'>) => {
    const { action, fields } = readForm(shown, 'mend-apply')
    return browser.postOwn(action, fields)
  }
  /** Up to the last question. */
  const prove = async (place: Place, email: string, provider: SamlProvider, person: SamlPerson) => {
    const browser = await open(place, email)
    const shown = await stageBy(browser, place, provider)
    return { browser, shown, question: await test(browser, shown, provider, person) }
  }
  const meOf = async (browser: Browser) => {
    const response = await browser.call('GET', '/session')
    return response.status === 200
      ? ((await response.json()) as { role: string; email: string | null })
      : response.status
  }
  const anchorOf = (place: Place) =>
    service.admin.call('getAnchor', { params: paramsOf(place) }) as Promise<AnchorDetail>
  const peopleOf = async ({ organization }: Place) => {
    const params = { slug: organization.slug }
    const { items } = await service.admin.call('listUsers', { params, query: {} })
    const people = []
    for (const { id } of items) {
      const { userName, role, identities } = await service.admin.call('getUser', {
        params: { ...params, id },
      })
      people.push({
        id,
        userName,
        role,
        identities: identities.map((one) => ({ ...one, lastSignInAt: null })),
      })
    }
    return people.toSorted((one, other) => (one.id < other.id ? -1 : 1))
  }
  const eventsOf = async ({ organization }: Place, type: string) =>
    (
      await service.admin.call('listEvents', {
        params: { slug: organization.slug },
        query: { type, limit: 200 },
      })
    ).items
  /** What nobody may have changed: what is in place, and who is who. */
  const stateOf = async (place: Place) => {
    const scope = createScope(place.organization.id)
    const { id } = place.connection
    const [anchor] = await service.database.readOrganization(scope, selectAnchor, { id })
    return { anchor, people: await service.database.readOrganization(scope, selectPeople, {}) }
  }
  return {
    anchorOf,
    apply,
    askFor,
    begin,
    eventsOf,
    mailsOf,
    meOf,
    newBrowser,
    open,
    pathOf,
    peopleOf,
    prove,
    redeem,
    stage,
    stageBy,
    stateOf,
    test,
    tokenTo,
  }
}

let offices = 0
const [newKey, otherKey] = [createSamlKey(), createSamlKey()]

/** Somebody who signed in once, and was given a role by the operator. */
export async function newPerson(
  service: Service,
  company: Company,
  name: string,
  role: 'owner' | 'admin' | 'member',
): Promise<SamlPerson & { readonly id: string; readonly email: string }> {
  const person = company.person(name)
  await company.signIn(person)
  const { slug } = company.organization
  const { items } = await service.admin.call('listUsers', {
    params: { slug },
    query: { search: person.nameId },
  })
  const id = items[0]?.id ?? ''
  if (role !== 'member') await service.admin.call('updateUser', { params: { slug, id }, body: { role } })
  return { ...person, id, email: person.nameId }
}

/** An organization with an owner, an administrator and a member, and what its identity provider may have become. */
export async function createOffice(service: Service, mender: Mender) {
  const company = await createCompany(service)
  const [boss, admin, ann] = [
    await newPerson(service, company, 'boss', 'owner'),
    await newPerson(service, company, 'admin', 'admin'),
    await newPerson(service, company, 'ann', 'member'),
  ]
  /** The same one with a new certificate. */
  const baseUrl = company.provider.ssoUrl.replace(/\/sso$/, '')
  const renewed = createSamlProvider({ baseUrl, key: newKey, now: service.now })
  offices += 1
  const moved = createSamlProvider({
    baseUrl: `https://new-${offices}.test`,
    key: otherKey,
    now: service.now,
  })
  const signInBy = async (provider: SamlProvider, person: SamlPerson) => {
    const browser = mender.newBrowser()
    const left = await browser.open(mender.pathOf(company, 'login'))
    const answer = await provider.answer(left.url, person)
    return { ...(await browser.postFromElsewhere(answer.acsUrl, answer.form)), browser }
  }
  return { company, boss, admin, ann, renewed, moved, signInBy }
}
