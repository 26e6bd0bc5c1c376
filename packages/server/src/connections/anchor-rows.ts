// Versions of trust anchors that are not in place: staged beside the present one, or withdrawn. How they are read and written.

import { dayMs } from '../base/clock.ts'
import { forEachOf } from '../base/few.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { AnchorVersionTable } from '../store/schema.ts'
import { organizationQuery, organizationStatement } from '../store/statement.ts'
import { visitOrganizations } from '../store/visit.ts'
import { removeWithdrawnSlice } from '../users/identities.ts'
import { withdrawnIdentityRows } from '../users/joined.ts'

/** How long a withdrawn version can be brought back: so long its client secret and the keys of its people are kept. */
export const restoreMs = 7 * dayMs
/** How long it stays known that there was such a version. */
const knownMs = 365 * dayMs

/** At most one a connection. */
export const selectStaged = organizationStatement<{ connectionId: string }>('staged_anchor')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('anchor_version')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('connectionId'))
      .where('state', '=', 'staged'),
)

/** The newest first. */
export const selectWithdrawn = organizationStatement<{ connectionId: string }>('withdrawn_anchors')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('anchor_version')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('connectionId'))
      .where('state', '=', 'withdrawn')
      .orderBy('withdrawn_at', 'desc')
      .orderBy('number', 'desc')
      .limit(100),
)

/** How many there can be within the 7 days, whatever the haste. */
const maxReplaced = 5_000

/** What withdrew each that can still be brought back, without what it trusts. */
export const selectReplaced = organizationStatement<{ connectionId: string; since: number }>(
  'replaced_anchors',
)(({ db, place, organizationId }) =>
  db
    .selectFrom('anchor_version')
    .select(['number', 'withdrawn'])
    .where('organization_id', '=', organizationId)
    .where('connection_id', '=', place('connectionId'))
    .where('state', '=', 'withdrawn')
    .where('withdrawn_at', '>=', place('since'))
    .orderBy('number', 'desc')
    .limit(maxReplaced),
)

/** One version of a connection's anchor, by its number. */
export const selectVersion = organizationStatement<{ connectionId: string; number: number }>(
  'anchor_version',
)(({ db, place, organizationId }) =>
  db
    .selectFrom('anchor_version')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('connection_id', '=', place('connectionId'))
    .where('number', '=', place('number')),
)

/** What withdrew the versions of this very digest. */
export const selectWithdrawnAs = organizationStatement<{ connectionId: string; digest: string }>(
  'withdrawn_as',
)(({ db, place, organizationId }) =>
  db
    .selectFrom('anchor_version')
    .select(['withdrawn', 'is_compromised'])
    .where('organization_id', '=', organizationId)
    .where('connection_id', '=', place('connectionId'))
    .where('state', '=', 'withdrawn')
    .where('digest', '=', place('digest')),
)

const deleteVersion = organizationStatement<{ connectionId: string; number: number }>(
  'delete_anchor_version',
)(({ db, place, organizationId }) =>
  db
    .deleteFrom('anchor_version')
    .where('organization_id', '=', organizationId)
    .where('connection_id', '=', place('connectionId'))
    .where('number', '=', place('number')),
)

const deleteVersions = organizationStatement<{ connectionId: string }>('delete_anchor_versions')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('anchor_version')
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('connectionId')),
)

type StagedColumns = Pick<
  AnchorVersionTable,
  'anchor' | 'rung' | 'url_rung' | 'client_secret' | 'keeps_secret'
>

const updateStaged = organizationStatement<{ connectionId: string } & StagedColumns>('update_staged_anchor')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('anchor_version')
      .set({
        anchor: place('anchor'),
        rung: place('rung'),
        url_rung: place('url_rung'),
        client_secret: place('client_secret'),
        keeps_secret: place('keeps_secret'),
      })
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('connectionId'))
      .where('state', '=', 'staged'),
)

const markTested = organizationStatement<{ connectionId: string; digest: string; at: number }>(
  'staged_anchor_tested',
)(({ db, place, organizationId }) =>
  db
    .updateTable('anchor_version')
    .set({ tested_at: place('at') })
    .where('organization_id', '=', organizationId)
    .where('connection_id', '=', place('connectionId'))
    .where('state', '=', 'staged')
    .where('digest', '=', place('digest')),
)

