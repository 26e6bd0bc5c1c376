// `npm run bench:costs`: what one organization can cost the others, on each store. Prints a table of Markdown for
// docs/benchmarks.md. Waiting is that of a small request of another organization, sent every 10 ms meanwhile.
import { parseArgs } from 'node:util'
import { createClient } from '@rollcall/api'
import { operatorKey } from './service.ts'
import { onEachStore } from './stores.ts'
import type { Target } from './target.ts'

const { values } = parseArgs({
  options: {
    stores: { type: 'string', default: 'embedded,postgres' },
    people: { type: 'string', default: '20000' },
    large: { type: 'string', default: '1000' },
  },
})
const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
const rows: string[] = []

await onEachStore(values.stores, async (store, target) => {
  await measureAll(store, target)
})
console.log(
  '\n| store | | seconds | waiting p50 ms | p99 ms | longest ms | memory MB more |\n|---|---|---|---|---|---|---|',
)
for (const row of rows) console.log(row)

interface Caller {
  readonly slug: string
  send(method: string, path: string, body?: unknown): Promise<Response>
}

async function createCaller(target: Target, slug: string): Promise<Caller> {
  const admin = createClient({ baseUrl: target.url, operatorKey, send: (request) => fetch(request) })
  await admin.call('createOrganization', { body: { name: slug, slug, requireSso: false } })
  await admin.call('updateProvisioning', { params: { slug }, body: { mode: 'scim' } })
  const { token } = await admin.call('createKey', { params: { slug }, body: { name: 'benchmark' } })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
  const send = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${target.url}/scim/v2${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  return { slug, send }
}

async function measureAll(store: string, target: Target): Promise<void> {
  const [busy, large, other] = [
    await createCaller(target, 'busy'),
    await createCaller(target, 'large'),
    await createCaller(target, 'other'),
  ]
  await other.send('POST', '/Users', { schemas: [userUrn], userName: 'somebody' })
  const note = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    const figures = await beside(target, other, work)
    rows.push(`| ${store} | ${what} | ${figures.join(' | ')} |`)
    console.log(rows.at(-1))
  }
  await note('nothing, for three seconds', () => new Promise((done) => setTimeout(done, 3_000)))

  const csv = `userName\n${Array.from({ length: 100_000 }, (_, at) => `p${at}`).join('\n')}`
  // Made before: what takes its time here is not the service's.
  const whole = toImport(csv, true)
  await note('an import of 100,000 rows, dry run', () => sendImport(target, busy.slug, whole))
  const line = toImport('x'.repeat(16_000_000), true)
  await note('an import of 16 MB in one line (refused)', () => sendImport(target, busy.slug, line))
  const people = Number(values.people)
  const some = csv
    .split('\n')
    .slice(0, people + 1)
    .join('\n')
  await note(`an import of ${people} people`, () => sendImport(target, busy.slug, toImport(some, false)))

  const wide = Array.from({ length: 9 }, (_, at) => ({ value: `${at}${'r'.repeat(7_000)}` }))
  for (let at = 0; at < Number(values.large); at += 1)
    await drain(
      await large.send('POST', '/Users', { schemas: [userUrn], userName: `large-${at}`, roles: wide }),
    )
  const list = async () => drain(await large.send('GET', '/Users?count=1000'))
  await note(`a list of ${values.large} people of 64 KB each`, list)
  await note('eight of these at once', () => Promise.all(Array.from({ length: 8 }, list)))

  const scan = (filter: string) => () =>
    Promise.all(
      Array.from({ length: 12 }, async () => {
        for (const until = Date.now() + 6_000; Date.now() < until; )
          await drain(await busy.send('GET', `/Users?${filter}`))
      }),
    )
  await note('12 callers, a filter that no column answers', scan('filter=title%20co%20%22zz%22'))
  await note('12 callers, an order that no column keeps', scan('sortBy=title'))
  const terms = Array.from({ length: 100 }, (_, at) => `title%20eq%20%22${at}%22`).join('%20or%20')
  await note('12 callers, a filter of 100 terms', scan(`filter=${terms}`))

  const group = await fillGroup(target, busy, people)
  await note(`a rename that touches ${people} roles, to its end`, async () => {
    const patch = { op: 'replace', path: 'displayName', value: 'Admins' }
    await drain(await busy.send('PATCH', `/Groups/${group}`, toPatch(patch)))
    while ((await waitingOf(target, busy.slug)) > 0) await new Promise((done) => setTimeout(done, 100))
  })
}

async function fillGroup(target: Target, busy: Caller, people: number): Promise<string> {
  const mappings = [{ group: 'Admins', role: 'admin' as const }]
  await call(target, 'PUT', `/organizations/${busy.slug}/role-mappings`, { mappings })
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group']
  const made = await busy.send('POST', '/Groups', { schemas, displayName: 'Everybody' })
  const { id } = (await made.json()) as { id: string }
  for (let start = 1; start <= people; start += 1_000) {
    const page = await busy.send('GET', `/Users?count=1000&startIndex=${start}&attributes=id`)
    const { Resources } = (await page.json()) as { Resources: { id: string }[] }
    const value = Resources.map((one) => ({ value: one.id }))
    await drain(await busy.send('PATCH', `/Groups/${id}`, toPatch({ op: 'add', path: 'members', value })))
  }
  return id
}

function toPatch(operation: object): object {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] }
}

async function waitingOf(target: Target, slug: string): Promise<number> {
  const answer = await call(target, 'GET', `/organizations/${slug}/provisioning`)
  return ((await answer.json()) as { rolesUnderWay: number }).rolesUnderWay
}

function call(target: Target, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${target.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

function toImport(csv: string, dryRun: boolean): Buffer {
  return Buffer.from(JSON.stringify({ format: 'csv', csv, dryRun }))
}

async function sendImport(target: Target, slug: string, body: Buffer): Promise<void> {
  const headers = { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' }
  const url = `${target.url}/api/v1/organizations/${slug}/users/import`
  await drain(await fetch(url, { method: 'POST', headers, body: body as never }))
}

async function drain(response: Response): Promise<void> {
  for await (const _ of response.body ?? []);
}

/** Seconds, what another organization waited, and the most memory beyond what there was. */
async function beside(target: Target, other: Caller, work: () => Promise<unknown>): Promise<string[]> {
  const before = target.residentMb()
  const state = { isOver: false, most: before }
  const waits: number[] = []
  const watch = async (): Promise<void> => {
    while (!state.isOver) {
      const begun = performance.now()
      await drain(await other.send('GET', '/Users?filter=userName%20eq%20%22somebody%22'))
      waits.push(performance.now() - begun)
      state.most = Math.max(state.most, target.residentMb())
      await new Promise((done) => setTimeout(done, 10))
    }
  }
  const watching = watch()
  const startedAt = performance.now()
  await work().catch((error: unknown) => console.error('refused or cut off:', String(error)))
  const seconds = (performance.now() - startedAt) / 1_000
  state.isOver = true
  await watching
  waits.sort((left, right) => left - right)
  const at = (part: number): string =>
    (waits[Math.min(waits.length - 1, Math.floor(waits.length * part))] ?? 0).toFixed(1)
  return [seconds.toFixed(1), at(0.5), at(0.99), at(1), (state.most - before).toFixed(0)]
}
