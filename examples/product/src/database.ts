// The product's own SQLite tables: its users, as Rollcall tells of them, its sessions, and how far it has followed.
import { createHash, randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type { FeedEvent, UserState } from '@rollcall/client'

export interface User {
  readonly id: string
  readonly organization: string
  readonly name: string
  readonly email: string | null
  readonly active: 0 | 1
}

/** Rows go by the id; the slug is shown. */
export interface Organization {
  readonly id: string
  readonly slug: string
}

export interface Session {
  readonly user_id: string
  readonly sid: string | null
  readonly id_token: string
  readonly name: string
  readonly email: string
  readonly organization_id: string
  readonly organization: string
  readonly role: string
}

const tables = ['user', 'gone_user', 'session', 'seen_logout', 'cursor']

export type ProductDatabase = ReturnType<typeof openDatabase>
type InTransaction = <T>(work: () => T) => T

/** Everything here is told by Rollcall: tables of an earlier form are made anew, and filled by following from the start. */
function makeTables(db: DatabaseSync): void {
  const { user_version: form } = db.prepare('PRAGMA user_version').get() as { user_version: number }
  if (form < 2) for (const table of tables) db.exec(`DROP TABLE IF EXISTS ${table}`)
  db.exec(`PRAGMA user_version = 2;
    CREATE TABLE IF NOT EXISTS user (
      id text PRIMARY KEY, organization_id text NOT NULL, organization text NOT NULL, name text NOT NULL, email text,
      active integer NOT NULL, event_id text NOT NULL);
    CREATE TABLE IF NOT EXISTS gone_user (id text PRIMARY KEY, event_id text NOT NULL);
    CREATE TABLE IF NOT EXISTS session (
      hash text PRIMARY KEY, user_id text NOT NULL, sid text, id_token text NOT NULL, name text NOT NULL, email text NOT NULL,
      organization_id text NOT NULL, organization text NOT NULL, role text NOT NULL);
    CREATE TABLE IF NOT EXISTS seen_logout (jti text PRIMARY KEY, at integer NOT NULL);
    CREATE TABLE IF NOT EXISTS cursor (name text PRIMARY KEY, value text NOT NULL)`)
}

/** `file` may be `:memory:`. */
export function openDatabase(file: string) {
  const db = new DatabaseSync(file)
  makeTables(db)
  const listeners = new Set<() => void>()
  const inTransaction = <T>(work: () => T): T => {
    db.exec('BEGIN IMMEDIATE')
    try {
      const value = work()
      db.exec('COMMIT')
      for (const listener of listeners) listener()
      return value
    } catch (error) {
      db.exec('ROLLBACK')
      throw error
    }
  }
  return {
    ...peopleOf(db, inTransaction),
    ...sessionsOf(db, inTransaction),
    /** After each change that was told; returns what ends it. */
    onChange(listener: () => void): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => db.close(),
  }
}

function endSessions(db: DatabaseSync, userId: string, sid: string | null = null): void {
  db.prepare('DELETE FROM session WHERE user_id = ? AND (? IS NULL OR sid = ?)').run(userId, sid, sid)
}

function save(
  db: DatabaseSync,
  id: string,
  organization: Organization,
  eventId: string,
  state: UserState,
): void {
  const names = [state.givenName, state.familyName].filter(Boolean).join(' ')
  const name = state.displayName ?? (names || state.userName)
  db.prepare(`INSERT INTO user VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
      organization_id = excluded.organization_id, organization = excluded.organization, name = excluded.name,
      email = excluded.email, active = excluded.active, event_id = excluded.event_id
      WHERE user.event_id < excluded.event_id OR excluded.event_id = 'evt_'`).run(
    id,
    organization.id,
    organization.slug,
    name,
    state.email,
    state.active ? 1 : 0,
    eventId,
  )
  if (!state.active) endSessions(db, id)
}

/** Events come at least once, by webhook and by the feed: the newest one of a person wins, whatever the order. */
function apply(db: DatabaseSync, event: FeedEvent): void {
  if (event.type === 'organization.deleted') {
    // By id: the slug is free at once, and the next organization of that name is somebody else.
    db.prepare('DELETE FROM session WHERE organization_id = ?').run(event.subject.id)
    db.prepare('DELETE FROM user WHERE organization_id = ?').run(event.subject.id)
    return
  }
  if (event.subject.type !== 'user') return
  const { id } = event.subject
  const gone = db.prepare('SELECT event_id FROM gone_user WHERE id = ?').get(id) as
    | { event_id: string }
    | undefined
  if (gone !== undefined && gone.event_id > event.id) return
  if (event.type === 'user.deprovisioned') {
    db.prepare('INSERT OR REPLACE INTO gone_user VALUES (?, ?)').run(id, event.id)
    db.prepare('DELETE FROM user WHERE id = ?').run(id)
    endSessions(db, id)
  } else if ('state' in event.data)
    save(db, id, event.organization ?? { id: '', slug: '' }, event.id, event.data.state)
}

function peopleOf(db: DatabaseSync, inTransaction: InTransaction) {
  return {
    /** One webhook. */
    applyEvent: (event: FeedEvent): void => inTransaction(() => apply(db, event)),
    /** A page of the feed and the place to go on from, together or not at all. */
    applyPage: (items: readonly FeedEvent[], cursor: string): void =>
      inTransaction(() => {
        for (const event of items) apply(db, event)
        db.prepare('INSERT OR REPLACE INTO cursor VALUES (?, ?)').run('events', cursor)
      }),
    /** As a list showed them: older than any event that is still to come. */
    saveUser: (organization: Organization, user: { id: string } & UserState): void =>
      inTransaction(() => save(db, user.id, organization, 'evt_', user)),
    findCursor: (): string | undefined =>
      (db.prepare("SELECT value FROM cursor WHERE name = 'events'").get() as { value: string } | undefined)
        ?.value,
    listUsers: (organizationId: string): User[] =>
      db
        .prepare(
          'SELECT id, organization, name, email, active FROM user WHERE organization_id = ? ORDER BY name, id',
        )
        .all(organizationId) as unknown as User[],
  }
}

function sessionsOf(db: DatabaseSync, inTransaction: InTransaction) {
  return {
    /** The token goes into the cookie; only its hash is kept. */
    createSession: (session: Session): string => {
      const token = randomBytes(32).toString('base64url')
      const { user_id, sid, id_token, name, email, organization_id, organization, role } = session
      db.prepare('INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
        hash(token),
        user_id,
        sid,
        id_token,
        name,
        email,
        organization_id,
        organization,
        role,
      )
      return token
    },
    /** Looked up at each request: a session that was ended is over at once. */
    findSession: (token: string): Session | undefined =>
      db.prepare('SELECT * FROM session WHERE hash = ?').get(hash(token)) as unknown as Session | undefined,
    endSession: (token: string): void =>
      void db.prepare('DELETE FROM session WHERE hash = ?').run(hash(token)),
    /** By back-channel logout; false when this logout token came before. */
    endSessionsOnce: (userId: string, sid: string | null, jti: string, now: number): boolean =>
      inTransaction(() => {
        db.prepare('DELETE FROM seen_logout WHERE at < ?').run(now - 600_000)
        const { changes } = db.prepare('INSERT OR IGNORE INTO seen_logout VALUES (?, ?)').run(jti, now)
        if (Number(changes) === 1) endSessions(db, userId, sid)
        return Number(changes) === 1
      }),
  }
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
