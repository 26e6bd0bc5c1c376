// POST of a user: made, or linked to somebody who is there.
import { type Sentence, say } from '@rollcall/api/sentences'
import type { JsonObject } from '@rollcall/scim'
import { makeRoom } from '../base/bounded.ts'
import { isPrivileged } from '../base/rung.ts'
import { toUserColumns, type UserColumns } from '../mapping/user-columns.ts'
import { selectEarlierSettings } from '../organizations/own.ts'
import { createUser } from '../provisioning/create-user.ts'
import { decide } from '../provisioning/decide.ts'
import type { OrganizationTx } from '../store/database.ts'
import { StoreConflict } from '../store/errors.ts'
import type { Likeness } from '../users/asked.ts'
import { findWords } from '../users/kept.ts'
import { chooseUnread } from '../users/kept-refusals.ts'
import { lockUserByNameToEnd, lockUserToEnd } from '../users/lock-users.ts'
import type { KeptWord } from '../users/said.ts'
import type { RenderedRow } from '../users/user-row.ts'
import { explainAlike, findAlike, nameTaken, toSame } from './earlier.ts'
import type { ScimRequest } from './exchange.ts'
import {
  assertMayLink,
  assertMayRename,
  provisionalKeyOf,
  refuseAsTaken,
  withNamesOf,
} from './provisional.ts'
import { assertRoomForUser } from './unconfirmed-bounds.ts'
import {
  type Changed,
  change,
  claim,
  explainBlock,
  explainSwitch,
  nameRecycled,
  parse,
  takesOver,
  toKnown,
  toNamed,
} from './user-changes.ts'

const rememberMs = 500

const maxRemembered = 10_000

/** By organization: until when its creates look first, because somebody came back. A directory that comes back brings everybody. */
const comingBack = new Map<string, number>()

interface Created {
  readonly row: RenderedRow
  readonly how: 'user_created' | 'user_linked' | 'user_linked_as'
  readonly kept: KeptWord | undefined
  readonly more?: readonly Sentence[]
}

/** The usual create is writes alone, one round trip; only a taken name is looked at, and whom an administrator's word waits for. */
export async function createOrLink(request: ScimRequest, resource: JsonObject): Promise<Created> {
  const { database, client, act } = request
  const columns = toUserColumns(resource)
  const provisionalKeyId = provisionalKeyOf(client)
  // Whoever made a key that nobody has confirmed is told of nobody else.
  const alike = client.isProvisional ? [] : await findAlike(database, client.scope, columns, act.at)
  const linked = alike.length === 0 ? undefined : await linkAlike(request, resource, columns, alike)
  if (linked !== undefined) return linked
  const { organizationId } = client.scope
  const isComingBack = (comingBack.get(organizationId) ?? 0) > act.at
  let unread = isComingBack ? undefined : chooseUnread(organizationId)
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.inOrganization(client.scope, async (tx) => {
        await assertRoomForUser(tx, client, columns)
        const isUnconfirmed = provisionalKeyId !== undefined
        const comer = { ...columns, isUnconfirmed, isMadeByUnconfirmed: isUnconfirmed }
        const [kept] = unread === undefined ? await findWords(tx, [comer]) : []
        const given = { provisionalKeyId, kept: unread ?? kept }
        const row = createUser(tx, act, resource, 'scim', given)
        return { row, how: 'user_created' as const, kept, more: explainAlike(alike, columns.externalId) }
      })
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error
      if (error.constraint === 'kept_word' && unread !== undefined) {
        unread = chooseUnread(organizationId, unread)
        makeRoom(comingBack, maxRemembered)
        if (unread === undefined) comingBack.set(organizationId, act.at + rememberMs)
        attempt -= 1
        continue
      }
      if (error.constraint !== 'user_name') throw error
      const linked = await database.inOrganization(client.scope, (tx) => linkUser(tx, request, resource))
      if (linked !== undefined) {
        const block = linked.kept === undefined ? explainBlock(linked.row) : []
        return { ...linked, how: 'user_linked', more: [...linked.switched, ...block] }
      }
      // The other user was deleted between the two looks: once more.
      if (attempt === 2) throw nameTaken(undefined)
    }
  }
}

/**
 * The account of somebody who was there before and has the same address or externalId under another name, where the organization lets
 * that link: one alone, and nobody privileged.
 */
async function linkAlike(
  request: ScimRequest,
  resource: JsonObject,
  columns: UserColumns,
  alike: readonly Likeness[],
): Promise<Created | undefined> {
  const { database, client } = request
  const [one, ...others] = alike
  if (one === undefined || others.length > 0 || one.managed_by !== null || isPrivileged(one.role))
    return undefined
  try {
    return await database.inOrganization(client.scope, async (tx) => {
      const settings = await tx.first(selectEarlierSettings, {})
      if (settings?.same_address !== 'link') return undefined
      const row = await lockUserToEnd(tx, one.id)
      if (row === undefined || row.managed_by !== null || isPrivileged(row.role)) return undefined
      const decision = decide(
        {
          asked: 'create',
          existing: await toKnown(tx, request, row),
          isActive: columns.isActive,
          externalId: columns.externalId,
        },
        { isRelinking: false },
      )
      if (decision.kind !== 'link') return undefined
      const { row: changed, kept } = await change(tx, request, decision, row, resource)
      const was = say('user_was', { ...toNamed(row), same: toSame(one, columns.externalId) })
      const block = kept === undefined ? explainBlock(changed) : []
      const more = [was, ...explainSwitch(row, changed), ...block]
      return { row: changed, how: 'user_linked_as', kept, more }
    })
  } catch (error) {
    // The new name is taken: what becomes of that is judged as ever.
    if (error instanceof StoreConflict && error.constraint === 'user_name') return undefined
    throw error
  }
}

async function linkUser(
  tx: OrganizationTx,
  request: ScimRequest,
  sent: JsonObject,
): Promise<(Changed & { readonly switched: readonly Sentence[] }) | undefined> {
  const columns = toUserColumns(sent)
  const { client } = request
  const row = await lockUserByNameToEnd(tx, columns.userNameKey)
  if (row === undefined) return undefined
  const before = parse(row)
  assertMayLink(client, row, columns.isActive)
  const resource = withNamesOf(client, row, before, sent)
  refuseAsTaken(() => assertMayRename(client, row, before, resource))
  const isTakenOver = await takesOver(tx, client, row)
  const isRelinking = request.client.profile.tolerances.has('relink-deactivated')
  const decision = decide(
    {
      asked: 'create',
      existing: await toKnown(tx, request, row, isTakenOver),
      isActive: columns.isActive,
      externalId: columns.externalId,
    },
    { isRelinking },
  )
  if (decision.kind === 'deny') throw nameRecycled(row)
  if (decision.kind !== 'link') throw nameTaken(row)
  const { row: changed, kept } = await change(tx, request, decision, row, resource)
  const claimed = await claim(tx, request, row, changed, isTakenOver)
  return { row: claimed.row, kept, switched: [...explainSwitch(row, changed), ...claimed.more] }
}
