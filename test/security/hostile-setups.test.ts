// Hostile set-ups: what an administrator, a set-up contact, a directory or an identity provider could build, each through a detour of
// its own, to stand where somebody above them stands. Each runs in an organization of its own with an owner, an administrator and a
// member who sign in. Afterwards nobody has a higher role, nobody has lost one but as the row says, and the owner signs in.
// Judges: server/anchors, server/connections, server/provisioning.
import { type Client, ProblemError } from '@rollcall/api'
import { createSamlKey, createSamlProvider, type SamlPerson, type SamlProvider } from '@rollcall/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Browser, createBrowser, type Landing } from '../harness/browser.ts'
import { clientOf, openCaller } from '../harness/callers.ts'
import { deal } from '../harness/sample.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { type Company, createCompany, readForm } from '../harness/sso.ts'
import { groupUrn, patchOp, userUrn } from '../scim/client.ts'

const dayMs = 86_400_000
const key = createSamlKey()
const evilKey = createSamlKey()
const rank = { member: 0, admin: 1, owner: 2 } as const
type Role = keyof typeof rank
type Attacker = 'contact' | 'administrator' | 'directory' | 'connection'

interface Settled {
  readonly id: string
  readonly userName: string
  readonly person: SamlPerson
  readonly browser: Browser
}

interface Evil {
  readonly id: string
  readonly provider: SamlProvider
  signIn(person: SamlPerson, browser?: Browser): Promise<Landing & { readonly browser: Browser }>
}

interface World {
  readonly service: Service
  readonly company: Company
  readonly slug: string
  readonly operator: Client
  readonly owner: Settled
  readonly admin: Settled
  readonly member: Settled
  /** The administrator's own session. */
  readonly administrator: Client
  contact(): Promise<{ readonly client: Client; readonly browser: Browser }>
  /** What became of a call: `ok`, or the code of the refusal. */
  attempt(call: Promise<unknown>): Promise<string>
  /** A connection to an identity provider of the attacker's. */
  evil(by: Client, more?: object): Promise<Evil>
  /** The digest of a staged anchor of the attacker's key, under the names of the company's own identity provider or others. */
  forged(more?: { readonly entityId?: string }): SamlProvider
  scim(token: string): Scim
  scimMode(unknownSignIns?: 'create' | 'refuse'): Promise<void>
  settle(name: string, role: Role): Promise<Settled>
  find(userName: string): Promise<{ readonly id: string; readonly role: string } | undefined>
  roleOf(browser: Browser): Promise<string>
  at<T extends object>(more: T): { params: { slug: string } & T }
}

type Scim = (
  method: string,
  path: string,
  body?: object,
) => Promise<{ status: number; body: { id: string; Resources?: { id: string }[] } }>

interface Row {
  readonly name: string
  readonly rung: Attacker
  /** What was answered, or who somebody came in as: strings, in the order in which they were tried. */
  readonly run: (world: World) => Promise<readonly (string | number)[]>
  readonly wanted: readonly (string | number)[]
  /** Whom the row takes something from, because the ladder lets it: by name, the role after. */
  readonly lowered?: Readonly<Record<string, Role | 'gone'>>
}

const ok = 'ok'
const person = (nameId: string, attributes: Record<string, readonly string[]> = {}): SamlPerson => ({
  nameId,
  attributes: attributes as Record<string, string[]>,
})
const post = (scim: Scim, userName: string, more: object = {}) =>
  scim('POST', '/Users', { schemas: [userUrn], userName, ...more })
const patch = (scim: Scim, id: string, value: object) =>
  scim('PATCH', `/Users/${id}`, { schemas: [patchOp], Operations: [{ op: 'replace', value }] })
const group = (scim: Scim, displayName: string, members: readonly string[] = []) =>
  scim('POST', '/Groups', { schemas: [groupUrn], displayName, members: members.map((value) => ({ value })) })
const staff = async (world: World, more: object = {}) =>
  world.operator.call('putRoleMappings', {
    ...world.at({}),
    body: {
      mappings: [
        { group: 'Staff', role: 'member' },
        { group: 'Admins', role: 'admin' },
      ],
      ...more,
    },
  })
const stage = async (world: World, by: Client, provider: SamlProvider, id = world.company.connection.id) =>
  (await by.call('stageAnchor', { ...world.at({ id }), body: { metadataXml: provider.metadata() } })).digest
const own = (world: World) => world.at({ id: world.company.connection.id })
const anchorOf = async (world: World, at = own(world)) => {
  const { present } = await world.operator.call('getAnchor', at)
  if (present === null) throw new Error('the connection has no anchor')
  return present
}
const keyOf = async (world: World, by: Client) => {
  const made = await by.call('createKey', { ...world.at({}), body: { name: 'directory' } })
  return { id: made.key.id, scim: world.scim(made.token) }
}
const domainOf = async (world: World) =>
  (await world.operator.call('listDomains', world.at({}))).items[0]?.id ?? ''
const tieTo = async (world: World, id: string) =>
  world.operator.call('updateDomain', {
    ...world.at({ id: await domainOf(world) }),
    body: { connectionIds: [world.company.connection.id, id] },
  })
/** A test sign-in by the button, up to the page it ends on. */
const test = async (world: World, client: Client, browser: Browser, evil: Evil, who: SamlPerson) => {
  const { url } = await client.call('testConnection', world.at({ id: evil.id }))
  const left = await browser.open(url)
  const answer = await evil.provider.answer(left.url, who)
  return browser.postFromElsewhere(answer.acsUrl, answer.form)
}
const offers = (page: Landing, action: string): string => {
  try {
    readForm(page, action)
    return 'offered'
  } catch {
    return 'not offered'
  }
}

