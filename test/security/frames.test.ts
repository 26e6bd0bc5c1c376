// The settings in a frame of the product's page: only where the operator says, by two halves of one credential, once, for what the frame is
// for, and never above the person it is for.
// Judges: server/sessions, server/admin, server/console.
import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { type EmbedIntent, embedIntents, type OperationId, operations } from '@rollcall/api'
import { beforeAll, describe, expect, it } from 'vitest'
import { toHolder } from '../../packages/server/src/admin/door.ts'
import { actOfJob } from '../../packages/server/src/events/record.ts'
import { leaveLinkBehind } from '../../packages/server/src/provisioning/maker-leaves.ts'
import { findFrame } from '../../packages/server/src/sessions/frames.ts'
import { endSettling, putInForce } from '../../packages/server/src/sessions/key-change.ts'
import { tendFrames } from '../../packages/server/src/sessions/tend-frames.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { type Browser, createBrowser } from '../harness/browser.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

const origin = 'https://docs.acme.test'
const elsewhere = 'https://elsewhere.test'
const minuteMs = 60_000

/** What each kind of frame reaches beside its own session and organization, written down a second time and by hand. */
const reached: Readonly<Record<Exclude<EmbedIntent, 'settings'>, readonly OperationId[]>> = {
  'single-sign-on': [
    ...(['listConnections', 'getConnection', 'createConnection', 'updateConnection'] as const),
    ...(['deleteConnection', 'refreshConnection', 'testConnection', 'relinkConnection'] as const),
    ...(['previewConnection', 'getIdentityProviderMetadata', 'getAnchor', 'confirmAnchor'] as const),
    ...(['restoreAnchor', 'stageAnchor', 'getStagedAnchor', 'discardStagedAnchor'] as const),
    ...(['applyStagedAnchor', 'listServiceKeys', 'createServiceKey', 'activateServiceKey'] as const),
    ...(['listDomains', 'getProvisioning', 'listSetUpRefusals'] as const),
  ],
  domains: ['listDomains', 'createDomain', 'verifyDomain', 'updateDomain', 'deleteDomain', 'listConnections'],
  provisioning: [
    ...(['getProvisioning', 'updateProvisioning', 'previewProvisioning', 'streamProvisioning'] as const),
    ...(['listUnclaimed', 'createKey', 'updateKey', 'rotateKey', 'endEarlierToken'] as const),
    ...(['revokeKey', 'confirmKey'] as const),
    ...(['listOAuthClients', 'createOAuthClient', 'updateOAuthClient', 'rotateOAuthClient'] as const),
    ...(['revokeOAuthClient', 'confirmOAuthClient', 'listSetUpRefusals', 'getStatistics'] as const),
    ...(['listAlerts', 'restoreAlert', 'dismissAlert', 'listConnections', 'listDomains'] as const),
  ],
  activity: [
    ...(['listActivity', 'getStatistics', 'listEvents', 'verifyEvents'] as const),
    ...(['exportEvents', 'exportEventLines'] as const),
  ],
}
const always: readonly OperationId[] = ['getSession', 'endSession', 'getOrganization']
const never: readonly OperationId[] = [
  'endOwnSessions',
  'createPortalLink',
  'resendPortalLink',
  'revokePortalLink',
]

