// What every SAML identity provider is tried with.
import assert from 'node:assert/strict'
import type { Connection, NewConnection } from '@rollcall/api'
import type { Need, Peer, Row, Running, Stage } from './peer.ts'
import { type Page, Person, type PersonOptions, readForms, toText } from './person.ts'
import { isSignedIn, mustBeSignedIn, type Trial, toPeer } from './provider.ts'

/** Of the content; the key is wrapped as the software does it by itself. */
export type Encryption = 'AES-GCM' | 'AES-CBC'

export interface SamlServer extends Running {
  readonly metadataUrl: string
  /** Of the person whom it knows; with what they do on its own pages, where that is more than their password. */
  readonly person: Pick<PersonOptions, 'name' | 'password' | 'press'>
  /** Makes our connection known to it; `back`: so that it brings every logout itself. */
  register(
    connection: Connection,
    metadata: string,
    encryption: Encryption | undefined,
    channel?: 'back',
  ): Promise<void>
  /** The person signs out there, with whatever that asks of them. */
  signOut(person: Person): Promise<Page>
  /** An administrator signs the person out there, and it tells us itself. */
  signOutByAdministrator?(): Promise<void>
  /** From now on it signs with another key, of which it told nobody. */
  rollKey(): Promise<void>
}

export interface SamlPlan {
  readonly name: string
  readonly needs: readonly Need[]
  readonly identityProvider?: NewConnection['identityProvider']
  /** Those that it can be told to use with our certificate. */
  readonly encryptions: readonly Encryption[]
  readonly options?: NewConnection['options']
  /** It brings messages of logout itself, by SOAP. */
  readonly hasBackChannel?: true
  /** The person's address is to be `ann@{domain}`. */
  start(stage: Stage, domain: string): Promise<SamlServer>
}

const titles = {
  signIn: 'sign-in',
  gcm: 'assertion encrypted with AES-GCM',
  cbc: 'assertion encrypted with AES-CBC, by the switch alone',
  fromHere: 'sign-out here ends the session there',
  fromThere: 'sign-out there ends the session here',
  soap: 'sign-out there by SOAP, their own and an administrator’s',
  roll: 'key rolled without notice',
}

export function samlPeer(plan: SamlPlan): Peer {
  const isPlayed = (title: string): boolean =>
    (title !== titles.gcm || plan.encryptions.includes('AES-GCM')) &&
    (title !== titles.soap || plan.hasBackChannel === true) &&
    (title !== titles.cbc || plan.encryptions.includes('AES-CBC'))
  const played = Object.values(titles).filter(isPlayed)
  return toPeer(plan, 'SAML identity provider', played, (trial) => makeRows(plan, trial))
}

