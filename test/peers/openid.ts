// What every OpenID provider is tried with, as the one that people of an organization sign in at.
import assert from 'node:assert/strict'
import type { Connection, NewConnection } from '@rollcall/api'
import type { Need, Peer, Row, Running, Stage } from './peer.ts'
import { type Page, Person, type PersonOptions, toText } from './person.ts'
import { isSignedIn, mustBeSignedIn, type Trial, toPeer } from './provider.ts'
import { about, leave } from './saml.ts'

export interface OpenIdServer extends Running {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly person: Pick<PersonOptions, 'name' | 'password' | 'press'>
  /** Makes our redirect URI known to it, and where it may bring logout tokens. */
  register(connection: Connection, backchannelLogoutUri: string): Promise<void>
  /** Where it tells others that somebody signed out. */
  signOut?(person: Person): Promise<Page>
  /** An administrator signs the person out there. */
  signOutByAdministrator?(): Promise<void>
  /** From now on it signs with another key. */
  rollKey(): Promise<void>
}

export interface OpenIdPlan {
  readonly name: string
  readonly needs: readonly Need[]
  readonly identityProvider?: NewConnection['identityProvider']
  /** What a sign-out here does there, and one there here; where it has no logout, it is said so. */
  readonly logout: {
    /** `back`: and the person comes back to our page. */
    readonly fromHere: boolean | 'back'
    readonly fromThere: boolean
    readonly byAdministrator?: true
  }
  /** The person's address is to be `ann@{domain}`. */
  start(stage: Stage, domain: string): Promise<OpenIdServer>
}

const titles = {
  signIn: 'sign-in',
  local: 'sign-out here; it has no logout',
  fromHere: 'sign-out here ends the session there',
  fromThere: 'sign-out there ends the session here',
  administrator: 'sign-out by an administrator there ends the session here',
  roll: 'key rolled without notice',
}

export function openIdPeer(plan: OpenIdPlan): Peer {
  const isPlayed = (title: string): boolean =>
    (title !== titles.fromHere || plan.logout.fromHere !== false) &&
    (title !== titles.local || plan.logout.fromHere === false) &&
    (title !== titles.administrator || plan.logout.byAdministrator === true) &&
    (title !== titles.fromThere || plan.logout.fromThere)
  const played = Object.values(titles).filter(isPlayed)
  return toPeer(plan, 'OpenID provider', played, (trial) => makeRows(plan, trial))
}

async function makeRows(plan: OpenIdPlan, trial: Trial<OpenIdServer>): Promise<Row[]> {
  const { stage, slug, domain, server } = trial
  const { admin, url } = stage
  const { issuer, clientId, clientSecret } = server
  const connection = await admin.call('createConnection', {
    params: { slug },
    body: {
      name: plan.name,
      identityProvider: plan.identityProvider ?? 'generic',
      protocol: 'oidc',
      oidc: { issuer, clientId, clientSecret },
      isActive: true,
    },
  })
  await server.register(connection, `${url}/sso/logout/${connection.id}`)
  const isIn = (person: Person): Promise<boolean> => isSignedIn(person, url)
  const enter = async (person = new Person(server.person)): Promise<Person> => {
    await mustBeSignedIn(person, await person.open(`${url}/saml/${connection.id}/login`), trial)
    return person
  }
  // It brings its word itself, maybe some moments later.
  const mustEnd = async (person: Person, page?: Page): Promise<void> => {
    for (let round = 0; round < 100 && (await isIn(person)); round += 1)
      await new Promise((done) => setTimeout(done, 100))
    if (!(await isIn(person))) return
    assert.fail(
      `the session here went on\n${page === undefined ? '' : toText(page)}\n${await stage.explain(slug)}`,
    )
  }
  return [
    {
      title: titles.signIn,
      async run() {
        const person = await enter()
        const { items } = await admin.call('listUsers', { params: { slug }, query: {} })
        assert.deepEqual(
          items.map(({ email }) => email),
          [`ann@${domain}`],
        )
        assert.equal(person.passwords, 1)
      },
    },
    {
      title: titles.local,
      async run() {
        const person = await enter()
        const page = await leave(person, url)
        assert.match(page.text, /<h1>You are signed out/, toText(page))
        assert.equal(await isIn(person), false)
      },
    },
    {
      title: titles.fromHere,
      async run() {
        const person = await enter()
        const page = await leave(person, url)
        if (await isIn(person))
          assert.fail(`the session here went on\n${await about(person, page, stage, slug)}`)
        if (plan.logout.fromHere === 'back')
          assert.match(page.text, /<h1>You are signed out<\/h1>/, toText(page))
        const before = person.passwords
        await enter(person)
        assert.equal(
          person.passwords,
          before + 1,
          `the session there went on; they ended ${page.url}, ${toText(page)}`,
        )
      },
    },
    {
      title: titles.fromThere,
      async run() {
        const person = await enter()
        const page = await person.leaving(async () => server.signOut?.(person))
        await mustEnd(person, page)
      },
    },
    {
      title: titles.administrator,
      async run() {
        const person = await enter()
        await server.signOutByAdministrator?.()
        await mustEnd(person)
      },
    },
    {
      title: titles.roll,
      async run() {
        await enter()
        await server.rollKey()
        await enter()
      },
    },
  ]
}