const byContact: readonly Row[] = [
  {
    name: 'own connection, the owner’s NameID',
    rung: 'contact',
    async run(world) {
      const { client } = await world.contact()
      const evil = await world.evil(client)
      const { browser, status } = await evil.signIn(world.owner.person)
      return [status, await world.roleOf(browser)]
    },
    wanted: [403, 'nobody'],
  },
  {
    name: 'own connection under the entity ID of the real identity provider',
    rung: 'contact',
    async run(world) {
      const { client } = await world.contact()
      const evil = await world.evil(client, { metadataXml: world.forged().metadata() })
      const twin = { ...evil, provider: world.forged() }
      const left = await createBrowser(world.service.url, world.service.send).open(`/saml/${twin.id}/login`)
      expect(left.url).toContain(world.forged().ssoUrl)
      const browser = createBrowser(world.service.url, world.service.send)
      const begun = await browser.open(`/saml/${twin.id}/login`)
      const answer = await world.forged().answer(begun.url, world.owner.person)
      return [
        (await browser.postFromElsewhere(answer.acsUrl, answer.form)).status,
        await world.roleOf(browser),
      ]
    },
    wanted: [403, 'nobody'],
  },
  {
    name: 'own connection tied to the domain by an administrator’s mistake, the administrator’s and the owner’s addresses',
    rung: 'contact',
    async run(world) {
      const { client } = await world.contact()
      const evil = await world.evil(client)
      await tieTo(world, evil.id)
      const seen: (string | number)[] = []
      for (const { userName } of [world.owner, world.admin]) {
        const { browser, status } = await evil.signIn(person('mallory', { email: [userName] }))
        seen.push(status, await world.roleOf(browser))
      }
      return seen
    },
    wanted: [403, 'nobody', 403, 'nobody'],
  },
  {
    name: 'a new anchor for the connection in place: staged, never applied',
    rung: 'contact',
    async run(world) {
      const { client } = await world.contact()
      const digest = await stage(world, client, world.forged())
      return [
        await world.attempt(client.call('applyStagedAnchor', { ...own(world), body: { digest } })),
        await world.attempt(client.call('confirmAnchor', { ...own(world), body: { digest } })),
        await world.attempt(client.call('restoreAnchor', own(world))),
      ]
    },
    wanted: ['administrator_required', 'administrator_required', 'administrator_required'],
  },
  {
    name: 'a new anchor by PATCH, and by relink',
    rung: 'contact',
    async run(world) {
      const { client } = await world.contact()
      const metadataXml = world.forged().metadata()
      const before = (await anchorOf(world)).digest
      const outcomes = [
        await world.attempt(client.call('updateConnection', { ...own(world), body: { metadataXml } })),
        await world.attempt(
          client.call('relinkConnection', {
            ...own(world),
            body: { stableIdAttribute: 'employeeNumber', dryRun: false },
          }),
        ),
      ]
      const after = (await anchorOf(world)).digest
      return [...outcomes, after === before ? 'same anchor' : 'another anchor']
    },
    wanted: [ok, ok, 'same anchor'],
  },
  {
    name: 'the test of a staged anchor, with the owner’s NameID, answered as a sign-in',
    rung: 'contact',
    async run(world) {
      const { client, browser } = await world.contact()
      const provider = world.forged()
      const digest = await stage(world, client, provider)
      const { url } = await client.call('testConnection', { ...own(world), query: { digest } })
      const left = await browser.open(url)
      const answer = await provider.answer(left.url, world.owner.person)
      const page = await browser.postFromElsewhere(answer.acsUrl, answer.form)
      return [offers(page, 'link'), offers(page, 'confirm'), await world.roleOf(browser)]
    },
    wanted: ['not offered', 'not offered', 'contact'],
  },
  {
    name: 'an ordinary sign-in, answered with the key that is only staged',
    rung: 'contact',
    async run(world) {
      const { client } = await world.contact()
      await stage(world, client, world.forged())
      const browser = createBrowser(world.service.url, world.service.send)
      const left = await browser.open(`/saml/${world.company.connection.id}/login`)
      const answer = await world.forged().answer(left.url, world.owner.person)
      const { status } = await browser.postFromElsewhere(answer.acsUrl, answer.form)
      return [status, await world.roleOf(browser)]
    },
    wanted: [403, 'nobody'],
  },
  {
    name: 'replaces, or discards, what an administrator staged',
    rung: 'contact',
    async run(world) {
      const { client } = await world.contact()
      await stage(world, world.administrator, world.forged({ entityId: 'https://new.test/entity' }))
      return [
        await world.attempt(stage(world, client, world.forged())),
        await world.attempt(client.call('discardStagedAnchor', own(world))),
      ]
    },
    wanted: ['staged_exists', 'administrator_required'],
  },
  {
    name: 'metadata by URL that turns over after it was read, taken in by a refresh',
    rung: 'contact',
    async run(world) {
      const url = 'https://metadata.evil.test/idp.xml'
      world.service.metadataPages.set(url, world.company.provider.metadata())
      await world.operator.call('updateConnection', { ...own(world), body: { metadataUrl: url } })
      const { client } = await world.contact()
      world.service.metadataPages.set(url, world.forged({ entityId: 'https://evil.test/entity' }).metadata())
      const outcome = await world.attempt(client.call('refreshConnection', own(world)))
      return [outcome, (await anchorOf(world)).rung]
    },
    wanted: [ok, 'owner'],
  },
  {
    name: 'a metadata URL of their own on their own connection, confirmed by an administrator, then other certificates',
    rung: 'contact',
    async run(world) {
      const { client } = await world.contact()
      const url = 'https://elsewhere.evil.test/idp.xml'
      const honest = createSamlProvider({ baseUrl: 'https://honest.test', key, now: world.service.now })
      const forged = createSamlProvider({
        baseUrl: 'https://honest.test',
        key: evilKey,
        now: world.service.now,
      })
      world.service.metadataPages.set(url, honest.metadata())
      const made = await client.call('createConnection', {
        ...world.at({}),
        body: { name: 'Second', identityProvider: 'okta', metadataUrl: url, isActive: true },
      })
      const at = world.at({ id: made.id })
      const { digest } = await anchorOf(world, at)
      await world.administrator.call('confirmAnchor', { ...at, body: { digest } })
      world.service.metadataPages.set(url, forged.metadata())
      const outcome = await world.attempt(client.call('refreshConnection', at))
      return [outcome, (await anchorOf(world, at)).rung]
    },
    // Staged: the certificates in place, and their rung, stay.
    wanted: [ok, 'administrator'],
  },
  {
    name: 'domain, directory, mode, guard, certificates and options after hand-over',
    rung: 'contact',
    async run(world) {
      const { client } = await world.contact()
      const evil = await world.evil(client)
      const domain = world.at({ id: await domainOf(world) })
      await world.operator.call('updateProvisioning', { ...world.at({}), body: { mode: 'scim' } })
      const tries: (() => Promise<unknown>)[] = [
        () => client.call('updateDomain', { ...domain, body: { connectionIds: [evil.id] } }),
        () => client.call('deleteDomain', domain),
        () =>
          client.call('updateConnection', { ...world.at({ id: evil.id }), body: { followsDirectory: true } }),
        () => client.call('updateProvisioning', { ...world.at({}), body: { mode: 'manual' } }),
        () => client.call('updateProvisioning', { ...world.at({}), body: { unknownSignIns: 'refuse' } }),
        () => client.call('createServiceKey', world.at({})),
        () =>
          client.call('updateConnection', {
            ...world.at({ id: evil.id }),
            body: { options: { allowUnsolicited: true } },
          }),
        () => client.call('updateConnection', { ...own(world), body: { isActive: false } }),
        () => client.call('deleteConnection', own(world)),
      ]
      const seen: string[] = []
      for (const one of tries) seen.push(await world.attempt(one()))
      return [...new Set(seen)]
    },
    wanted: ['administrator_required'],
  },
  {
    name: 'enables a connection of their own before the administrator enables theirs, to take domains and directory',
    rung: 'contact',
    async run(world) {
      const { slug } = await world.operator.call('createOrganization', {
        body: { name: 'Late', slug: `late-${world.slug}` },
      })
      const added = await world.operator.call('createDomain', {
        params: { slug },
        body: { name: `late-${world.company.domain}` },
      })
      await world.operator.call('updateDomain', {
        params: { slug, id: added.id },
        body: { isVerified: true },
      })
      const administrator = await openCaller(world.service, slug, 'administrator')
      const contact = await openCaller(world.service, slug, 'contact')
      const honest = createSamlProvider({ baseUrl: 'https://late.test', key, now: world.service.now })
      const real = await administrator.client.call('createConnection', {
        params: { slug },
        body: { name: 'Real', identityProvider: 'okta', metadataXml: honest.metadata() },
      })
      const evil = await contact.client.call('createConnection', {
        params: { slug },
        body: {
          name: 'Evil',
          identityProvider: 'okta',
          metadataXml: world.forged().metadata(),
          isActive: true,
        },
      })
      const tied = async () =>
        (await world.operator.call('listDomains', { params: { slug } })).items[0]?.connectionIds
      const early = await tied()
      await administrator.client.call('updateConnection', {
        params: { slug, id: real.id },
        body: { isActive: true },
      })
      const late = await tied()
      const { items } = await world.operator.call('listConnections', { params: { slug } })
      return [
        early?.includes(evil.id) ? 'tied' : 'not tied',
        late?.includes(real.id) ? 'tied' : 'not tied',
        items.find(({ id }) => id === evil.id)?.followsDirectory ? 'follows' : 'does not follow',
        items.find(({ id }) => id === real.id)?.followsDirectory ? 'follows' : 'does not follow',
      ]
    },
    wanted: ['not tied', 'tied', 'does not follow', 'follows'],
  },
  {
    name: 'links, invitations, people, roles and rules: nothing of them',
    rung: 'contact',
    async run(world) {
      const { client } = await world.contact()
      const params = world.at({})
      const target = world.at({ id: world.owner.id })
      const tries: (() => Promise<unknown>)[] = [
        () => client.call('createPortalLink', { ...params, body: { role: 'admin' } }),
        () => client.call('createPortalLink', { ...params, body: { role: 'admin', days: 30 } }),
        () => client.call('createInvitation', { ...params, body: { email: 'eve@evil.test', role: 'admin' } }),
        () => client.call('updateUser', { ...target, body: { role: 'member' } }),
        () => client.call('unlinkUser', { ...target, body: { connectionId: world.company.connection.id } }),
        () => client.call('deactivateUser', target),
        () => client.call('endUserSessions', target),
        () => client.call('putRecoveryAddress', { ...target, body: { address: 'eve@evil.test' } }),
        () => client.call('putRoleMappings', { ...params, body: { mappings: [] } }),
        () => client.call('putAttributeMapping', { ...params, body: { rules: {} } }),
        () => client.call('importUsers', { ...params, body: { dryRun: false, users: [] } }),
        () => client.call('updateOrganization', { ...params, body: { defaultRole: 'admin' } }),
      ]
      const seen: string[] = []
      for (const one of tries) seen.push(await world.attempt(one()))
      return [...new Set(seen)]
    },
    wanted: ['forbidden'],
  },
  {
    name: 'a set-up link that names role owner, or the owner’s address, links nobody',
    rung: 'contact',
    async run(world) {
      const wrong = await world.attempt(
        world.operator.call('createPortalLink', { ...world.at({}), body: { role: 'owner', days: 3 } }),
      )
      const link = await world.operator.call('createPortalLink', {
        ...world.at({}),
        body: { role: 'admin', days: 3, email: world.admin.userName },
      })
      const browser = createBrowser(world.service.url, world.service.send)
      await browser.call('POST', '/portal-sessions', { token: link.url.split('#token=')[1] })
      const client = clientOf(world.service, browser)
      const evil = await world.evil(client)
      const page = await test(world, client, browser, evil, person(world.admin.userName))
      return [wrong, offers(page, 'link'), await world.roleOf(browser)]
    },
    wanted: ['invalid_request', 'not offered', 'contact'],
  },
  {
    name: 'a test of their own connection in a browser in which the owner is signed in',
    rung: 'contact',
    async run(world) {
      const { client } = await world.contact()
      const evil = await world.evil(client)
      const { url } = await client.call('testConnection', world.at({ id: evil.id }))
      const lured = await world.owner.browser.open(url)
      const left = await world.owner.browser.open(`/saml/${evil.id}/login`)
      const answer = await evil.provider.answer(
        left.url,
        person('mallory', { email: [world.owner.userName] }),
      )
      const page = await world.owner.browser.postFromElsewhere(answer.acsUrl, answer.form)
      const { identities } = await world.operator.call('getUser', world.at({ id: world.owner.id }))
      return [lured.status, offers(page, 'link'), identities.length]
    },
    wanted: [403, 'not offered', 1],
  },
  {
    name: 'the form of a question, posted from elsewhere, and replayed in their own browser',
    rung: 'contact',
    async run(world) {
      const { client, browser } = await world.contact()
      const evil = await world.evil(client)
      const owner = clientOf(world.service, world.owner.browser)
      const page = await test(world, owner, world.owner.browser, evil, person('mallory'))
      const form = readForm(page, 'link')
      const seen = [
        (await world.owner.browser.postFromElsewhere(form.action, form.fields)).status,
        (await browser.postOwn(form.action, form.fields)).status,
      ]
      const stolen = createBrowser(world.service.url, world.service.send, new Map(browser.cookies))
      for (const [name, value] of world.owner.browser.cookies)
        if (!name.endsWith('rollcall_session')) stolen.cookies.set(name, value)
      seen.push((await stolen.postOwn(form.action, form.fields)).status)
      const { identities } = await world.operator.call('getUser', world.at({ id: world.owner.id }))
      return [...seen, identities.length]
    },
    wanted: [403, 403, 403, 1],
  },
  {
    name: 'rotates, renames and revokes the key of the directory; confirms their own',
    rung: 'contact',
    async run(world) {
      await world.scimMode()
      const real = await keyOf(world, world.operator)
      const { client } = await world.contact()
      const theirs = await keyOf(world, client)
      return [
        await world.attempt(
          client.call('rotateKey', { ...world.at({ id: real.id }), body: { overlapSeconds: 0 } }),
        ),
        await world.attempt(client.call('revokeKey', world.at({ id: real.id }))),
        await world.attempt(client.call('confirmKey', world.at({ id: theirs.id }))),
      ]
    },
    wanted: ['administrator_required', 'administrator_required', 'forbidden'],
  },
]

