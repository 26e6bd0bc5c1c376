// The state of sign-ins, shared by all nodes: requests are spent once, by the browser that began; assertions are used once;
// concurrent first sign-ins of one person end in one user. Advisories: CVE-2025-64131, CVE-2026-4325, CVE-2024-7341.
// Judges: server/sign-ins, server/sso.
import { beforeAll, describe, expect, it } from 'vitest'
import { pruneSignIns } from '../../packages/server/src/sign-ins/prune.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { createBrowser } from '../harness/browser.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

forOneStore(import.meta.filename, (start, store) => {
  let service: Service
  /** On PostgreSQL another process of the same store; on the embedded one, which has one process, the same again. */
  let other: Service
  beforeAll(async () => {
    service = await start()
    other =
      service.databaseUrl === undefined
        ? service
        : await start({ beside: { databaseUrl: service.databaseUrl } })
  })
  const codeOf = async (company: Company, node = service) => {
    await node.flushActivity()
    const query = { kind: 'sign_in' as const, limit: 1 }
    return (await service.admin.call('listActivity', { params: company.organization, query })).items[0]?.code
  }
  const begin = async (company: Company, name: string) => {
    const browser = createBrowser(service.url, service.send)
    const left = await browser.open(`/saml/${company.connection.id}/login`)
    return { browser, answer: await company.provider.answer(left.url, company.person(name)) }
  }
  const usersOf = async (company: Company) =>
    (await service.admin.call('listUsers', { params: company.organization, query: { limit: 200 } })).items

  it('a response is used once: the second delivery is refused here and on the other node', async () => {
    const company = await createCompany(service)
    const { browser, answer } = await begin(company, 'ann')
    expect((await browser.postFromElsewhere(answer.acsUrl, answer.form)).status).toBe(200)
    for (const node of [service, other]) {
      const again = createBrowser(service.url, node.send, new Map(browser.cookies))
      expect((await again.postFromElsewhere(answer.acsUrl, answer.form)).status).toBe(403)
      expect(await codeOf(company, node)).toBe('request_spent')
    }
  })

  it('m17: an answer is issued after its request and not in the future, and counts for an hour', async () => {
    const company = await createCompany(service)
    const ago = (seconds: number) => service.now() - seconds * 1_000
    const year = { notOnOrAfter: ago(-31_536_000), confirmationNotOnOrAfter: ago(-31_536_000) }
    for (const [response, code] of [
      [{ issueInstant: ago(60) }, null],
      [year, null],
      [{ issueInstant: ago(600) }, 'answer_before_request'],
      [{ ...year, issueInstant: ago(172_800) }, 'conditions_expired'],
      [{ issueInstant: ago(-600) }, 'conditions_early'],
    ] as const) {
      const { status } = await company.signIn(company.person('ann'), { response })
      expect([status, await codeOf(company)], JSON.stringify(response)).toEqual([
        code === null ? 200 : 403,
        code,
      ])
    }
    const future = new Date(ago(-86_400)).toISOString()
    const mutateBeforeSigning = (xml: string) =>
      xml.replace(/AuthnInstant="[^"]*"/, `AuthnInstant="${future}"`)
    expect((await company.signIn(company.person('ann'), { response: { mutateBeforeSigning } })).status).toBe(
      403,
    )
    expect(await codeOf(company)).toBe('conditions_early')
    // What claims a year is forgotten with the hour, and refused from then on.
    const allowUnsolicited = await createCompany(service, {
      connection: { options: { allowUnsolicited: true } },
    })
    const { acsUrl, entityId } = allowUnsolicited.connection
    const old = await allowUnsolicited.provider.offer(
      { acsUrl, audience: entityId },
      allowUnsolicited.person('bob'),
      {
        ...year,
        issueInstant: ago(4_000),
      },
    )
    expect(
      (await createBrowser(service.url, service.send).postFromElsewhere(old.acsUrl, old.form)).status,
    ).toBe(403)
    expect(await codeOf(allowUnsolicited)).toBe('conditions_expired')
  })

  it('m1: a connection that asks for credentials every time takes no sign-in of before', async () => {
    const company = await createCompany(service, { connection: { options: { forceAuthn: true } } })
    const signedInAt = (time: number) => ({
      mutateBeforeSigning: (xml: string) =>
        xml.replace(/AuthnInstant="[^"]*"/, `AuthnInstant="${new Date(time).toISOString()}"`),
    })
    const stale = await company.signIn(company.person('ann'), {
      response: signedInAt(service.now() - 28_800_000),
    })
    expect([stale.status, await codeOf(company)]).toEqual([403, 'not_asked_again'])
    expect(stale.text).toContain('did not ask you again')
    expect(
      (await company.signIn(company.person('ann'), { response: signedInAt(service.now()) })).status,
    ).toBe(200)
    const lax = await createCompany(service)
    const old = await lax.signIn(lax.person('ann'), { response: signedInAt(service.now() - 28_800_000) })
    expect(old.status).toBe(200)
  })

  it('an assertion is used once, also in answer to another request', async () => {
    const company = await createCompany(service, { connection: { options: { allowUnsolicited: true } } })
    const target = { acsUrl: company.connection.acsUrl, audience: company.connection.entityId }
    const offered = await company.provider.offer(target, company.person('bea'))
    const browser = createBrowser(service.url, service.send)
    expect((await browser.postFromElsewhere(offered.acsUrl, offered.form)).url).toBe(`${service.url}/me`)
    const thief = createBrowser(service.url, other.send)
    expect((await thief.postFromElsewhere(offered.acsUrl, offered.form)).status).toBe(403)
    expect(await codeOf(company, other)).toBe('replayed')
  })

  it('of 20 concurrent deliveries of one response over both nodes, one is proven', async () => {
    const company = await createCompany(service)
    const { browser, answer } = await begin(company, 'cat')
    const landings = await Promise.all(
      Array.from({ length: 20 }, (_, at) => {
        const node = at % 2 === 0 ? service : other
        return node.send(
          new Request(answer.acsUrl, { method: 'POST', body: new URLSearchParams(answer.form) }),
        )
      }),
    )
    expect(landings.map(({ status }) => status).sort()).toEqual([303, ...Array<number>(19).fill(403)])
    const location = landings.find(({ status }) => status === 303)?.headers.get('location') ?? ''
    expect((await browser.open(location)).url).toBe(`${service.url}/me`)
  })

  it('the browser that began is the one that finishes: a stolen or forced response opens no session (login CSRF)', async () => {
    const company = await createCompany(service)
    const { answer } = await begin(company, 'dan')
    const victim = createBrowser(service.url, service.send)
    const landed = await victim.postFromElsewhere(answer.acsUrl, answer.form)
    expect(landed.status).toBe(403)
    expect(victim.cookies.size).toBe(0)
    expect(await codeOf(company)).toBe('other_browser')
    expect(await usersOf(company)).toEqual([])
  })

  it('the finishing page works once', async () => {
    const company = await createCompany(service)
    const { browser, answer } = await begin(company, 'eli')
    const response = await service.send(
      new Request(answer.acsUrl, { method: 'POST', body: new URLSearchParams(answer.form) }),
    )
    const finish = response.headers.get('location') ?? ''
    const cookies = new Map(browser.cookies)
    expect((await browser.open(finish)).url).toBe(`${service.url}/me`)
    const again = createBrowser(service.url, other.send, cookies)
    expect((await again.open(finish)).status).toBe(403)
    expect(await codeOf(company, other)).toBe('request_spent')
  })

  it('a sign-in begun on one node is finished on the other', async () => {
    const company = await createCompany(service)
    const { browser, answer } = await begin(company, 'fay')
    const elsewhere = createBrowser(service.url, other.send, browser.cookies)
    expect((await elsewhere.postFromElsewhere(answer.acsUrl, answer.form)).url).toBe(`${service.url}/me`)
    expect((await createBrowser(service.url, service.send, browser.cookies).open('/me')).status).toBe(200)
  })

  it('what can no longer be used is forgotten: unanswered requests after their hour, the others a day later', async () => {
    const company = await createCompany(service)
    const { browser, answer } = await begin(company, 'old')
    await begin(company, 'never')
    await browser.postFromElsewhere(answer.acsUrl, answer.form)
    const count = async () => {
      const scope = createScope(company.organization.id)
      const statement = organizationQuery(({ db, organizationId }) =>
        db.selectFrom('sign_in').select('id').where('organization_id', '=', organizationId),
      )
      return (await service.database.readOrganization(scope, statement, {})).length
    }
    const pruned = async (later: number) => {
      await pruneSignIns(service.database, service.now() + later, () => false)
      return count()
    }
    expect(await pruned(0)).toBe(2)
    expect(await pruned(3_600_001)).toBe(1)
    expect(await pruned(2 * 86_400_000)).toBe(0)
  })

  it('a request is answered within an hour', async () => {
    const company = await createCompany(service)
    const early = await begin(company, 'gil')
    service.advance(59 * 60_000)
    const late = await company.provider.answer(
      (await early.browser.open(`/saml/${company.connection.id}/login`)).url,
      company.person('gil'),
    )
    service.advance(61 * 60_000)
    const fresh = await company.provider.offer(
      { acsUrl: company.connection.acsUrl, audience: company.connection.entityId },
      company.person('gil'),
      { inResponseTo: readRequestId(late.form.SAMLResponse) },
    )
    expect((await early.browser.postFromElsewhere(fresh.acsUrl, fresh.form)).status).toBe(403)
    expect(await codeOf(company)).toBe('request_expired')
    service.advance(-120 * 60_000)
  })

  it('a response to a request of another connection, or to none of ours, is refused', async () => {
    const company = await createCompany(service)
    const foreign = await createCompany(service, { provider: company.provider })
    const { answer } = await begin(foreign, 'hal')
    const target = { acsUrl: company.connection.acsUrl, audience: company.connection.entityId }
    for (const inResponseTo of [readRequestId(answer.form.SAMLResponse), '_0123456789abcdef']) {
      const made = await company.provider.offer(target, company.person('hal'), { inResponseTo })
      const landed = await createBrowser(service.url, service.send).postFromElsewhere(made.acsUrl, made.form)
      expect(landed.status).toBe(403)
      expect(await codeOf(company)).toBe('request_unknown')
    }
  })

  it('an unsolicited response is thrown away and the click still signs in, once', async () => {
    const company = await createCompany(service)
    const target = { acsUrl: company.connection.acsUrl, audience: company.connection.entityId }
    const offered = await company.provider.offer(target, company.person('ida'))
    const browser = createBrowser(service.url, service.send)
    const left = await browser.postFromElsewhere(offered.acsUrl, offered.form)
    expect(left.url).toContain(company.provider.ssoUrl)
    const answer = await company.provider.answer(left.url, company.person('ida'))
    expect((await browser.postFromElsewhere(answer.acsUrl, answer.form)).url).toBe(`${service.url}/me`)
  })

  it('an identity provider that only ever sends unsolicited responses does not send the browser in circles', async () => {
    const company = await createCompany(service)
    const target = { acsUrl: company.connection.acsUrl, audience: company.connection.entityId }
    const browser = createBrowser(service.url, service.send)
    const offered = await company.provider.offer(target, company.person('jo'))
    await browser.postFromElsewhere(offered.acsUrl, offered.form)
    const again = await company.provider.offer(target, company.person('jo'))
    expect((await browser.postFromElsewhere(again.acsUrl, again.form)).status).toBe(403)
    expect(await codeOf(company)).toBe('unsolicited_loop')
  })

  it('allowed unsolicited responses: used once, fresh, and with a dummy InResponseTo (Rippling) too', async () => {
    const company = await createCompany(service, { connection: { options: { allowUnsolicited: true } } })
    const target = { acsUrl: company.connection.acsUrl, audience: company.connection.entityId }
    const dummy = await company.provider.offer(target, company.person('kay'), { inResponseTo: 'dummy' })
    const browser = createBrowser(service.url, service.send)
    expect((await browser.postFromElsewhere(dummy.acsUrl, dummy.form)).url).toBe(`${service.url}/me`)
    const old = await company.provider.offer(target, company.person('kay'), {
      issueInstant: service.now() - 301_000,
    })
    expect((await browser.postFromElsewhere(old.acsUrl, old.form)).status).toBe(403)
    expect(await codeOf(company)).toBe('response_too_old')
  })

  it('a session gets a new id at each sign-in, and the old one is dead (CVE-2024-7341)', async () => {
    const company = await createCompany(service)
    const { browser } = await company.signIn(company.person('lea'))
    const old = new Map(browser.cookies)
    await company.signIn(company.person('lea'), { browser })
    expect(browser.cookies.get('rollcall_session')).not.toBe(old.get('rollcall_session'))
    expect((await createBrowser(service.url, service.send, old).open('/me')).url).toContain('/sso')
  })

  it("SessionNotOnOrAfter ends our session with the identity provider's", async () => {
    const company = await createCompany(service)
    const response = { sessionNotOnOrAfter: service.now() + 600_000 }
    const { browser } = await company.signIn(company.person('max'), { response })
    expect((await browser.open('/me')).status).toBe(200)
    service.advance(601_000)
    expect((await browser.open('/me')).url).toContain('/sso')
    service.advance(-601_000)
  })

  it.each(['administrator', 'scim', 'delete'] as const)(
    'a deactivation by %s ends live sessions on both nodes at once, and a reactivation restores none',
    async (by) => {
      const company = await createCompany(service)
      const params = company.organization
      await service.admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
      const { token } = await service.admin.call('createKey', { params, body: { name: 'x' } })
      const scim = (method: string, path: string, body?: object) =>
        other.send(
          new Request(`${service.url}/scim/v2${path}`, {
            method,
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          }),
        )
      const userName = `olga@${company.domain}`
      const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
      const made = (await (await scim('POST', '/Users', { schemas, userName })).json()) as { id: string }
      const here = await company.signIn(company.person('olga'), { send: service.send })
      const there = await company.signIn(company.person('olga'), { send: other.send })
      const patch = (active: boolean) => ({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', value: { active } }],
      })
      const user = { params: { ...params, id: made.id } }
      if (by === 'administrator') await service.admin.call('deactivateUser', user)
      else if (by === 'scim') await scim('PATCH', `/Users/${made.id}`, patch(false))
      else await scim('DELETE', `/Users/${made.id}`)
      for (const { browser } of [here, there]) expect((await browser.open('/me')).url).toContain('/sso')
      expect((await company.signIn(company.person('olga'))).status).toBe(403)
      if (by === 'administrator') await service.admin.call('reactivateUser', user)
      else if (by === 'scim') await scim('PATCH', `/Users/${made.id}`, patch(true))
      for (const { browser } of [here, there]) expect((await browser.open('/me')).url).toContain('/sso')
    },
  )

  describe('races', () => {
    it('50 parallel first sign-ins of one person over two nodes end in one user', async () => {
      const company = await createCompany(service)
      const begun = await Promise.all(Array.from({ length: 50 }, () => begin(company, 'nia')))
      const landed = await Promise.all(
        begun.map(({ browser, answer }, at) => {
          const node = at % 2 === 0 ? service : other
          const own = createBrowser(service.url, node.send, browser.cookies)
          return own.postFromElsewhere(answer.acsUrl, answer.form)
        }),
      )
      expect(new Set(landed.map(({ status }) => status))).toEqual(new Set([200]))
      expect(await usersOf(company)).toHaveLength(1)
    })

    it(
      '20 first sign-ins that race 20 SCIM POSTs of the same userName end in one user each',
      async () => {
        const company = await createCompany(service)
        const params = company.organization
        await service.admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
        const { token } = await service.admin.call('createKey', { params, body: { name: 'race' } })
        const names = Array.from({ length: 20 }, (_, at) => `racer-${at}`)
        const begun = await Promise.all(names.map((name) => begin(company, name)))
        const post = (name: string) =>
          other.send(
            new Request(`${service.url}/scim/v2/Users`, {
              method: 'POST',
              headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
              body: JSON.stringify({
                schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
                userName: `${name}@${company.domain}`,
                emails: [{ value: `${name}@${company.domain}`, primary: true }],
              }),
            }),
          )
        const results = await Promise.all(
          begun.flatMap(({ browser, answer }, at) => [
            browser.postFromElsewhere(answer.acsUrl, answer.form).then(({ status }) => status),
            post(names[at] as string).then(({ status }) => status),
          ]),
        )
        expect(results.every((status) => status === 200 || status === 201)).toBe(true)
        expect((await usersOf(company)).map(({ userName }) => userName).sort()).toEqual(
          names.map((name) => `${name}@${company.domain}`).sort(),
        )
      },
      store === 'postgres' ? 30_000 : 20_000,
    )
  })
})

function readRequestId(samlResponse: string): string {
  return /InResponseTo="([^"]+)"/.exec(Buffer.from(samlResponse, 'base64').toString())?.[1] ?? ''
}
