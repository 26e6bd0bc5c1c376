// Who made a key or a client, whether they are still in, and whether an administrator has confirmed what a contact made.

import type { ApiKey } from '@rollcall/api'
import { toActorId, toMakerId } from '../base/actor.ts'
import { toNullableTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import { isPrivileged } from '../base/rung.ts'
import { type Act, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { selectLinksOfMakers } from '../sessions/maker-links.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { ApiKeyTable } from '../store/schema.ts'
import { organizationStatement, type Statement } from '../store/statement.ts'
import { selectWorking } from '../users/asked.ts'

/** What a key keeps of its maker. */
export type MakerColumns = Pick<
  ApiKeyTable,
  'maker_id' | 'maker_name' | 'created_rung' | 'is_provisional' | 'confirmed_at' | 'confirmed_by' | 'known_to'
>

/** Whose going is told: the maker, whoever confirmed it, and whoever rotated it; users and links. */
function listKnowing(row: MakerColumns): readonly string[] {
  const rotators = readJson<string[]>(row.known_to ?? '[]')
  return [row.maker_id, row.confirmed_by, ...rotators].filter((id) => id !== null)
}

/** After a rotation: who does it has seen the new secret. */
export function toKnownTo(row: MakerColumns, { actor }: Act): Pick<MakerColumns, 'known_to'> {
  const id = actor.kind === 'operator' ? null : toActorId(actor)
  const known = readJson<string[]>(row.known_to ?? '[]')
  return id === null || known.includes(id)
    ? { known_to: row.known_to }
    : { known_to: JSON.stringify([...known, id]) }
}

/** Whatever is made in a contact's session is provisional. */
export function toMakerColumns(act: Act, makerName: string | null): MakerColumns {
  return {
    maker_id: act.actor.kind === 'operator' ? null : toActorId(act.actor),
    maker_name: makerName,
    created_rung: act.rung,
    is_provisional: act.rung === 'contact' ? 1 : 0,
    confirmed_at: null,
    confirmed_by: null,
    known_to: null,
  }
}

type MakerView = Pick<ApiKey, 'maker' | 'isProvisional' | 'confirmedAt'>

/** `out`: of whoever made, confirmed or rotated it those who are out. */
export function toMakerView(row: MakerColumns, out: ReadonlySet<string>): MakerView {
  return {
    maker: {
      id: row.maker_id,
      name: row.maker_name,
      rung: row.created_rung,
      isOut: listKnowing(row).some((id) => out.has(id)),
    },
    isProvisional: row.is_provisional === 1,
    confirmedAt: toNullableTime(row.confirmed_at),
  }
}

const listOf = (ids: readonly string[], kind: 'usr_' | 'link_'): string[] => [
  ...new Set(ids.filter((id) => id.startsWith(kind))),
]

type Read = <Row>(
  statement: Statement<'organization', { ids: string }, Row>,
  args: { ids: string },
) => Promise<readonly Row[]>

async function findOut(rows: readonly MakerColumns[], read: Read): Promise<ReadonlySet<string>> {
  const ids = rows.flatMap(listKnowing)
  const named = listOf(ids, 'link_')
  const links = named.length === 0 ? [] : await read(selectLinksOfMakers, { ids: JSON.stringify(named) })
  const people = listOf([...ids, ...links.map((link) => link.created_by)], 'usr_')
  const present = people.length === 0 ? [] : await read(selectWorking, { ids: JSON.stringify(people) })
  const isIn = new Set(present.filter(({ role }) => isPrivileged(role)).map(({ id }) => id))
  const out = new Set(people.filter((id) => !isIn.has(id)))
  for (const link of links) if (link.revoked_at !== null || link.ended_at !== null) out.add(link.id)
  // Up to the maker of the first link: each of them may have opened what came of theirs.
  for (let known = -1; known !== out.size; ) {
    known = out.size
    for (const link of links) if (out.has(link.created_by)) out.add(link.id)
  }
  return out
}

/**
 * Of whoever made, confirmed or rotated these the people who were deactivated, blocked, deleted or have lost the role, and the links that were
 * revoked or ended, or whose maker is out.
 */
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

function working(table: 'api_key' | 'oauth_client') {
  return organizationStatement<{ now: number }>(`${table}s_with_their_makers`)(
    ({ db, place, organizationId }) =>
      db
        .selectFrom(table)
        .select(['id', 'name', 'maker_id', 'maker_name', 'created_rung', 'is_provisional'])
        .select(['confirmed_at', 'confirmed_by', 'known_to'])
        .where('organization_id', '=', organizationId)
        .where('revoked_at', 'is', null)
        .where((on) => on.or([on('expires_at', 'is', null), on('expires_at', '>', place('now'))]))
        .orderBy('id'),
  )
}

const selectWorkingKeys = working('api_key')
const selectWorkingClients = working('oauth_client')

/** The ids of keys and of clients that work. */
export async function listWorkingIds(tx: OrganizationTx, now: number): Promise<readonly string[]> {
  const rows = [
    ...(await tx.all(selectWorkingKeys, { now })),
    ...(await tx.all(selectWorkingClients, { now })),
  ]
  return rows.map(({ id }) => id)
}

/**
 * They work on; an event for each that one of `gone` made, confirmed or rotated: a person with the links through which they may have
 * done it, or a link.
 */
export async function announceKeysOf(tx: OrganizationTx, act: Act, gone: ReadonlySet<string>): Promise<void> {
  const isKnown = (row: MakerColumns): boolean => listKnowing(row).some((id) => gone.has(id))
  const now = act.at
  for (const { id, name, maker_name: maker } of (await tx.all(selectWorkingKeys, { now })).filter(isKnown))
    record(tx, act, { type: 'api_key.maker_gone', subject: { type: 'api_key', id }, data: { name, maker } })
  for (const { id, name, maker_name: maker } of (await tx.all(selectWorkingClients, { now })).filter(
    isKnown,
  )) {
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

/** How a key or a client begins: confirmed by its maker, or waiting for an administrator. */
export function toConfirmation(
  act: Act,
): Pick<MakerColumns, 'is_provisional' | 'confirmed_at' | 'confirmed_by'> {
  return { is_provisional: 0, confirmed_at: act.at, confirmed_by: toMakerId(act.actor) }
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
    'administrator_required',
    'This was made by somebody else, or is confirmed: an administrator changes it',
  )
}