const byDirectory: readonly Row[] = [
  {
    name: 'a provisional key claims, changes, deactivates and removes the owner and the administrator',
    rung: 'directory',
    async run(world) {
      await world.scimMode()
      const { client } = await world.contact()
      const { scim } = await keyOf(world, client)
      const seen: number[] = []
      for (const { id, userName } of [world.owner, world.admin]) {
        seen.push((await post(scim, userName, { externalId: 'mine' })).status)
        seen.push((await patch(scim, id, { active: false })).status)
        seen.push((await scim('DELETE', `/Users/${id}`)).status)
        seen.push((await scim('PUT', `/Users/${id}`, { schemas: [userUrn], userName: 'other' })).status)
      }
      return [...new Set(seen)]
    },
    wanted: [409, 403],
  },
  {
    name: 'a provisional key’s group with the name of a rule: nobody rises by it, nobody falls',
    rung: 'directory',
    async run(world) {
      await world.scimMode()
      await staff(world)
      const { client } = await world.contact()
      const { scim } = await keyOf(world, client)
      const eve = (await post(scim, `eve@${world.company.domain}`)).body.id
      const made = [await group(scim, 'Admins', [eve]), await group(scim, 'Staff', [world.admin.id])]
      const outer = await group(scim, 'Harmless', [eve])
      const renamed = await scim('PATCH', `/Groups/${outer.body.id}`, {
        schemas: [patchOp],
        Operations: [{ op: 'replace', value: { displayName: 'Admins' } }],
      })
      const found = await world.find(`eve@${world.company.domain}`)
      return [...made.map(({ status }) => status), renamed.status < 300 ? ok : 'refused', found?.role ?? '']
    },
    wanted: [201, 403, ok, 'member'],
  },
  {
    name: 'a provisional key puts a group of its own, with its people, into the directory’s group of administrators',
    rung: 'directory',
    async run(world) {
      await world.scimMode()
      await staff(world)
      const real = await keyOf(world, world.operator)
      const admins = await group(real.scim, 'Admins')
      const { client } = await world.contact()
      const { scim } = await keyOf(world, client)
      const eve = (await post(scim, `eve@${world.company.domain}`)).body.id
      const inner = await group(scim, 'Inner', [eve])
      const nested = await scim('PATCH', `/Groups/${admins.body.id}`, {
        schemas: [patchOp],
        Operations: [{ op: 'add', path: 'members', value: [{ value: inner.body.id }] }],
      })
      return [nested.status, (await world.find(`eve@${world.company.domain}`))?.role ?? '']
    },
    wanted: [403, 'member'],
  },
  {
    name: 'the same by Bulk, with references between its operations',
    rung: 'directory',
    async run(world) {
      await world.scimMode()
      await staff(world)
      const { client } = await world.contact()
      const { scim } = await keyOf(world, client)
      const answer = await scim('POST', '/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [
          {
            method: 'POST',
            path: '/Users',
            bulkId: 'eve',
            data: { schemas: [userUrn], userName: `eve@${world.company.domain}` },
          },
          {
            method: 'POST',
            path: '/Groups',
            bulkId: 'admins',
            data: { schemas: [groupUrn], displayName: 'Admins', members: [{ value: 'bulkId:eve' }] },
          },
          { method: 'DELETE', path: `/Users/${world.owner.id}` },
        ],
      })
      return [answer.status, (await world.find(`eve@${world.company.domain}`))?.role ?? 'nobody']
    },
    wanted: [200, 'member'],
  },
  {
    name: 'a provisional key under a default role of administrator',
    rung: 'directory',
    async run(world) {
      await world.scimMode()
      await world.operator.call('updateOrganization', { ...world.at({}), body: { defaultRole: 'admin' } })
      const { client } = await world.contact()
      const { scim } = await keyOf(world, client)
      await post(scim, `eve@${world.company.domain}`)
      return [(await world.find(`eve@${world.company.domain}`))?.role ?? '']
    },
    wanted: ['member'],
  },
  {
    name: 'a confirmed key gives the owner’s account another name, address and externalId, and signs in by them',
    rung: 'directory',
    async run(world) {
      await world.scimMode()
      const { scim } = await keyOf(world, world.operator)
      const claimed = await post(scim, world.owner.userName, { externalId: 'boss' })
      const eve = `eve@${world.company.domain}`
      const changed = await patch(scim, world.owner.id, {
        userName: eve,
        externalId: 'eve-id',
        emails: [{ value: eve, primary: true }],
      })
      const seen: (string | number)[] = [claimed.status, changed.status]
      for (const who of [person('eve-id'), person(eve), person('x', { email: [eve] })]) {
        const { browser, status } = await world.company.signIn(who)
        seen.push(status, await world.roleOf(browser))
      }
      return seen
    },
    wanted: [201, 200, 403, 'nobody', 403, 'nobody', 403, 'nobody'],
  },
  {
    name: 'a confirmed key recycles the name of a deactivated administrator',
    rung: 'directory',
    async run(world) {
      await world.scimMode()
      const { scim } = await keyOf(world, world.operator)
      await post(scim, world.admin.userName, { externalId: 'one' })
      await patch(scim, world.admin.id, { active: false })
      const seen = [
        (await patch(scim, world.admin.id, { externalId: 'two' })).status,
        (await patch(scim, world.admin.id, { externalId: 'two', active: true })).status,
        (await post(scim, world.admin.userName, { externalId: 'two' })).status,
        (
          await scim('PUT', `/Users/${world.admin.id}`, {
            schemas: [userUrn],
            userName: world.admin.userName,
            externalId: 'two',
            active: true,
          })
        ).status,
      ]
      return [...new Set(seen)]
    },
    wanted: [409],
  },
  {
    name: 'DELETE and POST of an administrator: whoever comes is not one, by any identity of before',
    rung: 'directory',
    async run(world) {
      await world.scimMode()
      const { scim } = await keyOf(world, world.operator)
      await post(scim, world.admin.userName, { externalId: 'one' })
      const gone = await scim('DELETE', `/Users/${world.admin.id}`)
      const again = await post(scim, world.admin.userName, { externalId: 'two' })
      const { browser } = await world.company.signIn(world.admin.person)
      return [gone.status, again.status, await world.roleOf(browser)]
    },
    wanted: [204, 201, 'member'],
    lowered: { admin: 'gone' },
  },
  {
    name: 'DELETE and POST of one of two owners does not give ownership back, nor does active:true after the week',
    rung: 'directory',
    async run(world) {
      await world.scimMode()
      const { scim } = await keyOf(world, world.operator)
      const second = await world.settle('second', 'owner')
      const third = await world.settle('third', 'owner')
      for (const { userName } of [second, third]) await post(scim, userName, { externalId: userName })
      await scim('DELETE', `/Users/${second.id}`)
      await post(scim, second.userName, { externalId: second.userName })
      await patch(scim, third.id, { active: false })
      world.service.advance(8 * dayMs)
      await patch(scim, third.id, { active: true })
      return [(await world.find(second.userName))?.role ?? '', (await world.find(third.userName))?.role ?? '']
    },
    wanted: ['member', 'member'],
  },
  {
    name: 'the externalId that another, unfollowed connection asserts as stable id',
    rung: 'directory',
    async run(world) {
      await world.scimMode()
      const { scim } = await keyOf(world, world.operator)
      await post(scim, world.admin.userName, { externalId: 'admin-id' })
      const { client } = await world.contact()
      const evil = await world.evil(client)
      const { browser, status } = await evil.signIn(person('admin-id'))
      return [status, await world.roleOf(browser)]
    },
    wanted: [403, 'nobody'],
  },
  {
    name: 'two people with one externalId, one of them the administrator',
    rung: 'directory',
    async run(world) {
      await world.scimMode()
      const { scim } = await keyOf(world, world.operator)
      await post(scim, `ann@${world.company.domain}`, { externalId: 'shared' })
      await post(scim, world.admin.userName, { externalId: 'shared' })
      const { browser } = await world.company.signIn(person('shared'))
      return [await world.roleOf(browser)]
    },
    wanted: ['nobody'],
  },
]

