// The room `simulator/directory`: the directory of a pretend identity provider, which really provisions. Each act on its pages becomes a
// SCIM request.
//
// A pretend identity provider's directory that really provisions: every act on people, groups and assignments is followed at once
// by the requests that such a provider sends, in order for each person and group, a few at a time. Owns no page and no port.

import type { Send } from '../base/http-send.ts'
import { groupUrn, patchOpUrn, userUrn } from '../base/urn.ts'
import { createScimClient, Refused } from './scim-client.ts'
import type { DirectoryGroup, DirectoryPerson, DirectoryState, Link, LogLine, Provisioning } from './state.ts'

const maxAtOnce = 4
const maxLog = 200

export interface Directory {
  state(): DirectoryState
  /** Makes a person, or changes the one with this id; the id. */
  savePerson(person: Omit<DirectoryPerson, 'id' | 'isActive'>, id?: string): string
  setActive(id: string, isActive: boolean): void
  saveGroup(name: string, members: readonly string[], id?: string): string
  /** What is left out stays as it is. */
  configure(change: Partial<Provisioning>): void
  /** Asks as Okta's "Test API Credentials" does. */
  testCredentials(): Promise<void>
  /** A person, or a group that stands for its people. */
  assign(id: string, isAssigned: boolean): void
  /** Unlinking deletes the group there. */
  push(groupId: string, isPushed: boolean): void
  /** Once more for whom it failed. */
  retry(id: string): void
  /** Resolves when nothing is left to send. */
  settled(): Promise<void>
}

interface Memory {
  readonly people: Map<string, DirectoryPerson>
  readonly groups: Map<string, DirectoryGroup>
  readonly links: Map<string, Link>
  readonly assigned: Set<string>
  readonly pushed: Set<string>
  log: LogLine[]
  provisioning: Provisioning
  test: DirectoryState['test']
}

const nothing: Link = { remoteId: undefined, status: 'not provisioned', detail: '' }

function createMemory(): Memory {
  return {
    people: new Map(),
    groups: new Map(),
    links: new Map(),
    assigned: new Set(),
    pushed: new Set(),
    log: [],
    provisioning: {
      baseUrl: '',
      token: '',
      flavour: 'okta',
      creates: false,
      updates: false,
      deactivates: false,
    },
    test: undefined,
  }
}

export function createDirectory(options: {
  readonly send: Send
  readonly wait: (ms: number) => Promise<void>
}): Directory {
  const memory = createMemory()
  const { ask } = createScimClient({
    ...options,
    settings: () => memory.provisioning,
    note: (line) => {
      memory.log = [line, ...memory.log].slice(0, maxLog)
    },
  })
  const queue = createQueue((id) =>
    memory.people.has(id) ? syncPerson(memory, ask, id) : syncGroup(memory, ask, id),
  )
  return {
    state: () => ({
      ...memory,
      people: [...memory.people.values()],
      groups: [...memory.groups.values()],
    }),
    ...createActs(memory, queue),
    configure(change) {
      memory.provisioning = { ...memory.provisioning, ...change }
      memory.test = undefined
    },
    async testCredentials() {
      try {
        await ask('GET', '/ServiceProviderConfig')
        await ask('GET', '/Users?startIndex=1&count=2')
        memory.test = { isFine: true, detail: 'The application was verified successfully.' }
      } catch (error) {
        memory.test = { isFine: false, detail: (error as Error).message }
      }
    },
    retry: (id) => queue.add(id),
    settled: queue.settled,
  }
}

