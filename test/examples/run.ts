// `npm run examples:try`: each of the examples against the service, on loopback, with the simulated identity provider: a person signs in by
// OpenID Connect, an administrator's button opens the settings, whom the directory deactivates is inactive, and signing out is out.
// `npm run examples:try -- go` tries that one alone.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createDirectory, createHttpSend, makePerson, startSamlProvider } from '@rollcall/simulator'
import { freePort } from '../harness/ports.ts'
import { operatorKey } from '../harness/process.ts'
import { type Form, type Page, Person, readForms } from '../peers/person.ts'
import { startServer } from '../peers/process.ts'
import { startStage } from '../peers/stage.ts'
import { type Example, examples, install, placeOf, readVersion, removePlaces } from './examples.ts'

type Stage = Awaited<ReturnType<typeof startStage>>

async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < 300; round += 1) {
    if (await look()) return
    await sleep(100)
  }
  throw new Error(`waited in vain for ${what}`)
}

/** The customer of one example: its people, their identity provider, and its directory with a key. */
async function startCustomer({ admin, url, addOrganization }: Stage) {
  const { slug, domain } = await addOrganization()
  const http = createHttpSend()
  const directory = createDirectory({ send: http.send, wait: async (ms) => void (await sleep(ms)) })
  const ann = makePerson('Ann Person', `ann@${domain}`)
  const findLogoutUrl = (entityId: string): string => entityId.replace(/metadata$/, 'slo')
  const saml = await startSamlProvider({ directory, people: [ann], port: 0, findLogoutUrl })
  await admin.call('createConnection', {
    params: { slug },
    body: {
      name: 'SAML',
      identityProvider: 'okta',
      metadataXml: saml.provider.metadata(),
      isActive: true,
    },
  })
  const provision = async (): Promise<string> => {
    await admin.call('updateProvisioning', { params: { slug }, body: { mode: 'scim' } })
    const { token } = await admin.call('createKey', { params: { slug }, body: { name: 'Directory' } })
    const may = { creates: true, updates: true, deactivates: true }
    directory.configure({ baseUrl: `${url}/scim/v2`, token, ...may })
    return directory.savePerson({ userName: `ben@${domain}`, givenName: 'Ben', familyName: 'Person' })
  }
  const close = async (): Promise<void> => {
    await saml.close()
    await http.close()
  }
  return { slug, domain, directory, provision, close, saml }
}

/** At the identity provider Ann is the first of the list. */
const chooseAnn = (provider: string) => (page: Page, forms: readonly Form[]) => {
  const chooser = page.url.startsWith(provider)
    ? forms.find(({ action }) => action.endsWith('/sso'))
    : undefined
  return chooser && { ...chooser, fields: { ...chooser.fields, person: '0' } }
}

const findForm = (page: Page, end: string): Form => {
  const form = readForms(page).find(({ action }) => action.endsWith(end))
  assert.ok(form, `no form for ${end} at ${page.url}: ${page.text.slice(0, 2_000)}`)
  return form
}

async function play(stage: Stage, example: Example): Promise<void> {
  const { admin, url } = stage
  const customer = await startCustomer(stage)
  const { slug, domain, directory, saml } = customer
  const port = await freePort()
  const own = `http://127.0.0.1:${port}`
  const application = await admin.call('createApplication', {
    body: { name: example.name, redirectUris: [`${own}/callback`], postLogoutRedirectUris: [`${own}/`] },
  })
  const endpoint = await admin.call('createWebhookEndpoint', {
    body: { url: `${own}/webhooks`, organizations: [slug] },
  })
  const product = await startServer(example.start(port), own, {
    cwd: placeOf(example),
    seconds: 60,
    env: {
      ROLLCALL_URL: url,
      PRODUCT_URL: own,
      PORT: String(port),
      CLIENT_ID: application.clientId,
      CLIENT_SECRET: application.clientSecret ?? '',
      WEBHOOK_SECRET: endpoint.secret ?? '',
      OPERATOR_KEY: operatorKey,
      SESSION_SECRET: 'a-secret-of-sixty-four-characters-that-only-this-product-has-0001',
      NEXT_TELEMETRY_DISABLED: '1',
    },
  })
  const endsBefore = (to: string): boolean => to.startsWith(`${url}/portal`)
  const ann = new Person({ name: 'ann', password: '', endsBefore, press: chooseAnn(saml.url) })
  const has = (text: RegExp) => async () => text.test((await ann.open(`${own}/`)).text)
  try {
    const stranger = new Person({ name: '', password: '' })
    assert.match((await stranger.open(`${own}/`)).text, /Nobody is signed in here/)
    const refused = await stranger.open(
      `${own}/callback?error=access_denied&error_description=%3Cb%3E&state=x`,
    )
    assert.match(refused.text, /You could not be signed in/)
    assert.doesNotMatch(refused.text, /<b>/)
    const first = await ann.open(`${own}/login?organization=${slug}`)
    assert.match(first.text, /Signed in as Ann Person, member/, ann.trail.join('\n'))
    assert.doesNotMatch(first.text, /settings\/security/)
    console.log(`${example.name}: signed in`)

    const { items } = await admin.call('listUsers', { params: { slug } })
    const params = { slug, id: items[0]?.id ?? '' }
    await admin.call('updateUser', { params, body: { role: 'admin' } })
    await until('the end of what she had', has(/Nobody is signed in here/))
    const again = await ann.open(`${own}/login?organization=${slug}`)
    assert.match(again.text, /Signed in as Ann Person, admin/, ann.trail.join('\n'))
    const opened = await ann.submit(again, findForm(again, '/settings/security'))
    assert.ok(opened.url.startsWith(`${url}/portal#token=`), opened.url)
    console.log(`${example.name}: the settings open`)

    const ben = await customer.provision()
    directory.assign(ben, true)
    await until('Ben', has(new RegExp(`Ben Person[^]*ben@${domain}[^]*?>Active<`)))
    directory.assign(ben, false)
    await until('Ben, inactive', has(new RegExp(`ben@${domain}</td>\\s*<td>Inactive<`)))
    console.log(`${example.name}: the directory is followed`)

    const home = await ann.open(`${own}/`)
    const out = await ann.submit(home, findForm(home, '/logout'))
    assert.equal(out.url, `${own}/`, ann.trail.join('\n'))
    assert.match(out.text, /Nobody is signed in here/)
    console.log(`${example.name}: signed out`)
  } catch (error) {
    console.log(product.output())
    throw error
  } finally {
    await product.stop()
    await customer.close()
  }
}

const { positionals } = parseArgs({ allowPositionals: true })
const chosen = examples.filter(({ folder }) => positionals.length === 0 || positionals.includes(folder))
const stage = await startStage()
try {
  for (const example of chosen) {
    const version = readVersion(example)
    if (version === undefined) {
      console.log(`${example.name}: not run. It needs ${example.needs}.`)
      continue
    }
    try {
      const begun = performance.now()
      install(example)
      const seconds = ((performance.now() - begun) / 1_000).toFixed(0)
      console.log(`${example.name}: installed in ${seconds} s (${example.needs}; here ${version})`)
      await play(stage, example)
    } catch (error) {
      process.exitCode = 1
      console.log(`${example.name}: failed\n${error}`)
    }
  }
} finally {
  await stage.stop()
  removePlaces()
}
// What a failed example left open keeps nobody waiting.
process.exit()
