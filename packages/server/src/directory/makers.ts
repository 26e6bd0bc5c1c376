// Who made a key or a client, whether they are still in, and whether an administrator has confirmed what a contact made.
import type { ApiKey } from '@rollcall/api'
import { sql } from 'kysely'
import { toActorId } from '../base/actor.ts'
import { toNullableTime } from '../base/clock.ts'
import { isPrivileged, type Role } from '../base/rung.ts'
import { type Act, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { ApiKeyTable } from '../store/schema.ts'
import { organizationStatement, type Statement } from '../store/statement.ts'

/** What a key keeps of its maker. */
export type MakerColumns = Pick<
  ApiKeyTable,
  'maker_id' | 'maker_name' | 'created_rung' | 'is_provisional' | 'confirmed_at' | 'confirmed_by'
>

/** Whatever is made in a contact's session is provisional. */
export function toMakerColumns(act: Act, makerName: string | null): MakerColumns {
  return {
    maker_id: act.actor.kind === 'operator' ? null : toActorId(act.actor),
    maker_name: makerName,
    created_rung: act.rung,
    is_provisional: act.rung === 'contact' ? 1 : 0,
    confirmed_at: null,
    confirmed_by: null,
  }
}

type MakerView = Pick<ApiKey, 'maker' | 'isProvisional' | 'confirmedAt'>

/** `out`: makers who are out. */
export function toMakerView(row: MakerColumns, out: ReadonlySet<string>): MakerView {
  return {
    maker: {
      id: row.maker_id,
      name: row.maker_name,
      rung: row.created_rung,
      isOut: row.maker_id !== null && out.has(row.maker_id),
    },
    isProvisional: row.is_provisional === 1,
    confirmedAt: toNullableTime(row.confirmed_at),
  }
}

const selectIn = organizationStatement<{ ids: string }>('makers')(
  ({ db, place, organizationId, dialect }) => {
    const statement = sql<{ id: string; role: Role }>`SELECT id, role FROM "user"
    WHERE organization_id = ${organizationId} AND ${dialect.isIn('id', place('ids'))}
      AND active = 1 AND blocked_at IS NULL`
    return { compile: () => statement.compile(db) }
  },
)

const selectOver = organizationStatement<{ ids: string }>('makers_links_over')(
  ({ db, place, organizationId, dialect }) => {
    const statement = sql<{ id: string }>`SELECT id FROM portal_link
      WHERE organization_id = ${organizationId} AND ${dialect.isIn('id', place('ids'))}
        AND (revoked_at IS NOT NULL OR ended_at IS NOT NULL)`
    return { compile: () => statement.compile(db) }
  },
)

function listMakers(rows: readonly MakerColumns[], kind: 'usr_' | 'link_'): string[] {
  const ids = rows.flatMap(({ maker_id: id }) => (id?.startsWith(kind) === true ? [id] : []))
  return [...new Set(ids)]
}

function toOut(makers: readonly string[], present: readonly { readonly id: string; readonly role: Role }[]) {
  const isIn = new Set(present.filter(({ role }) => isPrivileged(role)).map(({ id }) => id))
  return new Set(makers.filter((id) => !isIn.has(id)))
}

type Read = <Row>(
  statement: Statement<'organization', { ids: string }, Row>,
  args: { ids: string },
) => Promise<readonly Row[]>

async function findOut(rows: readonly MakerColumns[], read: Read): Promise<ReadonlySet<string>> {
  const [people, links] = [listMakers(rows, 'usr_'), listMakers(rows, 'link_')]
  const present = people.length === 0 ? [] : await read(selectIn, { ids: JSON.stringify(people) })
  const over = links.length === 0 ? [] : await read(selectOver, { ids: JSON.stringify(links) })
  return new Set([...toOut(people, present), ...over.map(({ id }) => id)])
}

/** Of these makers the people who were deactivated, blocked, deleted or have lost the role, and links that were revoked or ended. */
export function findMakersOut(
  database: Database,
  scope: OrganizationScope,
  rows: readonly MakerColumns[],
): Promise<ReadonlySet<string>> {
  return findOut(rows, (statement, args) => database.readOrganization(scope, statement, args))
}

/** The same within a unit of work. */
export function findMakersOutIn(
  tx: OrganizationTx,
  rows: readonly MakerColumns[],
): Promise<ReadonlySet<string>> {
  return findOut(rows, (statement, args) => tx.all(statement, args))
}

function ofMaker(table: 'api_key' | 'oauth_client') {
  return organizationStatement<{ makerId: string; now: number }>(`${table}s_of_maker`)(
    ({ db, place, organizationId }) =>
      db
        .selectFrom(table)
        .select(['id', 'name', 'maker_name'])
        .where('organization_id', '=', organizationId)
        .where('maker_id', '=', place('makerId'))
        .where('revoked_at', 'is', null)
        .where((on) => on.or([on('expires_at', 'is', null), on('expires_at', '>', place('now'))]))
        .orderBy('id'),
  )
}

const selectKeysOfMaker = ofMaker('api_key')
const selectClientsOfMaker = ofMaker('oauth_client')

/** They work on; an event for each says that whoever made it is out. */
export async function announceKeysOfMaker(tx: OrganizationTx, act: Act, makerId: string): Promise<void> {
  const wanted = { makerId, now: act.at }
  for (const { id, name, maker_name: maker } of await tx.all(selectKeysOfMaker, wanted))
    record(tx, act, { type: 'api_key.maker_gone', subject: { type: 'api_key', id }, data: { name, maker } })
  for (const { id, name, maker_name: maker } of await tx.all(selectClientsOfMaker, wanted)) {
    const subject = { type: 'oauth_client', id } as const
    record(tx, act, { type: 'oauth_client.maker_gone', subject, data: { name, maker } })
  }
}

/** Of a key's secrets, or of a client's tokens. */
export const confirmSecrets = organizationStatement<{ keyId: string }>('confirm_secrets')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('api_key_secret')
      .set({ is_provisional: 0 })
      .where('organization_id', '=', organizationId)
      .where('key_id', '=', place('keyId')),
)

