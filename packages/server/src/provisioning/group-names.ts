// What a rule for roles can be for: the groups of the directory, and those that the newest sign-ins have sent. Reads only.
import type { GroupName } from '@rollcall/api'
import { readJson } from '../base/json.ts'
import { createTurns } from '../base/turns.ts'
import { lookThrough, readsOf } from '../events/look-through.ts'
import { mapGroups } from '../mapping/attribute-rules.ts'
import { toAttributeRules } from '../organizations/mappings.ts'
import type { FoundOrganization } from '../organizations/organizations.ts'
import type { Database } from '../store/database.ts'
import { listGroups } from '../users/group-views.ts'
import { selectLastSignIns } from '../users/role-holders.ts'

/** So many names are offered. */
const maxNames = 50
/** So many of the newest sign-ins are looked at, among no more events than one statement looks at. */
const newestSignIns = 200
const turnMs = 5

/** In the order of their names; a search looks at beginnings, without case. */
export async function listGroupNames(
  database: Database,
  { scope, row }: FoundOrganization,
  search: string | undefined,
): Promise<GroupName[]> {
  const found = await listGroups(database, scope, { limit: maxNames, search })
  const pushed = new Set(found.items.map(({ displayName }) => displayName))
  const wanted = search?.trim().toLowerCase() ?? ''
  const sent = await listSent(database, { scope, row })
  const asked = [...sent].filter((name) => name.toLowerCase().startsWith(wanted))
  const names = [...new Set([...pushed, ...asked])].sort((one, other) => (one < other ? -1 : 1))
  return names.slice(0, maxNames).map((name) => ({
    name,
    sources: [
      ...(pushed.has(name) ? (['directory'] as const) : []),
      ...(sent.has(name) ? (['sign_ins'] as const) : []),
    ],
  }))
}

async function listSent(database: Database, { scope, row }: FoundOrganization): Promise<ReadonlySet<string>> {
  const ask = readsOf(database, scope)
  const ids = new Set<string>()
  for await (const { rows } of lookThrough(ask, {
    types: ['user.signed_in'],
    order: 'desc',
    limit: newestSignIns,
  })) {
    for (const { subject_id: id } of rows) ids.add(id)
    break
  }
  const names = new Set<string>()
  if (ids.size === 0) return names
  const takeTurn = createTurns(turnMs)
  const rules = toAttributeRules(row)
  for (const { name_id: nameId, attributes } of await ask(selectLastSignIns, {
    ids: JSON.stringify([...ids]),
  })) {
    await takeTurn()
    const read = readJson<Record<string, string[]>>(attributes)
    const sent = { nameId, attributes: Object.assign(Object.create(null), read) }
    for (const name of mapGroups(sent, rules).groups ?? []) if (isRuleName(name)) names.add(name)
  }
  return names
}

// As long as a rule may name one.
function isRuleName(name: string): boolean {
  return name !== '' && name.length <= 512
}
