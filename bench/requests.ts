// The requests that are measured, as identity providers send them. Each changes something where it is a change, in every round.
import type { Ask } from './measure.ts'
import { type Directory, renderBulk, renderPatch, renderPerson } from './service.ts'

export const scenarios = [
  'get',
  'filter',
  'filter by e-mail',
  'create',
  'PATCH active',
  'PATCH name',
  'PUT',
  'list of 100',
  'list at 90 %',
  'cursor of 100',
  'bulk of 100',
  'member',
  'Okta mix',
  'Entra mix',
] as const
export type Scenario = (typeof scenarios)[number]

/** Those that need the group that everybody is in: they come last, so that the lists have half of the people in groups. */
export const withEveryone: ReadonlySet<Scenario> = new Set(['member', 'Okta mix', 'Entra mix'])

/** The first that nobody has been loaded with. */
const firstNew = 10_000_000

/** Makes the next request of a scenario, each about another person. */
export function createAsk(scenario: Scenario, directory: Directory): () => Ask {
  const { base, headers, ids } = directory
  const count = ids.length
  const request = (method: Ask['method'], path: string, body?: string): Ask =>
    body === undefined
      ? { method, path: `${base}${path}`, headers }
      : { method, path: `${base}${path}`, headers, body }
  // A stride that is prime to every count visits everybody before anybody twice.
  let turn = directory.next()
  const next = (among: number): number => {
    turn += 1
    return (turn * 7_919) % among
  }
  const find = (path: string, at: number): Ask =>
    request('GET', `/Users?filter=${path}%20eq%20%22person-${at}%40acme.test%22&startIndex=1&count=100`)
  const changes = createChanges(directory, { request, next })
  const asks: Readonly<Record<Scenario, () => () => Ask>> = {
    get: () => () => request('GET', `/Users/${ids[next(count)]}`),
    filter: () => () => find('userName', next(count)),
    'filter by e-mail': () => () => find('emails.value', next(count)),
    'list of 100': () => () => request('GET', '/Users?startIndex=1&count=100'),
    'list at 90 %': () => () =>
      request('GET', `/Users?startIndex=${Math.floor(count * 0.9) - 100}&count=100`),
    'cursor of 100': () => () => request('GET', '/Users?cursor=&count=100'),
    'Okta mix': () => createMix(directory, oktaMix),
    'Entra mix': () => createMix(directory, entraMix),
    create: () => changes.create,
    'PATCH active': () => changes['PATCH active'],
    'PATCH name': () => changes['PATCH name'],
    PUT: () => changes.PUT,
    'bulk of 100': () => changes['bulk of 100'],
    member: () => changes.member,
  }
  return asks[scenario]()
}

interface Making {
  readonly request: (method: Ask['method'], path: string, body?: string) => Ask
  /** Another one of so many each time. */
  readonly next: (among: number) => number
}

type Changing = 'create' | 'PATCH active' | 'PATCH name' | 'PUT' | 'bulk of 100' | 'member'

/** The second half is made inactive and active again, the first half gets other names. */
function createChanges(
  directory: Directory,
  { request, next }: Making,
): Readonly<Record<Changing, () => Ask>> {
  const { ids } = directory
  const half = Math.floor(ids.length / 2)
  return {
    create: () => request('POST', '/Users', renderPerson(firstNew + directory.next())),
    'PATCH active': () => {
      const at = half + next(ids.length - half)
      const isActive = directory.inactive.delete(at)
      if (!isActive) directory.inactive.add(at)
      const body = renderPatch({ op: 'replace', value: { active: isActive } })
      return request('PATCH', `/Users/${ids[at]}`, body)
    },
    'PATCH name': () => {
      const body = renderPatch({ op: 'replace', path: 'displayName', value: `Name ${directory.next()}` })
      return request('PATCH', `/Users/${ids[next(half)]}`, body)
    },
    PUT: () => {
      const at = next(half)
      return request('PUT', `/Users/${ids[at]}`, renderPerson(at, `Name ${directory.next()}`))
    },
    'bulk of 100': () => request('POST', '/Bulk', renderBulk(2 * firstNew + 100 * directory.next(), 100)),
    member: () => {
      const at = next(ids.length)
      const member = ids[at] as string
      const isAdding = directory.left.delete(at)
      if (!isAdding) directory.left.add(at)
      const body = renderPatch(
        isAdding
          ? { op: 'add', path: 'members', value: [{ value: member }] }
          : { op: 'remove', path: `members[value eq "${member}"]` },
      )
      return request('PATCH', `/Groups/${directory.everyone}`, body)
    },
  }
}

type Mix = readonly (readonly [Scenario, number])[]
/** Twentieths. Okta reads before it writes. */
const oktaMix: Mix = [
  ['filter', 5],
  ['get', 6],
  ['PUT', 6],
  ['create', 2],
  ['member', 1],
]
/** 60 % matches, 25 % PATCH, 10 % creates, 5 % members. */
const entraMix: Mix = [
  ['filter', 12],
  ['PATCH active', 5],
  ['create', 2],
  ['member', 1],
]

function createMix(directory: Directory, mix: Mix): () => Ask {
  const asks = mix.map(([scenario, share]) => ({ ask: createAsk(scenario, directory), share }))
  const turns = asks.flatMap(({ ask, share }) => Array.from({ length: share }, () => ask))
  let turn = 0
  return () => {
    turn += 1
    // A stride that is prime to twenty takes the kinds in turn rather than one after the other.
    return (turns[(turn * 7) % turns.length] as () => Ask)()
  }
}
