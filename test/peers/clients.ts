// What every client is tried with: a product that signs people in with our own OpenID provider. Each is a program in its own language
// that is told what to do by lines of JSON (process.ts): configure, begin, finish, userinfo, refresh, reuse, logout.
import assert from 'node:assert/strict'
import { createSamlProvider } from '@rollcall/simulator'
import type { Need, Peer, Row, Stage } from './peer.ts'
import { type Page, Person, toText } from './person.ts'
import { type Driver, startDriver } from './process.ts'

export interface ClientPlan {
  readonly name: string
  readonly version: string
  readonly needs: readonly Need[]
  /** The command that starts it. */
  readonly words: readonly string[]
}

const titles = {
  signIn: 'sign-in by code and PKCE, userinfo',
  refresh: 'refresh',
  reuse: 'a refresh token used twice is refused, and ends the rest',
  offline: 'offline_access without a prompt, beyond the session',
  logout: 'logout',
}

const redirectUri = 'http://127.0.0.1:9/callback'
const afterLogout = 'http://127.0.0.1:9/after'
const identityProvider = 'https://idp.peers.test'

export function clientPeer(plan: ClientPlan): Peer {
  return {
    name: plan.name,
    kind: 'client of our provider',
    needs: plan.needs,
    titles: Object.values(titles),
    async start(stage) {
      const driver = startDriver(plan.words)
      try {
        const rows = await makeRows(stage, plan, driver)
        return { version: plan.version, rows, output: () => driver.output(), stop: () => driver.stop() }
      } catch (error) {
        await driver.stop()
        throw error
      }
    },
  }
}

async function makeRows(stage: Stage, plan: ClientPlan, driver: Driver): Promise<Row[]> {
  const { admin, url } = stage
  const { slug, domain } = await stage.addOrganization()
  const provider = createSamlProvider({ baseUrl: identityProvider, entityId: `${identityProvider}/${slug}` })
  await admin.call('createConnection', {
    params: { slug },
    body: { name: 'SAML', identityProvider: 'okta', metadataXml: provider.metadata(), isActive: true },
  })
  const application = await admin.call('createApplication', {
    body: { name: plan.name, redirectUris: [redirectUri], postLogoutRedirectUris: [afterLogout] },
  })
  await driver.ask({
    do: 'configure',
    issuer: `${url}/oidc`,
    clientId: application.clientId,
    clientSecret: application.clientSecret,
    redirectUri,
    afterLogout,
  })
  const email = `ann@${domain}`
  const ann = { nameId: email, attributes: { email: [email], firstName: ['Ann'], lastName: ['Person'] } }
  const endsBefore = (to: string): boolean =>
    [redirectUri, afterLogout, identityProvider].some((one) => to.startsWith(one))
  /** To the identity provider and back, until they are where the product wants them. */
  const walk = async (person: Person, to: string): Promise<Page> => {
    const page = await person.open(to)
    if (!page.url.startsWith(provider.ssoUrl)) return page
    const { acsUrl, form } = await provider.answer(page.url, ann)
    const fields = { ...form }
    return person.submit(page, { action: acsUrl, method: 'post', fields, seen: [], markup: '' })
  }
  const enter = async (
    scopes: readonly string[],
  ): Promise<{ person: Person; said: Record<string, unknown> }> => {
    const person = new Person({ name: 'ann', password: '', endsBefore })
    const begun = await driver.ask({ do: 'begin', scopes: ['openid', ...scopes], redirectUri })
    const page = await walk(person, `${String(begun.url)}&organization=${slug}`)
    if (!page.url.startsWith(`${redirectUri}?`))
      assert.fail(
        `they ended at ${page.url}\n  ${person.trail.join('\n  ')}\n${await stage.explain(slug)}\n${toText(page)}`,
      )
    return { person, said: await driver.ask({ do: 'finish', callback: page.url }) }
  }
  /** The session here lasts 24 hours. */
  const dayLater = <T>(work: () => Promise<T>): Promise<T> => stage.shifted(90_000_000, work)
  const claimsOf = ({ claims }: Record<string, unknown>): Record<string, unknown> =>
    claims as Record<string, unknown>
  return [
    {
      title: titles.signIn,
      async run() {
        const { said } = await enter(['profile', 'email'])
        const { sub, org_slug: organization } = claimsOf(said)
        assert.match(String(sub), /^usr_/)
        assert.equal(organization, slug)
        const info = claimsOf(await driver.ask({ do: 'userinfo' }))
        assert.deepEqual([info.sub, info.email, info.given_name], [sub, email, 'Ann'])
      },
    },
    {
      title: titles.refresh,
      async run() {
        await enter(['email'])
        for (const _ of [1, 2]) assert.deepEqual(await driver.ask({ do: 'refresh' }), { isNew: true })
        await driver.ask({ do: 'userinfo' })
      },
    },
    {
      title: titles.reuse,
      async run() {
        await enter(['email'])
        assert.deepEqual(await driver.ask({ do: 'refresh' }), { isNew: true })
        assert.deepEqual(await driver.ask({ do: 'reuse' }), { error: 'invalid_grant' })
        assert.deepEqual(await driver.ask({ do: 'refresh' }), { error: 'invalid_grant' })
      },
    },
    {
      title: titles.offline,
      async run() {
        await enter(['email'])
        assert.deepEqual(await dayLater(() => driver.ask({ do: 'refresh' })), { error: 'invalid_grant' })
        const { person, said } = await enter(['offline_access', 'email'])
        assert.equal(said.hasRefreshToken, true)
        assert.ok(!person.trail.some((one) => one.includes('consent')), person.trail.join('\n'))
        for (const _ of [1, 2])
          assert.deepEqual(await dayLater(() => driver.ask({ do: 'refresh' })), { isNew: true })
      },
    },
    {
      title: titles.logout,
      async run() {
        const { person } = await enter(['email'])
        const { url: to } = await driver.ask({ do: 'logout', afterLogout })
        const page = await person.open(String(to))
        assert.equal(page.url, `${afterLogout}?state=after`, `${person.trail.join('\n')}\n${toText(page)}`)
        assert.ok(
          !(await person.open(`${url}/me`)).text.includes('You are signed in'),
          'the session here went on',
        )
        assert.deepEqual(await driver.ask({ do: 'refresh' }), { error: 'invalid_grant' })
      },
    },
  ]
}
