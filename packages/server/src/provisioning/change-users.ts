// One act on many people. Each is done to by the function that does it to one person, in a unit of work of its own and with its event;
// whom it cannot be done to is told apart, before it is begun as well, by the same rules (may-manage.ts).
import { maxChangedUsers, type UserChanges, type UserChangesResult } from '@rollcall/api'
import { readsOf } from '../events/look-through.ts'
import type { OrganizationAct } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { withRequestPatience } from '../store/patience.ts'
import { countOwners, selectManaged } from '../users/role-holders.ts'
import { selectUserNames } from '../users/shown-names.ts'
import { listUsers, noUser } from '../users/views.ts'
import { deactivateUser, endUserSessions, type Noted, reactivateUser, updateUser } from './manage-user.ts'
import {
  assertMayDeactivate,
  assertMayEndSessions,
  assertMayGiveRole,
  assertMayLetIn,
  lastOwner,
  type Managed,
} from './may-manage.ts'

type Person = UserChangesResult['people'][number]
type Outcome = Pick<Person, 'outcome' | 'code' | 'detail'>
/** What is to be done, with the role that it needs. */
type Wanted =
  | ({ readonly act: 'role'; readonly role: Managed['role'] } & Noted)
  | ({ readonly act: Exclude<UserChanges['act'], 'role'> } & Noted)

const peopleAPage = 200

/**
 * Each unit of work looks whether whoever began it still may; where not, the rest is refused. `onProgress` is told how many are done, of
 * how many. Throws 400 where nobody or too many are meant, and 401 or 403 where nothing was done before.
 */
export async function changeUsers(
  context: OrganizationAct,
  changes: UserChanges,
  onProgress?: (done: number, all: number) => void,
): Promise<UserChangesResult> {
  const wanted = toWanted(changes)
  const ids = await listMeant(context, changes)
  const judged = await judgeAll(context, wanted, ids)
  const people: Person[] = []
  let over: Outcome | undefined
  for (const [at, one] of judged.entries()) {
    if (one.outcome === 'refused' || changes.dryRun !== false) people.push(one)
    else {
      const came = over ?? (await withRequestPatience(() => changeOne(context, wanted, one)))
      people.push({ ...one, ...came })
      if (came.code !== null && overCodes.has(came.code)) over = came
      // Nothing was done yet: it is an act like any other.
      if (over !== undefined && people.every(({ outcome }) => outcome === 'refused')) throw toProblem(over)
    }
    onProgress?.(at + 1, judged.length)
    // Others are served between two people.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const count = (outcome: Person['outcome']) => people.filter((one) => one.outcome === outcome).length
  return {
    isDryRun: changes.dryRun !== false,
    done: count('done'),
    unchanged: count('unchanged'),
    refused: count('refused'),
    people,
  }
}

/** Whoever began it may not go on: of an act's standing, never of somebody to whom it is done. */
const overCodes: ReadonlySet<string> = new Set(['unauthorized', 'forbidden'])

function toProblem({ code, detail }: Outcome): Problem {
  return new Problem(code === 'forbidden' ? 'forbidden' : 'unauthorized', detail ?? '')
}

function toWanted({ act, role, note }: UserChanges): Wanted {
  if (act !== 'role') {
    if (role !== undefined) throw new Problem('invalid_request', 'A role is given by the act role alone')
    return { act, note }
  }
  if (role === undefined) throw new Problem('invalid_request', 'Say which role they get')
  return { act, role, note }
}

async function listMeant(
  { database, scope }: OrganizationAct,
  { userIds, where }: UserChanges,
): Promise<readonly string[]> {
  if ((userIds === undefined) === (where === undefined))
    throw new Problem('invalid_request', 'Send either userIds or where')
  if (userIds !== undefined) return [...new Set(userIds)].sort()
  const ids: string[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listUsers(database, scope, { ...where, limit: peopleAPage, cursor })
    ids.push(...page.items.map(({ id }) => id))
    if (ids.length > maxChangedUsers)
      throw new Problem('invalid_request', `More than ${maxChangedUsers} people are meant: narrow it down`)
    if (page.nextCursor === null) return ids
    cursor = page.nextCursor
  }
}

/** What would become of each, a page of them at a time. */
async function judgeAll(
  { database, scope, act }: OrganizationAct,
  wanted: Wanted,
  ids: readonly string[],
): Promise<readonly Person[]> {
  const ask = readsOf(database, scope)
  const owners = { left: Number((await ask(countOwners, {}))[0]?.owners ?? 0) }
  const people: Person[] = []
  for (let start = 0; start < ids.length; start += peopleAPage) {
    const some = ids.slice(start, start + peopleAPage)
    const list = { ids: JSON.stringify(some) }
    const [rows, names] = await Promise.all([ask(selectManaged, list), ask(selectUserNames, list)])
    const known = new Map(rows.map((row) => [row.id, row]))
    const called = new Map(names.map(({ id, name }) => [id, name]))
    for (const id of some) {
      const row = known.get(id)
      const outcome = await outcomeOf(async () => {
        if (row === undefined) throw noUser()
        if (wanted.act === 'role') assertMayHaveRole(act, row, wanted.role, owners)
        else if (wanted.act === 'deactivate') assertMayDeactivate(act, row)
        else if (wanted.act === 'end_sessions') assertMayEndSessions(act, row)
        else if (!isIn(row)) await assertMayLetIn(ask, act, row)
        return isSo(row, wanted) ? 'unchanged' : 'done'
      })
      people.push({ id, name: called.get(id) ?? id, ...outcome })
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  return people
}

function isIn(row: Managed): boolean {
  return row.active === 1 && row.blocked_at === null
}

function isSo(row: Managed, wanted: Wanted): boolean {
  if (wanted.act === 'deactivate') return row.blocked_at !== null
  if (wanted.act === 'reactivate') return isIn(row)
  return wanted.act === 'role' && row.role === wanted.role && row.role_origin === 'hand'
}

/** `owners`: how many of those who can sign in are left when it is their turn. */
function assertMayHaveRole(
  act: OrganizationAct['act'],
  row: Managed,
  role: Managed['role'],
  owners: { left: number },
): void {
  if (row.role === role && row.role_origin === 'hand') return
  assertMayGiveRole(act, row, role)
  if (row.role !== 'owner' || role === 'owner' || !isIn(row)) return
  if (owners.left <= 1) throw lastOwner()
  owners.left -= 1
}

async function changeOne(context: OrganizationAct, wanted: Wanted, one: Person): Promise<Outcome> {
  const { id, outcome } = one
  const { note } = wanted
  return outcomeOf(async () => {
    if (wanted.act === 'role') await updateUser(context, id, { role: wanted.role, note })
    else if (wanted.act === 'deactivate') await deactivateUser(context, id, { note })
    else if (wanted.act === 'reactivate') await reactivateUser(context, id, { note })
    else {
      const { userIds } = await endUserSessions(context, id, note)
      return userIds.length > 0 ? 'done' : 'unchanged'
    }
    return outcome
  })
}

async function outcomeOf(work: () => Promise<Person['outcome']>): Promise<Outcome> {
  try {
    return { outcome: await work(), code: null, detail: null }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { outcome: 'refused', code: error.code, detail: error.message }
  }
}
