// The handlers of /Users: read, decide, commit, render. Knows SCIM; leaves rows to the rooms below.

import { type Sentence, say } from '@rollcall/api/sentences'
import {
  applyPatch,
  isJsonEqual,
  isJsonObject,
  type JsonObject,
  matchesETag,
  mayTolerate,
  type Profile,
  readPatch,
  readResource,
  renderETag,
  replaceResource,
  type ScimError,
  type Selection,
  startReading,
} from '@rollcall/scim'
import { selectProvisionalSecret } from '../directory/makers.ts'
import { completeUser, toUserColumns } from '../mapping/user-columns.ts'
import { noteNeed } from '../organizations/needs.ts'
import { selectEarlierSettings } from '../organizations/own.ts'
import { changeUser, deprovisionUser } from '../provisioning/apply.ts'
import { type Decision, decide, type KnownUser } from '../provisioning/decide.ts'
import { refuse, refuseWith } from '../resources/refusals.ts'
import { askHoldsAnything } from '../sessions/end.ts'
import type { OrganizationTx } from '../store/database.ts'
import { StoreConflict } from '../store/errors.ts'
import { askAnythingSaid } from '../users/kept-refusals.ts'
import { lockUserToEnd, selectUser } from '../users/lock-users.ts'
import { lockGroupsAround } from '../users/members.ts'
import type { KeptWord } from '../users/said.ts'
import type { RenderedRow, UserRow } from '../users/user-row.ts'
import { writeProvisionalKey } from '../users/users.ts'
import { bodyOf, wantedOf } from './asked.ts'
import { createOrLink } from './create-user.ts'
import { describeHolder, findHolder, nameTaken } from './earlier.ts'
import type { ScimAnswer, ScimHandler, ScimRequest } from './exchange.ts'
import { explainKept, withAbout } from './explain.ts'
import { dropShownManager } from './manager-reference.ts'
import {
  assertMayChangeUser,
  assertMayRemoveUser,
  assertMayRename,
  assertMaySwitch,
  isForeign,
  isOfUnconfirmed,
  isProvisionalRefusal,
  provisionalKeyOf,
  withNamesOf,
} from './provisional.ts'
import { renderUser, type UserView, userLocation } from './render-user.ts'
import {
  type Changed,
  change,
  claim,
  explainBlock,
  nameRecycled,
  parse,
  takesOver,
  toKnown,
  toNamed,
} from './user-changes.ts'

const userIdPattern = /^usr_[0-9a-z]{26}$/

/** POST /Users (RFC 7644 §3.3): 201, also for a deactivated or unclaimed user that it is linked to. */
export const postUser: ScimHandler = async (request) => {
  const selection = wantedOf(request, 'user')
  const { client, reading } = request
  const { resource: read } = readResource(client.types.user, bodyOf(request), client.profile, reading)
  const resource = completeUser(read)
  const { row, how, kept, more = [] } = await createOrLink(request, resource)
  const explanation = [say(how, toNamed(row)), ...more, ...explainKept(kept)]
  return answerUser(request, row, selection, 201, explanation)
}

/** GET /Users/{id}; 304 when the client's version is the current one. */
export const getUser: ScimHandler = async (request) => {
  const selection = wantedOf(request, 'user')
  const [row] = userIdPattern.test(request.id)
    ? await request.database.readOrganization(request.client.scope, selectUser, { id: request.id })
    : []
  if (row === undefined) throw notFound()
  if (isForeign(row, provisionalKeyOf(request.client))) {
    const body = renderUser(row, viewOf(request, selection))
    return { status: 200, body, explanation: [say('user_read_who', toNamed(row))] }
  }
  const etag = renderETag(row.version)
  const known = request.headers.get('if-none-match')
  if (known !== null && matchesETag(known, etag)) {
    return { status: 304, headers: { etag }, explanation: [say('user_read_same', toNamed(row))] }
  }
  return answerUser(request, row, selection, 200, [say('user_read', toNamed(row))])
}

/** PUT /Users/{id} (RFC 7644 §3.5.1). */
export const putUser: ScimHandler = async (request) => {
  const selection = wantedOf(request, 'user')
  const body = bodyOf(request)
  const { client } = request
  const read = () =>
    readResource(client.types.user, body, client.profile, startReading(client.profile)).resource
  const said = {
    isWhole: true,
    saysExternalId: () => read().externalId !== undefined,
    saysActive: () => read().active !== undefined,
    // One that lets them in mostly says what is so already.
    ahead: isJsonObject(body) && body.active === false ? false : undefined,
  }
  const {
    row,
    kind,
    kept,
    more = [],
  } = await changeById(request, said, (before, locked) => {
    // The engine compares the body's id with ours; what is stored has none.
    const replaced = replaceResource(
      request.client.types.user,
      { ...before, id: request.id },
      body,
      request.client.profile,
      request.reading,
    )
    const { id: _, ...resource } = replaced.resource
    return withNamesOf(request.client, locked, before, resource)
  })
  return answerUser(request, row, selection, 200, [...explainChange(kind, row, kept), ...more])
}

