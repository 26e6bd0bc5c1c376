// What must stay constant as data grows, measured on one running service: a group of many members beside a group of ten,
// lookups and cursor pages in an organization of many users, among many organizations.
import { createClient } from '@rollcall/api'
import { createDirectory, type Directory, load, operatorKey } from './service.ts'
import type { Target } from './target.ts'

export interface Figure {
  readonly what: string
  readonly value: number
  /** `x`: a multiple of the same in a small organization, or a small group, asked in turn with it. */
  readonly unit: 's' | 'ms' | 'MB' | 'x'
  /** What it must not exceed; undefined where it is only told. Times hold on a machine of its own. */
  readonly limit?: number
}

export interface LargeOptions {
  readonly users: number
  readonly members: number
  readonly organizations: number
  /** How often each small request is asked. */
  readonly turns: number
  readonly note: (figure: Figure) => void
}

const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const peopleOfSmall = 20
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'

/** Loads the service and measures it; each figure is noted when it is there. */
export async function measureLarge(target: Target, options: LargeOptions): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  const note = (figure: Figure): void => {
    figures.push(figure)
    options.note(figure)
  }
  const directory = await createDirectory(target)
  const small = await createDirectory(target, 'small')
  await load(target, small, peopleOfSmall)
  await createOthers(target, options.organizations - 2)
  const startedAt = performance.now()
  await load(target, directory, options.users)
  note({ what: `${options.users} users created`, value: (performance.now() - startedAt) / 1_000, unit: 's' })
  const noted = { ...options, note }
  await measureGroups(target, directory, noted)
  await measureLookups(target, { small, large: directory }, noted)
  note({ what: 'server memory at the end', value: target.residentMb(), unit: 'MB', limit: 400 })
  return figures
}

async function createOthers(target: Target, count: number): Promise<void> {
  const admin = createClient({ baseUrl: target.url, operatorKey, send: (request) => fetch(request) })
  for (let at = 0; at < count; at += 1)
    await admin.call('createOrganization', {
      body: { name: 'Other', slug: `other-${at}`, requireSso: false },
    })
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

function quantile(times: number[], part: number): number {
  times.sort((left, right) => left - right)
  return times[Math.min(times.length - 1, Math.floor(times.length * part))] as number
}

/** Asks both in turn, so that what else the machine does slows both. */
async function measurePair(
  options: Pick<LargeOptions, 'turns' | 'note'>,
  what: string,
  limitMs: number,
  pair: {
    readonly small: (turn: number) => Promise<number>
    readonly large: (turn: number) => Promise<number>
  },
): Promise<void> {
  const [smalls, larges]: [number[], number[]] = [[], []]
  for (let turn = 0; turn < options.turns; turn += 1) {
    smalls.push(await pair.small(turn))
    larges.push(await pair.large(turn))
  }
  options.note({ what: `${what}, p99`, value: quantile(larges, 0.99), unit: 'ms', limit: limitMs })
  const value = quantile(larges, 0.5) / quantile(smalls, 0.5)
  options.note({ what: '... to a small one, median', value, unit: 'x', limit: 2 })
}

async function measureGroups(target: Target, directory: Directory, options: LargeOptions): Promise<void> {
  const { members, note } = options
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
  note({ what: `PUT of ${members} members`, value: put.value.ms / 1_000, unit: 's', limit: 30 })
  note({ what: '... longest that others waited', value: put.longestMs, unit: 'ms' })
  const patch = async (id: string, turn: number): Promise<number> => {
    const operation =
      turn % 2 === 0
        ? { op: 'add', path: 'members', value: toMembers([spare]) }
        : { op: 'remove', path: `members[value eq "${spare}"]` }
    const message = { schemas: [patchUrn], Operations: [operation] }
    return (await ask(target, directory, 'PATCH', `/Groups/${id}`, message)).ms
  }
  await measurePair(options, `add or remove one, group of ${members}`, 50, {
    small: (turn) => patch(small, turn),
    large: (turn) => patch(large, turn),
  })
  const get = async (id: string): Promise<number> =>
    (await ask(target, directory, 'GET', `/Groups/${id}?excludedAttributes=members`)).ms
  await measurePair(options, `GET without members, group of ${members}`, 20, {
    small: () => get(small),
    large: () => get(large),
  })
  const before = target.residentMb()
  let highest = before
  const watching = setInterval(() => {
    highest = Math.max(highest, target.residentMb())
  }, 20)
  const whole = await watchDelay(target, ask(target, directory, 'GET', `/Groups/${large}`))
  clearInterval(watching)
  const found = (JSON.parse(whole.value.text) as { members: unknown[] }).members.length
  note({ what: `GET of ${found} members`, value: whole.value.ms / 1_000, unit: 's', limit: 5 })
  note({ what: '... longest that others waited', value: whole.longestMs, unit: 'ms', limit: 100 })
  note({ what: '... memory above before', value: highest - before, unit: 'MB', limit: 150 })
}

async function measureLookups(
  target: Target,
  { small, large }: { readonly small: Directory; readonly large: Directory },
  options: LargeOptions,
): Promise<void> {
  const { users, note } = options
  const quoted = (path: string, value: string) => encodeURIComponent(`${path} eq "${value}"`)
  const filters = {
    userName: (at: number) => quoted('userName', `person-${at}@acme.test`),
    externalId: (at: number) => quoted('externalId', `00u${at}`),
    'emails.value': (at: number) => quoted('emails.value', `person-${at}@acme.test`),
  }
  for (const [name, filter] of Object.entries(filters)) {
    const find = async (directory: Directory, at: number): Promise<number> =>
      (await ask(target, directory, 'GET', `/Users?filter=${filter(at)}`)).ms
    await measurePair(options, `filter by ${name} among ${users}`, 20, {
      small: (turn) => find(small, turn % peopleOfSmall),
      large: (turn) => find(large, (turn * 7_919) % users),
    })
  }
  const step = Math.max(1, Math.floor(users / 1_000 / 40))
  const times: number[] = []
  let cursor: string | undefined = ''
  for (let page = 0; cursor !== undefined; page += 1) {
    const count: number = page % step === 0 ? 100 : 1_000
    const path = `/Users?count=${count}&attributes=userName&cursor=${cursor}`
    const { ms, text } = await ask(target, large, 'GET', path)
    if (count === 100) times.push(ms)
    cursor = (JSON.parse(text) as { nextCursor?: string }).nextCursor
  }
  const third = Math.ceil(times.length / 3)
  const parts = [times.slice(0, third), times.slice(third, 2 * third), times.slice(2 * third)] as const
  for (const [at, name] of ['front', 'middle', 'end'].entries())
    if ((parts[at] ?? []).length > 0)
      note({
        what: `cursor page of 100, ${name}, longest`,
        value: Math.max(...(parts[at] as number[])),
        unit: 'ms',
        limit: 50,
      })
  if (parts[2].length > 0)
    note({
      what: '... the end to the front, median',
      value: quantile(parts[2], 0.5) / quantile(parts[0], 0.5),
      unit: 'x',
      limit: 2,
    })
}
