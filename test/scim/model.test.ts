// The whole of SCIM against a model in memory: random sequences of creates, changes, removals, memberships, pages and filters, and
// after each step the service must answer as the model says. ROLLCALL_MODEL_RUNS=1000 plays another number of sequences.
// Judges: server/scim, server/users, scim.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { howMany } from '../harness/sample.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import {
  createClient,
  groupUrn,
  type Json,
  patchOp,
  type Reply,
  type ScimClient,
  toMembers,
  userUrn,
} from './client.ts'

const sequencesPerStore = Number(process.env.ROLLCALL_MODEL_RUNS ?? howMany({ sample: 50, whole: 150 }))
const commandsPerSequence = 50

interface ModelUser {
  readonly id: string
  userName: string
  active: boolean
  externalId: string | undefined
  title: string | undefined
}
interface ModelGroup {
  readonly id: string
  displayName: string
  members: Set<string>
}
/** In the order of creation. */
interface Model {
  readonly users: ModelUser[]
  readonly groups: ModelGroup[]
}

const name = fc.constantFrom('ada', 'Ada', 'ben', 'cy', 'dee', 'ＡＤＡ')
const externalId = fc.constantFrom(undefined, 'e1', 'e2')
const title = fc.constantFrom(undefined, 'Engineer', 'Chief')
const turn = fc.nat(30)
const some = fc.array(turn, { maxLength: 3 })

const command = fc.oneof(
  fc.record({ do: fc.constant('post' as const), name, externalId, title, active: fc.boolean() }),
  fc.record({ do: fc.constant('put' as const), at: turn, name, title }),
  fc.record({ do: fc.constant('title' as const), at: turn, title }),
  fc.record({ do: fc.constant('rename' as const), at: turn, name }),
  fc.record({ do: fc.constant('active' as const), at: turn, active: fc.boolean() }),
  fc.record({ do: fc.constant('delete' as const), at: turn }),
  fc.record({ do: fc.constant('post group' as const), name, members: some }),
  fc.record({ do: fc.constant('put group' as const), at: turn, name, members: some }),
  fc.record({ do: fc.constant('add' as const), at: turn, members: some }),
  fc.record({ do: fc.constant('remove' as const), at: turn, members: some }),
  fc.record({ do: fc.constant('replace' as const), at: turn, members: some }),
  fc.record({ do: fc.constant('nest' as const), at: turn, inner: turn }),
  fc.record({ do: fc.constant('delete group' as const), at: turn }),
  fc.record({ do: fc.constant('page' as const), startIndex: fc.nat(8), count: fc.nat(5) }),
  fc.record({ do: fc.constant('walk' as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('filter' as const), name, at: turn, active: fc.boolean() }),
)
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never

const keyOf = (userName: string): string => userName.normalize('NFKC').toLowerCase()
const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)]

/** Whether `outer` would be reached from `inner`. */
function reaches(model: Model, inner: string, outer: string): boolean {
  const seen = new Set<string>()
  const queue = [inner]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (id === outer) return true
    if (seen.has(id)) continue
    seen.add(id)
    queue.push(...(model.groups.find((group) => group.id === id)?.members ?? []))
  }
  return false
}

/** Does one command on both; throws where they differ. */
async function play(scim: ScimClient, model: Model, step: Command): Promise<void> {
  if (step.do === 'post') return postUser(scim, model, step)
  if (step.do === 'post group') return postGroup(scim, model, step)
  if (step.do === 'page' || step.do === 'walk' || step.do === 'filter') return read(scim, model, step)
  if ('inner' in step || 'members' in step || step.do === 'delete group')
    return changeGroup(scim, model, step)
  return changeUser(scim, model, step)
}

const bodyOf = (user: { userName: string; title: string | undefined }, more: Json = {}): Json => ({
  schemas: [userUrn],
  userName: user.userName,
  ...(user.title === undefined ? {} : { title: user.title }),
  ...more,
})

async function postUser(
  scim: ScimClient,
  model: Model,
  step: Extract<Command, { do: 'post' }>,
): Promise<void> {
  const { title: wanted, active, externalId: external } = step
  const more = { active, ...(external === undefined ? {} : { externalId: external }) }
  const reply = await scim.send('POST', '/Users', bodyOf({ userName: step.name, title: wanted }, more))
  const known = model.users.find(({ userName }) => keyOf(userName) === keyOf(step.name))
  const isSame = known !== undefined && (known.externalId === undefined || known.externalId === external)
  if (known !== undefined && (known.active || !isSame)) {
    expect(reply).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } })
    return
  }
  expect(reply).toMatchObject({ status: 201 })
  const id = reply.body.id as string
  if (known === undefined)
    model.users.push({ id, userName: step.name, active, externalId: external, title: wanted })
  else {
    expect(id).toBe(known.id)
    Object.assign(known, { userName: step.name, active, externalId: external, title: wanted })
  }
}