/** PATCH /Users/{id} (RFC 7644 §3.5.2): 204 in quiet profiles, unless attributes are asked for. */
export const patchUser: ScimHandler = async (request) => {
  const selection = wantedOf(request, 'user')
  const { client, reading } = request
  const patch = readPatch(client.types.user, bodyOf(request), client.profile, undefined, reading)
  const says = (name: string) => () => patch.operations.some(({ target }) => target.attribute.name === name)
  const said = patch.operations.findLast(({ target }) => target.attribute.name === 'active')?.value
  const ahead = typeof said === 'boolean' ? said : undefined
  const { row, kind, kept } = await changeById(
    request,
    { isWhole: false, saysExternalId: says('externalId'), saysActive: says('active'), ahead },
    (before) => applyPatch(client.types.user, before, patch, client.profile, reading).resource,
  )
  const explanation = explainChange(kind, row, kept)
  if (request.client.profile.isPatchQuiet && selection === undefined) {
    return { status: 204, headers: { etag: renderETag(row.version) }, explanation }
  }
  return answerUser(request, row, selection, 200, explanation)
}

/** DELETE /Users/{id}: 204, then 404; the name is free again. */
export const deleteUser: ScimHandler = async (request) => {
  const removal = request.database.inOrganization(request.client.scope, async (tx) => {
    if (userIdPattern.test(request.id)) await lockGroupsAround(tx, request.id)
    const row = await lockWanted(tx, request)
    assertMayRemoveUser(request.client, row)
    const existing = await toKnown(tx, request, row)
    const isAllowed = request.client.profile.tolerances.has('delete-deactivates')
    const setting =
      row.managed_by === null ? (await tx.first(selectEarlierSettings, {}))?.unclaimed_delete : undefined
    const isDeactivatingUnclaimed = isAllowed && setting === 'deactivate'
    const decision = decide({ asked: 'remove', existing }, { isRelinking: false, isDeactivatingUnclaimed })
    if (decision.kind === 'deprovision') {
      // Out by the directory's word, whoever made them, until it is taken back.
      if (row.directory_decides === 0 && (await isOfUnconfirmed(tx, request.client, row)))
        writeProvisionalKey(tx, row.id, row.provisional_key_id, 2)
      await deprovisionUser(tx, request.act, row, parse(row))
      return say('user_removed', toNamed(row))
    }
    if (decision.kind !== 'deactivate' && decision.kind !== 'update')
      throw unclaimed(row, isAllowed ? undefined : request.client.profile, setting === null)
    const before = parse(row)
    await changeUser(tx, request.act, decision, { row, before, resource: { ...before, active: false } })
    mayTolerate(request.reading, 'delete-deactivates')
    return say('user_deactivated_instead', { ...toNamed(row), was: row.active === 1 ? 'active' : 'out' })
  })
  const done = await removal.catch(async (error: unknown) => {
    if (isProvisionalRefusal(error)) await noteRefusedLeave(request, () => true)
    throw error
  })
  return { status: 204, explanation: [done] }
}

/** Of a DELETE: the account is from before the directory, and the organization keeps such, or the profile `never` does otherwise. */
function unclaimed(row: UserRow, never: Profile | undefined, isUndecided: boolean): ScimError {
  const setting = isUndecided ? 'advise_people_undecided' : 'advise_people_from_before'
  const advice = never === undefined ? say(setting) : say('advise_other_profile', { profile: never.name })
  const hints = [say('holder', describeHolder(row)), say('unclaimed_has_access'), advice]
  return refuseWith(hints, 'user_unclaimed')
}

/** What a request says of somebody, besides the values. */
interface Said {
  readonly isWhole: boolean
  readonly saysExternalId: () => boolean
  /** Whether they are in: also where it is so already. */
  readonly saysActive: () => boolean
  /** Whether it looks as if they came in, or went out: what is to be known then is asked beside the lock. It decides nothing. */
  readonly ahead: boolean | undefined
}

async function changeById(
  request: ScimRequest,
  said: Said,
  toChanged: (before: JsonObject, row: UserRow) => JsonObject,
): Promise<Changed & { readonly kind: Decision['kind'] }> {
  const { client } = request
  let wantedKey = ''
  let name: string | undefined
  try {
    return await request.database.inOrganization(client.scope, async (tx) => {
      const row = await lockWanted(tx, request, said.ahead)
      name = row.user_name
      const before = parse(row)
      const wanted = dropShownManager(before, completeUser(toChanged(before, row)), request.scimBaseUrl)
      const isOthers = await takesOver(tx, client, row)
      const isTakenOver = isOthers && saysWho(said, row)
      const resource = isTakenOver ? withoutUnconfirmed(said, wanted) : wanted
      wantedKey = toUserColumns(resource).userNameKey
      assertMaySwitch(client, row, toUserColumns(resource).isActive)
      assertMayRename(client, row, before, resource)
      const decision = decideChange(await toKnown(tx, request, row, isTakenOver), before, resource)
      if (decision.kind === 'deny') throw nameRecycled(row)
      // In or out by their id alone, they are called as the key called them, and that key changes nothing of them any more.
      if (isOthers && !isTakenOver && said.saysActive())
        writeProvisionalKey(tx, row.id, row.provisional_key_id, 1)
      if (decision.kind !== 'update' && decision.kind !== 'deactivate' && decision.kind !== 'reactivate') {
        return { row, kind: decision.kind, kept: undefined }
      }
      const changed = await change(tx, request, decision, row, resource)
      const claimed = await claim(tx, request, row, changed.row, isTakenOver)
      return { ...changed, row: claimed.row, more: claimed.more, kind: decision.kind }
    })
  } catch (error) {
    if (isProvisionalRefusal(error))
      await noteRefusedLeave(
        request,
        (row) => !toUserColumns(completeUser(toChanged(parse(row), row))).isActive,
      )
    const isTaken = error instanceof StoreConflict && error.constraint === 'user_name'
    const isTold = isTaken && !client.isProvisional
    const holder = isTold ? await findHolder(request.database, client.scope, wantedKey) : undefined
    const refusal = isTaken ? nameTaken(holder, true) : error
    throw name === undefined ? refusal : withAbout(refusal, name)
  }
}

