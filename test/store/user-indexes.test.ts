// Each index of the users' table costs every change of a user. So each is here with the query that needs it, as the service writes
// that query, and the database says that it takes the index.
// Judges: server/users, server/resources, server/store.
import { parseFilter, profiles, resolveFilter, userResourceType } from '@rollcall/scim'
import { sql } from 'kysely'
import { Client } from 'pg'
import { beforeAll, expect, it } from 'vitest'
import type { Condition } from '../../packages/server/src/resources/filter-sql.ts'
import { listResources } from '../../packages/server/src/resources/resource-store.ts'
import type { ProvisioningClient } from '../../packages/server/src/scim/authenticate.ts'
import { restrictionOf } from '../../packages/server/src/scim/provisional.ts'
import { storedUsers } from '../../packages/server/src/scim/stored-type.ts'
import {
  createScope,
  type Database,
  type OrganizationScope,
} from '../../packages/server/src/store/database.ts'
import {
  organizationQuery,
  organizationStatement,
  type Statement,
} from '../../packages/server/src/store/statement.ts'
import { selectUser } from '../../packages/server/src/users/lock-users.ts'
import { selectPeopleToRecover, selectRecipients } from '../../packages/server/src/users/recoverable.ts'
import { deciding, isAnySaid, type Lists, selectListed } from '../../packages/server/src/users/spoken.ts'
import { listUsers } from '../../packages/server/src/users/views.ts'
import { forEachStore, type Service } from '../harness/service.ts'

type Run = (database: Database, scope: OrganizationScope) => Promise<unknown>

const list =
  (filter?: string, restriction?: Condition): Run =>
  (database, scope) =>
    listResources(
      { database, scope, stored: storedUsers, scimBaseUrl: 'https://directory.test', restriction },
      {
        filter: filter === undefined ? undefined : read(filter),
        sortBy: undefined,
        sortOrder: 'ascending',
        startIndex: 1,
        count: 100,
        isCursor: false,
        boundary: undefined,
      },
    )
const read = (filter: string) =>
  resolveFilter(userResourceType, parseFilter(filter, { allowUnquoted: false }), profiles.auto)

const decides: Run = async (database, scope) => {
  const byDepth = deciding.get('addresses') ?? new Map()
  expect(byDepth.size).toBeGreaterThan(0)
  for (const statement of byDepth.values())
    await database.readOrganization(scope, statement, { values: JSON.stringify(['a@acme.test']) })
}

const selectAnyWord = organizationStatement('any_word_of_test')(({ db, organizationId, dialect }) => {
  const statement = sql`SELECT 1 AS said WHERE ${isAnySaid(dialect, organizationId)}`
  return { compile: () => statement.compile(db) }
})

/** The index -> what it is there for. */
const needed: Readonly<Record<string, Run>> = {
  'primary key': (database, scope) => database.readOrganization(scope, selectUser, { id: 'usr_1' }),
  user_user_name_unique: list('userName eq "person-7@acme.test"'),
  user_external_id: list('externalId eq "ext-7"'),
  // And the beginnings of names in the console's search.
  user_display_name: list('displayName sw "person 77"'),
  // What a directory asks that fetches changes.
  user_updated_at: list('meta.lastModified gt "2001-01-01T00:00:00Z"'),
  user_out: list('active eq false'),
  // What a key lists that nobody has confirmed yet.
  user_provisional_key: list(
    undefined,
    restrictionOf({ keyId: 'key_1', isProvisional: true } as ProvisioningClient, 'user', undefined),
  ),
  user_owner: (database, scope) => listUsers(database, scope, { limit: 20, role: 'owner' }),
  // Who is mailed a link.
  user_recovery: (database, scope) =>
    database.readOrganization(scope, selectPeopleToRecover, {
      addressKey: 'a@acme.test',
      otherKey: 'a@acme.test',
    }),
  // Who hears of what has become bad.
  user_privileged: (database, scope) => database.readOrganization(scope, selectRecipients, {}),
  // Whether anything was said of anybody.
  user_word: (database, scope) => database.readOrganization(scope, selectAnyWord, {}),
  // What was said of one of very many who have an address.
  user_word_blocked: decides,
  user_word_blocked_by_owner: decides,
  user_word_given: decides,
  user_word_given_by_owner: decides,
  // Whom no directory has claimed.
  user_unclaimed: (database, scope) => listUsers(database, scope, { limit: 20, isUnclaimed: true }),
}

