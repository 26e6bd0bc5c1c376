// `npm run bench:large`: what must stay constant as data grows. A group of many members beside a group of ten; lookups and
// cursor pages in an organization of many users. Prints a table of Markdown for docs/benchmarks.md.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '../test/postgres/server.ts'
import { createDirectory, type Directory, load, serviceSettings } from './service.ts'
import { startTarget, type Target } from './target.ts'

const root = resolve(import.meta.dirname, '..')
const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '100000' },
    members: { type: 'string', default: '100000' },
    organizations: { type: 'string', default: '1' },
    stores: { type: 'string', default: 'embedded,postgres' },
    turns: { type: 'string', default: '400' },
  },
})
const users = Number(values.users)
const members = Math.min(Number(values.members), users)
const turns = Number(values.turns)
const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'

const rows: string[] = []
const note = (store: string, what: string, figure: string): void => {
  rows.push(`| ${store} | ${what} | ${figure} |`)
  console.error(`${store.padEnd(10)} ${what.padEnd(60)} ${figure}`)
}

for (const store of values.stores.split(',')) {
  const postgres = store === 'postgres' ? await startPostgres() : undefined
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const database = postgres === undefined ? {} : { DATABASE_URL: await postgres.createDatabase() }
  const target = await startTarget(
    ['--max-semi-space-size=8', join(root, 'packages/cli/dist/main.js'), 'serve'],
    { ...serviceSettings, ...database, ROLLCALL_DATA: folder },
    '/readyz',
  )
  try {
    await measureStore(store, target)
  } finally {
    await target.stop()
    await postgres?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
console.log(`| store | what | figure |\n|---|---|---|\n${rows.join('\n')}`)

async function measureStore(store: string, target: Target): Promise<void> {
  const directory = await createDirectory(target)
  const startedAt = performance.now()
  await load(target, directory, users)
  note(store, `${users} users created`, `${((performance.now() - startedAt) / 1_000).toFixed(0)} s`)
  await measureGroups(store, target, directory)
  await measureLookups(store, target, directory)
  note(store, 'server memory at the end', `${target.residentMb().toFixed(0)} MB`)
}

async function ask(
  target: Target,
  directory: Directory,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH',
  path: string,
  body?: unknown,
): Promise<{ ms: number; text: string }> {
  const startedAt = performance.now()
  const response = await target.pool.request({
    method,
    path: `/scim/v2${path}`,
    headers: directory.headers,
    body: body === undefined ? null : JSON.stringify(body),
  })
  const text = await response.body.text()
  if (response.statusCode >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`)
  return { ms: performance.now() - startedAt, text }
}

/** The longest that the process kept somebody else waiting meanwhile. */
async function watchDelay<T>(target: Target, work: Promise<T>): Promise<{ value: T; longestMs: number }> {
  let isDone = false
  let longestMs = 0
  const probing = (async () => {
    while (!isDone) {
      const startedAt = performance.now()
      const { body } = await target.pool.request({ method: 'GET', path: '/healthz' })
      await body.dump()
      longestMs = Math.max(longestMs, performance.now() - startedAt)
      await new Promise((done) => setTimeout(done, 2))
    }
  })()
  const value = await work.finally(() => {
    isDone = true
  })
  await probing
  return { value, longestMs }
}

function quantile(times: number[], part: number): string {
  times.sort((left, right) => left - right)
  return (times[Math.min(times.length - 1, Math.floor(times.length * part))] as number).toFixed(1)
}

async function measureGroups(store: string, target: Target, directory: Directory): Promise<void> {
  const toMembers = (ids: readonly string[]) => ids.map((value) => ({ value }))
  const create = async (displayName: string): Promise<string> => {
    const { text } = await ask(target, directory, 'POST', '/Groups', { schemas: [groupUrn], displayName })
    return (JSON.parse(text) as { id: string }).id
  }
  const [small, large] = [await create('Ten'), await create('Many')]
  const spare = directory.ids.at(-1) as string
  const body = (displayName: string, ids: readonly string[]) => ({
    schemas: [groupUrn],
    displayName,
    members: toMembers(ids),
  })
  await ask(
    target,
    directory,
    'PUT',
    `/Groups/${small}?attributes=id`,
    body('Ten', directory.ids.slice(0, 10)),
  )
  const ids = directory.ids.slice(0, members - 1)
  const put = await watchDelay(
    target,
    ask(target, directory, 'PUT', `/Groups/${large}?attributes=id`, body('Many', ids)),
  )
  note(store, `PUT of ${members} members`, `${(put.value.ms / 1_000).toFixed(1)} s`)
  note(store, `... longest that others waited`, `${put.longestMs.toFixed(0)} ms`)
  for (const [name, id] of [
    ['10', small],
    [String(members), large],
  ] as const) {
    const times: number[] = []
    for (let turn = 0; turn < turns; turn += 1) {
      const operation =
        turn % 2 === 0
          ? { op: 'add', path: 'members', value: toMembers([spare]) }
          : { op: 'remove', path: `members[value eq "${spare}"]` }
      const message = { schemas: [patchUrn], Operations: [operation] }
      times.push((await ask(target, directory, 'PATCH', `/Groups/${id}`, message)).ms)
    }
    note(
      store,
      `add or remove one, group of ${name}`,
      `p50 ${quantile(times, 0.5)} ms, p99 ${quantile(times, 0.99)} ms`,
    )
  }
  const excluded = await ask(target, directory, 'GET', `/Groups/${large}?excludedAttributes=members`)
  note(store, `GET without members, group of ${members}`, `${excluded.ms.toFixed(1)} ms`)
  const before = target.residentMb()
  let highest = before
  const watching = setInterval(() => {
    highest = Math.max(highest, target.residentMb())
  }, 20)
  const whole = await watchDelay(target, ask(target, directory, 'GET', `/Groups/${large}`))
  clearInterval(watching)
  const found = (JSON.parse(whole.value.text) as { members: unknown[] }).members.length
  note(store, `GET of ${found} members`, `${(whole.value.ms / 1_000).toFixed(2)} s`)
  note(store, '... longest that others waited', `${whole.longestMs.toFixed(0)} ms`)
  note(store, '... memory above before', `${(highest - before).toFixed(0)} MB`)
}

async function measureLookups(store: string, target: Target, directory: Directory): Promise<void> {
  const quoted = (path: string, value: string) => encodeURIComponent(`${path} eq "${value}"`)
  const filters = {
    userName: (at: number) => quoted('userName', `person-${at}@acme.test`),
    externalId: (at: number) => quoted('externalId', `00u${at}`),
    'emails.value': (at: number) => quoted('emails.value', `person-${at}@acme.test`),
  }
  for (const [name, filter] of Object.entries(filters)) {
    const times: number[] = []
    for (let turn = 0; turn < turns; turn += 1)
      times.push((await ask(target, directory, 'GET', `/Users?filter=${filter((turn * 7_919) % users)}`)).ms)
    note(
      store,
      `filter by ${name} among ${users}`,
      `p50 ${quantile(times, 0.5)} ms, p99 ${quantile(times, 0.99)} ms`,
    )
  }
  const step = Math.max(1, Math.floor(users / 1_000 / 40))
  const times: { at: number; ms: number }[] = []
  let cursor: string | undefined = ''
  for (let page = 0; cursor !== undefined; page += 1) {
    const count: number = page % step === 0 ? 100 : 1_000
    const path = `/Users?count=${count}&attributes=userName&cursor=${cursor}`
    const { ms, text } = await ask(target, directory, 'GET', path)
    if (count === 100) times.push({ at: page, ms })
    cursor = (JSON.parse(text) as { nextCursor?: string }).nextCursor
  }
  const third = Math.ceil(times.length / 3)
  for (const [name, part] of [
    ['front', times.slice(0, third)],
    ['middle', times.slice(third, 2 * third)],
    ['end', times.slice(2 * third)],
  ] as const)
    note(
      store,
      `cursor page of 100, ${name}`,
      part.length === 0 ? 'too few pages' : `longest ${Math.max(...part.map(({ ms }) => ms)).toFixed(1)} ms`,
    )
}
