// A logout of the identity provider that comes between the proof of a sign-in and its end here: the sign-in that it means does not end in
// a session, whether or not anybody is known by its name.
// Judges: server/sign-ins, server/sso.
import { SignJWT } from 'jose'
import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { hashSecret } from '../../packages/server/src/base/secret.ts'
import { findPending, writePending } from '../../packages/server/src/sign-ins/pending.ts'
import { finishSignIn, proveUnsolicited } from '../../packages/server/src/sign-ins/sign-ins.ts'
import { endUnfinished } from '../../packages/server/src/sign-ins/unfinished.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { type Browser, createBrowser } from '../harness/browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../harness/openid-provider.ts'
import { deal } from '../harness/sample.ts'
import { forEachStore, laterThan, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'
import { signed, write } from '../saml/logout-forge.ts'

const event = 'http://schemas.openid.net/event/backchannel-logout'

forEachStore((start, store) => {
  describe('I6: a logout of the identity provider while somebody signs in', () => {
    let service: Service
    let issuer: OpenIdProvider
    let company: Company
    let connectionId: string
    beforeAll(async () => {
      service = await start({ isDev: true, anonymousRate: 10_000 })
      company = await createCompany(service)
      issuer = await startOpenIdProvider()
      const params = company.organization
      const { clientId, clientSecret } = issuer
      const made = await service.admin.call('createConnection', {
        params,
        body: {
          name: 'Issuer',
          identityProvider: 'generic',
          protocol: 'oidc',
          oidc: { issuer: issuer.issuer, clientId, clientSecret },
          isActive: true,
        },
      })
      connectionId = made.id
      const [domain] = (await service.admin.call('listDomains', { params })).items
      await service.admin.call('updateDomain', {
        params: { slug: params.slug, id: domain?.id ?? '' },
        body: { connectionIds: [company.connection.id, made.id] },
      })
      return () => issuer.close()
    })
    /** A browser whose request for `/finish` waits until that was done. */
    const held = (act: () => Promise<unknown>): Browser => {
      let isHeld = true
      return createBrowser(service.url, async (request) => {
        if (isHeld && new URL(request.url).pathname.endsWith('/finish')) {
          isHeld = false
          await act()
        }
        return service.send(request)
      })
    }
    const isIn = async (browser: Browser) => (await browser.call('GET', '/session')).status === 200
    interface Meant {
      readonly name?: string
      readonly index?: string
    }
    const bySaml = {
      signIn: (browser: Browser, name: string, index: string) =>
        company.signIn(company.person(name), { browser, response: { sessionIndex: index } }),
      async end({ name = '', index }: Meant) {
        const address = company.connection.acsUrl.replace(/acs$/, 'slo')
        const victim = company.person(name).nameId
        const about = { issuer: company.provider.entityId, address, victim, now: service.now() }
        const more = index === undefined ? '' : `<samlp:SessionIndex>${index}</samlp:SessionIndex>`
        const xml = write(about, { inner: `<saml:NameID>${victim}</saml:NameID>${more}` })
        const body = new URLSearchParams({ SAMLRequest: btoa(signed(xml, company.provider.key)) })
        expect((await service.send(new Request(address, { method: 'POST', body }))).status).toBe(303)
      },
    }
    let tokens = 0
    const byOpenId = {
      async signIn(browser: Browser, name: string, sid: string) {
        const asked = issuer.read((await browser.open(`/saml/${connectionId}/login`)).url)
        const email = `${name}@${company.domain}`
        return browser.open(issuer.answer(asked, name, { claims: { sid, email } }))
      },
      async end({ name, index }: Meant) {
        tokens += 1
        const now = Math.floor(Date.now() / 1_000)
        const token = await new SignJWT({
          events: { [event]: {} },
          ...(index === undefined ? {} : { sid: index }),
        })
          .setProtectedHeader({ alg: 'RS256', kid: issuer.key.kid })
          .setIssuer(issuer.issuer)
          .setAudience(issuer.clientId)
          .setIssuedAt(now)
          .setExpirationTime(now + 100)
          .setJti(`under way ${tokens}`)
          .setSubject(name ?? '')
          .sign(issuer.key.privateKey)
        const whole = name === undefined ? await withoutSubject(token) : token
        const body = new URLSearchParams({ logout_token: whole })
        const answer = await service.send(
          new Request(`${service.url}/sso/logout/${connectionId}`, { method: 'POST', body }),
        )
        expect(answer.status).toBe(200)
      },
    }
    const withoutSubject = (token: string): Promise<string> => {
      const { sub: _, ...payload } = JSON.parse(
        Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
      )
      return new SignJWT(payload)
        .setProtectedHeader({ alg: 'RS256', kid: issuer.key.kid })
        .sign(issuer.key.privateKey)
    }
    const ways: readonly (readonly [string, 'saml' | 'oidc', boolean, (name: string) => Meant, boolean])[] = (
      ['saml', 'oidc'] as const
    ).flatMap((protocol) =>
      [true, false].flatMap((isKnown) => {
        const who = `${protocol}, ${isKnown ? 'known' : 'new'}`
        return [
          [`${who}: by the name`, protocol, isKnown, (name: string) => ({ name }), true],
          [
            `${who}: by the name and the session`,
            protocol,
            isKnown,
            (name: string) => ({ name, index: `s-${name}` }),
            true,
          ],
          [`${who}: by another name`, protocol, isKnown, () => ({ name: 'somebody' }), false],
          ...(protocol === 'saml'
            ? []
            : ([
                [
                  `${who}: by the session`,
                  protocol,
                  isKnown,
                  (name: string) => ({ index: `s-${name}` }),
                  true,
                ],
                [`${who}: by another session`, protocol, isKnown, () => ({ index: 's-other' }), false],
              ] as const)),
        ] as const
      }),
    )
    const by = { saml: bySaml, oidc: byOpenId }
    let people = 0

    it.each(deal('logouts under way', ways, store))('%s', async (_, protocol, isKnown, meant, isMeant) => {
      people += 1
      const name = `p${people}`
      const { signIn, end } = by[protocol]
      if (isKnown) await signIn(createBrowser(service.url, service.send), name, 'earlier')
      const browser = held(async () => {
        await end(meant(name))
        await laterThan(service)
      })
      const landed = await signIn(browser, name, `s-${name}`)
      expect(await isIn(browser)).toBe(!isMeant)
      if (!isMeant) return
      expect(landed.status).toBe(409)
      await service.flushActivity()
      const { items } = await service.admin.call('listActivity', {
        params: company.organization,
        query: { kind: 'sign_in', limit: 1 } as never,
      })
      expect(items[0]).toMatchObject({ code: 'proof_over' })
      const again = createBrowser(service.url, service.send)
      await signIn(again, name, `t-${name}`)
      expect(await isIn(again)).toBe(true)
    })

    it.each(['saml', 'oidc'] as const)('is over after both, whichever is first: %s', async (protocol) => {
      const { signIn, end } = by[protocol]
      for (let round = 0; round < 6; round += 1) {
        const name = `race-${protocol}-${round}`
        let ending: Promise<void> | undefined
        const browser = held(async () => {
          ending = end({ name, index: `s-${name}` })
        })
        await signIn(browser, name, `s-${name}`)
        await ending
        expect(await isIn(browser)).toBe(false)
      }
    })

    it('ends what waits for a word of its person as well, and nothing of others', async () => {
      const scope = createScope(company.organization.id)
      const now = service.now()
      const assertion = { nameId: 'wai"t%_\\', sessionIndex: 'w1', attributes: {} } as never
      const wanted = (id: string) => ({ id, connectionId, browserHash: hashSecret('b') })
      await service.database.inOrganization(scope, async (tx) => {
        const kept = { connectionId, kind: 'link', anchorNumber: 1, userId: null, sessionId: null } as const
        const more = { returnTo: null, anchorDigest: null }
        writePending(tx, { id: 'own', ...kept, ...more, assertion }, hashSecret('b'), now)
        const other = {
          nameId: 'waits',
          sessionIndex: 'w2',
          attributes: { x: ['"nameId":"wai\\"t%_\\\\"'] },
        } as never
        writePending(tx, { id: 'other', ...kept, ...more, assertion: other }, hashSecret('b'), now)
        const staged = { ...more, anchorDigest: 'd', kind: 'mend' } as const
        writePending(tx, { id: 'staged', ...kept, ...staged, assertion }, hashSecret('b'), now)
      })
      const ended = await service.database.inOrganization(scope, (tx) =>
        endUnfinished(tx, { connectionId, nameId: 'wai"t%_\\', sessionIndexes: ['w1', 'w3'] }, now),
      )
      expect(ended).toBe(1)
      const left = await service.database.inOrganization(scope, async (tx) => {
        const found: string[] = []
        for (const id of ['own', 'other', 'staged'])
          if ((await findPending(tx, wanted(id), now)) !== undefined) found.push(id)
        return found
      })
      expect(left).toEqual(['other', 'staged'])
    })

    it('L13: of one name the newest hundred wait, and one that a version before proved is found without its hashes', async () => {
      const scope = createScope(company.organization.id)
      const kept = { connectionId, kind: 'link', anchorNumber: 1, userId: null, sessionId: null } as const
      const assertionOf = (nameId: string, at: number) =>
        ({ nameId, sessionIndex: `many${at}`, attributes: {}, assertionId: `many ${nameId} ${at}` }) as never
      const prove = async (nameId: string, at: number) => {
        const now = service.now()
        const signIn = {
          id: `_${nameId}${at}`,
          connectionId,
          purpose: 'unsolicited',
          browserHash: hashSecret('b'),
          returnTo: null,
          sessionId: null,
          anchorNumber: 1,
          anchorDigest: null,
        } as const
        const expiring = { ...(assertionOf(nameId, at) as object), expiresAt: now + 60_000 } as never
        expect(await proveUnsolicited(service.database, scope, signIn, expiring, now)).toBe('proven')
        await service.database.inOrganization(scope, async (tx) => {
          const more = { returnTo: null, anchorDigest: null, assertion: assertionOf(nameId, at) }
          writePending(tx, { id: `${nameId}${at}`, ...kept, ...more }, hashSecret('b'), now)
        })
      }
      for (let at = 0; at < 102; at += 1) {
        await prove('many', at)
        await laterThan(service)
      }
      await prove('one', 0)
      const isThere = (id: string) =>
        service.database.inOrganization(scope, async (tx) => {
          const wanted = { id, connectionId, browserHash: hashSecret('b') }
          const proven = await finishSignIn(tx, { ...wanted, id: `_${id}` }, service.now())
          const waits = (await findPending(tx, wanted, service.now())) !== undefined
          return [typeof proven === 'string' ? proven : 'finished', waits]
        })
      expect(await isThere('many1')).toEqual(['request_expired', false])
      expect(await isThere('many2')).toEqual(['finished', true])
      await service.database.inOrganization(scope, async (tx) => {
        for (const table of ['sign_in', 'pending_sign_in'])
          tx.write(
            organizationQuery<never>(({ db, organizationId }) => ({
              compile: () =>
                sql`UPDATE ${sql.table(table)} SET name_hash = NULL, session_hash = NULL
                  WHERE organization_id = ${organizationId} AND id IN ('_many3', 'many3', '_one0', 'one0')`.compile(
                  db,
                ),
            })),
            {},
          )
      })
      const end = (nameId: string | null, sessionIndexes: readonly string[]) =>
        service.database.inOrganization(scope, (tx) =>
          endUnfinished(tx, { connectionId, nameId, sessionIndexes }, service.now()),
        )
      expect(await end(null, ['many3'])).toBe(2)
      expect(await end('many', ['many4', 'many5'])).toBe(4)
      // What is finished is no longer there, what was kept for its person still is.
      expect(await end('many', [])).toBe(96 + 97)
      expect(await isThere('many6')).toEqual(['proof_over', false])
      expect(await isThere('one0')).toEqual(['finished', true])
    })
  })
})
