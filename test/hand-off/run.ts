// `npm run hand-off:try`: the products of examples/hand-off against the service, on loopback: a person signs in, a webhook is verified and
// a forged one refused, and the button of the settings opens a portal link. `npm run hand-off:try -- go php` tries those alone.
import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createSamlProvider } from '@rollcall/simulator'
import { freePort } from '../harness/ports.ts'
import { operatorKey } from '../harness/process.ts'
import { readPart } from '../house/part.ts'
import { type Page, Person } from '../peers/person.ts'
import { startServer } from '../peers/process.ts'
import { startStage } from '../peers/stage.ts'
import { install, type Language, languages, readVersion } from './languages.ts'

type Stage = Awaited<ReturnType<typeof startStage>>
type Result = 'passed' | 'failed' | 'not run'

const identityProvider = 'https://idp.peers.test'
const titles = ['sign-in', 'webhook', 'portal link'] as const

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let round = 0; round < 300; round += 1) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`waited in vain for ${what}`)
}

/** A product of this language with a customer whose people come by SAML; the three things that it does. */
async function play(stage: Stage, language: Language): Promise<readonly Result[]> {
  const { admin, url } = stage
  const port = await freePort()
  const own = `http://127.0.0.1:${port}`
  const { slug, domain } = await stage.addOrganization()
  const provider = createSamlProvider({ baseUrl: identityProvider, entityId: `${identityProvider}/${slug}` })
  await admin.call('createConnection', {
    params: { slug },
    body: { name: 'SAML', identityProvider: 'okta', metadataXml: provider.metadata(), isActive: true },
  })
  const application = await admin.call('createApplication', {
    body: { name: language.name, redirectUris: [`${own}/callback`] },
  })
  const endpoint = await admin.call('createWebhookEndpoint', {
    body: { url: `${own}/webhooks`, organizations: [slug] },
  })
  const product = await startServer(language.start(port), own, {
    mayRedirect: true,
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
    },
  })
  const email = `ann@${domain}`
  const ann = { nameId: email, attributes: { email: [email], firstName: ['Ann'], lastName: ['Person'] } }
  const endsBefore = (to: string): boolean =>
    to.startsWith(identityProvider) || to.startsWith(`${url}/portal`)
  const person = new Person({ name: 'ann', password: '', endsBefore })
  const enter = async (): Promise<Page> => {
    const page = await person.open(`${own}/login?organization=${slug}`)
    const { acsUrl, form } = await provider.answer(page.url, ann)
    const fields = { ...form }
    return person.submit(page, { action: acsUrl, method: 'post', fields, seen: [], markup: '' })
  }
  const steps: Readonly<Record<(typeof titles)[number], () => Promise<void>>> = {
    'sign-in': async () => {
      const page = await enter()
      assert.equal(page.text, `${email} of ${slug}`, person.trail.join('\n'))
      const stranger = new Person({ name: 'ann', password: '', endsBefore })
      const asked = await stranger.open(`${own}/login`)
      assert.match(asked.text, /type="email"/, stranger.trail.join('\n'))
    },
    webhook: async () => {
      const headers = {
        'webhook-id': 'evt_forged',
        'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
        'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
      }
      const body = '{"type":"user.provisioned","subject":{"id":"usr_forged"}}'
      const forged = await fetch(`${own}/webhooks`, { method: 'POST', headers, body })
      assert.equal(forged.status, 400)
      const params = { id: endpoint.id }
      await admin.call('testWebhookEndpoint', { params })
      const tested = await until('the test event', async () => {
        const { items } = await admin.call('listDeliveries', { params, query: {} })
        return items.find((one) => one.eventType === 'webhook.test' && one.state !== 'pending')
      })
      assert.equal(tested.state, 'delivered')
      assert.match(product.output(), /webhook\.test/)
      assert.doesNotMatch(product.output(), /usr_forged/)
    },
    'portal link': async () => {
      const page = await person.open(`${own}/settings/security`)
      assert.ok(page.url.startsWith(`${url}/portal#token=`), page.url)
    },
  }
  const results: Result[] = []
  try {
    for (const title of titles) {
      const result = await steps[title]().then(
        () => 'passed' as const,
        (error: unknown) => {
          console.log(`${language.name}, ${title}: ${error}\n${product.output()}`)
          return 'failed' as const
        },
      )
      results.push(result)
    }
  } finally {
    await product.stop()
  }
  return results
}

const { positionals } = parseArgs({ allowPositionals: true })
const chosen = languages.filter(({ folder }) => positionals.length === 0 || positionals.includes(folder))
const lines: string[] = []
let failed = 0
const stage = await startStage()
try {
  for (const language of chosen) {
    const version = readVersion(language)
    let results: readonly Result[] = titles.map(() => 'not run')
    if (version !== undefined) {
      try {
        install(language)
        results = await play(stage, language)
      } catch (error) {
        console.log(`${language.name}: ${error}`)
        results = titles.map(() => 'failed')
      }
    }
    failed += results.filter((one) => one === 'failed').length
    lines.push(`| [${language.name}](${language.folder}.md) | ${version ?? ''} | ${results.join(' | ')} |`)
    console.log(lines.at(-1))
  }
} finally {
  await stage.stop()
}
const table = `| | run with | ${titles.join(' | ')} |\n|---|---|${titles.map(() => '---').join('|')}|\n${lines.join('\n')}\n`
if (process.env.UPDATE_DOCS === '1' && chosen.length === languages.length)
  readPart(resolve(import.meta.dirname, '../../docs/hand-off/README.md'), 'run', table)
process.exitCode = failed === 0 ? 0 : 1
