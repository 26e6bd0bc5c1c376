// Links with a secret in them: portal links (once, five minutes), set-up links (for days, resumable). Owns their rows and
// how they are redeemed. Only the SHA-256 of a secret is kept.
import type { NewPortalLink, PortalLink } from '@rollcall/api'
import { toActorId } from '../base/actor.ts'
import { toNullableTime, toTime } from '../base/clock.ts'
import { createId } from '../base/id.ts'
import { createSecret, hashSecret } from '../base/secret.ts'
import { type Act, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { createScope, type Database, type OrganizationScope } from '../store/database.ts'
import type { PortalLinkTable } from '../store/schema.ts'
import { installationStatement, organizationQuery, organizationStatement } from '../store/statement.ts'
import { rungOfSession } from './rung.ts'
import { createSession, endSessionsOfLink } from './sessions.ts'

const portalLifeMs = 300_000
const dayMs = 86_400_000
const maxListed = 200

interface Secret {
  readonly hash: string
  readonly kind: string
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

const selectSecret = installationStatement<{ hash: string; kind: string }>('link_secret_by_hash')(
  ({ db, place }) =>
    db
      .selectFrom('link_secret')
      .innerJoin('organization', 'organization.id', 'link_secret.organization_id')
      .select(['link_secret.organization_id', 'link_secret.subject_id', 'organization.slug'])
      .where('link_secret.secret_hash', '=', place('hash'))
      .where('link_secret.kind', '=', place('kind'))
      .where('organization.deleted_at', 'is', null),
)

const deleteOld = installationStatement<{ before: number }>('delete_old_link_secrets')(({ db, place }) =>
  db.deleteFrom('link_secret').where('expires_at', '<', place('before')),
)

const selectLinks = organizationStatement('portal_links')(({ db, organizationId }) =>
  db
    .selectFrom('portal_link')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('id', 'desc')
    .limit(maxListed),
)

const selectLink = organizationStatement<{ id: string }>('portal_link_for_update')(
  ({ db, place, organizationId, dialect }) => {
    const link = db
      .selectFrom('portal_link')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
    return dialect === 'postgres' ? link.forUpdate() : link
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

/** Where a secret leads; undefined for one that is not known. */
export async function findLinkSecret(
  database: Database,
  kind: 'portal_link' | 'invitation',
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

/** The URL is in this answer and nowhere else; the secret stands in its fragment, which browsers do not send. */
export async function createPortalLink(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  input: NewPortalLink,
  url: string,
): Promise<{ id: string; url: string; expiresAt: string }> {
  const kind = input.days === undefined ? 'portal' : 'setup'
  const expiresAt = act.at + (input.days === undefined ? portalLifeMs : input.days * dayMs)
  const secret = createSecret()
  const row: PortalLinkTable = {
    organization_id: scope.organizationId,
    id: createId('link', act.at),
    role: input.role,
    kind,
    email: input.email ?? null,
    return_url: input.returnUrl ?? null,
    created_at: act.at,
    created_by: toActorId(act.actor) ?? act.actor.kind,
    expires_at: expiresAt,
    used_at: null,
    revoked_at: null,
  }
  await database.inOrganization(scope, async (tx) => {
    tx.write(
      organizationQuery(({ db }) => db.insertInto('portal_link').values(row)),
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
  return { id: row.id, url: `${url}/portal#token=${secret}`, expiresAt: toTime(expiresAt) }
}

/** The newest first; portal links that were used or have ended are left out after a day. */
export async function listPortalLinks(database: Database, scope: OrganizationScope): Promise<PortalLink[]> {
  return (await database.readOrganization(scope, selectLinks, {})).map((row) => ({
    id: row.id,
    role: row.role as PortalLink['role'],
    kind: row.kind as PortalLink['kind'],
    email: row.email,
    createdAt: toTime(row.created_at),
    expiresAt: toTime(row.expires_at),
    usedAt: toNullableTime(row.used_at),
    revokedAt: toNullableTime(row.revoked_at),
  }))
}

/** The link and every session that it opened end at once. Throws 404. */
export async function revokePortalLink(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  id: string,
): Promise<void> {
  await database.inOrganization(scope, async (tx) => {
    const row = await tx.first(selectLink, { id })
    if (row === undefined) throw new Problem(404, 'not_found', 'There is no such link')
    tx.write(deleteLinkSecrets, { subjectId: id })
    endSessionsOfLink(tx, id)
    if (row.revoked_at !== null) return
    tx.write(markRevoked, { id, at: act.at })
    record(tx, act, {
      type: 'portal_link.revoked',
      subject: { type: 'portal_link', id },
      data: { kind: row.kind },
    })
  })
}

export interface OpenedLink {
  readonly token: string
  readonly slug: string
  readonly role: string
  readonly kind: 'portal' | 'setup'
  readonly returnUrl: string | null
  readonly expiresAt: number
}

/** Throws 410 for a link that is used, ended, revoked or unknown: the same for all. Each use is an event. */
export async function openPortalLink(
  database: Database,
  secret: string,
  at: number,
  context: Act['context'],
): Promise<OpenedLink> {
  const found = await findLinkSecret(database, 'portal_link', secret)
  if (found === undefined) throw gone()
  return database.inOrganization(found.scope, async (tx) => {
    const row = await tx.first(selectLink, { id: found.subjectId })
    const isSetup = row?.kind === 'setup'
    const isOver = row === undefined || row.expires_at <= at || row.revoked_at !== null
    if (isOver || (!isSetup && row.used_at !== null)) throw gone()
    tx.write(markUsed, { id: row.id, at })
    const kind = isSetup ? 'setup' : 'administrator'
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
        endsAt: isSetup ? row.expires_at : null,
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
      kind: row.kind as OpenedLink['kind'],
      returnUrl: row.return_url,
    }
  })
}

function gone(): Problem {
  return new Problem(
    410,
    'link_gone',
    'This link was used before, has ended or was revoked. Ask for a new one',
  )
}

/** Secrets of links that ended a day ago. */
export async function pruneLinkSecrets(database: Database, now: number): Promise<void> {
  await database.inInstallation('jobs', async (tx) => tx.write(deleteOld, { before: now - dayMs }))
}
