// Writes what provisioning clients asked behind the answers, in batches; also keeps each key's time of last use.
// A request never waits for its row; a row is readable within a second.

import { sql } from 'kysely'
import type { Clock } from '../base/clock.ts'
import { createId } from '../base/id.ts'
import type { Log } from '../base/log.ts'
import { createScope, type Database } from '../store/database.ts'
import { markDue } from '../store/due.ts'
import { StoreConflict, StoreUnavailable } from '../store/errors.ts'
import type { ActivityTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { redactBody, redactResponse } from './redact.ts'

const flushMs = 300
/** How long after something was written it is looked whether there is too much. */
const pruneAfterMs = 300_000
/** More than this many rows waiting (the store is away) and the oldest are dropped, with a line in the log. */
const maxWaiting = 20_000
const retryMs = 1_000
const keyUseAccuracyMs = 60_000

export interface ActivityNote {
  readonly organizationId: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly method: string
  readonly path: string
  readonly status: number
  readonly durationUs: number
  readonly explanation: string
  readonly requestId: string
  readonly keyId: string | null
  readonly ip: string | null
  readonly userAgent: string | null
  /** As sent: it is redacted before it is written. */
  readonly requestBody: string | null
  /** As keepResponse left it. */
  readonly responseBody: string | null
  /** Unsaid: a request of a provisioning client. */
  readonly kind?: 'scim' | 'sign_in'
  /** Of a refused sign-in. */
  readonly code?: string | null
  readonly connectionId?: string | null
}

export interface ActivityWriter {
  note(note: ActivityNote): void
  /** Resolves when everything noted so far is written, or could not be. */
  flush(): Promise<void>
  /** The last flush; nothing is noted after it. */
  close(): Promise<void>
}

/** With the id that its row has, however often it is tried. */
interface Noted extends ActivityNote {
  readonly id: string
}

interface Row {
  readonly id: string
  readonly at: number
  readonly method: string
  readonly path: string
  readonly status: number
  readonly durationUs: number
  readonly outcome: ActivityTable['outcome']
  readonly explanation: string
  readonly requestId: string
  readonly keyId: string | null
  readonly ip: string | null
  readonly userAgent: string | null
  readonly kind: ActivityTable['kind']
  readonly code: string | null
  readonly connectionId: string | null
}

const insertActivity = organizationStatement<Row>('insert_activity')(({ db, place, organizationId }) =>
  db.insertInto('activity').values({
    organization_id: organizationId,
    id: place('id'),
    occurred_at: place('at'),
    method: place('method'),
    path: place('path'),
    status: place('status'),
    duration_us: place('durationUs'),
    outcome: place('outcome'),
    explanation: place('explanation'),
    request_id: place('requestId'),
    key_id: place('keyId'),
    ip: place('ip'),
    user_agent: place('userAgent'),
    kind: place('kind'),
    code: place('code'),
    connection_id: place('connectionId'),
  }),
)

const insertBody = organizationStatement<{
  id: string
  isRefusal: 0 | 1
  request: string | null
  response: string | null
}>('insert_activity_body')(({ db, place, organizationId }) =>
  db.insertInto('activity_body').values({
    organization_id: organizationId,
    activity_id: place('id'),
    is_refusal: place('isRefusal'),
    request_body: place('request'),
    response_body: place('response'),
  }),
)

/** How many of the newest requests are kept as bits. */
const judgedRequests = 20
const outcomeSpan = 2 ** judgedRequests

interface HealthArgs {
  readonly shift: number
  readonly bits: number
  readonly requests: number
  readonly at: number
  readonly refusedAt: number | null
  readonly connectedAt: number | null
  readonly userAt: number | null
  readonly groupAt: number | null
}

/** One row for each organization and flush. `shift` is two to the power of the batch's requests. */
const touchHealth = organizationStatement<HealthArgs>('touch_organization_health')(
  ({ db, place, organizationId }) =>
    db
      .insertInto('organization_health')
      .values({
        organization_id: organizationId,
        requests: place('requests'),
        outcomes: place('bits'),
        last_request_at: place('at'),
        last_refusal_at: place('refusedAt'),
        connected_at: place('connectedAt'),
        user_at: place('userAt'),
        group_at: place('groupAt'),
      })
      .onConflict((on) =>
        on.column('organization_id').doUpdateSet((set) => ({
          requests: set('organization_health.requests', '+', set.ref('excluded.requests')),
          outcomes: sql<number>`(${set.ref('organization_health.outcomes')} * ${place('shift')} + ${set.ref('excluded.outcomes')}) % ${sql.lit(outcomeSpan)}`,
          last_request_at: set.ref('excluded.last_request_at'),
          last_refusal_at: set.fn.coalesce('excluded.last_refusal_at', 'organization_health.last_refusal_at'),
          connected_at: set.fn.coalesce('organization_health.connected_at', 'excluded.connected_at'),
          user_at: set.fn.coalesce('organization_health.user_at', 'excluded.user_at'),
          group_at: set.fn.coalesce('organization_health.group_at', 'excluded.group_at'),
        })),
      ),
)

const touchKey = organizationStatement<{ id: string; at: number }>('touch_api_key')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('api_key')
      .set({ last_used_at: place('at') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
      .where((on) => on.or([on('last_used_at', 'is', null), on('last_used_at', '<', place('at'))])),
)

export function createActivityWriter(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
}): ActivityWriter {
  const { database, log } = options
  const keyUse = new Map<string, number>()
  let waiting: Noted[] = []
  let isClosed = false
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()

  const flush = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const notes = waiting
    waiting = []
    if (notes.length > 0) {
      writing = writing.then(async () => {
        for (const [organizationId, own] of Map.groupBy(notes, (note) => note.organizationId))
          await writeNotes(database, organizationId, own, keyUse).catch((error: unknown) => {
            if (!(error instanceof StoreUnavailable) || isClosed)
              log.warn({ err: error, rows: own.length }, 'activity could not be written')
            else keep(own)
          })
      })
    }
    return writing
  }
  // The store is away: they are written when it is back. Those whose COMMIT was not answered may be there already.
  const keep = (notes: readonly Noted[]): void => {
    waiting = [...notes, ...waiting]
    timer ??= setTimeout(() => void flush(), retryMs).unref()
  }
  return {
    note(note) {
      if (waiting.length >= maxWaiting) {
        waiting = dropSome(waiting)
        log.warn({ rows: maxWaiting - waiting.length }, 'activity was dropped: the store does not keep up')
      }
      waiting.push({ ...note, id: createId('act', note.at) })
      timer ??= setTimeout(() => void flush(), flushMs).unref()
    },
    flush,
    close() {
      isClosed = true
      return flush()
    },
  }
}