type UserChange = Extract<Command, { do: 'put' | 'title' | 'rename' | 'active' | 'delete' }>

async function changeUser(scim: ScimClient, model: Model, step: UserChange): Promise<void> {
  const user = pick(model.users, step.at)
  if (user === undefined) {
    expect((await scim.send('DELETE', '/Users/usr_00000000000000000000000000')).status).toBe(404)
    return
  }
  const path = `/Users/${user.id}`
  const patch = (operation: Json): Promise<Reply> =>
    scim.send('PATCH', path, { schemas: [patchOp], Operations: [operation] })
  const isTaken = (wanted: string): boolean =>
    model.users.some((other) => other !== user && keyOf(other.userName) === keyOf(wanted))
  switch (step.do) {
    case 'put': {
      const reply = await scim.send('PUT', path, bodyOf({ userName: step.name, title: step.title }))
      expect(reply.status).toBe(isTaken(step.name) ? 409 : 200)
      if (reply.status === 200) Object.assign(user, { userName: step.name, title: step.title })
      return
    }
    case 'rename': {
      const reply = await patch({ op: 'replace', path: 'userName', value: step.name })
      expect(reply.status).toBe(isTaken(step.name) ? 409 : 200)
      if (reply.status === 200) user.userName = step.name
      return
    }
    case 'title': {
      const operation =
        step.title === undefined
          ? { op: 'remove', path: 'title' }
          : { op: 'add', value: { title: step.title } }
      expect((await patch(operation)).status).toBe(200)
      user.title = step.title
      return
    }
    case 'active':
      expect(
        (await patch({ op: 'Replace', path: 'active', value: step.active ? 'True' : 'False' })).status,
      ).toBe(200)
      user.active = step.active
      return
    case 'delete':
      expect((await scim.send('DELETE', path)).status).toBe(204)
      model.users.splice(model.users.indexOf(user), 1)
      for (const { members } of model.groups) members.delete(user.id)
  }
}

const idsOf = (model: Model, turns: readonly number[]): string[] =>
  turns.flatMap((at) => pick(model.users, at)?.id ?? 'usr_00000000000000000000000000')
const known = (model: Model, ids: readonly string[]): string[] =>
  ids.filter((id) => model.users.some((user) => user.id === id))

async function postGroup(
  scim: ScimClient,
  model: Model,
  step: Extract<Command, { do: 'post group' }>,
): Promise<void> {
  const members = idsOf(model, step.members)
  const id = await scim.group(step.name, members)
  // The first of the name that the key made: it is the same group, and has the new members too.
  const same = model.groups.filter(({ displayName }) => displayName.toLowerCase() === step.name.toLowerCase())
  const [first] = same.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  if (first === undefined) {
    model.groups.push({ id, displayName: step.name, members: new Set(known(model, members)) })
    return
  }
  expect(id).toBe(first.id)
  first.displayName = step.name
  for (const member of known(model, members)) first.members.add(member)
}

type GroupChange = Extract<
  Command,
  { do: 'put group' | 'add' | 'remove' | 'replace' | 'nest' | 'delete group' }
>

async function changeGroup(scim: ScimClient, model: Model, step: GroupChange): Promise<void> {
  const group = pick(model.groups, step.at)
  if (group === undefined) return
  const { id } = group
  switch (step.do) {
    case 'put group': {
      const members = idsOf(model, step.members)
      const body = { schemas: [groupUrn], displayName: step.name, members: toMembers(members) }
      expect((await scim.send('PUT', `/Groups/${id}`, body)).status).toBe(200)
      Object.assign(group, { displayName: step.name, members: new Set(known(model, members)) })
      return
    }
    case 'add': {
      const members = idsOf(model, step.members)
      await scim.patch(id, { op: 'add', path: 'members', value: toMembers(members) })
      for (const member of known(model, members)) group.members.add(member)
      return
    }
    case 'remove': {
      const members = idsOf(model, step.members)
      for (const member of members) {
        await scim.patch(id, { op: 'remove', path: `members[value eq "${member}"]` })
        group.members.delete(member)
      }
      return
    }
    case 'replace': {
      const members = idsOf(model, step.members)
      await scim.patch(id, { op: 'replace', path: 'members', value: toMembers(members) })
      group.members = new Set(known(model, members))
      return
    }
    case 'nest': {
      const inner = pick(model.groups, step.inner)?.id ?? ''
      const operation = { op: 'add', path: 'members', value: toMembers([inner]) }
      const reply = await scim.send('PATCH', `/Groups/${id}`, { schemas: [patchOp], Operations: [operation] })
      const isCircle = reaches(model, inner, id)
      expect(reply.status).toBe(isCircle ? 400 : 200)
      if (!isCircle) group.members.add(inner)
      return
    }
    case 'delete group':
      expect((await scim.send('DELETE', `/Groups/${id}`)).status).toBe(204)
      model.groups.splice(model.groups.indexOf(group), 1)
      for (const { members } of model.groups) members.delete(id)
  }
}