/** Whether what a key, or a client, shows is still provisional: a door remembers for a moment that it was. */
export const selectProvisionalSecret = organizationStatement<{ keyId: string }>('provisional_secret')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('api_key_secret')
      .select('key_id')
      .where('organization_id', '=', organizationId)
      .where('key_id', '=', place('keyId'))
      .where('is_provisional', '=', 1)
      .where('revoked_at', 'is', null)
      .limit(1),
)

export function toConfirmation(
  act: Act,
): Pick<MakerColumns, 'is_provisional' | 'confirmed_at' | 'confirmed_by'> {
  const confirmedBy = toActorId(act.actor) ?? act.actor.kind
  return { is_provisional: 0, confirmed_at: act.at, confirmed_by: confirmedBy }
}

/** A contact learns of nobody who runs the settings: only of what they made themselves who it was. */
export function hideMakers<T extends Pick<ApiKey, 'maker'>>(
  made: readonly T[],
  viewer: Pick<Act, 'actor' | 'rung'>,
): T[] {
  if (viewer.rung !== 'contact') return [...made]
  const own = toActorId(viewer.actor)
  return made.map((one) =>
    one.maker.id === own ? one : { ...one, maker: { ...one.maker, id: null, name: null, isOut: false } },
  )
}

/** A contact changes what they made themselves, until it is confirmed. Throws 403 `administrator_required`. */
export function assertMayChange(act: Act, row: MakerColumns): void {
  if (act.rung !== 'contact') return
  if (row.is_provisional === 1 && row.maker_id === toActorId(act.actor)) return
  throw new Problem(
    403,
    'administrator_required',
    'This was made by somebody else, or is confirmed: an administrator changes it',
  )
}