const byAdministrator: readonly Row[] = [
  {
    name: 'gives themselves ownership: role, invitation, link, default role, rules',
    rung: 'administrator',
    async run(world) {
      const { administrator: client } = world
      const params = world.at({})
      return [
        await world.attempt(
          client.call('updateUser', { ...world.at({ id: world.admin.id }), body: { role: 'owner' } }),
        ),
        await world.attempt(
          client.call('createInvitation', {
            ...params,
            body: { email: 'eve@evil.test', role: 'owner' as 'admin' },
          }),
        ),
        await world.attempt(client.call('createPortalLink', { ...params, body: { role: 'owner' } })),
        await world.attempt(client.call('createPortalLink', { ...params, body: { role: 'owner', days: 3 } })),
        await world.attempt(
          client.call('updateOrganization', { ...params, body: { defaultRole: 'owner' as 'admin' } }),
        ),
        await world.attempt(
          client.call('putRoleMappings', {
            ...params,
            body: { mappings: [{ group: 'x', role: 'owner' as 'admin' }] },
          }),
        ),
      ]
    },
    wanted: [
      'owner_required',
      'invalid_request',
      'forbidden',
      'forbidden',
      'invalid_request',
      'invalid_request',
    ],
  },
  {
    name: 'puts an anchor of their own in place, under the owner’s names',
    rung: 'administrator',
    async run(world) {
      const provider = world.forged()
      const digest = await stage(world, world.administrator, provider)
      await world.administrator.call('applyStagedAnchor', { ...own(world), body: { digest } })
      const browser = createBrowser(world.service.url, world.service.send)
      const left = await browser.open(`/saml/${world.company.connection.id}/login`)
      const answer = await provider.answer(left.url, world.owner.person)
      const { status } = await browser.postFromElsewhere(answer.acsUrl, answer.form)
      // The owner takes it back, from the session that they have.
      const back = clientOf(world.service, world.owner.browser).call('restoreAnchor', own(world))
      return [status, await world.roleOf(browser), await world.attempt(back)]
    },
    wanted: [403, 'nobody', ok],
  },
  {
    name: 'proves the owner’s NameID under their own anchor, and brings the owner’s anchor back before it is finished',
    rung: 'administrator',
    async run(world) {
      const provider = world.forged()
      const digest = await stage(world, world.administrator, provider)
      await world.administrator.call('applyStagedAnchor', { ...own(world), body: { digest } })
      const browser = createBrowser(world.service.url, world.service.send)
      const left = await browser.open(`/saml/${world.company.connection.id}/login`)
      const answer = await provider.answer(left.url, world.owner.person)
      // The response is taken, and the redirect after it is held back.
      const taken = await world.service.send(
        new Request(new URL(answer.acsUrl), { method: 'POST', body: new URLSearchParams(answer.form) }),
      )
      await world.administrator.call('restoreAnchor', own(world))
      const page = await browser.open(taken.headers.get('location') ?? '')
      return [taken.status, page.status, await world.roleOf(browser)]
    },
    wanted: [303, 409, 'nobody'],
  },
  {
    name: 'begins a sign-in under the owner’s anchor and answers it under their own',
    rung: 'administrator',
    async run(world) {
      const provider = world.forged()
      const browser = createBrowser(world.service.url, world.service.send)
      const left = await browser.open(`/saml/${world.company.connection.id}/login`)
      const answer = await provider.answer(left.url, world.owner.person)
      const digest = await stage(world, world.administrator, provider)
      await world.administrator.call('applyStagedAnchor', { ...own(world), body: { digest } })
      const { status } = await browser.postFromElsewhere(answer.acsUrl, answer.form)
      await world.administrator.call('restoreAnchor', own(world))
      return [status, await world.roleOf(browser)]
    },
    wanted: [403, 'nobody'],
  },
  {
    name: 'keeps a question open over a change of the anchor',
    rung: 'administrator',
    async run(world) {
      const evil = await world.evil(world.administrator)
      const owner = clientOf(world.service, world.owner.browser)
      const page = await test(world, owner, world.owner.browser, evil, person('boss'))
      const form = readForm(page, 'link')
      const at = world.at({ id: evil.id })
      const digest = await stage(
        world,
        world.administrator,
        world.forged({ entityId: 'https://x.test/e' }),
        evil.id,
      )
      await world.administrator.call('applyStagedAnchor', { ...at, body: { digest } })
      const posted = await world.owner.browser.postOwn(form.action, form.fields)
      return [posted.status, (await anchorOf(world, at)).rung]
    },
    wanted: [409, 'administrator'],
  },
  {
    name: 'replaces the owner’s anchor as compromised, so that nothing brings it back',
    rung: 'administrator',
    async run(world) {
      const digest = await stage(world, world.administrator, world.forged())
      const apply = (more: object) =>
        world.attempt(
          world.administrator.call('applyStagedAnchor', { ...own(world), body: { digest, ...more } }),
        )
      const owner = clientOf(world.service, world.owner.browser)
      return [
        await apply({ isCompromised: true }),
        await apply({}),
        await world.attempt(owner.call('restoreAnchor', own(world))),
      ]
    },
    wanted: ['owner_required', ok, ok],
  },
  {
    name: 'brings back what an owner took away',
    rung: 'administrator',
    async run(world) {
      const digest = await stage(world, world.administrator, world.forged())
      await world.administrator.call('applyStagedAnchor', { ...own(world), body: { digest } })
      const owner = clientOf(world.service, world.owner.browser)
      const again = await stage(world, owner, world.company.provider)
      await owner.call('applyStagedAnchor', { ...own(world), body: { digest: again } })
      return [await world.attempt(world.administrator.call('restoreAnchor', own(world)))]
    },
    wanted: ['owner_required'],
  },
  {
    name: 'deletes, or switches off, the connection by which the owner signs in',
    rung: 'administrator',
    async run(world) {
      return [
        await world.attempt(
          world.administrator.call('updateConnection', { ...own(world), body: { isActive: false } }),
        ),
        await world.attempt(world.administrator.call('deleteConnection', own(world))),
      ]
    },
    wanted: ['owner_required', 'owner_required'],
  },
  {
    name: 'has the connection by which the owner signs in refuse what the identity provider sends, or not sign what it asks for',
    rung: 'administrator',
    async run(world) {
      await world.operator.call('updateConnection', {
        ...own(world),
        body: { options: { allowAesCbc: true, signRequests: true } },
      })
      const seen: string[] = []
      for (const options of [
        { wantEncryptedAssertions: true },
        { allowAesCbc: false },
        { clockSkewSeconds: 0 },
        { signRequests: false },
        { clockSkewSeconds: 300 },
      ])
        seen.push(
          await world.attempt(
            world.administrator.call('updateConnection', { ...own(world), body: { options } }),
          ),
        )
      return seen
    },
    wanted: ['owner_required', 'owner_required', 'owner_required', 'owner_required', ok],
  },
  {
    name: 'has another key of ours sign what the owner’s identity provider checks, or decrypt what it sends, from one day to the next',
    rung: 'administrator',
    async run(world) {
      const { id } = await world.administrator.call('createServiceKey', world.at({}))
      const activate = (overlapDays: number) =>
        world.attempt(
          world.administrator.call('activateServiceKey', { ...world.at({ id }), body: { overlapDays } }),
        )
      const seen = [await activate(0), await activate(29)]
      const signed = (signRequests: boolean) => ({ ...own(world), body: { options: { signRequests } } })
      seen.push(await world.attempt(world.administrator.call('updateConnection', signed(true))))
      await world.operator.call('updateConnection', signed(true))
      seen.push(await activate(90))
      await world.operator.call('updateConnection', signed(false))
      return [...seen, await activate(30)]
    },
    wanted: ['owner_required', 'owner_required', 'owner_required', 'owner_required', ok],
  },
  {
    name: 'unlinks, blocks, demotes the owner and ends their sessions',
    rung: 'administrator',
    async run(world) {
      const at = world.at({ id: world.owner.id })
      const { administrator: client } = world
      const seen = [
        await world.attempt(
          client.call('unlinkUser', { ...at, body: { connectionId: world.company.connection.id } }),
        ),
        await world.attempt(client.call('deactivateUser', at)),
        await world.attempt(client.call('updateUser', { ...at, body: { role: 'member' } })),
        await world.attempt(client.call('endUserSessions', at)),
      ]
      return [...new Set(seen)]
    },
    wanted: ['owner_required'],
  },
  {
    name: 'changes the recovery address of the owner, and marks it as seen',
    rung: 'administrator',
    async run(world) {
      const at = world.at({ id: world.owner.id })
      const { administrator: client } = world
      return [
        await world.attempt(client.call('putRecoveryAddress', { ...at, body: { address: 'eve@evil.test' } })),
        await world.attempt(client.call('acknowledgeRecoveryAddress', at)),
        await world.attempt(client.call('getRecoveryAddress', at)),
      ]
    },
    wanted: ['forbidden', 'forbidden', 'owner_required'],
  },
  {
    name: 'an own SCIM key: claims the owner, renames them, and gives their name to a friend',
    rung: 'administrator',
    async run(world) {
      await world.administrator.call('updateProvisioning', { ...world.at({}), body: { mode: 'scim' } })
      const { scim } = await keyOf(world, world.administrator)
      const claimed = await post(scim, world.owner.userName)
      const renamed = await patch(scim, world.owner.id, { userName: 'nobody@elsewhere.test' })
      const friend = await post(scim, world.owner.userName, { externalId: world.owner.userName })
      const eve = await world.company.signIn(person('eve', { email: [world.owner.userName] }))
      return [claimed.status, renamed.status, friend.status, await world.roleOf(eve.browser)]
    },
    wanted: [201, 200, 201, 'nobody'],
  },
  {
    name: 'an own SCIM key brings back as owner whom an owner has blocked',
    rung: 'administrator',
    async run(world) {
      const second = await world.settle('second', 'owner')
      const owner = clientOf(world.service, world.owner.browser)
      await owner.call('deactivateUser', world.at({ id: second.id }))
      await world.administrator.call('updateProvisioning', { ...world.at({}), body: { mode: 'scim' } })
      const { scim } = await keyOf(world, world.administrator)
      await post(scim, second.userName, { externalId: 'second', active: true })
      await patch(scim, second.id, { active: false })
      await patch(scim, second.id, { active: true })
      const { browser } = await world.company.signIn(second.person)
      const unblocked = await world.attempt(
        world.administrator.call('reactivateUser', world.at({ id: second.id })),
      )
      return [await world.roleOf(browser), unblocked, (await world.find(second.userName))?.role ?? '']
    },
    wanted: ['nobody', ok, 'member'],
  },
  {
    name: 'a rule for userName that takes the owner’s name, and one for email',
    rung: 'administrator',
    async run(world) {
      await world.administrator.call('putAttributeMapping', {
        ...world.at({}),
        body: { rules: { userName: ['wanted'], email: ['wantedEmail'] } },
      })
      const evil = await world.evil(world.administrator)
      await tieTo(world, evil.id)
      const seen: (string | number)[] = []
      for (const attributes of [
        { wanted: [world.owner.userName], wantedEmail: [`eve@${world.company.domain}`] },
        { wanted: ['eve'], wantedEmail: [world.owner.userName] },
      ]) {
        const { browser } = await evil.signIn(person(`eve-${seen.length}`, attributes))
        seen.push(await world.roleOf(browser))
      }
      return seen
    },
    wanted: ['member', 'nobody'],
  },
  {
    name: 'an import of a colleague with the owner’s address and name',
    rung: 'administrator',
    async run(world) {
      const imported = await world.administrator.call('importUsers', {
        ...world.at({}),
        body: {
          dryRun: false,
          users: [
            { userName: world.owner.userName, email: world.owner.userName },
            { userName: 'twin', email: world.owner.userName, externalId: world.owner.userName },
          ],
        },
      })
      expect(imported).toBeDefined()
      const evil = await world.evil(world.administrator)
      await tieTo(world, evil.id)
      const { browser } = await evil.signIn(person(world.owner.userName, { email: [world.owner.userName] }))
      return [await world.roleOf(browser)]
    },
    wanted: ['nobody'],
  },
  {
    name: 'a friend’s account with the owner’s address stands in the way of the operator’s link for the owner',
    rung: 'administrator',
    async run(world) {
      await world.administrator.call('importUsers', {
        ...world.at({}),
        body: { dryRun: false, users: [{ userName: 'twin', email: world.owner.userName }] },
      })
      const link = await world.operator.call('createPortalLink', {
        ...world.at({}),
        body: { role: 'owner', email: world.owner.userName },
      })
      const browser = createBrowser(world.service.url, world.service.send)
      await browser.call('POST', '/portal-sessions', { token: link.url.split('#token=')[1] })
      const second = await world.evil(world.operator)
      const page = await test(world, clientOf(world.service, browser), browser, second, person('new-boss'))
      const form = readForm(page, 'link')
      await browser.postOwn(form.action, form.fields)
      const { identities } = await world.operator.call('getUser', world.at({ id: world.owner.id }))
      return [(await world.find('twin'))?.role ?? '', identities.length]
    },
    wanted: ['member', 2],
  },
  {
    name: 'a set-up link for themselves, a key by it, and then no longer an administrator',
    rung: 'administrator',
    async run(world) {
      const link = await world.administrator.call('createPortalLink', {
        ...world.at({}),
        body: { role: 'admin', days: 30 },
      })
      const browser = createBrowser(world.service.url, world.service.send)
      await browser.call('POST', '/portal-sessions', { token: link.url.split('#token=')[1] })
      const before = await world.roleOf(browser)
      await world.operator.call('updateUser', {
        ...world.at({ id: world.admin.id }),
        body: { role: 'member' },
      })
      const again = await createBrowser(world.service.url, world.service.send).call(
        'POST',
        '/portal-sessions',
        {
          token: link.url.split('#token=')[1],
        },
      )
      return [before, await world.roleOf(browser), again.status]
    },
    wanted: ['contact', 'nobody', 410],
    lowered: { admin: 'member' },
  },
  {
    name: 'invites a friend as administrator, and is one no longer when the friend accepts',
    rung: 'administrator',
    async run(world) {
      const { url } = await world.administrator.call('createInvitation', {
        ...world.at({}),
        body: { email: `friend@${world.company.domain}`, role: 'admin' },
      })
      await world.operator.call('updateUser', {
        ...world.at({ id: world.admin.id }),
        body: { role: 'member' },
      })
      const token = url?.split('#token=')[1] ?? ''
      const accepted = await world.attempt(world.operator.call('acceptInvitation', { body: { token } }))
      const { browser } = await world.company.signIn(world.company.person('friend'))
      return [accepted, await world.roleOf(browser)]
    },
    wanted: ['link_gone', 'member'],
    lowered: { admin: 'member' },
  },
  {
    name: 'invites a friend from a portal session, whose link the operator then revokes',
    rung: 'administrator',
    async run(world) {
      const link = await world.operator.call('createPortalLink', { ...world.at({}), body: { role: 'admin' } })
      const browser = createBrowser(world.service.url, world.service.send)
      await browser.call('POST', '/portal-sessions', { token: link.url.split('#token=')[1] })
      const { url } = await clientOf(world.service, browser).call('createInvitation', {
        ...world.at({}),
        body: { email: `friend@${world.company.domain}`, role: 'admin' },
      })
      const { items } = await world.operator.call('listPortalLinks', world.at({}))
      for (const { id } of items) await world.operator.call('revokePortalLink', world.at({ id }))
      const token = url?.split('#token=')[1] ?? ''
      const accepted = await world.attempt(world.operator.call('acceptInvitation', { body: { token } }))
      return [
        accepted,
        await world.roleOf((await world.company.signIn(world.company.person('friend'))).browser),
      ]
    },
    wanted: ['link_gone', 'member'],
  },
  {
    name: 'lowers themselves to nothing and takes the owner along: a rule for everybody, at the owner’s sign-in',
    rung: 'administrator',
    async run(world) {
      await world.administrator.call('putRoleMappings', {
        ...world.at({}),
        body: { mappings: [{ group: 'Everybody', role: 'member' }] },
      })
      const groups = { groups: ['Everybody'] }
      const { browser } = await world.company.signIn(world.company.person('owner', groups))
      return [await world.roleOf(browser)]
    },
    wanted: ['owner'],
  },
  {
    name: 'restores, by an anchor, what somebody held before they were made an owner',
    rung: 'administrator',
    async run(world) {
      // The administrator's own identity provider once signed in as the person; the owner confirmed that connection for everybody.
      const evil = await world.evil(world.operator)
      await tieTo(world, evil.id)
      const heir = `heir@${world.company.domain}`
      const before = person('heir-of-old', { email: [heir] })
      await evil.signIn(before)
      const at = world.at({ id: evil.id })
      const other = world.forged({ entityId: 'https://renamed.test/entity' })
      const digest = await stage(world, world.administrator, other, evil.id)
      await world.administrator.call('applyStagedAnchor', { ...at, body: { digest } })
      // The operator makes the person an owner, who proves themselves by another connection: all else is dropped.
      const link = await world.operator.call('createPortalLink', {
        ...world.at({}),
        body: { role: 'owner', email: heir },
      })
      const browser = createBrowser(world.service.url, world.service.send)
      await browser.call('POST', '/portal-sessions', { token: link.url.split('#token=')[1] })
      const real = { id: world.company.connection.id, provider: world.company.provider } as Evil
      const page = await test(world, clientOf(world.service, browser), browser, real, person('heir-now'))
      const form = readForm(page, 'link')
      await browser.postOwn(form.action, form.fields)
      await world.administrator.call('restoreAnchor', at)
      const back = await evil.signIn(before)
      return [(await world.find(heir))?.role ?? '', await world.roleOf(back.browser)]
    },
    wanted: ['owner', 'nobody'],
  },
  {
    name: 'brings back an anchor over the one that the owner has confirmed, and with it the owner’s link',
    rung: 'administrator',
    async run(world) {
      const evil = await world.evil(world.administrator)
      const at = world.at({ id: evil.id })
      const renamed = world.forged({ entityId: 'https://renamed.test/entity' })
      const digest = await stage(world, world.administrator, renamed, evil.id)
      await world.administrator.call('applyStagedAnchor', { ...at, body: { digest } })
      const owner = clientOf(world.service, world.owner.browser)
      const page = await test(
        world,
        owner,
        world.owner.browser,
        { ...evil, provider: renamed },
        person('boss'),
      )
      const form = readForm(page, 'link')
      await world.owner.browser.postOwn(form.action, form.fields)
      const restored = await world.attempt(world.administrator.call('restoreAnchor', at))
      const { identities } = await world.operator.call('getUser', world.at({ id: world.owner.id }))
      return [restored, identities.length, await world.attempt(owner.call('restoreAnchor', at))]
    },
    wanted: ['owner_required', 2, ok],
  },
  {
    name: 'the domain untied, removed and proved anew: the owner goes on signing in',
    rung: 'administrator',
    async run(world) {
      const at = world.at({ id: await domainOf(world) })
      await world.administrator.call('updateDomain', { ...at, body: { connectionIds: [] } })
      const untied = await world.company.signIn(world.owner.person)
      await world.administrator.call('deleteDomain', at)
      const removed = await world.company.signIn(world.owner.person)
      return [await world.roleOf(untied.browser), await world.roleOf(removed.browser)]
    },
    wanted: ['owner', 'owner'],
  },
  {
    name: 'a domain as the operator asserts it',
    rung: 'administrator',
    async run(world) {
      const added = await world.administrator.call('createDomain', {
        ...world.at({}),
        body: { name: 'globex.test' },
      })
      return [
        await world.attempt(
          world.administrator.call('updateDomain', {
            ...world.at({ id: added.id }),
            body: { isVerified: true },
          }),
        ),
      ]
    },
    wanted: ['forbidden'],
  },
  {
    name: 'an alert: restoring it gives back no ownership that an owner has taken meanwhile',
    rung: 'administrator',
    async run(world) {
      await world.scimMode()
      const { scim } = await keyOf(world, world.operator)
      const second = await world.settle('second', 'owner')
      await post(scim, second.userName, { externalId: 'second' })
      await patch(scim, second.id, { active: false })
      const owner = clientOf(world.service, world.owner.browser)
      await owner.call('updateUser', { ...world.at({ id: second.id }), body: { role: 'member' } })
      await patch(scim, second.id, { active: true })
      const { browser } = await world.company.signIn(second.person)
      return [await world.roleOf(browser)]
    },
    wanted: ['member'],
  },
]