// What strangers sent goes first, then the oldest.
function dropSome(notes: readonly Noted[]): Noted[] {
  const known = notes.filter(({ kind, code = null }) => kind !== 'sign_in' || code === null)
  return known.length <= maxWaiting / 2 ? known : known.slice(known.length - maxWaiting / 2)
}

async function writeNotes(
  database: Database,
  organizationId: string,
  notes: readonly Noted[],
  keyUse: Map<string, number>,
): Promise<void> {
  const work = database.inOrganization(createScope(organizationId), async (tx) => {
    for (const note of notes) {
      const { id, kind = 'scim', code = null, connectionId = null } = note
      const outcome = toOutcome(note.method, note.status)
      tx.write(insertActivity, { ...note, id, outcome, kind, code, connectionId })
      const body = { request: redactBody(note.requestBody), response: redactResponse(note.responseBody) }
      if (body.request === null && body.response === null) continue
      tx.write(insertBody, { id, isRefusal: outcome === 'ok' ? 0 : 1, ...body })
    }
    const newest = notes.at(-1)?.at ?? 0
    markDue(tx, 'prune activity', newest + pruneAfterMs, newest)
    const health = toHealthArgs(notes)
    if (health !== undefined) tx.write(touchHealth, health)
    for (const [keyId, at] of lastUses(notes)) {
      if (at - (keyUse.get(keyId) ?? 0) < keyUseAccuracyMs) continue
      tx.write(touchKey, { id: keyId, at })
      keyUse.set(keyId, at)
    }
  })
  await work.catch((error: unknown) => {
    // Their ids are their own: they were written before, and only the answer was lost.
    if (!(error instanceof StoreConflict)) throw error
  })
}

/** What a batch says of the provisioning client; undefined where it was only people signing in. */
function toHealthArgs(notes: readonly ActivityNote[]): HealthArgs | undefined {
  const requests = notes.filter(({ kind = 'scim' }) => kind === 'scim').slice(-judgedRequests)
  const last = requests.at(-1)
  if (last === undefined) return undefined
  const isOk = (note: ActivityNote): boolean => toOutcome(note.method, note.status) === 'ok'
  const wrote = (type: string): number | null =>
    requests.find(
      (note) => isOk(note) && note.path.includes(type) && !['GET', 'HEAD', 'DELETE'].includes(note.method),
    )?.at ?? null
  return {
    shift: 2 ** requests.length,
    bits: requests.reduce((bits, note) => bits * 2 + (isOk(note) ? 0 : 1), 0),
    requests: requests.length,
    at: last.at,
    refusedAt: requests.findLast((note) => !isOk(note))?.at ?? null,
    connectedAt: requests.find(isOk)?.at ?? null,
    userAt: wrote('/Users'),
    groupAt: wrote('/Groups'),
  }
}

function lastUses(notes: readonly ActivityNote[]): Map<string, number> {
  const uses = new Map<string, number>()
  for (const note of notes) if (note.keyId !== null && note.status !== 401) uses.set(note.keyId, note.at)
  return uses
}

/** 404 is how a client learns that somebody is not there (RFC 7644 §3.4.1): an answer to a read or a DELETE, no fault. */
export function toOutcome(method: string, status: number): 'ok' | 'refused' | 'failed' {
  if (status >= 500) return 'failed'
  if (status < 400 || (status === 404 && ['GET', 'HEAD', 'DELETE'].includes(method))) return 'ok'
  return 'refused'
}