async function makeRows(plan: SamlPlan, trial: Trial<SamlServer>): Promise<Row[]> {
  const { stage, slug, domain, server } = trial
  const { admin, url } = stage
  // As in the console: our values go there first, and its metadata comes back.
  const connection = await admin.call('createConnection', {
    params: { slug },
    body: {
      name: plan.name,
      identityProvider: plan.identityProvider ?? 'generic',
      ...(plan.options === undefined ? {} : { options: plan.options }),
    },
  })
  const metadata = await (await fetch(connection.metadataUrl)).text()
  // Metadata that was fetched just now is not fetched again because of an unknown key.
  await stage.shifted(-600_000, () =>
    admin.call('updateConnection', {
      params: { slug, id: connection.id },
      body: { metadataUrl: server.metadataUrl, isActive: true },
    }),
  )
  const register = (encryption?: Encryption): Promise<void> =>
    server.register(connection, metadata, encryption)
  const setOptions = (options: NonNullable<NewConnection['options']>): Promise<unknown> =>
    admin.call('updateConnection', { params: { slug, id: connection.id }, body: { options } })
  const enter = (person = new Person(server.person)): Promise<{ person: Person; page: Page }> =>
    person.open(`${url}/saml/${connection.id}/login`).then((page) => ({ person, page }))
  const isIn = (person: Person): Promise<boolean> => isSignedIn(person, url)
  const mustBeIn = async ({ person, page }: { person: Person; page: Page }): Promise<Person> => {
    await mustBeSignedIn(person, page, trial)
    return person
  }
  const mustBeRefused = async (
    { person, page }: { person: Person; page: Page },
    code: string,
  ): Promise<void> => {
    assert.equal(await isIn(person), false, 'somebody was let in')
    let said = await stage.explain(slug)
    for (let round = 0; round < 10 && said.split(':')[0] !== code; round += 1)
      said = await stage.explain(slug)
    assert.equal(said.split(':')[0], code, `${said}\n${toText(page)}`)
  }
  await register()
  return [
    {
      title: titles.signIn,
      async run() {
        const person = await mustBeIn(await enter())
        const { items } = await admin.call('listUsers', { params: { slug }, query: {} })
        assert.deepEqual(
          items.map(({ email }) => email),
          [`ann@${domain}`],
        )
        assert.equal(person.passwords, 1)
      },
    },
    {
      title: titles.gcm,
      async run() {
        await setOptions({ wantEncryptedAssertions: true })
        await mustBeRefused(await enter(), 'encryption_missing')
        await register('AES-GCM')
        await mustBeIn(await enter())
      },
    },
    {
      title: titles.cbc,
      async run() {
        await register('AES-CBC')
        await setOptions({ wantEncryptedAssertions: true })
        await mustBeRefused(await enter(), 'aes_cbc_refused')
        await setOptions({ allowAesCbc: true })
        await mustBeIn(await enter())
      },
    },
    {
      title: titles.fromHere,
      async run() {
        await setOptions({ wantEncryptedAssertions: false })
        await register()
        const person = await mustBeIn(await enter())
        const twin = person.twin()
        const signedOut = await leave(person, url)
        if (!signedOut.text.includes('<h1>You are signed out</h1>'))
          assert.fail(`nobody said that all is over\n${await about(person, signedOut, stage, slug)}`)
        assert.deepEqual([await isIn(person), await isIn(twin)], [false, false])
        const before = person.passwords
        await mustBeIn(await enter(person))
        assert.equal(person.passwords, before + 1, 'the session there went on')
      },
    },
    {
      title: titles.fromThere,
      async run() {
        const person = await mustBeIn(await enter())
        const twin = person.twin()
        const page = await person.leaving(() => server.signOut(person))
        const trail = [...person.trail]
        if ((await isIn(person)) || (await isIn(twin)))
          assert.fail(
            `the session here went on\n  ${trail.join('\n  ')}\n${await about(person, page, stage, slug)}`,
          )
        assert.ok(!page.url.startsWith(url), `they were left here, ${toText(page)}`)
        const before = person.passwords
        await mustBeIn(await enter(person))
        assert.equal(person.passwords, before + 1, 'the session there went on')
      },
    },
    {
      title: titles.soap,
      async run() {
        await server.register(connection, metadata, undefined, 'back')
        const mustEnd = async (person: Person, what: string): Promise<void> => {
          for (let round = 0; round < 100 && (await isIn(person)); round += 1)
            await new Promise((done) => setTimeout(done, 100))
          if (await isIn(person))
            assert.fail(`the session here went on after ${what}\n${await stage.explain(slug)}`)
        }
        const one = await mustBeIn(await enter())
        await server.signOutByAdministrator?.()
        await mustEnd(one, "an administrator's sign-out there")
        const other = await mustBeIn(await enter())
        await other.leaving(() => server.signOut(other))
        await mustEnd(other, 'their own sign-out there')
      },
    },
    {
      title: titles.roll,
      async run() {
        await mustBeIn(await enter())
        await server.rollKey()
        await mustBeIn(await enter())
        const { items } = await admin.call('listConnections', { params: { slug } })
        const [before, after] = [connection, items.find(({ id }) => id === connection.id)].map((one) =>
          one?.identityProviderMetadata?.certificates.map(({ fingerprint }) => fingerprint).join(),
        )
        assert.notEqual(after, before)
      },
    },
  ]
}

/** Presses *Sign out* on our own page. */
export async function leave(person: Person, url: string): Promise<Page> {
  const page = await person.open(`${url}/me`)
  const form = readForms(page).find(({ action }) => action === `${url}/sign-out`)
  assert.ok(form, `no sign-out on ${toText(page)}`)
  return person.leaving(() => person.submit(page, form))
}

export async function about(person: Person, page: Page, stage: Stage, slug: string): Promise<string> {
  return `at ${page.url}\n  ${person.trail.join('\n  ')}\n${await stage.explain(slug)}\n${toText(page)}`
}