const byConnection: readonly Row[] = [
  {
    name: 'a group’s name with a space, a wide letter or a zero width inside is another group',
    rung: 'connection',
    async run(world) {
      await staff(world)
      const seen: string[] = []
      for (const [at, name] of ['Admins ', ' Admins', 'Adm\u200bins', 'Ａdmins', 'admins'].entries()) {
        const { browser } = await world.company.signIn(world.company.person(`eve${at}`, { groups: [name] }))
        seen.push(await world.roleOf(browser))
      }
      return [...new Set(seen)]
    },
    wanted: ['member'],
  },
  {
    name: 'a role, or an owner’s group, asserted as an attribute',
    rung: 'connection',
    async run(world) {
      const more = { role: ['owner'], roles: ['owner', 'admin'], groups: ['owner', 'owners'] }
      const { browser } = await world.company.signIn(world.company.person('eve', more))
      const again = await world.company.signIn(world.company.person('member', more))
      return [await world.roleOf(browser), await world.roleOf(again.browser)]
    },
    wanted: ['member', 'member'],
  },
  {
    name: 'the owner’s NameID with spaces, other letters, other widths',
    rung: 'connection',
    async run(world) {
      const name = world.owner.userName
      const seen: string[] = []
      for (const nameId of [
        `${name} `,
        ` ${name}`,
        `\u200b${name}`,
        name.toUpperCase(),
        name.replace('@', '＠'),
      ]) {
        const { browser } = await world.company.signIn(person(nameId, { email: [name] }))
        seen.push(await world.roleOf(browser))
      }
      return [...new Set(seen)]
    },
    wanted: ['nobody'],
  },
  {
    name: 'another connection’s response, sent to the owner’s ACS',
    rung: 'connection',
    async run(world) {
      const { client } = await world.contact()
      const evil = await world.evil(client)
      const browser = createBrowser(world.service.url, world.service.send)
      const left = await browser.open(`/saml/${evil.id}/login`)
      const answer = await evil.provider.answer(left.url, world.owner.person)
      const { status } = await browser.postFromElsewhere(world.company.connection.acsUrl, answer.form)
      return [status, await world.roleOf(browser)]
    },
    wanted: [403, 'nobody'],
  },
  {
    name: 'the owner’s own answer, replayed in another browser, and the finish of it',
    rung: 'connection',
    async run(world) {
      const victim = createBrowser(world.service.url, world.service.send)
      const left = await victim.open(`/saml/${world.company.connection.id}/login`)
      const answer = await world.company.provider.answer(left.url, world.owner.person)
      const thief = createBrowser(world.service.url, world.service.send)
      const taken = await world.service.send(
        new Request(new URL(answer.acsUrl), { method: 'POST', body: new URLSearchParams(answer.form) }),
      )
      const page = await thief.open(taken.headers.get('location') ?? '')
      const again = await thief.postFromElsewhere(answer.acsUrl, answer.form)
      return [page.status, again.status, await world.roleOf(thief)]
    },
    wanted: [403, 403, 'nobody'],
  },
  {
    name: 'a session fixed before the sign-in is another one after it',
    rung: 'connection',
    async run(world) {
      const victim = createBrowser(
        world.service.url,
        world.service.send,
        new Map(world.member.browser.cookies),
      )
      const planted = createBrowser(
        world.service.url,
        world.service.send,
        new Map(world.member.browser.cookies),
      )
      await world.company.signIn(world.owner.person, { browser: victim })
      return [await world.roleOf(victim), await world.roleOf(planted)]
    },
    wanted: ['owner', 'nobody'],
  },
  {
    name: 'an open invitation as administrator, taken by a connection that a contact set up',
    rung: 'connection',
    async run(world) {
      const { client } = await world.contact()
      const evil = await world.evil(client)
      await tieTo(world, evil.id)
      const email = `chief@${world.company.domain}`
      await world.operator.call('createInvitation', { ...world.at({}), body: { email, role: 'admin' } })
      const { browser } = await evil.signIn(person('eve', { email: [email] }))
      const { items } = await world.operator.call('listInvitations', world.at({}))
      return [await world.roleOf(browser), items[0]?.state ?? '']
    },
    wanted: ['member', 'open'],
  },
  {
    name: 'an account made by a low connection, then given a role: the low connection signs in no longer',
    rung: 'connection',
    async run(world) {
      const { client } = await world.contact()
      const evil = await world.evil(client)
      await tieTo(world, evil.id)
      const email = `chief@${world.company.domain}`
      const first = await evil.signIn(person('eve', { email: [email] }))
      const before = await world.roleOf(first.browser)
      const id = (await world.find(email))?.id ?? ''
      await world.operator.call('updateUser', { ...world.at({ id }), body: { role: 'admin' } })
      const second = await evil.signIn(person('eve', { email: [email] }))
      return [before, await world.roleOf(first.browser), await world.roleOf(second.browser)]
    },
    wanted: ['member', 'nobody', 'nobody'],
  },
  {
    name: 'a logout by a low connection that names the owner',
    rung: 'connection',
    async run(world) {
      const { client } = await world.contact()
      const evil = await world.evil(client)
      const page = await world.owner.browser.open(`/saml/${evil.id}/slo?SAMLRequest=x&SigAlg=y&Signature=z`)
      return [page.status >= 400 ? 'refused' : 'taken', await world.roleOf(world.owner.browser)]
    },
    wanted: ['refused', 'owner'],
  },
]

