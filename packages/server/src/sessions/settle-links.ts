// Links of before there were makers and keys of links: each gets its maker, or its end.
import { dayMs } from '../base/clock.ts'
import { settleEach, type TellOfStart } from '../base/few.ts'
import type { Act, OrganizationAct } from '../events/record.ts'
import { createScope, type Database, type OrganizationTx } from '../store/database.ts'
import type { PortalLinkTable } from '../store/schema.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'
import { endLinks, isMakerIn } from './links.ts'
import { endSessionsOfOtherKeys } from './sessions.ts'

const selectPlaces = installationStatement('organizations_with_links')(({ db }) =>
  db
    .selectFrom('link_secret')
    .select('organization_id as id')
    .where('kind', '=', 'portal_link')
    .union(db.selectFrom('session').select('organization_id as id').where('link_id', 'is not', null)),
)

/** Of one unit of work; what a crash leaves is found by the key again. */
const linksPerSlice = 100

const selectAllOpen = organizationStatement<{ now: number; after: string; limit: number }>('open_links')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('portal_link')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '>', place('after'))
      .where('expires_at', '>', place('now'))
      .where('revoked_at', 'is', null)
      .where('ended_at', 'is', null)
      .orderBy('id')
      .limit(place('limit')),
)

const adoptLink = organizationStatement<{ id: string; keyHash: string | null; expiresAt: number }>(
  'adopt_link',
)(({ db, place, organizationId }) =>
  db
    .updateTable('portal_link')
    .set({ key_hash: place('keyHash'), expires_at: place('expiresAt') })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

/** How long a set-up link lives whose maker nobody knows. */
const unknownMakerMs = 7 * dayMs

/**
 * At a start: what was made under another operator key ends, also the sessions of it. Links from before links named their reason
 * get it from the record; a set-up link whose maker is not in the record ends in 7 days. What has a key's name is compared with it
 * whenever it is used, so that a start with the same key goes on where one organization fails.
 */
export async function settleLinks(
  database: Database,
  act: Act,
  key: { readonly hash: string; readonly isChanged: boolean },
  tell?: TellOfStart,
): Promise<void> {
  const places = await database.readInstallation('operator', selectPlaces, {})
  await settleEach(places, { mustHold: key.isChanged, tell }, async ({ id }) => {
    const scope = createScope(id)
    await database.inOrganization(scope, async (tx) => endSessionsOfOtherKeys(tx, key.hash))
    for (let after: string | undefined = ''; after !== undefined; )
      after = await settleSlice({ database, scope, act }, key, after)
  })
}

/** The id to go on after; undefined where no more may be left. */
function settleSlice(
  { database, scope, act }: OrganizationAct,
  key: { readonly hash: string; readonly isChanged: boolean },
  after: string,
): Promise<string | undefined> {
  return database.inOrganization(scope, async (tx) => {
    const now = act.at
    const rows = await tx.all(selectAllOpen, { now, after, limit: linksPerSlice })
    for (const row of rows) {
      const isUsers = row.created_by.startsWith('usr_')
      if (isUsers && !(await isMakerIn(tx, row.created_by))) await endLinks(tx, act, [row], 'maker')
      if (isUsers) continue
      const isUnnamed = row.key_hash === null
      if (isUnnamed ? key.isChanged : row.key_hash !== key.hash)
        await endLinks(tx, act, [row], 'operator_key')
      else if (isUnnamed) adopt(tx, row, key.hash, now)
    }
    return rows.length < linksPerSlice ? undefined : rows.at(-1)?.id
  })
}

function adopt(tx: OrganizationTx, row: PortalLinkTable, keyHash: string, now: number): void {
  const isKnown = row.created_by === 'operator' || row.created_by.startsWith('link_')
  const expiresAt = isKnown ? row.expires_at : Math.min(row.expires_at, now + unknownMakerMs)
  tx.write(adoptLink, { id: row.id, keyHash, expiresAt })
}
