// Lists of large people: made a slice at a time as they are read, so that neither their size nor a slow reader costs others.
// Judges: server/scim, server/http.
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { createListener } from '../../packages/server/src/http/listener.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'
import { createClient, type Json, type ScimClient } from '../scim/client.ts'

const people = 30
const roles = Array.from({ length: 8 }, (_, at) => ({ value: `${at}${'r'.repeat(7_000)}` }))
/** About one slice of rows and its frame. */
const maxPart = 400_000

forEachStore((start) => {
  let service: Service
  let directory: Directory
  let scim: ScimClient
  let ids: string[]
  const fill = async () => {
    directory = await service.createOrganization()
    scim = createClient(directory)
    ids = []
    for (let at = 0; at < people; at += 1) {
      const name = `large-${String(at).padStart(2, '0')}`
      ids.push(
        await scim.user(name, at % 3 === 2 ? { title: `T${99 - at}` } : { roles, title: `T${99 - at}` }),
      )
    }
  }
  beforeAll(async () => {
    service = await start()
    await fill()
  })

  const open = (path: string, key = directory.key) =>
    service.send(new Request(directory.scimUrl + path, { headers: { authorization: `Bearer ${key}` } }))
  const partsOf = async (response: Response) => {
    const decoder = new TextDecoder()
    const parts: string[] = []
    for await (const part of response.body as unknown as AsyncIterable<Uint8Array>)
      parts.push(decoder.decode(part, { stream: true }))
    return parts
  }
  const resourcesOf = (text: string) => (JSON.parse(text) as { Resources: Json[] }).Resources

  describe('M23 large-people: a list above 256 KB', () => {
    it.each([
      ['by index', '/Users?count=1000', false],
      ['sorted by a column', '/Users?count=1000&sortBy=userName&sortOrder=descending', true],
      ['sorted by what no column holds', '/Users?count=1000&sortBy=title', true],
      ['matched in memory', '/Users?count=1000&filter=title%20sw%20%22T%22', false],
      ['by cursor', '/Users?count=1000&cursor', false],
      ['by cursor, matched in memory', '/Users?count=1000&cursor&filter=title%20sw%20%22T%22', false],
      ['across types', '/?count=1000', false],
    ])('%s is whole, in order, and never in memory at once', async (_how, path, isReversed) => {
      const response = await open(path)
      expect(response.status).toBe(200)
      const parts = await partsOf(response)
      expect(parts.length).toBeGreaterThan(4)
      for (const part of parts) expect(part.length).toBeLessThan(maxPart)
      const found = resourcesOf(parts.join(''))
      expect(found.map(({ id }) => id)).toEqual(isReversed ? ids.toReversed() : ids)
      for (const one of found) expect(one).toEqual((await scim.send('GET', `/Users/${one.id}`)).body)
    })

    it('N1: nobody who is in very many groups is in memory beside another one', async () => {
      const other = await service.createOrganization()
      const theirs = createClient(other)
      const members = [await theirs.user('a'), await theirs.user('b'), await theirs.user('c')]
      const group = await theirs.group('of many', members)
      await theirs.group('of one', [await theirs.user('d')])
      // An id as long as any.
      const copy = (column: string) => sql`substr(${sql.ref(column)}, 1, 24) || cast(100000 + at AS text)`
      const many = sql`(WITH RECURSIVE counted AS (SELECT 1 AS at UNION ALL SELECT at + 1 FROM counted WHERE at < 1200)
        SELECT at FROM counted) AS copy`
      await service.database.inOrganization(createScope(other.organization.id), async (tx) => {
        const write = (render: (own: string) => ReturnType<typeof sql>) =>
          tx.write(
            organizationQuery(({ db, organizationId }) => ({
              compile: () => render(organizationId).compile(db),
            })),
            {},
          )
        write(
          (
            own,
          ) => sql`INSERT INTO "group" (organization_id, id, display_name, display_name_key, resource, version, created_at, updated_at)
            SELECT organization_id, ${copy('id')}, display_name, display_name_key, resource, version, created_at, updated_at
            FROM "group" CROSS JOIN ${many} WHERE organization_id = ${own} AND id = ${group}`,
        )
        write(
          (own) => sql`INSERT INTO group_member (organization_id, group_id, member_id, member_type)
            SELECT organization_id, ${copy('group_id')}, member_id, member_type FROM group_member CROSS JOIN ${many}
            WHERE organization_id = ${own} AND group_id = ${group}`,
        )
      })
      const parts = await partsOf(await open('/Users?count=100', other.key))
      const found = resourcesOf(parts.join(''))
      expect(found.map(({ groups }) => (groups as Json[]).length)).toEqual([1_201, 1_201, 1_201, 1])
      const length = JSON.stringify(found[0]).length
      for (const part of parts) expect(part.length).toBeLessThan(2.5 * length)
    })

    it('of groups is too', async () => {
      const other = createClient(await service.createOrganization())
      const members = [await other.user('a'), await other.user('b')]
      const made: string[] = []
      for (let at = 0; at < 150; at += 1)
        made.push(
          await other.group(`${at} ${'g'.repeat(1_000)}`, members, {
            externalId: `${at}${'e'.repeat(1_000)}`,
          }),
        )
      const { body } = await other.send('GET', '/Groups?count=1000&sortBy=meta.created')
      expect((body.Resources as Json[]).map(({ id }) => id)).toEqual(made)
      expect((body.Resources as Json[])[149]).toEqual((await other.send('GET', `/Groups/${made[149]}`)).body)
    })

    it('of somebody in many groups shows them all', async () => {
      const other = createClient(await service.createOrganization())
      const id = await other.user('busy')
      // More than come with a list, however short their names are.
      for (let at = 0; at < 110; at += 1) await other.group(String(at), [id])
      const { body } = await other.send('GET', '/Users?count=10')
      expect(body.Resources).toEqual([(await other.send('GET', `/Users/${id}`)).body])
      expect((body.Resources as { groups: Json[] }[])[0]?.groups).toHaveLength(110)
    })

    it('is read as it is asked for: what goes meanwhile is left out, and the text stays whole', async () => {
      await fill()
      const response = await open('/Users?count=1000')
      const reader = (response.body as ReadableStream<Uint8Array>).getReader()
      const parts = [(await reader.read()).value as Uint8Array]
      expect((await scim.send('DELETE', `/Users/${ids[28]}`)).status).toBe(204)
      expect((await scim.send('DELETE', `/Users/${ids[27]}`)).status).toBe(204)
      for (let next = await reader.read(); !next.done; next = await reader.read()) parts.push(next.value)
      const found = resourcesOf(Buffer.concat(parts).toString()).map(({ id }) => id)
      // Small rows came with the page; the two large ones were still to be read.
      expect(found).toEqual(ids.filter((_, at) => at !== 28 && at !== 27))
    })

    it('that nobody reads on holds nothing that others need', async () => {
      await fill()
      const opened = await Promise.all(Array.from({ length: 30 }, () => open('/Users?count=1000')))
      const readers = opened.map((one) => (one.body as ReadableStream<Uint8Array>).getReader())
      await Promise.all(readers.map((reader) => reader.read()))
      const other = createClient(await service.createOrganization())
      await other.user('served')
      // The next slice of each may be under way still.
      await expect.poll(() => service.database.stats().waiting).toBe(0)
      await Promise.all(readers.map((reader) => reader.cancel()))
    })
  })

  it('M23 large-people: a fault after the first byte ends the connection, without a last chunk', async () => {
    service = await start()
    await fill()
    const connection = { address: undefined, isControlSocket: false, headerBytes: undefined }
    const listener = createListener({
      straight: (asked) => service.answerScim(asked, connection),
      fetch: (request) => service.send(request),
    })
    const server = createServer(listener).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const headers = { authorization: `Bearer ${directory.key}` }
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ port, path: '/scim/v2/Users?count=1000', headers }, resolve).once('error', reject)
    })
    expect(answer.statusCode).toBe(200)
    await new Promise((resolve) => answer.once('readable', resolve))
    answer.read(1)
    await service.database.close()
    const outcome = await new Promise((resolve) => {
      answer.once('end', () => resolve('whole'))
      answer.once('error', () => resolve('cut'))
      answer.resume()
    })
    expect(outcome).toBe('cut')
    expect(answer.complete).toBe(false)
    server.close()
  })
})
