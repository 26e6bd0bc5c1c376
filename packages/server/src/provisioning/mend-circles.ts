// Groups that are inside themselves: nobody can make such any more, but versions before this one could on PostgreSQL, where two groups were
// put into each other at once. Who is inside themselves can be changed by no request that names all members, so one membership goes.

import type { JsonObject } from '@rollcall/scim'
import { forEachOf } from '../base/few.ts'
import { readJson } from '../base/json.ts'
import type { Log } from '../base/log.ts'
import type { Act } from '../events/record.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { visitOrganizations } from '../store/visit.ts'
import { isCircle, listCircles } from '../users/circles.ts'
import { lockGroup, lockGroups } from '../users/groups.ts'
import { changeGroup } from './groups.ts'

/** Takes the later group's membership of each circle away, with its event and the roles that follow; returns how many went. */
export async function mendCircles(
  database: Database,
  log: Log,
  now: number,
  isStopping: () => boolean,
): Promise<number> {
  let mended = 0
  await forEachOf(visitOrganizations(database, 'all', isStopping), 1, async (scope) => {
    const count = await mendOne(database, scope, now, isStopping)
    if (count > 0)
      log.warn(
        { organizationId: scope.organizationId, count },
        'groups that were inside themselves were taken out of each other: group.members_changed says which',
      )
    mended += count
  })
  return mended
}

async function mendOne(
  database: Database,
  scope: OrganizationScope,
  at: number,
  isStopping: () => boolean,
): Promise<number> {
  const circles = await listCircles(database, scope, isStopping)
  if (circles.length === 0) return 0
  const act: Act = { actor: { kind: 'system', job: 'mend circles' }, rung: 'directory', at, context: null }
  return database.inOrganization(scope, async (tx) => {
    // Groups are locked before the graph of them is held.
    await lockGroups(tx, [...new Set(circles.map((one) => one.group_id))])
    let mended = 0
    for (const edge of circles) {
      if (!(await isCircle(tx, edge))) continue
      await takeOut(tx, act, edge.group_id, edge.member_id)
      mended += 1
    }
    return mended
  })
}

async function takeOut(tx: OrganizationTx, act: Act, groupId: string, memberId: string): Promise<void> {
  const row = await lockGroup(tx, groupId)
  if (row === undefined) return
  const resource = readJson<JsonObject>(row.resource)
  const steps = [{ kind: 'remove', ids: [memberId] }] as const
  await changeGroup(tx, act, { row, before: resource, resource, isSame: true, steps, isNameUnique: false })
}