// Somebody left and is still in: the operator sees it, until the key is confirmed.
async function noteRefusedLeave(request: ScimRequest, isLeave: (row: UserRow) => boolean): Promise<void> {
  const { client, act, id } = request
  await request.database.inOrganization(client.scope, async (tx) => {
    const row = await lockUserToEnd(tx, id)
    if (row === undefined || row.active === 0 || !isLeave(row)) return
    // Confirmed a moment ago: its next request is not refused.
    if ((await tx.first(selectProvisionalSecret, { keyId: client.keyId })) === undefined) return
    const detail = { userName: row.user_name, keyId: client.keyId }
    noteNeed(tx, { kind: 'deactivation_refused', subjectId: row.id }, detail, act.at)
  })
}

// A PUT says who it is. A PATCH leaves names that nobody has confirmed, also one that lets them in or out; of whoever was there before an
// unconfirmed key claimed them, the names are not that key's.
function saysWho({ isWhole }: Said, row: UserRow): boolean {
  return isWhole || row.source !== 'scim'
}

// A PUT leaves an externalId that it does not name. One that an unconfirmed key may have written finds nobody, unless whoever takes over
// says it.
function withoutUnconfirmed({ saysExternalId }: Said, resource: JsonObject): JsonObject {
  if (saysExternalId()) return resource
  const { externalId: _, ...others } = resource
  return others
}

function decideChange(existing: KnownUser, before: JsonObject, resource: JsonObject): Decision {
  const { isActive, externalId } = toUserColumns(resource)
  const isSame = isJsonEqual(before, resource)
  return decide({ asked: 'change', existing, isActive, externalId, isSame }, { isRelinking: false })
}

async function lockWanted(tx: OrganizationTx, request: ScimRequest, isComing?: boolean): Promise<UserRow> {
  const row = userIdPattern.test(request.id) ? await lockAndAsk(tx, request.id, isComing) : undefined
  if (row === undefined) throw notFound()
  assertMayChangeUser(request.client, row)
  const expected = request.headers.get('if-match')
  if (expected !== null && !matchesETag(expected, renderETag(row.version))) {
    throw refuse('user_changed')
  }
  return row
}

// In this order: what is asked is so from the lock on.
async function lockAndAsk(
  tx: OrganizationTx,
  id: string,
  isComing: boolean | undefined,
): Promise<UserRow | undefined> {
  const locking = lockUserToEnd(tx, id)
  if (isComing === undefined) return locking
  const [row] = await Promise.all([locking, isComing ? askAnythingSaid(tx) : askHoldsAnything(tx, id)])
  return row
}

function answerUser(
  request: ScimRequest,
  row: RenderedRow,
  selection: Selection | undefined,
  status: number,
  explanation: readonly Sentence[],
): ScimAnswer {
  const headers: Record<string, string> = { etag: renderETag(row.version) }
  headers.location = userLocation(row.id, request.scimBaseUrl)
  return {
    status,
    body: renderUser(row, viewOf(request, selection)),
    headers,
    explanation,
  }
}

function viewOf({ client, scimBaseUrl }: ScimRequest, selection: Selection | undefined): UserView {
  return { scimBaseUrl, selection, type: client.types.user, provisionalKeyId: provisionalKeyOf(client) }
}

type Done = 'user_updated' | 'user_deactivated' | 'user_reactivated' | 'user_unchanged'

const done: Partial<Record<Decision['kind'], Done>> = {
  keep: 'user_unchanged',
  deactivate: 'user_deactivated',
  reactivate: 'user_reactivated',
}

function explainChange(
  kind: Decision['kind'],
  row: UserRow,
  kept: KeptWord | undefined,
): readonly Sentence[] {
  const more = kept === undefined ? explainBlock(row) : explainKept(kept)
  return [say(done[kind] ?? 'user_updated', toNamed(row)), ...more]
}

/** The same for an id that never was, one that was deleted and one of another organization. */
function notFound(): ScimError {
  return refuse('user_not_found')
}