const rows = [...byContact, ...byDirectory, ...byAdministrator, ...byConnection]

it('has at least forty hostile set-ups', () => {
  expect(rows.length).toBeGreaterThanOrEqual(40)
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length)
})

forEachStore((start, store) => {
  let service: Service
  let evils = 0
  beforeAll(async () => {
    service = await start()
  })

  const attempt: World['attempt'] = async (call) => {
    try {
      await call
      return ok
    } catch (error) {
      if (error instanceof ProblemError) return error.problem.code
      throw error
    }
  }
  const roleOf: World['roleOf'] = async (browser) => {
    const response = await browser.call('GET', '/session')
    if (response.status !== 200) return 'nobody'
    const { kind, role } = (await response.json()) as { kind: string; role: string }
    return kind === 'setup' ? 'contact' : role
  }

  const listRoles = async (slug: string) => {
    const { items } = await service.admin.call('listUsers', { params: { slug }, query: { limit: 200 } })
    return new Map(items.map(({ id, role }) => [id, role as Role]))
  }

  async function build(): Promise<World> {
    const company = await createCompany(service)
    const { slug } = company.organization
    const at: World['at'] = (more) => ({ params: { slug, ...more } })
    const find: World['find'] = async (userName) => {
      const { items } = await service.admin.call('listUsers', { ...at({}), query: { search: userName } })
      return items.find((one) => one.userName === userName)
    }
    const settle: World['settle'] = async (name, role) => {
      const who = company.person(name)
      const first = await company.signIn(who)
      const userName = `${name}@${company.domain}`
      const id = (await find(userName))?.id ?? ''
      if (role === 'member') return { id, userName, person: who, browser: first.browser }
      await service.admin.call('updateUser', { ...at({ id }), body: { role } })
      // Another role ends the sessions of before.
      const { browser } = await company.signIn(who)
      return { id, userName, person: who, browser }
    }
    const owner = await settle('owner', 'owner')
    const admin = await settle('admin', 'admin')
    const member = await settle('member', 'member')
    return {
      service,
      company,
      slug,
      operator: service.admin,
      owner,
      admin,
      member,
      administrator: clientOf(service, admin.browser),
      contact: () => openCaller(service, slug, 'contact'),
      attempt,
      async evil(by, more = {}) {
        evils += 1
        const provider = createSamlProvider({ baseUrl: `https://evil-${evils}.test`, key, now: service.now })
        const made = await by.call('createConnection', {
          ...at({}),
          body: {
            name: 'Evil',
            identityProvider: 'okta',
            metadataXml: provider.metadata(),
            isActive: true,
            ...more,
          },
        })
        return {
          id: made.id,
          provider,
          async signIn(who, browser = createBrowser(service.url, service.send)) {
            const left = await browser.open(`/saml/${made.id}/login`)
            const answer = await provider.answer(left.url, who)
            return { ...(await browser.postFromElsewhere(answer.acsUrl, answer.form)), browser }
          },
        }
      },
      forged: (more = {}) =>
        createSamlProvider({
          baseUrl: new URL(company.provider.ssoUrl).origin,
          key: evilKey,
          now: service.now,
          ...more,
        }),
      scim: (token) => async (method, path, body) => {
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
        const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
        const response = await service.send(new Request(`${service.url}/scim/v2${path}`, init))
        const text = await response.text()
        return { status: response.status, body: text === '' ? { id: '' } : JSON.parse(text) }
      },
      async scimMode(unknownSignIns = 'create') {
        const body = { mode: 'scim' as const, unknownSignIns }
        await service.admin.call('updateProvisioning', { ...at({}), body })
      },
      settle,
      find,
      roleOf,
      at,
    }
  }

  describe.each(deal('hostile set-ups', rows, store))('$rung: $name', (row) => {
    it('lifts nobody, and takes nothing from who stands above', async () => {
      const world = await build()
      const before = await listRoles(world.slug)
      const seen = await row.run(world)
      expect(seen).toEqual(row.wanted)
      const after = await listRoles(world.slug)
      for (const [id, role] of before) {
        const name = (['owner', 'admin', 'member'] as const).find((one) => world[one].id === id)
        const expected = (name === undefined ? undefined : row.lowered?.[name]) ?? role
        expect([name, after.get(id) ?? 'gone']).toEqual([name, expected])
      }
      const signedIn = await world.company.signIn(world.owner.person)
      expect(await world.roleOf(signedIn.browser)).toBe('owner')
    })
  })
})
