// Every input of every kind, by every method, in every profile, on either store: what it says is applied, refused or named in activity.
// Nothing is silent and nothing is 5xx. `npm test` plays a sample, `npm run test:endurance` the whole.
// Judges: server/scim, scim/resource, scim/patch.
import { type ProfileName, profiles } from '@rollcall/scim'
import { beforeAll, describe, expect, it } from 'vitest'
import { howMany } from '../harness/sample.ts'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'
import { createClient, groupUrn, type Json, patchOp, type ScimClient } from './client.ts'
import {
  createRandom,
  enterprise,
  hr,
  hrSchema,
  type Input,
  kinds,
  makeCreation,
  makeQuery,
  memberForms,
  Raw,
  toText,
  user,
} from './kinds.ts'

const inputsOfKind = howMany({ sample: 2, whole: 40 })
const bulkUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
const schemas = [user, enterprise, hr]
const profileNames = Object.keys(profiles) as ProfileName[]

/** What was sent, and what came of it so far. */
interface Trial {
  readonly about: string
  readonly requestId: string
  readonly names: readonly string[]
}

interface Stage {
  readonly directory: Directory
  readonly scim: ScimClient
  readonly trials: Trial[]
  readonly id: string
  readonly userName: string
}

forOneStore(import.meta.filename, (start, store) => {
  let service: Service
  const stages = new Map<ProfileName, Stage>()
  beforeAll(async () => {
    service = await start()
    for (const profile of profileNames) {
      const directory = await service.createOrganization({ profile })
      const { slug } = directory.organization
      const extensions = [{ resourceType: 'User' as const, schema: hrSchema as never }]
      await service.admin.call('putSchemaExtensions', { params: { slug }, body: { extensions } })
      const scim = createClient(directory)
      const userName = `kept.${profile}@acme.test`
      stages.set(profile, { directory, scim, trials: [], id: await scim.user(userName), userName })
    }
    service.advance(2_000)
  })

  /** Refused, applied, or left to what activity says. */
  const judge = async (
    { scim, trials }: Stage,
    sent: { readonly method: string; readonly path: string; readonly body: unknown },
    about: string,
    { isApplied, names }: Omit<Input, 'values'>,
  ): Promise<void> => {
    const reply = await scim.send(sent.method, sent.path, toText(sent.body))
    const results = reply.body.Operations as readonly { status: string; location?: string }[] | undefined
    const result = sent.path === '/Bulk' && reply.status === 200 ? results?.[0] : undefined
    const status = result === undefined ? reply.status : Number(result.status)
    const told = `${about} ${toText(sent)} -> ${status} ${JSON.stringify(reply.body)}`
    expect(status, told).toBeLessThan(500)
    if (status >= 400) return
    const place = result?.location ?? reply.headers.get('location') ?? sent.path
    const path = place.slice(place.search(/\/(?:Users|Groups)\//))
    const read = await scim.send('GET', path)
    expect(read.status, told).toBe(200)
    if (!isApplied(read.body))
      trials.push({ about: told, requestId: String(reply.headers.get('x-request-id')), names })
  }

  const readActivity = async ({
    organization: { slug },
  }: Directory): Promise<ReadonlyMap<string, string>> => {
    await service.flushActivity()
    const said = new Map<string, string>()
    for (let cursor: string | undefined; ; ) {
      const query = { limit: 100, ...(cursor === undefined ? {} : { cursor }) }
      const page = await service.admin.call('listActivity', { params: { slug }, query: query as never })
      for (const { requestId, explanation } of page.items)
        if (requestId !== null) said.set(requestId, explanation)
      if (page.nextCursor === null) return said
      cursor = page.nextCursor
    }
  }

  // What was neither refused nor applied is named, as it was sent.
  const settle = async (): Promise<void> => {
    for (const { directory, trials } of stages.values()) {
      if (trials.length === 0) continue
      const said = await readActivity(directory)
      const silent = trials.splice(0).flatMap(({ about, requestId, names }) => {
        const explanation = said.get(requestId) ?? ''
        const isNamed = names.some((name) => explanation.toLowerCase().includes(name.toLowerCase()))
        return isNamed ? [] : [`${about}\nactivity: ${explanation}`]
      })
      expect(silent).toEqual([])
    }
  }

  let serial = 0
  const bodiesOf = ({ id, userName }: Stage, values: Json) => {
    serial += 1
    const base = { schemas, userName }
    const fresh = { schemas, userName: `k${serial}.${store}@acme.test`, ...values }
    const patch = { schemas: [patchOp], Operations: [{ op: 'replace', value: values }] }
    const paths = Object.entries(values).map(([path, value]) => ({
      op: serial % 2 === 0 ? 'add' : 'replace',
      path,
      value,
    }))
    const bulk = (method: string, path: string, data: unknown) => ({
      method: 'POST',
      path: '/Bulk',
      body: { schemas: [bulkUrn], Operations: [{ method, path, bulkId: 'b', data }] },
    })
    return {
      reset: base,
      sent: [
        { method: 'POST', path: '/Users', body: fresh },
        { method: 'PUT', path: `/Users/${id}`, body: { ...base, ...values } },
        { method: 'PATCH', path: `/Users/${id}`, body: patch },
        { method: 'PATCH', path: `/Users/${id}`, body: { schemas: [patchOp], Operations: paths } },
        bulk('POST', '/Users', { ...fresh, userName: `b${serial}.${store}@acme.test` }),
        bulk('PATCH', `/Users/${id}`, patch),
      ],
    }
  }

  describe('what is sent in other forms is applied, refused or named', () => {
    it.each(Object.entries(kinds))(
      '%s',
      async (kind, generate) => {
        const random = createRandom(20_261_130 + kind.length)
        for (let count = 0; count < inputsOfKind; count += 1) {
          const input = generate(random)
          // A sample takes each profile in turn.
          for (const profile of inputsOfKind >= 20
            ? profileNames
            : [profileNames[serial % profileNames.length] as ProfileName, 'auto' as const]) {
            const stage = stages.get(profile) as Stage
            const { reset, sent } = bodiesOf(stage, input.values)
            for (const one of sent) {
              if (one.method !== 'POST' || one.path === '/Bulk')
                expect(
                  (await stage.scim.send('PUT', `/Users/${stage.id}`, { ...reset, active: true })).status,
                ).toBe(200)
              await judge(stage, one, `${kind}, ${profile}:`, input)
            }
          }
        }
        await settle()
      },
      600_000,
    )

    it('members of a group (K1, F3)', async () => {
      const random = createRandom(17)
      for (const profile of inputsOfKind >= 20 ? profileNames : (['auto', 'strict'] as const)) {
        const stage = stages.get(profile) as Stage
        const { scim, directory } = stage
        const [a, b, c] = await Promise.all(
          ['a', 'b', 'c'].map((one) => scim.user(`${one}.${profile}.members@acme.test`)),
        )
        const inner = await scim.group(`Inner ${profile}`)
        const people = [a, b, c, inner] as string[]
        for (let count = 0; count < inputsOfKind * 4; count += 1) {
          const chosen = Array.from({ length: 1 + random(3) }, () => people[random(people.length)] as string)
          const forms = chosen.map((id) => ({ id, ...memberForms(random, id, directory.scimUrl) }))
          const named = new Set(forms.filter(({ isNamed }) => isNamed).map(({ id }) => id))
          const list = forms.map(({ value }) => value)
          const value = list.length === 1 && random(3) === 0 ? list[0] : list
          const before = [a, c] as string[]
          serial += 1
          const displayName = `G${serial} ${profile}`
          const group = await scim.group(displayName, before)
          const body = { schemas: [groupUrn], displayName, members: value }
          const operation = (op: string) => ({
            schemas: [patchOp],
            Operations: [{ op, path: 'members', value }],
          })
          const hasExactly = (ids: Iterable<string>) => (read: Json) =>
            JSON.stringify(((read.members ?? []) as Json[]).map((one) => one.value).sort()) ===
            JSON.stringify([...new Set(ids)].sort())
          const left = before.filter((id) => !named.has(id))
          // Whoever is left out of a list is told of beside those that were taken, and a list of nobody is none.
          const isAll = named.size === new Set(chosen).size && forms.every(({ isNamed }) => isNamed)
          const then = (expected: Iterable<string>) => ({
            // Null is no list at all (RFC 7643 §2.5).
            isApplied: (read: Json) => value === null || (isAll && hasExactly(expected)(read)),
            names: ['member', 'No user or group has', 'Nobody has an id'],
          })
          const path = `/Groups/${group}`
          const about = `members, ${profile}:`
          const put = (members: unknown) => ({ method: 'PUT', path, body: { ...body, members } })
          const patch = (op: string) => ({ method: 'PATCH', path, body: operation(op) })
          const post = { method: 'POST', path: '/Groups', body: { ...body, displayName: `${displayName}+` } }
          await judge(stage, post, about, then(named))
          await judge(stage, patch('remove'), about, then(left))
          const reset = put(before.map((id) => ({ value: id })))
          expect((await scim.send(reset.method, path, reset.body)).status).toBe(200)
          await judge(stage, patch('add'), about, then([...before, ...named]))
          await judge(stage, patch('replace'), about, then(named))
          const emptied = (await scim.send('GET', path)).body
          const isNobody = value !== null && forms.every(({ isNamed }) => isNamed === false)
          if (isNobody) expect(hasExactly([])(emptied), `emptied by ${toText(value)}`).toBe(false)
          await judge(stage, put(value), about, then(named))
        }
      }
      await settle()
    }, 600_000)

    it('queries (K14, K15)', async () => {
      const random = createRandom(23)
      for (const profile of profileNames) {
        const stage = stages.get(profile) as Stage
        const userName = `q+${profile}@acme.test`
        const department = { [enterprise]: { department: `of ${userName}` } }
        await stage.scim.user(userName, { schemas, ...department })
        await stage.scim.user(`second.${userName}`)
        for (let count = 0; count < inputsOfKind * 3; count += 1) {
          const { text, isApplied, names } = makeQuery(random, userName)
          for (const path of ['/Users', '/']) {
            const reply = await stage.scim.send('GET', `${path}?${text}`)
            const told = `${profile}: ${path}?${text} -> ${reply.status} ${JSON.stringify(reply.body).slice(0, 400)}`
            expect(reply.status, told).toBeLessThan(500)
            if (reply.status >= 400 || isApplied(reply.body)) continue
            const requestId = String(reply.headers.get('x-request-id'))
            stage.trials.push({ about: told, requestId, names })
          }
        }
      }
      await settle()
    }, 600_000)

    it('bulk operations (K16)', async () => {
      const random = createRandom(29)
      for (const profile of profileNames) {
        const { scim, directory } = stages.get(profile) as Stage
        for (let count = 0; count < inputsOfKind * 3; count += 1) {
          serial += 1
          const userName = `bulk${serial}.${store}@acme.test`
          const { operation, more } = makeCreation(random, userName, directory.scimUrl)
          const request = { schemas: [bulkUrn], Operations: [operation], ...more }
          const reply = await scim.send('POST', '/Bulk', toText(request))
          const [result] = (reply.body.Operations ?? []) as {
            status: string
            bulkId?: unknown
            location?: string
          }[]
          const status = Number(result?.status ?? reply.status)
          const told = `${profile}: ${toText(request)} -> ${reply.status} ${JSON.stringify(reply.body)}`
          expect(status, told).toBeLessThan(500)
          expect(profile !== 'auto' || status === 201, told).toBe(true)
          if (status >= 400) continue
          const sent = operation.bulkId instanceof Raw ? operation.bulkId.text : (operation.bulkId ?? '')
          expect(result?.bulkId ?? '', told).toEqual(sent)
          const [data] = [operation.data].flat() as Json[]
          const { body } = await scim.send('GET', String(result?.location).slice(directory.scimUrl.length))
          expect(body, told).toMatchObject({ ...data, schemas: expect.anything() })
        }
      }
    }, 600_000)
  })
})