forEachStore((start, store) => {
  let service: Service
  let scope: OrganizationScope
  beforeAll(async () => {
    service = await start()
    const { organization } = await service.createOrganization()
    scope = createScope(organization.id)
    const count = sql`SELECT 0 AS at UNION ALL SELECT at + 1 FROM counted WHERE at < 5000`
    await service.database.inOrganization(scope, async (tx) =>
      tx.write(
        organizationQuery(({ db, organizationId }) => ({
          compile: () =>
            sql`INSERT INTO "user" (organization_id, id, user_name, user_name_key, external_id, display_name_key, active, role, source,
                resource, version, created_at, updated_at, role_origin, managed_by, recovery_address)
              SELECT ${organizationId}, 'usr_' || at, 'person-' || at, 'person-' || at || '@acme.test', 'ext-' || at, 'person ' || at,
                CASE WHEN at % 50 = 0 THEN 0 ELSE 1 END, CASE WHEN at % 1000 = 1 THEN 'owner' ELSE 'member' END, 'scim', '{}', 1,
                at, CASE WHEN at % 100 = 0 THEN 1000000000000 ELSE at END, 'default',
                CASE WHEN at % 500 = 7 THEN NULL ELSE 'scim' END, CASE WHEN at % 1000 = 1 THEN 'r-' || at || '@acme.test' END
              FROM (WITH RECURSIVE counted AS (${count}) SELECT at FROM counted) AS people`.compile(db),
        })),
        {},
      ),
    )
    await service.database.inOrganization(scope, async (tx) =>
      tx.write(
        organizationQuery(({ db, organizationId }) => ({
          compile: () =>
            sql`INSERT INTO identity (organization_id, connection_id, idp_entity_id, stable_id, user_id, name_id, attributes, proved_key,
                created_at, last_sign_in_at)
              SELECT organization_id, 'conn_1', 'https://idp.test', id, id, id, '{}', user_name_key, 0, 0
              FROM "user" WHERE organization_id = ${organizationId}`.compile(db),
        })),
        {},
      ),
    )
    if (service.databaseUrl === undefined) return
    const client = new Client(service.databaseUrl)
    await client.connect()
    await client.query('ANALYZE "user", identity')
    await client.end()
  })

  /** How the database goes about the first statement that is read. */
  const explain = async (run: Run): Promise<string> => {
    let plan: Promise<string> | undefined
    const read = async (
      own: OrganizationScope,
      statement: Statement<'organization', never, unknown>,
      args: never,
    ) => {
      const prefix = store === 'postgres' ? 'EXPLAIN ' : 'EXPLAIN QUERY PLAN '
      const explained = {
        ...statement,
        name: '',
        compile: (dialect: 'sqlite' | 'postgres') => {
          const { slots, sql: text } = statement.compile(dialect)
          return { name: '', slots, sql: `${prefix}${text}` }
        },
      }
      plan ??= service.database
        .readOrganization(own, explained as never, args)
        .then((rows) => JSON.stringify(rows))
      return service.database.readOrganization(own, statement as never, args)
    }
    await run({ ...service.database, readOrganization: read as never }, scope)
    return (await plan) ?? ''
  }

  it('the users have no index that nothing here needs', async () => {
    const rows = await service.database.readOrganization(
      scope,
      organizationQuery(({ db }) => ({
        compile: () =>
          (store === 'postgres'
            ? sql<{ name: string }>`SELECT indexname AS name FROM pg_indexes WHERE tablename = 'user'`
            : sql<{ name: string }>`SELECT name FROM pragma_index_list('user')`
          ).compile(db),
      })),
      {},
    )
    const isKey = (name: string): boolean => name === 'user_pkey' || name.startsWith('sqlite_autoindex')
    const names = rows.map(({ name }) => (isKey(name) ? 'primary key' : name))
    expect(names.sort()).toEqual(Object.keys(needed).sort())
  })

  it.each(Object.keys(needed))('%s is what its query takes', async (index) => {
    const plan = await explain(needed[index] as Run)
    const name = index === 'primary key' ? /user_pkey|sqlite_autoindex_user_1/ : new RegExp(`\\b${index}\\b`)
    expect(plan).toMatch(name)
  })

  it('who has proved an address is found by their index', async () => {
    const statement = organizationStatement<Lists>('provers')(({ db, place, organizationId, dialect }) => {
      const query = sql<{ id: string }>`${selectListed(dialect, organizationId, 'user', place)}`
      return { compile: () => query.compile(db) }
    })
    const none = {
      addresses: '[]',
      externalIds: '[]',
      lostNames: '[]',
      removedNames: '[]',
      removedExternalIds: '[]',
    }
    const lists = { ...none, names: '[]', ids: '[]', proofs: JSON.stringify(['person-7@acme.test']) }
    const run: Run = (database, own) => database.readOrganization(own, statement, lists)
    expect(await explain(run)).toMatch(/\bidentity_proved\b/)
    expect(await run(service.database, scope)).toEqual([{ id: 'usr_7' }])
  })

  it('people who are out are found by their index in the console as well', async () => {
    expect(
      await explain((database, own) => listUsers(database, own, { limit: 20, isActive: 'false' })),
    ).toMatch(/\buser_out\b/)
  })
})
