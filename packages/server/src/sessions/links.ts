// Links with a secret in them: portal links (once, five minutes), set-up links (for days, resumable). Owns their rows, how they
// are redeemed, and that each ends with its reason: its maker, the link it was made from, the operator key under which it was made.
// Only the SHA-256 of a secret is kept.

import type { PortalLink } from '@rollcall/api'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { dayMs, toNullableTime, toTime } from '../base/clock.ts'
import { isPrivileged } from '../base/rung.ts'
import { hashSecret } from '../base/secret.ts'
import { type Act, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { isLiving, organizationRows } from '../organizations/joined.ts'
import { createScope, type Database, type OrganizationScope, type OrganizationTx } from '../store/database.ts'
import type { LinkSecretTable, PortalLinkTable } from '../store/schema.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'
import { keepMakerOfLink } from '../users/asked.ts'
import { termsOf } from './frame-terms.ts'
import { readInvited } from './invited.ts'
import { endSessionsOfLink } from './link-sessions.ts'
import { selectOpenOfMaker } from './maker-links.ts'

const maxListed = 200

const maxWorkingListed = 1_000

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

/** That can be opened at `now`. */
export const isOpenLink = ({ place }: { readonly place: unknown }): RawBuilder<SqlBool> =>
  sql<SqlBool>`(revoked_at IS NULL AND ended_at IS NULL AND expires_at > ${(place as (name: 'now') => unknown)('now')}
    AND (kind = 'setup' OR used_at IS NULL))`

// A link that can be opened, or in whose session somebody may be: whoever makes many others hides none of them. Pages of the product make
// one of a frame each time that they are loaded: those come last.
const selectWorking = organizationStatement<{ now: number }>('portal_links_that_work')((words) => {
  const { db, place, organizationId, dialect } = words
  const own = sql`organization_id = ${organizationId}`
  const ids = sql`SELECT id FROM portal_link WHERE ${own} AND ${isOpenLink(words)}
    UNION SELECT link_id FROM session WHERE ${own} AND link_id IS NOT NULL AND expires_at > ${place('now')}`
  const statement = sql<PortalLinkTable>`SELECT * FROM portal_link WHERE ${own} AND ${dialect.isAmong('id', ids)}
    ORDER BY CASE WHEN kind = 'embed' THEN 1 ELSE 0 END, id DESC LIMIT ${sql.lit(maxWorkingListed)}`
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

/** A link as it is. */
export const readLink = organizationStatement<{ id: string }>('portal_link')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('portal_link')
      .innerJoin(organizationRows, 'organization.id', 'portal_link.organization_id')
      .selectAll('portal_link')
      .select('organization.name as organization_name')
      .where('portal_link.organization_id', '=', organizationId)
      .where('portal_link.id', '=', place('id')),
)

/** A link, locked. */
export const selectLink = organizationStatement<{ id: string }>('portal_link_for_update')(
  ({ db, place, organizationId, dialect }) => {
    const link = db
      .selectFrom('portal_link')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
    return dialect.lock(link)
  },
)

/** A link is used once. */
export const markUsed = organizationStatement<{ id: string; at: number }>('portal_link_used')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('portal_link')
      .set({ used_at: place('at') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

/** A link ends before its time. */
export const markEnded = organizationStatement<{
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

/** Why a link ended before its time. */
export type LinkEnd = 'maker' | 'parent' | 'operator_key'

interface OpenLink {
  readonly id: string
  readonly kind: string
}

/** Where a secret leads; undefined for one that is not known. */
export async function findLinkSecret(
  database: Database,
  kind: LinkSecretTable['kind'],
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
export async function isMakerIn(tx: OrganizationTx, userId: string): Promise<boolean> {
  const maker = await tx.first(keepMakerOfLink, { id: userId })
  return maker?.active === 1 && maker.blocked_at === null && isPrivileged(maker.role)
}

/** Whether a link has ended. */
export function isOver(row: PortalLinkTable, keyHash: string): boolean {
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

/** Those that work first, of frames after the others; then the newest that do not. Each the newest first. */
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
    role: termsOf(row)?.role ?? row.role,
    kind: row.kind,
    origin: termsOf(row)?.origin ?? null,
    intents: (termsOf(row) ?? readInvited(row)).intents?.slice() ?? null,
    email: row.email,
    createdAt: toTime(row.created_at),
    expiresAt: toTime(row.expires_at),
    sentAt: toNullableTime(row.sent_at),
    usedAt: toNullableTime(row.used_at),
    revokedAt: toNullableTime(row.revoked_at),
    endedAt: toNullableTime(row.ended_at),
    endedReason: row.ended_reason,
    maker: {
      id: row.created_by === 'operator' ? null : row.created_by,
      name: row.created_name,
      rung: row.created_rung,
    },
  }))
}

/** Ends links with their reason, and the sessions that they opened. */
export async function endLinks(
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

/** 410: a link that was used, has ended or never was. */
export function gone(): Problem {
  return new Problem('link_gone', 'This link was used before, has ended or was revoked. Ask for a new one')
}

/** Secrets of links that ended a day ago. */
export async function pruneLinkSecrets(database: Database, now: number): Promise<void> {
  await database.inInstallation('jobs', async (tx) => tx.write(deleteOld, { before: now - dayMs }))
}
