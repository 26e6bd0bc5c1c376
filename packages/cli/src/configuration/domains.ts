// The steps that bring an organization's domains to what a file says: which there are, whose word proves them, who speaks for them.
import { domainToASCII } from 'node:url'
import type { Connection, Domain } from '@rollcall/api'
import type { DomainEntry } from '@rollcall/api/configuration'
import { isSameList, toConnectionKey, toWaiting } from './connections.ts'
import type { Difference } from './differences.ts'
import type { Place } from './file.ts'
import { matchEntries } from './match.ts'
import { type Planning, type Step, toCreated, unchanged } from './step.ts'

/** As the service keeps it: lower-case, ASCII. What is no name stays as it is, for the service to refuse. */
function toKey(name: string): string {
  const plain = name.trim().toLowerCase().replace(/\.$/, '')
  return domainToASCII(plain) || plain
}

interface Around {
  readonly planning: Planning
  readonly slug: string
  /** Of the organization now. */
  readonly connections: readonly Connection[]
  /** Names and ids of connections that the file has for it. */
  readonly planned: ReadonlySet<string>
  /** Ids, or names of those that are not there yet: of whom nobody says yet whom they trust. */
  readonly open: ReadonlySet<string>
}

export function planDomains(
  around: Around,
  wanted: readonly DomainEntry[],
  place: Place,
  present: readonly Domain[],
): { readonly steps: readonly Step[]; readonly prunes: readonly Step[] } {
  const { planning, slug } = around
  const { entries, rest } = matchEntries(
    planning,
    wanted.map((entry) => ({ ...entry, id: undefined })),
    place,
    present,
    { what: 'domain', ofEntry: ({ name }) => toKey(name), ofNoun: ({ name }) => name },
  )
  const steps = entries.map(({ entry, place: own, found }): Step => {
    const path = `organizations/${slug}/domains/${entry.name}`
    const { connections } = entry
    const refuse = (message: string, isOfPresent: boolean) =>
      planning.faults.push({ place: [...own, 'connections'], message, isOfPresent })
    for (const name of connections ?? []) {
      const count = countCalled(around, name)
      if (count > 1)
        refuse(`${count} connections are called ${name}: say the id of the one that is meant`, true)
      else if (count === 0 && !around.planned.has(name)) refuse(`there is no connection ${name}`, true)
    }
    const step = planDomain(around, path, { ...entry, ...withoutOpen(around, connections, found) }, found)
    const untied = connections?.filter((name) => isHeld(around, name, found)) ?? []
    if (untied.length === 0) return step
    const are = untied.length === 1 ? 'is' : 'are'
    return toWaiting(step, `${untied.join(' and ')} ${are} not tied to it while vouchedBy stands there`)
  })
  const prunes = rest.map(({ id, name }) => ({
    path: `organizations/${slug}/domains/${name}`,
    kind: 'prune' as const,
    differences: [],
    run: async () => void (await planning.client.call('deleteDomain', { params: { slug, id } })),
  }))
  return { steps, prunes }
}

function planDomain(around: Around, path: string, entry: DomainEntry, found: Domain | undefined): Step {
  const run = () => settle(around, entry, found)
  const { isVerified, connections } = entry
  if (found === undefined)
    return { path, kind: 'create', differences: toCreated({ isVerified, connections }), run }
  const differences = compare(around, entry, found)
  return differences.length === 0 ? unchanged(path) : { path, kind: 'change', differences, run }
}

const isOpen = (around: Around, nameOrId: string): boolean =>
  around.open.has(nameOrId) || around.open.has(idOf(around, nameOrId) ?? '')

/** Whether a connection comes to speak for a domain only once somebody vouches for it. */
function isHeld(around: Around, nameOrId: string, found: Domain | undefined): boolean {
  const isTied = found?.connectionIds.includes(idOf(around, nameOrId) ?? '') === true
  return isOpen(around, nameOrId) && !isTied
}

/** Nothing begins to speak for a domain of which nobody says yet whom it trusts; whatever speaks for it goes on. */
const withoutOpen = (
  around: Around,
  connections: DomainEntry['connections'],
  found: Domain | undefined,
): Pick<DomainEntry, 'connections'> =>
  connections === undefined ? {} : { connections: connections.filter((name) => !isHeld(around, name, found)) }

const isProvedNow = ({ verifiedAt, lostAt }: Domain): boolean => verifiedAt !== null && lostAt === null

/** Whether the operator's word has to be given, or taken back. */
const asksWord = ({ isVerified }: DomainEntry, found: Domain): boolean =>
  isVerified === true ? !isProvedNow(found) : isVerified === false && found.verifiedBy === 'operator'

function compare(around: Around, entry: DomainEntry, found: Domain): Difference[] {
  const differences: Difference[] = []
  if (asksWord(entry, found))
    differences.push({ field: 'isVerified', before: found.verifiedBy ?? false, after: entry.isVerified })
  const { connections } = entry
  if (connections === undefined) return differences
  const wanted = connections.map((name) => idOf(around, name) ?? name)
  if (isSameList(wanted, found.connectionIds)) return differences
  const before = found.connectionIds.map((id) => around.connections.find((one) => one.id === id)?.name ?? id)
  return [...differences, { field: 'connections', before, after: connections }]
}

const notProved =
  'the domain is not proved yet, so that nothing can speak for it; run this again once it is, or say isVerified: true'

const onlyOne =
  'the operator’s word is not given while vouchedBy stands at the one connection that is active: it would speak for the domain at once'

/** Whether the service would tie a domain that is proved now to a connection that nobody vouches for: it does where one alone is active. */
async function wouldTieOpen(around: Around): Promise<boolean> {
  if (around.open.size === 0) return false
  const { slug, planning } = around
  const { items } = await planning.client.call('listConnections', { params: { slug } })
  const [only, another] = items.filter(({ isActive }) => isActive)
  return only !== undefined && another === undefined && around.open.has(only.id)
}

async function settle(
  around: Around,
  entry: DomainEntry,
  found: Domain | undefined,
): Promise<string | undefined> {
  const { planning, slug } = around
  const { client } = planning
  const params = { slug }
  let now = found ?? (await client.call('createDomain', { params, body: { name: entry.name } }))
  const at = { ...params, id: now.id }
  const asks = asksWord(entry, now)
  if (asks && entry.isVerified === true && (await wouldTieOpen(around))) return onlyOne
  if (asks)
    now = await client.call('updateDomain', { params: at, body: { isVerified: entry.isVerified === true } })
  if (entry.connections === undefined) return undefined
  const connectionIds = entry.connections.map((name) => idOf(around, name) ?? name)
  // What a connection that was enabled just now took with it is not in what was read before.
  const { items } = await client.call('listDomains', { params })
  const present = items.find(({ id }) => id === now.id) ?? now
  if (isSameList(connectionIds, present.connectionIds)) return undefined
  const isMore = connectionIds.some((id) => !present.connectionIds.includes(id))
  if (isMore && present.verifiedAt === null) return notProved
  await client.call('updateDomain', { params: at, body: { connectionIds } })
  return undefined
}

const countCalled = ({ connections }: Around, nameOrId: string): number =>
  connections.filter(({ id, name }) => id === nameOrId || name === nameOrId).length

/** By its name or id; undefined of one that is not there yet. */
function idOf({ planning, slug, connections }: Around, nameOrId: string): string | undefined {
  const known = planning.ids.get(toConnectionKey(slug, nameOrId))
  return known ?? connections.find(({ id, name }) => id === nameOrId || name === nameOrId)?.id
}
