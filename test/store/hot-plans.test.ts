// How PostgreSQL carries out what directories ask all day, with the values that are bound: each statement that a request sends is asked for
// the plan that PostgreSQL settles on when it has carried it out a few times, and for how many rows it reads then. In an organization of
// 5,000 people none reads all of them: neither where nobody has counted the tables, nor when they were counted, nor, of a page of a list,
// by a plan that was made when there were fifty times fewer.
// Judges: server/scim, server/users, server/store.
import pg, { type Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'

interface Bound {
  readonly text: string
  readonly values: readonly (string | null)[]
}

const few = 100
const many = 5_000
/** A page of a group has a thousand members and looks up each. Less than half of everybody. */
const mostRows = 2_200
const tables = ['user', 'group', 'group_member', 'user_email', 'user_search', 'user_search_word']

/** What goes out to PostgreSQL meanwhile, as the driver binds it. */
async function watchBound(request: () => Promise<unknown>): Promise<readonly Bound[]> {
  const wire = pg.Connection.prototype as unknown as {
    bind(message: { readonly statement: string; readonly values: readonly (string | null)[] }): void
  }
  const { bind } = wire
  const bound: Bound[] = []
  wire.bind = function (message) {
    const text = texts.get(message.statement)
    if (text !== undefined && /"user"|group/.test(text)) bound.push({ text, values: message.values })
    return bind.call(this, message)
  }
  await request().finally(() => {
    wire.bind = bind
  })
  return bound
}

const texts = new Map<string, string>()
const parsing = pg.Connection.prototype as unknown as {
  parse(message: { readonly name: string; readonly text: string }): void
}
const { parse } = parsing
parsing.parse = function (message) {
  texts.set(message.name, message.text)
  return parse.call(this, message)
}
afterAll(() => {
  parsing.parse = parse
})

interface Node {
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Join Filter'?: number
  readonly Plans?: readonly Node[]
}

function countRead(node: Node): number {
  const { 'Actual Rows': rows, 'Actual Loops': loops, Plans: below = [] } = node
  const thrown = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0)
  const own = tables.includes(node['Relation Name'] ?? '') ? (rows + thrown) * loops : 0
  return below.reduce((sum, one) => sum + countRead(one), own)
}

class Session {
  readonly #client: Client
  readonly #organizationId: string
  readonly #names = new Map<string, string>()
  constructor(client: Client, organizationId: string) {
    this.#client = client
    this.#organizationId = organizationId
  }

  /** PostgreSQL decides at the sixth time whether it keeps a plan. */
  async settle(bound: Bound): Promise<void> {
    await this.#ask(bound, 'EXPLAIN', 6)
  }

  async countRows(bound: Bound): Promise<number> {
    const rows = await this.#ask(bound, 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON)', 1)
    const [{ 'QUERY PLAN': plan }] = rows as [{ 'QUERY PLAN': [{ Plan: Node }] }]
    return countRead(plan[0].Plan)
  }

  async #ask({ text, values }: Bound, how: string, times: number): Promise<unknown[]> {
    const list = values.map((value) => (value === null ? 'NULL' : pg.escapeLiteral(value))).join(', ')
    await this.#client.query(
      `BEGIN; SET LOCAL ROLE rollcall_app; SET LOCAL "app.org" = '${this.#organizationId}'`,
    )
    try {
      let name = this.#names.get(text)
      if (name === undefined) {
        name = `asked_${this.#names.size}`
        await this.#client.query(`PREPARE ${name} AS ${text}`)
        this.#names.set(text, name)
      }
      let rows: unknown[] = []
      for (let time = 0; time < times; time += 1)
        rows = (await this.#client.query(`${how} EXECUTE ${name}${list === '' ? '' : `(${list})`}`)).rows
      return rows
    } finally {
      await this.#client.query('ROLLBACK')
    }
  }
}

