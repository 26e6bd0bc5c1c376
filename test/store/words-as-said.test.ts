// A store of before it was kept who said a block, or gave a role by hand: both are read from the events once, when the store is brought up.
// Judges: server/store/migrations, server/users.
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { describe, expect, inject, it } from 'vitest'
import { createId } from '../../packages/server/src/base/id.ts'
import { migrations, postgresWords, sqliteWords } from '../../packages/server/src/store/migrations/index.ts'
import { createDatabaseAt } from '../postgres/server.ts'

const at = 1_790_000_000_000
const own = createId('org', at)
const before = migrations.findIndex(({ name }) => name === 'words-as-said')

interface Said {
  readonly id: string
  readonly type: string
  readonly data: string
  readonly actor: readonly [kind: string, id: string | null]
}

interface Person {
  readonly role: string
  readonly origin: 'hand' | 'default'
  readonly blockedAt: number | null
  readonly keyId?: string
  readonly said?: Omit<Said, 'id'>
  readonly is: readonly [blockedByOwnerAt: number | null, roleByOwner: string | null]
}

const owner = createId('usr', at)
const administrator = createId('usr', at)
const blocked = { role: 'member', origin: 'default', blockedAt: at } as const
const lowered = { role: 'member', origin: 'hand', blockedAt: null } as const
const block = (actor: Said['actor'], reason: string | null = null) => ({
  type: 'user.blocked',
  data: JSON.stringify({ userName: 'x', reason }),
  actor,
})
const role = (type: string, data: object, actor: Said['actor']) => ({
  type,
  data: JSON.stringify(data),
  actor,
})

const people: Readonly<Record<string, Person>> = {
  'an owner, blocked': { ...blocked, role: 'owner', origin: 'hand', is: [at, null] },
  'blocked by an owner': { ...blocked, said: block(['user', owner]), is: [at, null] },
  'blocked by the operator': { ...blocked, said: block(['operator', null]), is: [at, null] },
  'blocked by an administrator': {
    ...blocked,
    said: block(['user', administrator]),
    is: [null, null],
  },
  'blocked as another account was': {
    ...blocked,
    said: block(['operator', null], 'came_back'),
    is: [null, null],
  },
  'given a lower role by an owner': {
    ...lowered,
    said: role('user.role_changed', { before: 'admin', after: 'member', origin: 'hand' }, ['user', owner]),
    is: [null, 'member'],
  },
  'kept in their role by the operator': {
    ...lowered,
    said: role('user.role_confirmed', { role: 'member', before: 'default' }, ['operator', null]),
    is: [null, 'member'],
  },
  'kept in their role by an administrator': {
    ...lowered,
    said: role('user.role_confirmed', { role: 'member', before: 'default' }, ['user', administrator]),
    is: [null, null],
  },
  'made by an unconfirmed key, and blocked': {
    ...blocked,
    keyId: createId('key', at),
    said: block(['user', administrator]),
    is: [null, null],
  },
  'of whom nothing was said': { ...lowered, origin: 'default', is: [null, null] },
}

const write = (table: string, row: Readonly<Record<string, string | number | null>>): string => {
  const text = (value: string | number | null) =>
    value === null ? 'NULL' : typeof value === 'number' ? String(value) : `'${value}'`
  return `INSERT INTO "${table}" (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).map(text).join(', ')})`
}

const common = (id: string, name: string, { role: own_role, origin, blockedAt, keyId }: Person) => ({
  organization_id: own,
  id,
  user_name_key: name,
  resource: '{}',
  created_at: at,
  role: own_role,
  role_origin: origin,
  blocked_at: blockedAt,
  provisional_key_id: keyId ?? null,
  source: 'scim',
})
const toUser = (id: string, name: string, person: Person) =>
  write('user', { ...common(id, name, person), user_name: name, active: 1, version: 1, updated_at: at })
const toEvent = (subject_id: string, { type, data, actor: [actor_kind, actor_id] }: Omit<Said, 'id'>) =>
  write('event', {
    organization_id: own,
    id: createId('evt', at),
    type,
    occurred_at: at,
    actor_kind,
    actor_id,
    subject_type: 'user',
    subject_id,
    context: '{}',
    data,
  })

const plain: Person = { role: 'owner', origin: 'hand', blockedAt: null, is: [null, null] }
const rows = Object.entries(people).flatMap(([name, person], index) => {
  const [there, removed] = [createId('usr', at), createId('usr', at)]
  const said = person.said === undefined ? [] : [toEvent(there, person.said), toEvent(removed, person.said)]
  const gone = write('deleted_user', { ...common(removed, `gone-${index}`, person), deleted_at: at })
  return [
    { name, person, there, removed, statements: [toUser(there, `there-${index}`, person), gone, ...said] },
  ]
})
const statements = [
  toUser(owner, 'owner', plain),
  toUser(administrator, 'administrator', { ...plain, role: 'admin' }),
  ...rows.flatMap((row) => row.statements),
]

type Found = Readonly<Record<'id' | 'name' | 'blocked' | 'role' | 'seen', string | number | null>>
const columns = `SELECT id, user_name_key AS name, blocked_by_owner_at AS blocked, role_by_owner AS role, blocked_as AS seen`

async function upgrade(
  run: (statement: string) => Promise<readonly unknown[]>,
  words: typeof sqliteWords,
): Promise<readonly Found[]> {
  for (const migration of migrations.slice(0, before))
    for (const statement of migration.statements(words)) await run(statement)
  for (const statement of statements) await run(statement)
  for (const migration of migrations.slice(before))
    for (const statement of migration.statements(words)) await run(statement)
  return [...(await run(`${columns} FROM "user"`)), ...(await run(`${columns} FROM deleted_user`))] as Found[]
}

function check(found: readonly Found[]): void {
  for (const { name, person, there, removed } of rows) {
    for (const id of [there, removed]) {
      const row = found.find((one) => one.id === id)
      const [blockedBy, roleBy] = person.is
      const is = [row?.blocked == null ? null : Number(row.blocked), row?.role, row?.seen]
      // Null: as it is called now.
      expect([name, ...is]).toEqual([name, blockedBy, roleBy, null])
    }
  }
}

describe('H1: the upgrade reads who said a block, or gave a role by hand', () => {
  it('on the embedded store', async () => {
    const database = new DatabaseSync(':memory:')
    const isRead = (statement: string) => statement.startsWith('SELECT id')
    const run = async (statement: string) => {
      if (isRead(statement)) return database.prepare(statement).all()
      database.exec(statement)
      return []
    }
    check(await upgrade(run, sqliteWords))
    database.close()
  })

  it('on PostgreSQL', async () => {
    const client = new Client({ connectionString: await createDatabaseAt(inject('postgresUrl')) })
    await client.connect()
    try {
      check(await upgrade(async (statement) => (await client.query(statement)).rows, postgresWords))
    } finally {
      await client.end()
    }
  })
})
