// What those are called whom events name by their ids, as they are called today: a page is looked through once, and each kind of thing is
// asked for once, however many events there are. Who is gone is called as the event kept it.
import type { EventView } from '@rollcall/api'
import { selectApplicationNames } from '../applications/applications.ts'
import { maskUrl } from '../base/masked-url.ts'
import { isRecord } from '../base/unknown.ts'
import { selectConnectionNames } from '../connections/rows.ts'
import { selectKeyNames } from '../directory/keys.ts'
import { selectClientNames } from '../directory/oauth-clients.ts'
import type { LoggedEvent } from '../events/query.ts'
import { selectLinkNames } from '../sessions/maker-links.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { selectGroupNames, selectUserNames } from '../users/shown-names.ts'
import { selectEndpointNames } from '../webhooks/rows.ts'

/** Adds to events what those in them are called. */
export type NameEvents = (events: readonly LoggedEvent[]) => Promise<EventView[]>

const namesOfOrganization = {
  usr: selectUserNames,
  grp: selectGroupNames,
  key: selectKeyNames,
  cli: selectClientNames,
  conn: selectConnectionNames,
  link: selectLinkNames,
} as const
const namesOfInstallation = { app: selectApplicationNames, whe: selectEndpointNames } as const

/** Of a list of people in one event so many are called by name. */
const namedOfList = 20
const idShape = /^([a-z]+)_[0-9a-z]{26}$/

interface Named {
  readonly id: string
  readonly name: string | null
}
type ReadNames = (prefix: string, ids: string) => Promise<readonly Named[]>

/** By the tables of one organization, and its own `name`. */
export function namesOf(database: Database, scope: OrganizationScope, name: string): NameEvents {
  return (events) =>
    nameEvents(events, async (prefix, ids) => {
      if (prefix === 'org') return [{ id: scope.organizationId, name }]
      if (!isKeyOf(namesOfOrganization, prefix)) return []
      return database.readOrganization(scope, namesOfOrganization[prefix], { ids })
    })
}

/** By the installation's own tables. An address is masked, as it is in the events themselves. */
export function namesOfOperators(database: Database): NameEvents {
  return (events) =>
    nameEvents(events, async (prefix, ids) => {
      if (!isKeyOf(namesOfInstallation, prefix)) return []
      const rows = await database.readInstallation('operator', namesOfInstallation[prefix], { ids })
      return prefix === 'whe' ? rows.map(({ id, name }) => ({ id, name: maskUrl(name) })) : rows
    })
}

async function nameEvents(events: readonly LoggedEvent[], read: ReadNames): Promise<EventView[]> {
  const idsOfEvent = new Map(events.map((event) => [event, listIds(event)]))
  const idsByPrefix = new Map<string, Set<string>>()
  for (const id of [...idsOfEvent.values()].flat()) {
    const prefix = idShape.exec(id)?.[1] ?? ''
    idsByPrefix.set(prefix, (idsByPrefix.get(prefix) ?? new Set()).add(id))
  }
  const names = new Map<string, string>()
  // The newest event has the last word about somebody who is gone.
  for (const event of events) {
    const kept = keptName(event)
    if (kept !== undefined && !names.has(event.subject.id)) names.set(event.subject.id, kept)
  }
  const found = await Promise.all(
    [...idsByPrefix].map(([prefix, ids]) => read(prefix, JSON.stringify([...ids]))),
  )
  for (const { id, name } of found.flat()) if (name !== null && name !== '') names.set(id, name)
  return events.map((event) => ({
    ...event,
    names: Object.fromEntries(
      [...new Set([event.subject.id, ...(idsOfEvent.get(event) ?? [])])].flatMap((id) => {
        const name = names.get(id)
        return name === undefined ? [] : [[id, name]]
      }),
    ),
  }))
}

function listIds({ actor, subject, data }: LoggedEvent): string[] {
  const changes = Array.isArray(data.changes) ? data.changes.filter(isRecord) : []
  const values = [...Object.values(data), ...changes.flatMap(({ before, after }) => [before, after])]
  return [actor.id, subject.id, ...values.flatMap(firstOf)].filter(
    (value): value is string => typeof value === 'string' && idShape.test(value),
  )
}

function firstOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, namedOfList) : [value]
}

/** What the event itself says that its subject was called. */
function keptName({ type, data }: LoggedEvent): string | undefined {
  const state = isRecord(data.state) ? data.state : {}
  const both = [state, data].map(({ displayName, userName }) =>
    typeof displayName === 'string' && typeof userName === 'string' && displayName !== userName
      ? `${displayName} (${userName})`
      : undefined,
  )
  const renamed = type.endsWith('.renamed') ? data.after : undefined
  const told = [state.userName, data.userName, state.displayName, data.displayName, renamed, data.name]
  return [...both, ...told, data.email, data.url].find(
    (name): name is string => typeof name === 'string' && name !== '',
  )
}

function isKeyOf<T extends object>(table: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(table, key)
}
