// The handlers of /Groups: read, decide, commit, render. Members go to the store as sets; nothing here loads a group.

import { type Sentence, say } from '@rollcall/api/sentences'
import {
  applyPatch,
  isJsonEqual,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  matchesETag,
  mayTolerate,
  readPatch,
  readResource,
  renderETag,
  replaceResource,
  type ScimError,
  type Selection,
} from '@rollcall/scim'
import { readJson } from '../base/json.ts'
import { membersAttribute, toGroupColumns } from '../mapping/group-columns.ts'
import {
  changeGroup,
  createGroup,
  type GroupOutcome,
  type MemberStep,
  removeGroup,
} from '../provisioning/groups.ts'
import { rolesUnderWayHeader } from '../provisioning/role-changes.ts'
import { refuse, refuseWith } from '../resources/refusals.ts'
import type { OrganizationTx } from '../store/database.ts'
import { noteLocked } from '../store/lock-order.ts'
import {
  type GroupRow,
  holdGroupName,
  type LockedGroup,
  lockGroup,
  selectGroup,
  selectOwnNamesake,
  selectSameGroup,
} from '../users/groups.ts'
import { changeMemberAhead, hasMoreMembers, lockGroupsAround } from '../users/members.ts'
import { bodyOf, wantedOf } from './asked.ts'
import type { ScimAnswer, ScimHandler, ScimRequest } from './exchange.ts'
import { toShownIds, withAbout } from './explain.ts'
import {
  assertFewNested,
  assertName,
  holdsNames,
  inTransaction,
  judgeUnknown,
  leaveOutCircular,
  toNamed,
} from './group-rules.ts'
import { findKnownClient, learnedProfiles } from './known-clients.ts'
import { findOneMember, planMemberSteps, resolveSteps } from './member-steps.ts'
import {
  assertMayChangeGroup,
  assertMayChangeMembers,
  assertOwnMembers,
  isForeign,
  isHidden,
  isOfUnconfirmed,
  provisionalKeyOf,
} from './provisional.ts'
import { type GroupView, groupLocation, renderGroup } from './render-group.ts'
import { storedGroups } from './stored-type.ts'
import { assertRoomForGroup } from './unconfirmed-bounds.ts'

/** POST /Groups (RFC 7644 §3.3). */
export const postGroup: ScimHandler = async (request) => {
  const selection = wantedOf(request, 'group')
  const { profile } = request.client
  const { resource: read } = readResource(
    request.client.types.group,
    bodyOf(request),
    profile,
    request.reading,
  )
  const { resource, memberIds } = splitMembers(read)
  const outcome = await inTransaction(request, async (tx) => {
    await assertName(tx, request, resource, '')
    await assertOwnMembers(tx, request.client, memberIds ?? [])
    const linked = await linkGroup(tx, request, resource, memberIds ?? [])
    if (linked !== undefined) return { ...linked, isLinked: true }
    await assertRoomForGroup(tx, request.client)
    const isNameUnique = holdsNames(request)
    const provisionalKeyId = provisionalKeyOf(request.client)
    const makerId = request.client.keyId
    const group = { resource, memberIds: memberIds ?? [], isNameUnique, provisionalKeyId, makerId }
    const created = await createGroup(tx, request.act, group)
    await assertFewNested(tx, request, created)
    judgeUnknown(request, created)
    return { ...created, isLinked: false }
  })
  const how = outcome.isLinked ? 'group_linked' : 'group_created'
  const explanation = explain(how, outcome)
  return answerGroup(request, outcome, selection, 201, explanation)
}

// A client that did not hear of its first create sends it again: the group is there, and has what the second one says.
async function linkGroup(
  tx: OrganizationTx,
  request: ScimRequest,
  resource: JsonObject,
  memberIds: readonly string[],
): Promise<GroupOutcome | undefined> {
  const { client, reading } = request
  const { displayNameKey, externalId } = toGroupColumns(resource)
  if (!client.profile.tolerances.has('relink-groups')) return undefined
  // Without an externalId it is the client that knows its own group by the name; whoever else has one of that name means another.
  await tx.first(holdGroupName, { name: `${displayNameKey} ${externalId ?? client.keyId}` })
  const keyId = provisionalKeyOf(client) ?? null
  const row =
    externalId === null
      ? await tx.first(selectOwnNamesake, { key: displayNameKey, makerId: client.keyId })
      : await tx.first(selectSameGroup, { key: displayNameKey, externalId, keyId })
  if (row === undefined) return undefined
  noteLocked(tx, 'group', [row.id])
  mayTolerate(reading, 'relink-groups')
  return changeLocked(request, tx, row, {
    before: parse(row),
    resource,
    steps: [{ kind: 'add', ids: memberIds }],
  })
}