forEachStore(
  (start) => {
    let service: Service
    let directory: Directory
    let client: Client
    const asked = new Map<string, readonly Bound[]>()
    const grown: { readonly shape: string; readonly rows: number }[] = []
    const clients: Client[] = []

    const send = async (method: string, path: string, body?: object) => {
      const headers = { authorization: `Bearer ${directory.key}`, 'content-type': 'application/scim+json' }
      const text = body === undefined ? {} : { body: JSON.stringify(body) }
      const answer = await directory.send(
        new Request(`${directory.scimUrl}${path}`, { method, headers, ...text }),
      )
      expect(answer.status, `${method} ${path}`).toBeLessThan(300)
      const said = await answer.text()
      return said === '' ? {} : (JSON.parse(said) as { id?: string; nextCursor?: string })
    }
    const openSession = async () => {
      const opened = new pg.Client({ connectionString: service.databaseUrl })
      await opened.connect()
      clients.push(opened)
      return new Session(opened, directory.organization.id)
    }
    /** Accounts as they are, with others like one of them. */
    const fill = async (from: number, until: number) => {
      const id = directory.organization.id
      const like = `SELECT at, one.* FROM (SELECT * FROM "user" WHERE organization_id = '${id}' ORDER BY id LIMIT 1) AS one
        CROSS JOIN generate_series(${from}, ${until}) AS at`
      const same =
        'display_name_key, display_name, active, role, source, managed_by, role_origin, resource, version, created_at, updated_at'
      await client.query(`INSERT INTO "user" (organization_id, id, user_name, user_name_key, external_id, ${same})
        SELECT organization_id, 'usr_' || lpad(at::text, 26, '0'), user_name || at, user_name_key || at, external_id || at, ${same}
        FROM (${like}) AS made`)
      await client.query(`INSERT INTO user_email (organization_id, value_key, user_id)
        SELECT organization_id, user_name_key, id FROM "user" WHERE organization_id = '${id}' ON CONFLICT DO NOTHING`)
      await client.query(`INSERT INTO user_search (organization_id, user_id, words)
        SELECT organization_id, id, ' word' || right(id, 6) || ' fifth' || (right(id, 6)::integer % 5) FROM "user"
        WHERE organization_id = '${id}' AND id LIKE 'usr_0000%' ON CONFLICT DO NOTHING`)
      await client.query(`INSERT INTO user_search_word (organization_id, word, user_id)
        SELECT organization_id, word, user_id FROM user_search, unnest(string_to_array(ltrim(words), ' ')) AS word
        WHERE organization_id = '${id}' ON CONFLICT DO NOTHING`)
      await client.query(`INSERT INTO group_member (organization_id, group_id, member_id, member_type)
        SELECT g.organization_id, g.id, u.id, 'user' FROM "group" AS g JOIN "user" AS u ON u.organization_id = g.organization_id
        WHERE g.organization_id = '${id}' AND (g.display_name = 'Everyone' OR u.id LIKE '%0') ON CONFLICT DO NOTHING`)
      await client.query(
        `UPDATE user_count SET users = CASE WHEN slot = (SELECT min(slot) FROM user_count WHERE organization_id = '${id}')
          THEN ${until} ELSE 0 END WHERE organization_id = '${id}'`,
      )
    }
    const search = (words: string) =>
      service.admin.call('listUsers', {
        params: { slug: directory.organization.slug },
        query: { search: words },
      })
    const urn = 'urn:ietf:params:scim:schemas:core:2.0:'
    const person = (name: string) => ({
      schemas: [`${urn}User`],
      userName: `${name}@acme.test`,
      emails: [{ primary: true, value: `${name}@acme.test`, type: 'work' }],
      displayName: 'Test',
      externalId: `00u${name}`,
      active: true,
    })
    const patch = (operation: object) => ({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [operation],
    })

    beforeAll(async () => {
      service = await start()
      directory = await service.createOrganization({ profile: 'okta' })
      client = new pg.Client({ connectionString: service.databaseUrl })
      await client.connect()
      clients.push(client)
      for (const table of tables) await client.query(`ALTER TABLE "${table}" SET (autovacuum_enabled = off)`)
      const { id = '' } = await send('POST', '/Users', person('ada'))
      const members = [{ value: id }]
      const everyone = await send('POST', '/Groups', {
        schemas: [`${urn}Group`],
        displayName: 'Everyone',
        members,
      })
      for (let at = 0; at < 8; at += 1)
        await send('POST', '/Groups', { schemas: [`${urn}Group`], displayName: `Some ${at}` })
      await fill(1, few)
      const { nextCursor = '' } = await send('GET', '/Users?cursor=&count=20')
      const group = `/Groups/${everyone.id}`
      const equal = (path: string, value: string) => `/Users?filter=${path}%20eq%20%22${value}%22`
      const requests = {
        get: () => send('GET', `/Users/${id}`),
        'match by userName': () => send('GET', equal('userName', 'ada%40acme.test')),
        'match by externalId': () => send('GET', equal('externalId', '00uada')),
        'match by e-mail': () => send('GET', equal('emails.value', 'ada%40acme.test')),
        'PATCH of a name': () =>
          send('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'displayName', value: 'Ada' })),
        'PATCH that deactivates': () =>
          send('PATCH', `/Users/${id}`, patch({ op: 'replace', value: { active: false } })),
        'PATCH that lets in again': () =>
          send('PATCH', `/Users/${id}`, patch({ op: 'replace', value: { active: true } })),
        PUT: () => send('PUT', `/Users/${id}`, { ...person('ada'), displayName: 'Ada L.' }),
        create: () => send('POST', '/Users', person('bob')),
        'member taken out': () =>
          send('PATCH', group, patch({ op: 'remove', path: `members[value eq "${id}"]` })),
        'member put in': () => send('PATCH', group, patch({ op: 'add', path: 'members', value: members })),
        'page: first': () => send('GET', '/Users?startIndex=1&count=20'),
        'page: second': () => send('GET', '/Users?startIndex=21&count=20'),
        'page: by cursor': () => send('GET', `/Users?cursor=${nextCursor}&count=20`),
        'page: of groups': () => send('GET', '/Groups?count=5&excludedAttributes=members'),
        'members of a group': () => send('GET', group),
        search: () => search('word000042'),
        'search by two words': () => search('fifth2 word00004'),
      }
      for (const [shape, request] of Object.entries(requests)) asked.set(shape, await watchBound(request))
      const before = await openSession()
      const pages = [...asked].filter(([shape]) => shape.startsWith('page'))
      for (const [, statements] of pages) for (const one of statements) await before.settle(one)
      await fill(few + 1, many)
      asked.set('far page', await watchBound(() => send('GET', '/Users?startIndex=4000&count=20')))
      for (const [shape, statements] of pages)
        for (const one of statements) grown.push({ shape, rows: await before.countRows(one) })
    })
    afterAll(() => Promise.all(clients.map((one) => one.end())))

    const countAll = async () => {
      const session = await openSession()
      const read: { shape: string; rows: number; text: string }[] = []
      for (const [shape, statements] of asked)
        for (const one of statements.filter(({ text }) => !/^\s*insert into "user/i.test(text))) {
          await session.settle(one)
          read.push({ shape, rows: await session.countRows(one), text: one.text })
        }
      return read
    }

    it('each request asks something of these tables', () => {
      expect([...asked].filter(([, statements]) => statements.length === 0)).toEqual([])
    })

    it('a page is read by a plan that was made when there were few', () => {
      expect(grown.filter(({ rows }) => rows > mostRows)).toEqual([])
    })

    it.each(['nobody has counted', 'were counted'])(
      'of tables that %s nothing reads everybody',
      async (when) => {
        if (when === 'were counted') await client.query('ANALYZE')
        expect((await countAll()).filter(({ rows }) => rows > mostRows)).toEqual([])
      },
    )
  },
  ['postgres'],
)