forEachStore((start, store) => {
  let service: Service
  let acme: Company
  let slug: string
  /** Done in the moment before a request's first unit of work. */
  const meanwhile = new AsyncLocalStorage<{ run: (() => Promise<unknown>) | undefined }>()
  const beforeStore = async (what: 'unit' | 'read'): Promise<void> => {
    const found = what === 'unit' ? meanwhile.getStore() : undefined
    const run = found?.run
    if (found !== undefined) found.run = undefined
    if (run !== undefined) await meanwhile.exit(run)
  }
  beforeAll(async () => {
    service = await start({ url: 'https://accounts.globex.test', hasMail: true, beforeStore })
    acme = await createCompany(service)
    slug = acme.organization.slug
    await service.admin.call('putEmbedding', { body: { origins: [origin] } })
  })
  const newBrowser = () => createBrowser(service.url, service.send)
  const ask = (more: object = {}) =>
    service.admin.call('createEmbedSession', {
      params: { slug },
      body: { origin, intents: ['settings'], role: 'admin', person: 'ada@acme.test', ...more },
    })
  const tokenOf = (url: string): string => new URL(url).hash.replace('#token=', '')
  const redeem = (url: string, browser = newBrowser(), headers: Record<string, string> = {}) =>
    browser.call('POST', '/embed-sessions', { token: tokenOf(url) }, headers)
  interface Frame {
    readonly browser: Browser
    readonly secret: string
    call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  }
  const open = async (more: object = {}, browser = newBrowser()): Promise<Frame> => {
    const answer = await redeem((await ask(more)).url, browser)
    expect(answer.status).toBe(200)
    const { secret } = (await answer.json()) as { secret: string }
    const call: Frame['call'] = (method, path, body, headers = {}) =>
      browser.call(method, path, body, { 'rollcall-frame': secret, ...headers })
    return { browser, secret, call }
  }
  const statusOf = async (frame: Frame) => (await frame.call('GET', '/session')).status
  const codeOf = async (response: Response | Promise<Response>) => {
    const answer = await response
    return `${answer.status} ${((await answer.json()) as { code?: string }).code ?? ''}`
  }
  const signInAs = async (name: string, role: 'owner' | 'admin' | 'member') => {
    await acme.signIn(acme.person(name))
    const found = await service.admin.call('listUsers', { params: { slug }, query: { search: name } })
    const id = found.items[0]?.id as string
    if (role !== 'member') await service.admin.call('updateUser', { params: { slug, id }, body: { role } })
    return id
  }

  describe('where', () => {
    it.each([
      'https://*',
      'https://*.acme.test',
      'https://docs.acme.test/',
      'https://docs.acme.test;x',
      'https://DOCS.acme.test',
      'http://docs.acme.test',
      'null',
    ])('%s is no origin that may be listed', async (one) => {
      await expect(service.admin.call('putEmbedding', { body: { origins: [one] } })).rejects.toMatchObject({
        problem: { code: 'invalid_request' },
      })
    })

    it('is said by the operator: no frame, and no way back, to anywhere else', async () => {
      await expect(ask({ origin: elsewhere })).rejects.toMatchObject({
        problem: { code: 'origin_not_listed' },
      })
      await expect(ask({ returnUrl: `${elsewhere}/settings` })).rejects.toMatchObject({
        problem: { code: 'origin_not_listed' },
      })
      const frame = await open({ returnUrl: `${origin}/settings` })
      const view = await (await frame.call('GET', '/session')).json()
      expect(view).toMatchObject({
        returnUrl: `${origin}/settings`,
        intents: ['settings'],
        rung: 'administrator',
      })
    })

    it('is said to browsers: that origin may show the page, and nobody may show any other', async () => {
      const policyOf = async (path: string, headers: Record<string, string> = {}) => {
        const answer = await service.send(new Request(new URL(path, service.url), { headers }))
        return /frame-ancestors ([^;]*)/.exec(answer.headers.get('content-security-policy') ?? '')?.[1]
      }
      const { url } = await ask()
      expect(await policyOf(url, { 'sec-fetch-dest': 'iframe' })).toBe(origin)
      // As a page of its own it would be a window that names nobody.
      expect(await policyOf(url, { 'sec-fetch-dest': 'document' })).toBe("'none'")
      const { pathname } = new URL(url)
      for (const path of [`${pathname}x`, '/embed/', '/embed/https://docs.acme.test', '/', '/portal', '/sso'])
        expect(await policyOf(path)).toBe("'none'")
      expect(await policyOf(`/organizations/${slug}/settings`)).toBe("'none'")
      // Who has kept an address shows nothing in it once the origin is taken from the list.
      await service.admin.call('putEmbedding', { body: { origins: [elsewhere] } })
      expect(await policyOf(url, { 'sec-fetch-dest': 'iframe' })).toBe("'none'")
      await service.admin.call('putEmbedding', { body: { origins: [origin] } })
    })

    it('an origin that is taken from the list ends its frames at once, and the log of the operator has it', async () => {
      const frame = await open()
      const { url } = await ask()
      await service.admin.call('putEmbedding', { body: { origins: [elsewhere] } })
      expect(await statusOf(frame)).toBe(401)
      expect((await redeem(url)).status).toBe(410)
      service.advance(1_000)
      await service.admin.call('putEmbedding', { body: { origins: [origin] } })
      expect(await statusOf(frame)).toBe(401)
      expect((await redeem(url)).status).toBe(410)
      const { items } = await service.admin.call('listOperatorEvents', { query: {} })
      expect(items[0]).toMatchObject({
        type: 'embedding.updated',
        data: { changes: [{ attribute: 'origins', before: [elsewhere], after: [origin] }] },
      })
    })
  })

  it('an origin that is taken from the list ends what was asked for there, and an act that is under way', async () => {
    const person = await signInAs(`ruth-${store}`, 'owner')
    const frame = await open({ person, role: 'owner' })
    const list = (origins: string[]) => service.admin.call('putEmbedding', { body: { origins } })
    const path = `/organizations/${slug}/users/${person}/recovery-address`
    const pending = async () =>
      (await service.admin.call('getRecoveryAddress', { params: { slug, id: person } })).pendingAddress
    expect((await frame.call('PUT', path, { address: 'eve@evil.test' })).status).toBe(200)
    expect(await pending()).toBe('eve@evil.test')
    await list([])
    expect(await pending()).toBeNull()
    service.advance(1_000)
    await list([origin])
    expect(await pending()).toBeNull()
    const other = await open()
    const add = () => other.call('POST', `/organizations/${slug}/domains`, { name: 'acme-late.com' })
    const late = await meanwhile.run({ run: () => list([]) }, add)
    expect(late.status).toBe(401)
    const { items } = await service.admin.call('listDomains', { params: { slug } })
    expect(items.map(({ name }) => name)).not.toContain('acme-late.com')
    await list([origin])
  })

  it('of an owner that speaks for an administrator changes no recovery address, and ends no session elsewhere', async () => {
    const person = await signInAs(`olga-${store}`, 'owner')
    const frame = await open({ person, role: 'admin' })
    const path = `/organizations/${slug}/users/${person}`
    const change = frame.call('PUT', `${path}/recovery-address`, { address: 'eve@evil.test' })
    expect(await codeOf(change)).toBe('403 owner_required')
    // However the id is written.
    for (const id of [person, person.replace('_', '%5F'), person.replace('u', '%75')])
      for (const way of ['sessions/end-all', 'end-sessions']) {
        const ends = frame.call('POST', `/organizations/${slug}/users/${id}/${way}`, { reason: 'x' })
        expect(await codeOf(ends)).toBe('403 forbidden')
      }
  })

  // A second on PostgreSQL, where the statement is the same.
  it.runIf(store === 'embedded')('of one person are very many, and end no session elsewhere', async () => {
    const id = await signInAs(`fritz-${store}`, 'admin')
    const { browser } = await acme.signIn(acme.person(`fritz-${store}`))
    const frames: Frame[] = []
    for (let count = 0; count < 51; count += 1) frames.push(await open({ person: id }))
    await acme.signIn(acme.person(`fritz-${store}`))
    expect((await browser.call('GET', '/session')).status).toBe(200)
    // Of the frames themselves so many hold as of other sessions.
    const held = await Promise.all([0, 1, 50].map((at) => statusOf(frames[at] as Frame)))
    expect(held).toEqual([401, 200, 200])
  })
  it.runIf(store === 'embedded')('of one address as many hold as of an account', async () => {
    const frames: Frame[] = []
    for (let count = 0; count < 51; count += 1)
      frames.push(await open({ role: 'contact', person: 'many@acme.test' }))
    const held = await Promise.all([0, 1, 50].map((at) => statusOf(frames[at] as Frame)))
    expect(held).toEqual([401, 200, 200])
  })

  it('of one person, however many links opened them, wait and hold places as one', async () => {
    const person = await signInAs(`greta-${store}`, 'admin')
    const holderIn = async (more: object) => {
      const { browser, secret } = await open(more)
      const [token] = browser.cookies.values()
      const shown = { token, secret: secret.split('.')[1] ?? '' }
      const session = await findFrame(service.database, shown, service.now())
      return session && toHolder({ kind: 'session', session }).parent
    }
    expect([await holderIn({ person }), await holderIn({ person })]).toEqual([person, person])
    const contact = { role: 'contact', person: 'greta@acme.test' }
    const first = await holderIn(contact)
    expect([first, await holderIn(contact)]).toEqual([expect.stringMatching(/^link_/), first])
    expect(await holderIn({ ...contact, person: 'gert@acme.test' })).not.toBe(first)
  })

  describe('the link', () => {
    it('opens once', async () => {
      const { url } = await ask()
      expect((await redeem(url)).status).toBe(200)
      expect(await codeOf(redeem(url))).toBe('410 link_gone')
    })

    it('opens once, of many who try at once', async () => {
      const { url } = await ask()
      const answers = await Promise.all(Array.from({ length: 6 }, () => redeem(url)))
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410, 410, 410])
    })

    it('opens with what the page keeps, and with nothing else, where the page has bound it', async () => {
      const verifier = 'v'.repeat(43)
      const challenge = createHash('sha256').update(verifier).digest('base64url')
      const { url } = await ask({ challenge })
      const [, token = ''] = /^#token=(.+)&proof=required$/.exec(new URL(url).hash) ?? []
      expect(url).not.toContain(challenge)
      const exchange = (proof: object) => newBrowser().call('POST', '/embed-sessions', { token, ...proof })
      // Neither the challenge itself, which the product knows, nor anything else; and nobody uses it up.
      for (const proof of [{}, { verifier: challenge }, { verifier: 'w'.repeat(43) }])
        expect(await codeOf(exchange(proof))).toBe('410 link_gone')
      expect(await codeOf(exchange({ verifier: 'short' }))).toBe('400 invalid_request')
      expect((await exchange({ verifier })).status).toBe(200)
      expect(await codeOf(exchange({ verifier }))).toBe('410 link_gone')
      // A link that nobody bound is not opened as if somebody had.
      const plain = await ask()
      const unbound = { token: tokenOf(plain.url), verifier }
      expect(await codeOf(newBrowser().call('POST', '/embed-sessions', unbound))).toBe('410 link_gone')
      expect((await redeem(plain.url)).status).toBe(200)
      for (const bad of ['', 'x', `${challenge}=`, verifier.slice(1)])
        await expect(ask({ challenge: bad })).rejects.toMatchObject({ problem: { code: 'invalid_request' } })
    })

    it('opens for a minute', async () => {
      const { url } = await ask()
      service.advance(minuteMs)
      expect((await redeem(url)).status).toBe(410)
    })

    it('opens on our own page alone, and as nothing else', async () => {
      const { url } = await ask()
      expect(await codeOf(redeem(url, newBrowser(), { origin }))).toBe('403 cross_site')
      const portal = await newBrowser().call('POST', '/portal-sessions', { token: tokenOf(url) })
      expect(portal.status).toBe(410)
      const link = await service.admin.call('createPortalLink', { params: { slug }, body: { role: 'owner' } })
      expect((await redeem(link.url)).status).toBe(410)
      expect((await redeem(url)).status).toBe(200)
    })

    it('is listed and revoked among the others, with the session that it opened', async () => {
      const frame = await open({ role: 'contact', intents: ['domains'] })
      const { items } = await service.admin.call('listPortalLinks', { params: { slug } })
      const own = items.find(({ intents }) => intents?.join() === 'domains')
      expect(own).toMatchObject({
        kind: 'embed',
        role: 'contact',
        origin,
        intents: ['domains'],
        email: 'ada@acme.test',
      })
      await service.admin.call('revokePortalLink', { params: { slug, id: own?.id ?? '' } })
      expect(await statusOf(frame)).toBe(401)
      const events = await service.admin.call('listEvents', { params: { slug }, query: {} })
      const about = events.items.filter(({ subject }) => subject.id === own?.id).map(({ type }) => type)
      expect(about).toEqual(['portal_link.revoked', 'portal_link.used', 'portal_link.created'])
    })

    it('is made by the operator alone', async () => {
      const frame = await open()
      const body = { origin, intents: ['settings'], role: 'admin', person: 'eve@acme.test' }
      expect(await codeOf(frame.call('POST', `/organizations/${slug}/embed-sessions`, body))).toBe(
        '403 forbidden',
      )
    })
  })

  describe('the two halves', () => {
    it('a cookie that browsers keep for that site alone, and a secret that no cookie has', async () => {
      const answer = await redeem((await ask()).url)
      const { secret } = (await answer.json()) as { secret: string }
      const [cookie = '', ...others] = answer.headers.getSetCookie()
      expect(others).toEqual([])
      expect(cookie).toMatch(
        /^__Host-rollcall_frame_[0-9a-z]{12}=[0-9A-Za-z]{43}; Path=\/; Max-Age=28800; HttpOnly; SameSite=None; Partitioned; Secure$/,
      )
      expect(cookie).not.toContain(secret.split('.')[1])
    })

    it('neither is worth anything alone, nor with the other half of another frame', async () => {
      const frame = await open()
      const other = await open()
      expect(await statusOf(frame)).toBe(200)
      expect((await frame.browser.call('GET', '/session')).status).toBe(401)
      const bare = { 'rollcall-frame': frame.secret }
      expect((await newBrowser().call('GET', '/session', undefined, bare)).status).toBe(401)
      const [id = ''] = frame.secret.split('.')
      const [, theirs = ''] = other.secret.split('.')
      const mixed = { 'rollcall-frame': `${id}.${theirs}` }
      expect((await frame.browser.call('GET', '/session', undefined, mixed)).status).toBe(401)
      const [token = ''] = [...frame.browser.cookies.values()]
      const named = new Map([['__Host-rollcall_session', token]])
      const thief = createBrowser(service.url, service.send, named)
      expect((await thief.call('GET', '/session')).status).toBe(401)
      expect((await thief.call('GET', '/session', undefined, bare)).status).toBe(401)
      expect((await thief.open('/me')).text).not.toContain('ada@acme.test')
    })

    it('fixation: whoever plants the cookie of their frame gets nobody into it, and a frame is always new', async () => {
      const attacker = await open()
      const victim = createBrowser(service.url, service.send, new Map(attacker.browser.cookies))
      const frame = await open({ person: 'grace@acme.test' }, victim)
      expect(await (await frame.call('GET', '/session')).json()).toMatchObject({ label: 'grace@acme.test' })
      expect(attacker.browser.cookies.has([...victim.cookies.keys()].at(-1) ?? '')).toBe(false)
      const [name = '', planted = ''] = [...attacker.browser.cookies][0] ?? []
      const own = [...victim.cookies.keys()].find((one) => one !== name) ?? ''
      victim.cookies.set(own, planted)
      expect(await statusOf(frame)).toBe(401)
    })

    it('a session of another kind goes on beside it, and counts for nothing in it', async () => {
      const link = await service.admin.call('createPortalLink', { params: { slug }, body: { role: 'owner' } })
      const browser = newBrowser()
      await browser.call('POST', '/portal-sessions', { token: tokenOf(link.url) })
      const frame = await open({ role: 'contact' }, browser)
      expect(await (await frame.call('GET', '/session')).json()).toMatchObject({ rung: 'contact' })
      expect(await (await browser.call('GET', '/session')).json()).toMatchObject({ rung: 'owner' })
      const broken = { 'rollcall-frame': `${frame.secret}x` }
      expect((await browser.call('GET', '/session', undefined, broken)).status).toBe(401)
      expect((await frame.call('DELETE', '/session')).status).toBe(204)
      expect(await statusOf(frame)).toBe(401)
      expect((await browser.call('GET', '/session')).status).toBe(200)
    })

    it('a change comes from our own page, whatever the halves', async () => {
      const frame = await open()
      const path = `/organizations/${slug}/domains`
      const forged = frame.call('POST', path, { name: 'acme-docs.com' }, { origin })
      expect(await codeOf(forged)).toBe('403 cross_site')
    })

    it('of very many frames in one browser the oldest end', async () => {
      const browser = newBrowser()
      const first = await open({}, browser)
      for (let count = 1; count < 20; count += 1) await open({}, browser)
      expect(await statusOf(first)).toBe(200)
      await open({}, browser)
      expect(await statusOf(first)).toBe(401)
      expect(browser.cookies.size).toBe(20)
    })

    it('holds for eight hours at most, and for one in which nobody uses it', async () => {
      const used = await open()
      const idle = await open()
      for (let minutes = 0; minutes < 470; minutes += 50) {
        expect(await statusOf(used)).toBe(200)
        service.advance(50 * minuteMs)
      }
      expect(await statusOf(used)).toBe(401)
      expect(await statusOf(idle)).toBe(401)
    })
  })

  describe('for whom', () => {
    it('a contact is named by an address, an owner by their account', async () => {
      const id = await signInAs('olga', 'owner')
      await expect(ask({ role: 'contact', person: id })).rejects.toMatchObject({
        problem: { code: 'invalid_request' },
      })
      await expect(ask({ role: 'owner', person: 'olga@acme.test' })).rejects.toMatchObject({
        problem: { code: 'invalid_request' },
      })
      const frame = await open({ role: 'owner', person: id })
      expect(await (await frame.call('GET', '/session')).json()).toMatchObject({ rung: 'owner', userId: id })
    })

    it('nobody is given more than their role, and nobody who is out', async () => {
      const [member, admin] = [await signInAs('mia', 'member'), await signInAs('adam', 'admin')]
      await expect(ask({ person: member })).rejects.toMatchObject({ problem: { code: 'person_below_role' } })
      await expect(ask({ role: 'owner', person: admin })).rejects.toMatchObject({
        problem: { code: 'person_below_role' },
      })
      await expect(ask({ person: 'usr_00000000000000000000000000' })).rejects.toMatchObject({
        problem: { code: 'person_below_role' },
      })
    })

    it.each(['deactivateUser', 'updateUser'] as const)(
      '%s ends what the person has in frames',
      async (how) => {
        const id = await signInAs(`nina-${how.toLowerCase()}`, 'admin')
        const frame = await open({ person: id })
        const { url } = await ask({ person: id })
        expect(await statusOf(frame)).toBe(200)
        if (how === 'deactivateUser') await service.admin.call(how, { params: { slug, id } })
        else await service.admin.call(how, { params: { slug, id }, body: { role: 'member' } })
        expect(await statusOf(frame)).toBe(401)
        // Nor is it brought back with them.
        if (how === 'deactivateUser') await service.admin.call('reactivateUser', { params: { slug, id } })
        else await service.admin.call('updateUser', { params: { slug, id }, body: { role: 'admin' } })
        expect((await redeem(url)).status).toBe(410)
        expect(await statusOf(await open({ person: id }))).toBe(200)
      },
    )
  })

  describe('of somebody who is named by an address', () => {
    /** What a frame made, by its path: a key, a client and a connection. */
    const make = async (frame: Frame, mark: string): Promise<readonly string[]> => {
      const made = []
      for (const [path, body] of [
        ['/provisioning/keys', { name: mark }],
        ['/provisioning/clients', { name: mark, method: 'client_secret' }],
        ['/connections', { name: mark, identityProvider: 'okta' }],
      ] as const) {
        const answer = await frame.call('POST', `/organizations/${slug}${path}`, body)
        expect(answer.status).toBe(201)
        const view = (await answer.json()) as { id?: string; key?: { id: string }; client?: { id: string } }
        made.push(`/organizations/${slug}${path}/${view.id ?? view.key?.id ?? view.client?.id}`)
      }
      return made
    }
    const endAll = async (frame: Frame, made: readonly string[]) => {
      const codes = []
      for (const path of made) codes.push(await codeOf(frame.call('DELETE', path)).catch(() => '204'))
      return codes
    }
    const nothing = Array<string>(3).fill('403 administrator_required')
    const everything = Array<string>(3).fill('204')
    const contact = (person: string, more: object = {}) => ({ role: 'contact', person, ...more })
    const linksOf = async (person: string) => {
      const { items } = await service.admin.call('listPortalLinks', { params: { slug } })
      return items.filter(({ email }) => email === person)
    }
    const revoke = (id = '') => service.admin.call('revokePortalLink', { params: { slug, id } })
    const tend = () => tendFrames(service.database, service.now(), () => false, leaveLinkBehind)

    it('the next is the same contact, and another address is not', async () => {
      const made = await make(await open(contact('ida@acme.test')), 'ida')
      service.advance(1_000)
      const [key = ''] = made
      const next = await open(contact('ida@acme.test'))
      expect((await next.call('PATCH', key, { name: 'ida again' })).status).toBe(200)
      // Neither is a contact of another address, nor one by a set-up link, nor a frame of before anything stood for an address.
      expect(await endAll(await open(contact('eve@acme.test')), made)).toEqual(nothing)
      const { url } = await service.admin.call('createPortalLink', {
        params: { slug },
        body: { role: 'admin', days: 1, email: 'ida@acme.test' },
      })
      const setUp = newBrowser()
      await setUp.call('POST', '/portal-sessions', { token: tokenOf(url) })
      expect(await endAll({ ...next, call: setUp.call.bind(setUp) }, made)).toEqual(nothing)
      // Of what is confirmed nothing is theirs.
      await service.admin.call('confirmKey', { params: { slug, id: key.split('/').at(-1) ?? '' } })
      const later = await open(contact('ida@acme.test'))
      expect(await endAll(later, made)).toEqual([nothing[0], '204', '204'])
    })

    it('those that are asked for at once are one', async () => {
      const both = await Promise.all([open(contact('joan@acme.test')), open(contact('joan@acme.test'))])
      const made = await Promise.all(both.map((frame, at) => make(frame, `joan ${at}`)))
      const next = await open(contact('joan@acme.test'))
      expect(await endAll(next, made.flat())).toEqual([...everything, ...everything])
    })

    it('one that is revoked ends them all, whichever it is; the next frame is somebody else, at any rung', async () => {
      const first = await open(contact('kim@acme.test'))
      const made = await make(first, 'kim')
      service.advance(1_000)
      const second = await open(contact('kim@acme.test'))
      const unopened = await ask(contact('kim@acme.test'))
      const bystander = await open(contact('lea@acme.test'))
      const above = await open({ person: 'kim@acme.test' })
      const guest = { email: `guest-of-kim@${acme.domain}`, role: 'admin' }
      const invited = await above.call('POST', `/organizations/${slug}/invitations`, guest)
      expect(invited.status).toBe(201)
      const newest = (await linksOf('kim@acme.test')).find(
        ({ role, usedAt }) => role === 'contact' && usedAt !== null,
      )
      await revoke(newest?.id)
      expect(await Promise.all([first, second, above].map(statusOf))).toEqual([401, 401, 401])
      expect(await statusOf(bystander)).toBe(200)
      expect((await redeem(unopened.url)).status).toBe(410)
      const invitations = await service.admin.call('listInvitations', { params: { slug }, query: {} })
      expect(invitations.items.find(({ email }) => email === guest.email)?.state).toBe('revoked')
      expect(await endAll(await open(contact('kim@acme.test')), made)).toEqual(nothing)
      await open({ person: 'kim@acme.test' })
      expect(await endAll(await open(contact('kim@acme.test')), made)).toEqual(nothing)
      const keys = await service.admin.call('getProvisioning', { params: { slug } })
      expect(keys.keys.find(({ name }) => name === 'kim')?.maker).toMatchObject({
        name: 'kim@acme.test',
        isOut: true,
      })
    })

    it('an origin of theirs that is taken from the list ends them everywhere, and what waits of their invitations', async () => {
      const list = (origins: string[]) => service.admin.call('putEmbedding', { body: { origins } })
      await list([origin, elsewhere])
      service.advance(1_000)
      const made = await make(await open(contact('mona@acme.test')), 'mona')
      const there = await open(contact('mona@acme.test', { origin: elsewhere }))
      const above = await open({ person: 'mona@acme.test', origin: elsewhere })
      const guest = { email: `guest-of-mona@${acme.domain}`, role: 'member' }
      await above.call('POST', `/organizations/${slug}/invitations`, guest)
      const mail = service.mails.findLast(({ to }) => to === guest.email)
      const token = /token=(\S+)/.exec(mail?.text ?? '')?.[1]
      await list([elsewhere])
      const others = await open(contact('mia@acme.test', { origin: elsewhere }))
      service.advance(1_000)
      await list([origin, elsewhere])
      // At once for whoever asks, and for all others when the job has come.
      await tend()
      expect(await Promise.all([there, above, others].map(statusOf))).toEqual([401, 200, 200])
      expect(await endAll(await open(contact('mona@acme.test')), made)).toEqual(nothing)
      await list([origin])
      const accepted = await newBrowser().call('POST', '/invitation-acceptances', { token })
      expect(await codeOf(accepted)).toBe('410 link_gone')
      await tend()
      const invitations = await service.admin.call('listInvitations', { params: { slug }, query: {} })
      expect(invitations.items.find(({ email }) => email === guest.email)?.state).toBe('revoked')
    })

    it('another operator key ends them, also when the key of before is in force again', async () => {
      const { database } = service
      const made = await make(await open(contact('otto@acme.test')), 'otto')
      const use = async (hash: string) => {
        const { before } = await putInForce(database, actOfJob('start', service.now()), hash)
        await endSettling(database, hash)
        return before
      }
      const before = await use('of another key')
      await tend()
      await use(before ?? '')
      expect((await linksOf('otto@acme.test')).map(({ endedReason }) => endedReason)).toEqual([
        'operator_key',
      ])
      expect(await endAll(await open(contact('otto@acme.test')), made)).toEqual(nothing)
    })

    it('links of frames are removed a week after they ended; whoever acted by one keeps their things and their name', async () => {
      const id = await signInAs(`petra-${store}`, 'admin')
      const made = await make(await open(contact('nils@acme.test')), 'nils')
      const more = await open(contact('nils@acme.test'))
      await open({ person: id })
      await more.call('POST', `/organizations/${slug}/domains`, { name: `nils-${store}.test` })
      const count = async () => {
        const scope = createScope(acme.organization.id)
        const all = organizationQuery(({ db, organizationId }) =>
          db
            .selectFrom('portal_link')
            .select(['id', 'frame_of'])
            .where('organization_id', '=', organizationId)
            .where('frame', 'is not', null)
            .where('email', 'in', ['nils@acme.test', `petra-${store}@${acme.domain}`]),
        )
        return (await service.database.readOrganization(scope, all, {})).length
      }
      expect(await count()).toBe(3)
      service.advance(6 * 24 * 60 * minuteMs)
      await tend()
      expect(await count()).toBe(3)
      service.advance(24 * 60 * minuteMs + minuteMs)
      await tend()
      expect(await count()).toBe(1)
      const { items } = await service.admin.call('listEvents', { params: { slug }, query: {} })
      const added = items.find(
        ({ type, actor }) => type.startsWith('domain.') && actor.kind === 'portal_link',
      )
      expect(added?.names?.[added.actor.id ?? '']).toBe('nils@acme.test')
      expect(await endAll(await open(contact('nils@acme.test')), made)).toEqual(everything)
    })
  })

  it('hears of what was refused in that part of a set-up alone that it is for', async () => {
    const kindsOf = async (intents: readonly EmbedIntent[]) => {
      const answer = await (await open({ intents })).call('GET', `/organizations/${slug}/set-up/refusals`)
      const { items } = (await answer.json()) as { items: { kind: string }[] }
      return [...new Set(items.map(({ kind }) => kind))].sort()
    }
    const contact = await open({ role: 'contact' })
    const own = `/organizations/${slug}`
    const key = await contact.call('POST', `${own}/provisioning/keys`, { name: 'theirs' })
    const { token } = (await key.json()) as { token: string }
    const headers = { authorization: `Bearer ${token}` }
    expect((await service.send(new Request(`${service.url}/scim/v2/Users`, { headers }))).status).toBe(403)
    const way = { name: 'Okta', identityProvider: 'okta' }
    const made = await contact.call('POST', `${own}/connections`, way)
    const { id } = (await made.json()) as { id: string }
    await service.send(new Request(`${service.url}/saml/${id}/login`))
    await service.flushActivity()
    expect(await kindsOf(['settings'])).toEqual(['scim', 'sign_in'])
    expect(await kindsOf(['single-sign-on'])).toEqual(['sign_in'])
    expect(await kindsOf(['provisioning'])).toEqual(['scim'])
    expect(await kindsOf(['single-sign-on', 'provisioning'])).toEqual(['scim', 'sign_in'])
  })

  describe('a test sign-in, in a window that has no cookie of the frame', () => {
    const begin = async (frame: Frame) => {
      const path = `/organizations/${slug}/connections/${acme.connection.id}/test`
      const { url } = (await (await frame.call('POST', path)).json()) as { url: string }
      return url
    }
    const signIn = (window: Browser, url: string) =>
      acme.signIn(acme.person('ada'), { browser: window, login: url })

    it('is begun by its ticket, shows the result there, and the frame hears of it', async () => {
      const frame = await open({ intents: ['single-sign-on'] })
      const window = newBrowser()
      const shown = await signIn(window, await begin(frame))
      expect(shown.text).toContain('The test sign-in succeeded')
      // The window opens no session, and links nothing in the name of one.
      expect(shown.text).not.toContain('<form')
      expect([...window.cookies.keys()].filter((name) => /session|frame/.test(name))).toEqual([])
      await service.flushActivity()
      const path = `/organizations/${slug}/activity?kind=sign_in&limit=1`
      const { items } = (await (await frame.call('GET', path)).json()) as { items: object[] }
      expect(items).toMatchObject([{ connectionId: acme.connection.id, outcome: 'ok' }])
    })

    it('once, and in the window that began', async () => {
      const url = await begin(await open())
      const [first, second] = [newBrowser(), newBrowser()]
      const left = await first.open(url)
      expect(left.url.startsWith(acme.provider.ssoUrl)).toBe(true)
      expect((await second.open(url)).status).toBe(403)
      expect((await first.open(url)).status).toBe(403)
      const answer = await acme.provider.answer(left.url, acme.person('ada'))
      expect((await second.postFromElsewhere(answer.acsUrl, answer.form)).status).toBe(403)
      const late = await first.postFromElsewhere(answer.acsUrl, answer.form)
      expect(late.status).toBe(403)
    })

    it('of many who open it at once one begins', async () => {
      const url = await begin(await open())
      const landed = await Promise.all(Array.from({ length: 4 }, () => newBrowser().open(url)))
      expect(landed.filter(({ status }) => status === 303)).toHaveLength(1)
    })

    it('for two minutes, for that connection, and while the frame holds', async () => {
      const frame = await open()
      const late = await begin(frame)
      const elsewhereUrl = (await begin(frame)).replace(
        acme.connection.id,
        (await createCompany(service)).connection.id,
      )
      expect((await newBrowser().open(elsewhereUrl)).status).toBe(403)
      service.advance(2 * minuteMs)
      expect((await newBrowser().open(late)).status).toBe(403)
      const orphan = await begin(frame)
      await frame.call('DELETE', '/session')
      expect((await newBrowser().open(orphan)).status).toBe(403)
    })

    it('of a set-up contact names nobody', async () => {
      await signInAs('ines', 'member')
      const { id } = (await service.admin.call('listUsers', { params: { slug }, query: { search: 'ines' } }))
        .items[0] as { id: string }
      await service.admin.call('deactivateUser', { params: { slug, id } })
      const ask = async (role: string) => {
        const url = await begin(await open({ role }))
        return (await acme.signIn(acme.person('ines'), { browser: newBrowser(), login: url })).text
      }
      expect(await ask('contact')).toContain('this person would be refused')
      expect(await ask('contact')).not.toContain('has blocked this person')
      expect(await ask('admin')).toContain('has blocked this person')
    })
  })

  describe('for what', () => {
    const company = () => slug
    const routeOf = (id: OperationId): readonly [string, string] => {
      const { method, path } = operations[id]
      const own = path.replace('{slug}', company()).replace('{id}', 'usr_00000000000000000000000000')
      return [method.toUpperCase(), own]
    }
    /** Whether the door lets it in; what would change something is thrown out behind it, before it is read. */
    const isLetIn = async (frame: Frame, id: OperationId): Promise<boolean> => {
      const [method, path] = routeOf(id)
      const body = method === 'GET' ? {} : { body: '['.repeat(60_000) }
      const cookie = [...frame.browser.cookies].map((pair) => pair.join('=')).join('; ')
      const headers = { 'content-type': 'application/json', origin: service.url, cookie }
      const sent = { ...headers, 'rollcall-frame': frame.secret }
      const answer = await service.send(
        new Request(`${service.url}/api/v1${path}`, { method, headers: sent, ...body }),
      )
      await answer.body?.cancel()
      return answer.status !== 403
    }
    const all = (Object.keys(operations) as OperationId[]).filter((id) => {
      const { 'x-access': access } = operations[id]
      return access !== 'open' && id !== 'endSession'
    })

    // The door asks no store.
    it.runIf(store === 'embedded').each(embedIntents)(
      'a frame for %s reaches that, and is refused the rest',
      async (intent) => {
        const frame = await open({ intents: [intent] })
        const found: OperationId[] = []
        for (const id of all) if (await isLetIn(frame, id)) found.push(id)
        const wanted = all.filter((id) => {
          if (operations[id]['x-access'] === 'operator') return false
          if (intent === 'settings') return !never.includes(id)
          return always.includes(id) || reached[intent].includes(id)
        })
        expect(found.sort()).toEqual(wanted.sort())
      },
    )

    it('several are what each of them is', async () => {
      const frame = await open({ intents: ['domains', 'activity'] })
      expect(await isLetIn(frame, 'createDomain')).toBe(true)
      expect(await isLetIn(frame, 'listActivity')).toBe(true)
      expect(await isLetIn(frame, 'createKey')).toBe(false)
    })

    it('a frame for sign-in sees what became of sign-ins, and no other activity', async () => {
      const frame = await open({ intents: ['single-sign-on'] })
      const path = `/organizations/${slug}/activity`
      expect((await frame.call('GET', `${path}?kind=sign_in&limit=5`)).status).toBe(200)
      expect((await frame.call('GET', `${path}?kind=provisioning`)).status).toBe(403)
      expect((await frame.call('GET', `${path}?kind=sign_in&kind=provisioning`)).status).toBe(403)
      expect((await frame.call('GET', path)).status).toBe(403)
    })

    it('a contact reaches no more of it than by a set-up link', async () => {
      const frame = await open({ role: 'contact', intents: ['settings'] })
      expect(await isLetIn(frame, 'listConnections')).toBe(true)
      expect(await isLetIn(frame, 'listUsers')).toBe(false)
      expect(await isLetIn(frame, 'listActivity')).toBe(false)
    })

    it('another organization is not there', async () => {
      const frame = await open()
      const other = await createCompany(service)
      expect((await frame.call('GET', `/organizations/${other.organization.slug}`)).status).toBe(404)
    })
  })
})