/** GET /Groups/{id}. */
export const getGroup: ScimHandler = async (request) => {
  const selection = wantedOf(request, 'group')
  const { database, client } = request
  const [row] = storedGroups.idPattern.test(request.id)
    ? await database.readOrganization(client.scope, selectGroup, { id: request.id })
    : []
  if (row === undefined) throw notFound()
  if (await isHidden(database, client, row)) throw notFound(row)
  if (isForeign(row, provisionalKeyOf(client))) {
    const body = await renderGroup(database, client.scope, row, viewOf(request, selection))
    return { status: 200, body, explanation: [say('group_read_which', toNamed(row))] }
  }
  const etag = renderETag(row.version)
  const known = request.headers.get('if-none-match')
  if (known !== null && matchesETag(known, etag))
    return { status: 304, headers: { etag }, explanation: [say('group_read_same', toNamed(row))] }
  return answerGroup(request, { row, waiting: 0 }, selection, 200, [say('group_read', toNamed(row))])
}

/** PUT /Groups/{id} (RFC 7644 §3.5.1): members that are not named go, unless the profile keeps unnamed members whole. */
export const putGroup: ScimHandler = async (request) => {
  const selection = wantedOf(request, 'group')
  const body = bodyOf(request)
  const { profile } = request.client
  const outcome = await changeById(request, async (_tx, row) => {
    const before = parse(row)
    const current = { ...before, id: row.id }
    const replaced = replaceResource(request.client.types.group, current, body, profile, request.reading)
    const { id: _, ...read } = replaced.resource
    const { resource, memberIds } = splitMembers(read)
    const isUnsaid = profile.keepsOmittedMembers && !namesMembers(body)
    const steps: MemberStep[] = isUnsaid ? [] : [{ kind: 'replace', ids: memberIds ?? [] }]
    return { before, resource, steps }
  })
  const explanation = explain(outcome.isChanged ? 'group_updated' : 'group_unchanged', outcome)
  return answerGroup(request, outcome, selection, 200, explanation)
}

/** PATCH /Groups/{id} (RFC 7644 §3.5.2): 204 to those who want nothing back and for a large group, unless attributes are asked for. */
export const patchGroup: ScimHandler = async (request) => {
  const selection = wantedOf(request, 'group')
  const { profile } = request.client
  const { group: type } = request.client.types
  const patch = readPatch(type, bodyOf(request), profile, undefined, request.reading)
  const own = patch.operations.filter(({ target }) => target.attribute.name !== membersAttribute)
  const plans = planMemberSteps(
    patch.operations.filter(({ target }) => target.attribute.name === membersAttribute),
    patch,
    request.reading,
  )
  // Of a confirmed key alone: whom another one may change is looked at first.
  const isPlain = own.length === 0 && !request.client.isProvisional && storedGroups.idPattern.test(request.id)
  const one = isPlain ? findOneMember(plans) : undefined
  const ahead = (tx: OrganizationTx): void => {
    if (one !== undefined) changeMemberAhead(tx, one.kind, { groupId: request.id, id: one.id })
  }
  const change = async (tx: OrganizationTx, row: LockedGroup): Promise<Changed> => {
    const before = parse(row)
    const applied = applyPatch(type, before, { ...patch, operations: own }, profile, request.reading)
    const steps = await resolveSteps(tx, row.id, plans, patch, request)
    return { before, resource: applied.resource, steps }
  }
  const outcome = await changeById(request, change, ahead)
  const explanation = explain(outcome.isChanged ? 'group_updated' : 'group_unchanged', outcome)
  if (selection === undefined && (await isQuiet(request, outcome.row)))
    return {
      status: 204,
      headers: { etag: renderETag(outcome.row.version), ...toWaitingHeaders(outcome.waiting) },
      explanation,
    }
  return answerGroup(request, outcome, selection, 200, explanation)
}

const maxShownMembers = 1_000

// No vendor reads ten thousand members back; and those who are known to want nothing get nothing.
async function isQuiet({ client, database, act }: ScimRequest, { id }: GroupRow): Promise<boolean> {
  if (client.profile.isGroupPatchQuiet) return true
  const isAuto = client.profile.name === 'auto'
  const named = isAuto ? findKnownClient(act.context?.userAgent ?? null) : undefined
  if (named !== undefined && learnedProfiles[named].isGroupPatchQuiet) return true
  const args = { groupId: id, count: maxShownMembers }
  return (await database.readOrganization(client.scope, hasMoreMembers, args)).length > 0
}

/** DELETE /Groups/{id}: 204, then 404. */
export const deleteGroup: ScimHandler = async (request) => {
  const { row, waiting } = await inTransaction(request, async (tx) => {
    if (storedGroups.idPattern.test(request.id)) await lockGroupsAround(tx, request.id)
    const locked = await lockWanted(tx, request)
    await assertMayChangeMembers(tx, request.client, locked.id, [{ kind: 'clear' }])
    return { row: locked, waiting: await removeGroup(tx, request.act, locked) }
  })
  const explanation = [say('group_removed', toNamed(row)), ...explainWaiting(waiting)]
  return { status: 204, headers: toWaitingHeaders(waiting), explanation }
}

interface Changed {
  readonly before: JsonObject
  /** Without members. */
  readonly resource: JsonObject
  readonly steps: readonly MemberStep[]
}

