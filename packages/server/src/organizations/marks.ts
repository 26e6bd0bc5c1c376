// What other rooms note in an organization's row: since when nobody owns it, when it first had a way in, where its tiles lead.
import type { InstallationTx, OrganizationTx } from '../store/database.ts'
import type { OrganizationTable } from '../store/schema.ts'
import { installationStatement, organizationQuery, organizationStatement } from '../store/statement.ts'

const markOwnerless = organizationStatement<{ at: number }>('organization_ownerless')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('organization')
      .set({ ownerless_at: place('at') })
      .where('id', '=', organizationId),
)

const clearOwnerless = organizationStatement('organization_owned')(({ db, organizationId }) =>
  db.updateTable('organization').set({ ownerless_at: null }).where('id', '=', organizationId),
)

const markFirst = organizationStatement<{ at: number }>('organization_first_enabled')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('organization')
      .set({ first_enabled_at: place('at') })
      .where('id', '=', organizationId),
)

const forgetDefault = installationStatement<{ id: string }>('forget_default_application')(({ db, place }) =>
  db
    .updateTable('organization')
    .set({ default_application: null })
    .where('default_application', '=', place('id')),
)

// Organizations that the application is no longer given to: nobody is led to it from there.
const forgetDefaultBut = installationStatement<{ id: string; kept: string }>('forget_default_taken_away')(
  ({ db, place, dialect }) =>
    db
      .updateTable('organization')
      .set({ default_application: null })
      .where('default_application', '=', place('id'))
      .where((on) => on.not(dialect.isIn('id', place('kept')))),
)

/** The last owner is gone. */
export function noteOwnerless(tx: OrganizationTx, at: number): void {
  tx.write(markOwnerless, { at })
}

/** An owner is there who can sign in. */
export function clearOwnerlessMark(tx: OrganizationTx): void {
  tx.write(clearOwnerless, {})
}

/** A connection is usable for the first time. */
export function noteFirstEnabled(tx: OrganizationTx, at: number): void {
  tx.write(markFirst, { at })
}

/** The application is gone: no organization's tiles lead to it. */
export function forgetDefaultApplication(tx: InstallationTx, id: string): void {
  tx.write(forgetDefault, { id })
}

/** The application is given to `kept` alone: the tiles of others do not lead to it. */
export function forgetDefaultOfOthers(tx: InstallationTx, id: string, kept: readonly string[]): void {
  tx.write(forgetDefaultBut, { id, kept: JSON.stringify(kept) })
}

/** How accounts come to be there: what `directory` decided. */
export function writeProvisioning(tx: OrganizationTx, changed: ProvisioningColumns): void {
  tx.write(
    organizationQuery(({ db, organizationId }) =>
      db.updateTable('organization').set(changed).where('id', '=', organizationId),
    ),
    {},
  )
}

type ProvisioningColumns = Pick<
  OrganizationTable,
  | 'provisioning_mode'
  | 'unknown_sign_ins'
  | 'unclaimed_delete'
  | 'same_address'
  | 'deprovision_guard'
  | 'scim_since'
  | 'updated_at'
>