const updatePreview = organizationStatement<{ connectionId: string; number: number; preview: string }>(
  'preview_of_anchor',
)(({ db, place, organizationId }) =>
  db
    .updateTable('anchor_version')
    .set({ preview: place('preview') })
    .where('organization_id', '=', organizationId)
    .where('connection_id', '=', place('connectionId'))
    .where('number', '=', place('number')),
)

/** The version that is staged beside the anchor in place; undefined where none is. */
export async function findStaged(
  database: Database,
  scope: OrganizationScope,
  connectionId: string,
): Promise<AnchorVersionTable | undefined> {
  return (await database.readOrganization(scope, selectStaged, { connectionId }))[0]
}

/** Adds a version. */
export function writeVersion(tx: OrganizationTx, row: AnchorVersionTable): void {
  tx.write(
    organizationQuery(({ db }) => db.insertInto('anchor_version').values(row)),
    {},
  )
}

/** Removes a version; nothing happens where there is none. */
export function removeVersion(tx: OrganizationTx, connectionId: string, number: number): void {
  tx.write(deleteVersion, { connectionId, number })
}

/** With the connection. */
export function removeVersions(tx: OrganizationTx, connectionId: string): void {
  tx.write(deleteVersions, { connectionId })
}

/** Changes what is staged. */
export function writeStaged(tx: OrganizationTx, connectionId: string, columns: StagedColumns): void {
  tx.write(updateStaged, { connectionId, ...columns })
}

/** What would become of people, counted anew; nothing happens where the version is gone by now. */
export function writePreview(
  tx: OrganizationTx,
  counted: { readonly connectionId: string; readonly number: number; readonly preview: string },
): void {
  tx.write(updatePreview, counted)
}

/** A test of exactly this digest succeeded; nothing happens when something else is staged by now. */
export function noteTest(tx: OrganizationTx, connectionId: string, digest: string, at: number): void {
  tx.write(markTested, { connectionId, digest, at })
}

const emptySecrets = organizationStatement<{ before: number }>('empty_withdrawn_secrets')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('anchor_version')
      .set({ client_secret: null })
      .where('organization_id', '=', organizationId)
      .where('state', '=', 'withdrawn')
      .where('withdrawn_at', '<', place('before'))
      .where('client_secret', 'is not', null),
)

const deleteEnded = organizationStatement<{ before: number }>('delete_old_anchors')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('anchor_version')
      .where('organization_id', '=', organizationId)
      .where('state', '=', 'withdrawn')
      .where('withdrawn_at', '<', place('before')),
)

// Only where people's old keys are still kept: most versions have none.
const selectEnded = organizationStatement<{ before: number }>('ended_anchors')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom(withdrawnIdentityRows)
      .innerJoin('anchor_version as version', (join) =>
        join
          .onRef('version.organization_id', '=', 'old.organization_id')
          .onRef('version.connection_id', '=', 'old.connection_id')
          .onRef('version.number', '=', 'old.number'),
      )
      .select(['old.connection_id', 'old.number'])
      .distinct()
      .where('old.organization_id', '=', organizationId)
      .where('version.withdrawn_at', '<', place('before'))
      .limit(100),
)

const keysPerSlice = 500

/** Forgets what could be brought back no longer: client secrets and old keys after 7 days, the versions after a year. */
export async function pruneAnchors(
  database: Database,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  await forEachOf(visitOrganizations(database, 'with connections', isStopping), 1, async (scope) => {
    const before = now - restoreMs
    const ended = await database.readOrganization(scope, selectEnded, { before })
    for (const { connection_id: connectionId, number } of ended)
      while (
        !isStopping() &&
        (await database.inOrganization(scope, (tx) =>
          removeWithdrawnSlice(tx, { connectionId, number }, keysPerSlice),
        ))
      );
    await database.inOrganization(scope, async (tx) => {
      tx.write(emptySecrets, { before })
      tx.write(deleteEnded, { before: now - knownMs })
    })
  })
}