async function changeById(
  request: ScimRequest,
  change: (tx: OrganizationTx, row: LockedGroup) => Promise<Changed>,
  /** Asks what is asked whatever the group is, once its lock has been asked for. */
  ahead: (tx: OrganizationTx) => void = () => undefined,
): Promise<GroupOutcome> {
  return inTransaction(request, async (tx) => {
    const locked = lockWanted(tx, request)
    ahead(tx)
    const row = await locked
    try {
      return await changeLocked(request, tx, row, await change(tx, row))
    } catch (error) {
      throw withAbout(error, row.display_name)
    }
  })
}

async function changeLocked(
  request: ScimRequest,
  tx: OrganizationTx,
  row: LockedGroup,
  { before, resource, steps: asked }: Changed,
): Promise<GroupOutcome> {
  const isSame = isJsonEqual(before, resource)
  if (before.displayName !== resource.displayName) await assertName(tx, request, resource, row.id)
  await assertMayChangeMembers(tx, request.client, row.id, asked)
  const steps = await leaveOutCircular(request, tx, row, asked)
  const group = { row, before, resource, isSame, steps, isNameUnique: holdsNames(request) }
  const outcome = await changeGroup(tx, request.act, group)
  await assertFewNested(tx, request, outcome)
  judgeUnknown(request, outcome)
  return outcome
}

async function lockWanted(tx: OrganizationTx, request: ScimRequest): Promise<LockedGroup> {
  const row = storedGroups.idPattern.test(request.id) ? await lockGroup(tx, request.id) : undefined
  if (row === undefined) throw notFound()
  if (await isOfUnconfirmed(tx, request.client, row)) throw notFound(row)
  assertMayChangeGroup(request.client, row)
  const expected = request.headers.get('if-match')
  if (expected !== null && !matchesETag(expected, renderETag(row.version))) throw refuse('group_changed')
  return row
}

async function answerGroup(
  request: ScimRequest,
  { row, waiting }: Pick<GroupOutcome, 'row' | 'waiting'>,
  selection: Selection | undefined,
  status: number,
  explanation: readonly Sentence[],
): Promise<ScimAnswer> {
  const { database, client, scimBaseUrl } = request
  const headers: Record<string, string> = { etag: renderETag(row.version), ...toWaitingHeaders(waiting) }
  headers.location = groupLocation(row.id, scimBaseUrl)
  const body = await renderGroup(database, client.scope, row, viewOf(request, selection))
  return { status, body, headers, explanation }
}

function viewOf({ client, scimBaseUrl }: ScimRequest, selection: Selection | undefined): GroupView {
  return { scimBaseUrl, selection, type: client.types.group, provisionalKeyId: provisionalKeyOf(client) }
}

function splitMembers(read: JsonObject): { resource: JsonObject; memberIds: readonly string[] | undefined } {
  const { [membersAttribute]: members, ...resource } = read
  if (!Array.isArray(members)) return { resource, memberIds: undefined }
  return { resource, memberIds: (members as readonly JsonValue[]).flatMap(toMemberId) }
}

function toMemberId(member: JsonValue): string[] {
  return isJsonObject(member) && typeof member.value === 'string' ? [member.value] : []
}

// By any name that a body may have for them: under the URN, as a path, or chosen by a filter.
function namesMembers(sent: JsonValue): boolean {
  const body = Array.isArray(sent) ? (sent[0] as JsonValue | undefined) : sent
  if (!isJsonObject(body)) return false
  return Object.entries(body).some(([key, value]) => {
    const name = key.toLowerCase()
    return membersName.test(name) || (name.startsWith('urn:') && namesMembers(value))
  })
}

const membersName = new RegExp(`(?:^|[:.])${membersAttribute}(?:$|[.[])`)

function parse(row: GroupRow): JsonObject {
  return readJson(row.resource)
}

type Done = 'group_created' | 'group_linked' | 'group_updated' | 'group_unchanged'

// Members that a client named and nobody knows are left out, and said.
function explain(done: Done, { row, waiting, members: { unknown } }: GroupOutcome): readonly Sentence[] {
  const left = unknown.length === 0 ? [] : [say('members_left_out', { ids: toShownIds(unknown) })]
  return [say(done, toNamed(row)), ...explainWaiting(waiting), ...left]
}

// What is done with the request says nothing; what is still under way does.
function toWaitingHeaders(waiting: number): Readonly<Record<string, string>> {
  return waiting === 0 ? {} : { [rolesUnderWayHeader]: String(waiting) }
}

function explainWaiting(waiting: number): readonly Sentence[] {
  return waiting === 0 ? [] : [say('roles_follow', { count: waiting })]
}

/**
 * The same for an id that never was, one that was deleted and one of another organization, and of `hidden`: a group that an unconfirmed key
 * made.
 */
function notFound(hidden?: GroupRow): ScimError {
  return refuseWith(hidden === undefined ? [] : [say('group_hidden', toNamed(hidden))], 'group_not_found')
}
