// Links with a secret in them: portal links (once, five minutes), set-up links (for days, resumable). Owns their rows, how they
// are redeemed, and that each ends with its reason: its maker, the link it was made from, the operator key under which it was made.
// Only the SHA-256 of a secret is kept.

import type { NewPortalLink, PortalLink } from '@rollcall/api'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { toActorId } from '../base/actor.ts'
import { dayMs, toNullableTime, toTime } from '../base/clock.ts'
import { createId } from '../base/id.ts'
import { describePlaces, placesFor } from '../base/places.ts'
import { isAtLeast, isPrivileged, type Role } from '../base/rung.ts'
import { createSecret, hashSecret } from '../base/secret.ts'
import { type Act, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { requireAddress } from '../http/require-address.ts'
import { isLiving, organizationRows } from '../organizations/joined.ts'
import { createScope, type Database, type OrganizationScope, type OrganizationTx } from '../store/database.ts'
import type { LinkSecretTable, PortalLinkTable } from '../store/schema.ts'
import { installationStatement, organizationQuery, organizationStatement } from '../store/statement.ts'
import { keepMakerOfLink } from '../users/asked.ts'
import { rungOfSession } from './rung.ts'
import {
  createSession,
  endQuietSessionsOfLink,
  endSessionsOfLink,
  endSessionsOfOtherKeys,
} from './sessions.ts'

const portalLifeMs = 300_000
const maxListed = 200
const maxWorkingListed = 1_000
/** That can be opened, of each kind. */
const maxOpen = 100

interface Secret {
  readonly hash: string
  readonly kind: LinkSecretTable['kind']
  readonly subjectId: string
  readonly expiresAt: number
}

/** `kind` keeps the secrets of different things apart. */
export const insertLinkSecret = organizationStatement<Secret>('insert_link_secret')(
  ({ db, place, organizationId }) =>
    db.insertInto('link_secret').values({
      secret_hash: place('hash'),
      organization_id: organizationId,
      kind: place('kind'),
      subject_id: place('subjectId'),
      expires_at: place('expiresAt'),
    }),
)

/** All secrets of one link or invitation. */
export const deleteLinkSecrets = organizationStatement<{ subjectId: string }>('delete_link_secrets')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('link_secret')
      .where('organization_id', '=', organizationId)
      .where('subject_id', '=', place('subjectId')),
)

const selectSecret = installationStatement<{ hash: string; kind: LinkSecretTable['kind'] }>(
  'link_secret_by_hash',
)(({ db, place }) =>
  db
    .selectFrom('link_secret')
    .innerJoin(organizationRows, 'organization.id', 'link_secret.organization_id')
    .select(['link_secret.organization_id', 'link_secret.subject_id', 'organization.slug'])
    .where('link_secret.secret_hash', '=', place('hash'))
    .where('link_secret.kind', '=', place('kind'))
    .where(isLiving),
)

const deleteOld = installationStatement<{ before: number }>('delete_old_link_secrets')(({ db, place }) =>
  db.deleteFrom('link_secret').where('expires_at', '<', place('before')),
)

const isOpenLink = ({ place }: { readonly place: unknown }): RawBuilder<SqlBool> =>
  sql<SqlBool>`(revoked_at IS NULL AND ended_at IS NULL AND expires_at > ${(place as (name: 'now') => unknown)('now')}
    AND (kind = 'setup' OR used_at IS NULL))`

// A link that can be opened, or in whose session somebody may be: whoever makes many others hides none of them.
const selectWorking = organizationStatement<{ now: number }>('portal_links_that_work')((words) => {
  const { db, place, organizationId, dialect } = words
  const own = sql`organization_id = ${organizationId}`
  const ids = sql`SELECT id FROM portal_link WHERE ${own} AND ${isOpenLink(words)}
    UNION SELECT link_id FROM session WHERE ${own} AND link_id IS NOT NULL AND expires_at > ${place('now')}`
  const statement = sql<PortalLinkTable>`SELECT * FROM portal_link WHERE ${own} AND ${dialect.isAmong('id', ids)}
    ORDER BY id DESC LIMIT ${sql.lit(maxWorkingListed)}`
  return { compile: () => statement.compile(db) }
})