/** What is done to people and groups, each followed by what it makes necessary. */
function createActs(
  memory: Memory,
  queue: Queue,
): Pick<Directory, 'savePerson' | 'setActive' | 'saveGroup' | 'assign' | 'push'> {
  let serial = 0
  const newId = (kind: string): string => {
    serial += 1
    return `${kind}-${serial}`
  }
  const touch = (personId: string): void => {
    queue.add(personId)
    for (const { id, members } of memory.groups.values())
      if (memory.pushed.has(id) && members.includes(personId)) queue.add(id, personId)
  }
  const touchMembers = (ids: Iterable<string>): void => {
    for (const id of ids) touch(id)
  }
  return {
    savePerson(person, id = newId('person')) {
      memory.people.set(id, { isActive: true, ...memory.people.get(id), ...person, id })
      touch(id)
      return id
    },
    setActive(id, isActive) {
      const person = memory.people.get(id)
      if (person === undefined) return
      memory.people.set(id, { ...person, isActive })
      touch(id)
    },
    saveGroup(name, members, id = newId('group')) {
      const before = memory.groups.get(id)?.members ?? []
      memory.groups.set(id, { id, name, members: members.filter((one) => memory.people.has(one)) })
      touchMembers(new Set([...before, ...members]))
      if (memory.pushed.has(id)) queue.add(id, ...members)
      return id
    },
    assign(id, isAssigned) {
      if (isAssigned) memory.assigned.add(id)
      else memory.assigned.delete(id)
      touchMembers(memory.groups.get(id)?.members ?? [id])
    },
    push(groupId, isPushed) {
      if (isPushed) memory.pushed.add(groupId)
      else memory.pushed.delete(groupId)
      queue.add(groupId, ...(memory.groups.get(groupId)?.members ?? []))
    },
  }
}

interface Queue {
  /** Works on `id` after what is under way for it, and after what is queued for `others`. */
  add(id: string, ...others: readonly string[]): void
  settled(): Promise<void>
}

function createQueue(work: (id: string) => Promise<void>): Queue {
  const last = new Map<string, Promise<void>>()
  let free = maxAtOnce
  const waiting: (() => void)[] = []
  const enter = async (): Promise<void> => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }
  const leave = (): void => {
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next()
  }
  return {
    add(id, ...others) {
      const before = [id, ...others].map((one) => last.get(one))
      const run = Promise.all(before)
        .then(enter)
        .then(() => work(id))
        .finally(leave)
      last.set(id, run)
      void run.finally(() => {
        if (last.get(id) === run) last.delete(id)
      })
    },
    async settled() {
      while (last.size > 0) await Promise.all(last.values())
    },
  }
}

type Ask = (method: string, path: string, body?: unknown) => Promise<Readonly<Record<string, unknown>>>

const linkOf = (memory: Memory, id: string): Link => memory.links.get(id) ?? nothing

function keep(memory: Memory, id: string, remoteId: string): string {
  memory.links.set(id, { ...linkOf(memory, id), remoteId })
  return remoteId
}

/** Does the work, and notes what came of it. */
async function settle(memory: Memory, id: string, work: () => Promise<Partial<Link>>): Promise<void> {
  const before = linkOf(memory, id)
  memory.links.set(id, { ...before, status: 'pending', detail: '' })
  try {
    memory.links.set(id, { ...before, detail: '', ...(await work()) })
  } catch (error) {
    memory.links.set(id, { ...linkOf(memory, id), status: 'failed', detail: (error as Error).message })
  }
}

function isWanted(memory: Memory, { id, isActive }: DirectoryPerson): boolean {
  const inAssigned = (): boolean =>
    [...memory.groups.values()].some((group) => memory.assigned.has(group.id) && group.members.includes(id))
  return isActive && (memory.assigned.has(id) || inAssigned())
}

function change(
  { provisioning }: Memory,
  ask: Ask,
  person: DirectoryPerson,
  remoteId: string,
  isActive: boolean,
): Promise<unknown> {
  const path = `/Users/${remoteId}`
  if (provisioning.flavour === 'okta-put')
    return ask('PUT', path, { id: remoteId, ...toUser(person, isActive) })
  return ask('PATCH', path, {
    schemas: [patchOpUrn],
    Operations: toOperations(person, isActive, provisioning),
  })
}

