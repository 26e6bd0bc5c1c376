// Groups that are inside themselves: nobody can make such any more, but versions before this one could on PostgreSQL, where two groups were
// put into each other at once. Who is inside themselves can be changed by no request that names all members, so one membership goes.
import type { JsonObject } from '@rollcall/scim'
import type { Log } from '../base/log.ts'
import type { Act } from '../events/record.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { visitOrganizations } from '../store/visit.ts'
import { lockGroup, lockGroups } from '../users/groups.ts'
import { findCircles, listCircles } from '../users/members.ts'
import { changeGroup } from './groups.ts'

/** Takes the later group's membership of each circle away, with its event and the roles that follow; returns how many went. */
export async function mendCircles(
  database: Database,
  log: Log,
  now: number,
  isStopping: () => boolean,
): Promise<number> {
  let mended = 0
  for await (const scope of visitOrganizations(database, 'all', isStopping)) {
    const count = await mendOne(database, scope, now)
    if (count > 0)
      log.warn(
        { organizationId: scope.organizationId, count },
        'groups that were inside themselves were taken out of each other: group.members_changed says which',
      )
    mended += count
  }
  return mended
}

async function mendOne(database: Database, scope: OrganizationScope, at: number): Promise<number> {
  const act: Act = { actor: { kind: 'system', job: 'mend circles' }, rung: 'directory', at, context: null }
  return database.inOrganization(scope, async (tx) => {
    // Groups are locked before the graph of them is held.
    const before = await listCircles(tx)
    if (before.length === 0) return 0
    await lockGroups(
      tx,
      before.map((one) => one.group_id),
    )
    const locked = new Set(before.map((one) => one.group_id))
    const circles = (await findCircles(tx)).filter((one) => locked.has(one.group_id))
    for (const { group_id, member_id } of circles) await takeOut(tx, act, group_id, member_id)
    return circles.length
  })
}

async function takeOut(tx: OrganizationTx, act: Act, groupId: string, memberId: string): Promise<void> {
  const row = await lockGroup(tx, groupId)
  if (row === undefined) return
  const resource = JSON.parse(row.resource) as JsonObject
  const steps = [{ kind: 'remove', ids: [memberId] }] as const
  await changeGroup(tx, act, { row, before: resource, resource, isSame: true, steps, isNameUnique: false })
}