const selectNewest = organizationStatement('portal_links')(({ db, organizationId }) =>
  db
    .selectFrom('portal_link')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('id', 'desc')
    .limit(maxListed),
)

const countOpen = organizationStatement<{ now: number; kind: string }>('count_open_links')((words) => {
  const { db, place, organizationId } = words
  const statement = sql<{ open: number | string }>`SELECT count(*) AS open FROM portal_link
    WHERE organization_id = ${organizationId} AND kind = ${place('kind')} AND ${isOpenLink(words)}`
  return { compile: () => statement.compile(db) }
})

const readLink = organizationStatement<{ id: string }>('portal_link')(({ db, place, organizationId }) =>
  db
    .selectFrom('portal_link')
    .innerJoin(organizationRows, 'organization.id', 'portal_link.organization_id')
    .selectAll('portal_link')
    .select('organization.name as organization_name')
    .where('portal_link.organization_id', '=', organizationId)
    .where('portal_link.id', '=', place('id')),
)

const selectLink = organizationStatement<{ id: string }>('portal_link_for_update')(
  ({ db, place, organizationId, dialect }) => {
    const link = db
      .selectFrom('portal_link')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
    return dialect.lock(link)
  },
)

const markUsed = organizationStatement<{ id: string; at: number }>('portal_link_used')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('portal_link')
      .set({ used_at: place('at') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

const markRevoked = organizationStatement<{ id: string; at: number }>('portal_link_revoked')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('portal_link')
      .set({ revoked_at: place('at') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

const markEnded = organizationStatement<{
  id: string
  at: number
  reason: NonNullable<PortalLinkTable['ended_reason']>
}>('portal_link_ended')(({ db, place, organizationId }) =>
  db
    .updateTable('portal_link')
    .set({ ended_at: place('at'), ended_reason: place('reason') })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

const selectOpenOfMaker = organizationStatement<{ id: string; now: number }>('open_links_of_maker')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('portal_link')
      .select(['id', 'kind'])
      .where('organization_id', '=', organizationId)
      .where('created_by', '=', place('id'))
      .where('expires_at', '>', place('now'))
      .where('revoked_at', 'is', null)
      .where('ended_at', 'is', null),
)

const selectOpenOfParent = organizationStatement<{ id: string; now: number }>('open_links_of_parent')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('portal_link')
      .select(['id', 'kind'])
      .where('organization_id', '=', organizationId)
      .where('parent_id', '=', place('id'))
      .where('expires_at', '>', place('now'))
      .where('revoked_at', 'is', null)
      .where('ended_at', 'is', null),
)

/** Why a link ended before its time. */
export type LinkEnd = 'maker' | 'parent' | 'operator_key'

interface OpenLink {
  readonly id: string
  readonly kind: string
}

/** Where a secret leads; undefined for one that is not known. */
export async function findLinkSecret(
  database: Database,
  kind: 'portal_link' | 'invitation' | 'anchor_confirmation' | 'recovery_address',
  secret: string,
): Promise<
  { readonly scope: OrganizationScope; readonly subjectId: string; readonly slug: string } | undefined
> {
  if (!/^[0-9A-Za-z]{43}$/.test(secret)) return undefined
  const [row] = await database.readInstallation('sign-in', selectSecret, { hash: hashSecret(secret), kind })
  return row === undefined
    ? undefined
    : { scope: createScope(row.organization_id), subjectId: row.subject_id, slug: row.slug }
}

/** Whether a link of this person may hold: they are in, and their role opens the settings. */
async function isMakerIn(tx: OrganizationTx, userId: string): Promise<boolean> {
  const maker = await tx.first(keepMakerOfLink, { id: userId })
  return maker?.active === 1 && maker.blocked_at === null && isPrivileged(maker.role)
}

function isOver(row: PortalLinkTable, keyHash: string): boolean {
  const isOfOtherKey = row.key_hash !== null && row.key_hash !== keyHash
  return row.revoked_at !== null || row.ended_at !== null || isOfOtherKey
}

/** What a new link, or an invitation, stands on. Throws 403 where that went while the request was under way. */
export async function findReason(
  tx: OrganizationTx,
  { actor }: Act,
  keyHash: string,
): Promise<Pick<PortalLinkTable, 'parent_id' | 'key_hash'>> {
  if (actor.kind === 'user' && (await isMakerIn(tx, actor.userId))) return { parent_id: null, key_hash: null }
  if (actor.kind === 'operator') return { parent_id: null, key_hash: keyHash }
  const parent = actor.kind === 'portal_link' ? await tx.first(selectLink, { id: actor.linkId }) : undefined
  if (parent === undefined || isOver(parent, keyHash))
    throw new Problem('forbidden', 'The session that asks for this link has ended')
  return { parent_id: parent.id, key_hash: parent.key_hash }
}

/**
 * The URL is in this answer and nowhere else; the secret stands in its fragment, which browsers do not send. Throws 409 where very many
 * are open.
 */
export async function createPortalLink(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  input: NewPortalLink,
  made: { readonly url: string; readonly keyHash: string; readonly makerName: string | null },
): Promise<{ id: string; url: string; expiresAt: string }> {
  if (input.days !== undefined && input.role === 'owner')
    throw new Problem(
      'invalid_request',
      "role: a set-up link is a contact's, it speaks for no owner; leave days out, or take the role admin",
    )
  const kind = input.days === undefined ? 'portal' : 'setup'
  const expiresAt = act.at + (input.days === undefined ? portalLifeMs : input.days * dayMs)
  const secret = createSecret()
  const row: Omit<PortalLinkTable, 'parent_id' | 'key_hash'> = {
    organization_id: scope.organizationId,
    id: createId('link', act.at),
    role: input.role,
    kind,
    email: input.email === undefined ? null : requireAddress(input.email),
    return_url: input.returnUrl ?? null,
    created_at: act.at,
    created_by: act.actor.kind === 'operator' ? 'operator' : (toActorId(act.actor) ?? act.actor.kind),
    created_rung: act.rung,
    created_name: made.makerName,
    expires_at: expiresAt,
    used_at: null,
    revoked_at: null,
    ended_at: null,
    ended_reason: null,
  }
  await database.inOrganization(scope, async (tx) => {
    const reason = await findReason(tx, act, made.keyHash)
    await takePlace(tx, act, kind)
    tx.write(
      organizationQuery(({ db }) => db.insertInto('portal_link').values({ ...row, ...reason })),
      {},
    )
    tx.write(insertLinkSecret, {
      hash: hashSecret(secret),
      kind: 'portal_link',
      subjectId: row.id,
      expiresAt,
    })
    const data = { role: row.role, kind, email: row.email }
    record(tx, act, { type: 'portal_link.created', subject: { type: 'portal_link', id: row.id }, data })
  })
  return { id: row.id, url: `${made.url}/portal#token=${secret}`, expiresAt: toTime(expiresAt) }
}

// The operator makes them for a product, one for each visit.
async function takePlace(tx: OrganizationTx, act: Act, kind: PortalLinkTable['kind']): Promise<void> {
  if (act.rung === 'operator') return
  const { open = 0 } = (await tx.first(countOpen, { now: act.at, kind })) ?? {}
  if (Number(open) >= placesFor(act.rung, maxOpen))
    throw new Problem('too_many_links', describePlaces(act.rung, maxOpen, 'open links of a kind'))
}

/** Those that work first, then the newest others; each the newest first. */
export async function listPortalLinks(
  database: Database,
  scope: OrganizationScope,
  now: number,
): Promise<PortalLink[]> {
  const [working, newest] = await Promise.all([
    database.readOrganization(scope, selectWorking, { now }),
    database.readOrganization(scope, selectNewest, {}),
  ])
  const ids = new Set(working.map(({ id }) => id))
  return [...working, ...newest.filter(({ id }) => !ids.has(id))].map((row) => ({
    id: row.id,
    role: row.role,
    kind: row.kind,
    email: row.email,
    createdAt: toTime(row.created_at),
    expiresAt: toTime(row.expires_at),
    usedAt: toNullableTime(row.used_at),
    revokedAt: toNullableTime(row.revoked_at),
    endedAt: toNullableTime(row.ended_at),
    endedReason: row.ended_reason,
    createdBy: {
      id: row.created_by === 'operator' ? null : row.created_by,
      name: row.created_name,
      rung: row.created_rung,
    },
  }))
}

async function endLinks(
  tx: OrganizationTx,
  act: Act,
  links: readonly OpenLink[],
  reason: LinkEnd,
): Promise<void> {
  for (const { id, kind } of links) {
    tx.write(deleteLinkSecrets, { subjectId: id })
    await endSessionsOfLink(tx, id)
    tx.write(markEnded, { id, at: act.at, reason })
    const subject = { type: 'portal_link', id } as const
    record(tx, act, { type: 'portal_link.ended', subject, data: { kind, reason, rung: act.rung } })
  }
}

/**
 * In the transaction that takes somebody's role away, blocks, deactivates or deletes them, after it locked them: their links and
 * the sessions that those opened end.
 */
export async function endLinksOfMaker(tx: OrganizationTx, act: Act, makerId: string): Promise<void> {
  await endLinks(tx, act, await tx.all(selectOpenOfMaker, { id: makerId, now: act.at }), 'maker')
}

const selectMadeThrough = organizationStatement<{ ids: string }>('links_made_through')(
  ({ db, place, organizationId, dialect }) => {
    const statement = sql<{ id: string }>`WITH RECURSIVE own(id) AS (
        SELECT wanted.value FROM ${dialect.unfold(place('ids'))}
        UNION SELECT l.id FROM portal_link AS l JOIN own ON l.created_by = own.id WHERE l.organization_id = ${organizationId}
      ) SELECT id FROM own`
    return { compile: () => statement.compile(db) }
  },
)

/** A person or a link, and every link that they made, or that was made in a session of such a one: who made it may have opened it. */
export async function listMadeThrough(tx: OrganizationTx, id: string): Promise<ReadonlySet<string>> {
  return new Set((await tx.all(selectMadeThrough, { ids: JSON.stringify([id]) })).map((link) => link.id))
}

/**
 * The link and every session that it opened end at once. `alsoEnd` ends what else was made in those sessions, in the same
 * transaction. Throws 403 `owner_required` for one that speaks for an owner, 404.
 */
export async function revokePortalLink(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  id: string,
  alsoEnd: (tx: OrganizationTx, act: Act, linkId: string) => Promise<void>,
): Promise<void> {
  await database.inOrganization(scope, async (tx) => {
    const row = await tx.first(selectLink, { id })
    if (row === undefined) throw new Problem('not_found', 'There is no such link')
    if (row.role === 'owner' && !isAtLeast(act.rung, 'owner'))
      throw new Problem(
        'owner_required',
        'Only an owner, or the operator, ends a link that speaks for an owner',
      )
    tx.write(deleteLinkSecrets, { subjectId: id })
    await endSessionsOfLink(tx, id)
    await endLinks(tx, act, await tx.all(selectOpenOfParent, { id, now: act.at }), 'parent')
    await alsoEnd(tx, act, id)
    if (row.revoked_at !== null) return
    tx.write(markRevoked, { id, at: act.at })
    record(tx, act, {
      type: 'portal_link.revoked',
      subject: { type: 'portal_link', id },
      data: { kind: row.kind },
    })
  })
}

const selectReturnUrl = organizationStatement<{ id: string }>('portal_link_return_url')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('portal_link')
      .select('return_url')
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

/** Where the way back from the settings leads, in a session of this link; null where nothing was said. */
export async function findReturnUrl(
  database: Database,
  scope: OrganizationScope,
  id: string,
): Promise<string | null> {
  const [row] = await database.readOrganization(scope, selectReturnUrl, { id })
  return row?.return_url ?? null
}

/** The session that a link opened. */
export interface OpenedLink {
  readonly token: string
  readonly slug: string
  readonly role: Role
  readonly kind: 'portal' | 'setup'
  readonly expiresAt: number
}

/** What a link would open, without opening it. Throws 410 as opening it would. */
export async function previewPortalLink(
  database: Database,
  secret: string,
  keyHash: string,
  at: number,
): Promise<{
  readonly organizationId: string
  readonly organizationName: string
  readonly kind: 'administrator' | 'setup'
}> {
  const found = await findLinkSecret(database, 'portal_link', secret)
  if (found === undefined) throw gone()
  return database.inOrganization(found.scope, async (tx) => {
    const row = await tx.first(readLink, { id: found.subjectId })
    if (row === undefined || !(await isOpen(tx, row, keyHash, at))) throw gone()
    return {
      organizationId: found.scope.organizationId,
      organizationName: row.organization_name,
      kind: row.kind === 'setup' ? 'setup' : 'administrator',
    }
  })
}

async function isOpen(
  tx: OrganizationTx,
  row: PortalLinkTable,
  keyHash: string,
  at: number,
): Promise<boolean> {
  if (row.expires_at <= at || isOver(row, keyHash)) return false
  if (row.kind !== 'setup' && row.used_at !== null) return false
  return !row.created_by.startsWith('usr_') || isMakerIn(tx, row.created_by)
}

/** Throws 410 for a link that is used, ended, revoked or unknown: the same for all. Each use is an event. */
export async function openPortalLink(
  database: Database,
  secret: string,
  keyHash: string,
  at: number,
  context: Act['context'],
): Promise<OpenedLink> {
  const found = await findLinkSecret(database, 'portal_link', secret)
  if (found === undefined) throw gone()
  return database.inOrganization(found.scope, async (tx) => {
    const id = found.subjectId
    // The maker is locked before the link, in the order of whoever ends both.
    const seen = await tx.first(readLink, { id })
    if (seen === undefined || !(await isOpen(tx, seen, keyHash, at))) throw gone()
    const row = await tx.first(selectLink, { id })
    if (row === undefined || isOver(row, keyHash)) throw gone()
    const isSetup = row.kind === 'setup'
    if (!isSetup && row.used_at !== null) throw gone()
    tx.write(markUsed, { id: row.id, at })
    const kind = isSetup ? 'setup' : 'administrator'
    endQuietSessionsOfLink(tx, row.id)
    const session = createSession(
      tx,
      {
        kind,
        role: row.role,
        userId: null,
        label: row.email ?? (isSetup ? 'set-up link' : 'portal link'),
        linkId: row.id,
        connectionId: null,
        nameId: null,
        nameIdFormat: null,
        sessionIndex: null,
        anchorNumber: null,
        keyHash: row.key_hash,
        endsAt: isSetup ? row.expires_at : null,
        ip: context?.ip ?? null,
        userAgent: context?.userAgent ?? null,
        authAt: null,
        freshAfter: null,
      },
      at,
    )
    const rung = rungOfSession({ kind, role: row.role })
    const act: Act = { actor: { kind: 'portal_link', linkId: row.id }, rung, at, context }
    const data = { role: row.role, kind: row.kind, email: row.email }
    record(tx, act, { type: 'portal_link.used', subject: { type: 'portal_link', id: row.id }, data })
    const { slug } = found
    return {
      ...session,
      slug,
      role: row.role,
      kind: row.kind,
    }
  })
}

function gone(): Problem {
  return new Problem('link_gone', 'This link was used before, has ended or was revoked. Ask for a new one')
}

/** Secrets of links that ended a day ago. */
export async function pruneLinkSecrets(database: Database, now: number): Promise<void> {
  await database.inInstallation('jobs', async (tx) => tx.write(deleteOld, { before: now - dayMs }))
}

const selectPlaces = installationStatement('organizations_with_links')(({ db }) =>
  db
    .selectFrom('link_secret')
    .select('organization_id as id')
    .where('kind', '=', 'portal_link')
    .union(db.selectFrom('session').select('organization_id as id').where('link_id', 'is not', null)),
)

/** Of one unit of work; what a crash leaves is found by the key again. */
const linksPerSlice = 100

const selectAllOpen = organizationStatement<{ now: number; after: string; limit: number }>('open_links')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('portal_link')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '>', place('after'))
      .where('expires_at', '>', place('now'))
      .where('revoked_at', 'is', null)
      .where('ended_at', 'is', null)
      .orderBy('id')
      .limit(place('limit')),
)

const adoptLink = organizationStatement<{ id: string; keyHash: string | null; expiresAt: number }>(
  'adopt_link',
)(({ db, place, organizationId }) =>
  db
    .updateTable('portal_link')
    .set({ key_hash: place('keyHash'), expires_at: place('expiresAt') })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

/** How long a set-up link lives whose maker nobody knows. */
const unknownMakerMs = 7 * dayMs

/**
 * At a start: what was made under another operator key ends, also the sessions of it. Links from before links named their reason
 * get it from the record; a set-up link whose maker is not in the record ends in 7 days.
 */
export async function settleLinks(
  database: Database,
  act: Act,
  key: { readonly hash: string; readonly isChanged: boolean },
): Promise<void> {
  for (const { id } of await database.readInstallation('operator', selectPlaces, {})) {
    const scope = createScope(id)
    await database.inOrganization(scope, async (tx) => endSessionsOfOtherKeys(tx, key.hash))
    for (let after: string | undefined = ''; after !== undefined; )
      after = await settleSlice(database, scope, act, key, after)
  }
}

/** The id to go on after; undefined where no more may be left. */
function settleSlice(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  key: { readonly hash: string; readonly isChanged: boolean },
  after: string,
): Promise<string | undefined> {
  return database.inOrganization(scope, async (tx) => {
    const now = act.at
    const rows = await tx.all(selectAllOpen, { now, after, limit: linksPerSlice })
    for (const row of rows) {
      const isUsers = row.created_by.startsWith('usr_')
      if (isUsers && !(await isMakerIn(tx, row.created_by))) await endLinks(tx, act, [row], 'maker')
      if (isUsers) continue
      const isUnnamed = row.key_hash === null
      if (isUnnamed ? key.isChanged : row.key_hash !== key.hash)
        await endLinks(tx, act, [row], 'operator_key')
      else if (isUnnamed) adopt(tx, row, key.hash, now)
    }
    return rows.length < linksPerSlice ? undefined : rows.at(-1)?.id
  })
}

function adopt(tx: OrganizationTx, row: PortalLinkTable, keyHash: string, now: number): void {
  const isKnown = row.created_by === 'operator' || row.created_by.startsWith('link_')
  const expiresAt = isKnown ? row.expires_at : Math.min(row.expires_at, now + unknownMakerMs)
  tx.write(adoptLink, { id: row.id, keyHash, expiresAt })
}

/** Links, and those by which their makers came, up to the first. */
export const selectLinksOfMakers = organizationStatement<{ ids: string }>('links_of_makers')(
  ({ db, place, organizationId, dialect }) => {
    const columns = sql`l.id, l.created_by, l.revoked_at, l.ended_at`
    const statement = sql<Pick<PortalLinkTable, 'id' | 'created_by' | 'revoked_at' | 'ended_at'>>`
      WITH RECURSIVE up(id, created_by, revoked_at, ended_at) AS (
        SELECT ${columns} FROM portal_link AS l WHERE l.organization_id = ${organizationId} AND ${dialect.isIn('l.id', place('ids'))}
        UNION SELECT ${columns} FROM portal_link AS l JOIN up ON l.id = up.created_by WHERE l.organization_id = ${organizationId}
      ) SELECT id, created_by, revoked_at, ended_at FROM up`
    return { compile: () => statement.compile(db) }
  },
)

/** Organizations that have invitations which wait. */
export const selectPlacesWithInvitations = installationStatement('organizations_with_invitations')(({ db }) =>
  db.selectFrom('link_secret').select('organization_id as id').distinct().where('kind', '=', 'invitation'),
)
