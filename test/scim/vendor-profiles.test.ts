// What auto accepts is accepted by the profiles of Okta, OneLogin, JumpCloud and Ping, and of a client that was learned, and the same is
// stored: a vendor's profile is chosen for its answers, and nobody's mapping stops working by it. `npm test` plays a sample.
// Judges: scim, server/scim.
import { profiled } from '@rollcall/api'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { howMany } from '../harness/sample.ts'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'
import { createClient, groupUrn, type Json, patchOp, type ScimClient } from './client.ts'
import {
  createRandom,
  enterprise,
  hr,
  hrSchema,
  kinds,
  makeQuery,
  memberForms,
  toText,
  user,
} from './kinds.ts'

const inputsOfKind = howMany({ sample: 1, whole: 60 })
const schemas = [user, enterprise, hr]
const agents = {
  okta: 'Okta SCIM Client 1.0.0',
  entra: 'Microsoft Azure AD SCIM provisioning 1.0.0',
  onelogin: 'OneLogin SCIM',
  google: 'Google-Auto-Provisioning',
}

/** An organization and its client; what they do is compared with what the one of auto does. */
interface Stage {
  readonly name: string
  readonly scim: ScimClient
  readonly directory: Directory
  readonly people: string[]
}

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let auto: Stage
  const others: Stage[] = []
  const open = async (name: string, profile: 'auto' | (typeof profiled)[number]): Promise<Stage> => {
    const directory = await service.createOrganization({ profile })
    const { slug } = directory.organization
    const extensions = [{ resourceType: 'User' as const, schema: hrSchema as never }]
    await service.admin.call('putSchemaExtensions', { params: { slug }, body: { extensions } })
    return { name, directory, scim: createClient(directory), people: [] }
  }
  beforeAll(async () => {
    service = await start()
    auto = await open('auto', 'auto')
    for (const profile of profiled) if (profile !== 'entra') others.push(await open(profile, profile))
    for (const [client, agent] of Object.entries(agents)) {
      const stage = await open(`learned ${client}`, 'auto')
      await stage.scim.send('GET', '/Users?count=0', undefined, { 'user-agent': agent })
      const params = { slug: stage.directory.organization.slug }
      const read = async () => (await service.admin.call('getProvisioning', { params })).keys[0]?.knownClient
      await vi.waitFor(async () => expect(await read()).toBe(client))
      others.push(stage)
    }
    service.advance(2_000)
    for (const stage of [auto, ...others])
      for (const name of ['a', 'b', 'c', 'd']) stage.people.push(await stage.scim.user(`${name}@acme.test`))
  })

  /** Without what is each organization's own. */
  const plain = (body: Json): string => {
    const seen = new Map<string, string>()
    const name = (id: string) => {
      if (!seen.has(id)) seen.set(id, `#${seen.size}`)
      return seen.get(id) as string
    }
    return JSON.stringify(body, (key, value) => (key === 'meta' ? undefined : value)).replaceAll(
      /\b(?:usr|grp)_[0-9A-Za-z]+/g,
      name,
    )
  }

  /** What is to be sent, by the people of whoever sends it; `at` is what it is about, made by `before`. */
  type Make = (
    stage: Stage,
    at: string,
  ) => { readonly method: string; readonly path: string; readonly body?: unknown }

  let compared = 0
  /** By all: the answer's code, and what is read afterwards. */
  const compare = async (make: Make, before?: (stage: Stage) => Promise<string>, isMapped = false) => {
    const play = async (stage: Stage) => {
      const at = before === undefined ? '' : await before(stage)
      const { method, path, body } = make(stage, at)
      const reply = await stage.scim.send(method, path, body === undefined ? undefined : toText(body))
      const place = reply.headers.get('location') ?? path
      const read =
        method === 'GET'
          ? reply
          : await stage.scim.send('GET', place.slice(place.search(/\/(?:Users|Groups)\//)))
      const told = `${stage.name}: ${method} ${path} ${toText(body)} -> ${reply.status} ${JSON.stringify(reply.body)}`
      return { status: reply.status, read: reply.status < 400 ? plain(read.body) : '', told }
    }
    const first = await play(auto)
    if (isMapped) expect(first.status, first.told).toBeLessThan(300)
    if (first.status >= 400) return
    compared += 1
    // A sample takes each in turn.
    const chosen =
      inputsOfKind >= 20 ? others : [0, 3].map((at) => others[(compared + at) % others.length] as Stage)
    for (const stage of chosen) {
      const other = await play(stage)
      expect(other.status, `${first.told}\n${other.told}`).toBeLessThan(300)
      expect(other.read, `${first.told}\n${other.told}`).toBe(first.read)
    }
  }

  let serial = 0
  const next = () => {
    serial += 1
    return serial
  }
  const fresh = () => `v${next()}@acme.test`

  describe('what auto accepts is accepted, and the same is stored', () => {
    // First: afterwards an organization may have people that another has not.
    it('of queries, filters without quotation marks among them', async () => {
      const random = createRandom(31)
      const filters = [
        'userName eq a@acme.test',
        'active eq True',
        'meta.created gt 2015-10-10T14:38:21Z and title pr',
      ]
      for (const filter of filters)
        await compare(() => ({
          method: 'GET',
          path: `/Users?filter=${encodeURIComponent(filter)}&attributes=userName`,
        }))
      for (let count = 0; count < inputsOfKind * 6; count += 1) {
        const { text } = makeQuery(random, 'a@acme.test')
        await compare(() => ({ method: 'GET', path: `/Users?${text}` }))
      }
    }, 600_000)

    it.each(Object.entries(kinds))(
      'of people: %s',
      async (kind, generate) => {
        const random = createRandom(30 + kind.length)
        const count = kind === 'what is mapped by hand' ? inputsOfKind * 4 : inputsOfKind
        for (let at = 0; at < count; at += 1) {
          const { values } = generate(random)
          const userName = fresh()
          const post = { method: 'POST', path: '/Users', body: { schemas, userName, ...values } }
          // A path may name what is read-only, and is refused for that; all else that a mapping sends is taken.
          const isMapped = kind === 'what is mapped by hand'
          await compare(() => post, undefined, isMapped)
          const paths = Object.entries(values).map(([path, value]) => ({ op: 'Replace', path, value }))
          const patch = (...operations: readonly Json[]) => ({ schemas: [patchOp], Operations: operations })
          for (const [method, body] of [
            ['PUT', undefined],
            ['PATCH', patch({ op: 'replace', value: values })],
            ['PATCH', patch(...paths)],
          ] as const) {
            const name = fresh()
            const sent = body ?? { schemas, userName: name, ...values }
            await compare(
              (_, id) => ({ method, path: `/Users/${id}`, body: sent }),
              ({ scim }) => scim.user(name),
              isMapped && (body === undefined || body.Operations.every((one) => !('path' in one))),
            )
          }
        }
      },
      600_000,
    )

    it('of groups', async () => {
      for (let count = 0; count < inputsOfKind * 6; count += 1) {
        const displayName = `G${next()}`
        const make = (stage: Stage) => {
          // The same choices for each.
          const random = createRandom(serial)
          const ids = Array.from({ length: 1 + random(3) }, () => stage.people[random(4)] as string)
          return ids.map((id) => memberForms(random, id, stage.directory.scimUrl).value)
        }
        const before = ({ scim, people }: Stage) => scim.group(`${displayName}!`, people.slice(0, 2))
        const members = (stage: Stage) => ({ schemas: [groupUrn], displayName, members: make(stage) })
        await compare((stage) => ({ method: 'POST', path: '/Groups', body: members(stage) }))
        await compare(
          (stage, id) => ({
            method: 'PUT',
            path: `/Groups/${id}`,
            body: { ...members(stage), displayName: `${displayName}?` },
          }),
          before,
        )
        for (const op of ['Add', 'remove', 'replace'])
          await compare(
            (stage, id) => ({
              method: 'PATCH',
              path: `/Groups/${id}`,
              body: { schemas: [patchOp], Operations: [{ op, path: 'members', value: make(stage) }] },
            }),
            ({ scim, people }) => scim.group(`${displayName} ${op}`, people.slice(0, 2)),
          )
      }
    }, 600_000)

    it('of somebody who left and comes back, and of a schema by its older name', async () => {
      const userName = fresh()
      const older = 'urn:scim:schemas:extension:enterprise:1.0'
      const body = {
        schemas: ['urn:scim:schemas:core:1.0'],
        userName,
        externalId: userName,
        [older]: { department: 'D' },
      }
      await compare(() => ({ method: 'POST', path: '/Users', body: { ...body, active: false } }))
      await compare(() => ({ method: 'POST', path: '/Users', body: { ...body, active: true } }))
    })
  })
})