async function read(
  scim: ScimClient,
  model: Model,
  step: Extract<Command, { do: 'page' | 'walk' | 'filter' }>,
): Promise<void> {
  const all = model.users.map(({ id }) => id)
  const list = async (query: string): Promise<Json & { ids: string[] }> => {
    const { body } = await scim.send('GET', `/Users?attributes=id&${query}`)
    return { ...body, ids: (body.Resources as { id: string }[]).map(({ id }) => id) }
  }
  switch (step.do) {
    case 'page': {
      const page = await list(`startIndex=${step.startIndex}&count=${step.count}`)
      const from = Math.max(1, step.startIndex) - 1
      expect(page.ids).toEqual(all.slice(from, from + step.count))
      expect(page.totalResults).toBe(all.length)
      return
    }
    case 'walk': {
      const ids: string[] = []
      for (let cursor: unknown = ''; cursor !== undefined; ) {
        const page = await list(`count=${step.count}&cursor=${cursor}`)
        ids.push(...page.ids)
        cursor = page.nextCursor
      }
      expect(ids).toEqual(all)
      return
    }
    case 'filter': {
      const active = `active eq ${step.active}`
      const filter = `userName eq ${JSON.stringify(step.name)} and ${active}`
      expect(await scim.find('Users', filter)).toEqual(
        model.users
          .filter((user) => keyOf(user.userName) === keyOf(step.name) && user.active === step.active)
          .map(({ id }) => id),
      )
      const user = pick(model.users, step.at)?.id ?? 'nobody'
      const holders = model.groups.filter(({ members }) => members.has(user)).map(({ id }) => id)
      expect(await scim.find('Groups', `members.value eq "${user}"`)).toEqual(holders)
      const titled = model.users.filter((one) => one.title === 'Chief' || one.active === step.active)
      expect(await scim.find('Users', `title eq "chief" or ${active}`)).toEqual(titled.map(({ id }) => id))
    }
  }
}

async function compare(scim: ScimClient, model: Model): Promise<void> {
  const users = (await scim.send('GET', '/Users?count=1000')).body.Resources as Json[]
  expect(
    users.map(({ id, userName, active, externalId: external, title: own, groups }) => ({
      id,
      userName,
      active,
      externalId: external,
      title: own,
      groups: ((groups as { value: string }[] | undefined) ?? []).map(({ value }) => value),
    })),
  ).toEqual(
    model.users.map((user) => ({
      ...user,
      groups: model.groups.filter(({ members }) => members.has(user.id)).map(({ id }) => id),
    })),
  )
  const groups = (await scim.send('GET', '/Groups?count=1000')).body.Resources as Json[]
  expect(
    groups.map(({ id, displayName, members }) => ({
      id,
      displayName,
      members: (members as { value: string }[]).map(({ value }) => value),
    })),
  ).toEqual(model.groups.map((group) => ({ ...group, members: [...group.members].sort() })))
}

forOneStore(import.meta.filename, (start) => {
  describe('the service', () => {
    it(`does what the model does, in ${sequencesPerStore} sequences of ${commandsPerSequence} commands`, async () => {
      const service: Service = await start()
      await fc.assert(
        fc.asyncProperty(
          fc.array(command, { minLength: commandsPerSequence, maxLength: commandsPerSequence }),
          async (commands) => {
            const scim = createClient(await service.createOrganization())
            const model: Model = { users: [], groups: [] }
            for (const step of commands) await play(scim, model, step)
            await compare(scim, model)
          },
        ),
        { numRuns: sequencesPerStore, seed: 11_24 },
      )
    }, 600_000)
  })
})