/** What the application should know of a person against what it knows. */
async function syncPerson(memory: Memory, ask: Ask, id: string): Promise<void> {
  const person = memory.people.get(id) as DirectoryPerson
  const { remoteId, status } = linkOf(memory, id)
  const { creates, updates, deactivates } = memory.provisioning
  if (!isWanted(memory, person)) {
    if (remoteId === undefined || !deactivates || status === 'deactivated') return
    return settle(memory, id, async () => {
      await change(memory, ask, person, remoteId, false)
      return { status: 'deactivated' }
    })
  }
  if (remoteId !== undefined && !updates && status === 'provisioned') return
  if (remoteId === undefined && !creates) return
  return settle(memory, id, async () => {
    const found = remoteId ?? (await findId(ask, '/Users', 'userName', person.userName))
    if (found !== undefined) {
      await change(memory, ask, person, keep(memory, id, found), true)
      return { remoteId: found, status: 'provisioned' }
    }
    const made = await ask('POST', '/Users', toUser(person, true))
    return { remoteId: String(made.id), status: 'provisioned' }
  })
}

/** What the application should know of a group against what it knows. */
async function syncGroup(memory: Memory, ask: Ask, id: string): Promise<void> {
  const group = memory.groups.get(id)
  const { remoteId } = linkOf(memory, id)
  if (group === undefined || (!memory.pushed.has(id) && remoteId === undefined)) return
  if (!memory.pushed.has(id))
    return settle(memory, id, async () => {
      await ask('DELETE', `/Groups/${remoteId}`).catch(ignoreMissing)
      return nothing
    })
  return settle(memory, id, async () => {
    const known = remoteId ?? (await findId(ask, '/Groups', 'displayName', group.name))
    const made = known ?? String((await ask('POST', '/Groups', toNewGroup(group))).id)
    keep(memory, id, made)
    const members = group.members.flatMap((one) => {
      const link = linkOf(memory, one)
      return link.status === 'provisioned' && link.remoteId !== undefined ? [{ value: link.remoteId }] : []
    })
    await ask('PATCH', `/Groups/${made}`, {
      schemas: [patchOpUrn],
      Operations: [
        { op: 'replace', value: { id: made, displayName: group.name } },
        { op: 'replace', path: 'members', value: members },
      ],
    })
    return { remoteId: made, status: 'provisioned' }
  })
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Refused) || error.status !== 404) throw error
}

async function findId(
  ask: Ask,
  endpoint: string,
  attribute: string,
  value: string,
): Promise<string | undefined> {
  const filter = encodeURIComponent(`${attribute} eq ${JSON.stringify(value)}`)
  const { Resources } = await ask('GET', `${endpoint}?filter=${filter}&startIndex=1&count=100`)
  const [first] = (Array.isArray(Resources) ? Resources : []) as { id?: unknown }[]
  return typeof first?.id === 'string' ? first.id : undefined
}

const toNewGroup = ({ name }: DirectoryGroup) => ({ schemas: [groupUrn], displayName: name, members: [] })

function toUser({ id, userName, givenName, familyName }: DirectoryPerson, isActive: boolean) {
  return {
    schemas: [userUrn],
    userName,
    name: { givenName, familyName },
    emails: [{ value: userName, type: 'work', primary: true }],
    displayName: `${givenName} ${familyName}`,
    externalId: id,
    active: isActive,
  }
}

// Entra names each attribute by its path; Okta puts them into one value. A deactivation is `active` alone.
function toOperations(person: DirectoryPerson, isActive: boolean, { flavour, updates }: Provisioning) {
  const { userName, name, displayName } = toUser(person, isActive)
  const isEntra = flavour === 'entra'
  const active = isEntra
    ? { op: 'Replace', path: 'active', value: isActive ? 'True' : 'False' }
    : { op: 'replace', value: { active: isActive } }
  if (!isActive || !updates) return [active]
  if (!isEntra) return [{ op: 'replace', value: { active: isActive, userName, name, displayName } }]
  return [
    active,
    { op: 'Replace', path: 'userName', value: userName },
    { op: 'Replace', path: 'name.givenName', value: name.givenName },
    { op: 'Replace', path: 'name.familyName', value: name.familyName },
    { op: 'Replace', path: 'displayName', value: displayName },
  ]
}
