// What rooms above ask of an organization inside a unit of work of it: a few columns each, because most are asked with every request.
import { accountRows } from '../holdings/joined.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'

/** Its name and its slug, and where its tiles lead, also while it is being removed. */
export const selectOwnName = organizationStatement('organization_of_session')(({ db, organizationId }) =>
  db
    .selectFrom('organization')
    .select(['id', 'name', 'slug', 'default_application'])
    .where('id', '=', organizationId),
)

/** Which groups give which roles. */
export const selectRoleMappings = organizationStatement('own_role_mappings')(({ db, organizationId }) =>
  db.selectFrom('organization').select('role_mappings').where('id', '=', organizationId),
)

/** Which groups give which roles, and what everybody else is. */
export const selectRoleRules = organizationStatement('rules_of_roles')(({ db, organizationId }) =>
  db.selectFrom('organization').select(['role_mappings', 'default_role']).where('id', '=', organizationId),
)

/** Which groups give which roles; undefined of one that is being removed. */
export const selectLivingRoleMappings = organizationStatement('rules_of_role_changes')(
  ({ db, organizationId }) =>
    db
      .selectFrom('organization')
      .select('role_mappings')
      .where('id', '=', organizationId)
      .where('deleted_at', 'is', null),
)

/** What it is called, and how people get an account. */
export const selectHowPeopleCome = organizationStatement('organization_of_invitation')(
  ({ db, organizationId }) =>
    db
      .selectFrom('organization')
      .select(['name', 'slug', 'provisioning_mode', 'unknown_sign_ins'])
      .where('id', '=', organizationId),
)

/** What somebody is who is in no group that gives a role. */
export const selectDefaultRole = organizationStatement('default_role')(({ db, organizationId }) =>
  db.selectFrom('organization').select('default_role').where('id', '=', organizationId),
)

/** When it is told that many people leave. */
export const selectGuard = organizationStatement('guard_of_alert')(({ db, organizationId }) =>
  db.selectFrom('organization').select('deprovision_guard').where('id', '=', organizationId),
)

/** Owners who leave at once leave one after another. */
export const lockOwners = organizationStatement('lock_owners')(({ db, organizationId, dialect }) =>
  dialect.lock(db.selectFrom('organization').select('id').where('id', '=', organizationId)),
)

/** Its name, and how its owners are recovered; undefined of one that is being removed. */
export const selectOwnRecovery = organizationStatement('organization_that_mails')(({ db, organizationId }) =>
  db
    .selectFrom('organization')
    .select(['name', 'owner_recovery'])
    .where('id', '=', organizationId)
    .where('deleted_at', 'is', null),
)

/** Its name and its slug; undefined of one that is being removed. */
export const selectLivingName = organizationStatement('noticed_organization')(({ db, organizationId }) =>
  db
    .selectFrom('organization')
    .select(['name', 'slug'])
    .where('id', '=', organizationId)
    .where('deleted_at', 'is', null),
)

/** When it is told that many people leave; undefined of one that is being removed. */
export const selectLivingGuard = organizationStatement('own_deprovision_guard')(({ db, organizationId }) =>
  db
    .selectFrom('organization')
    .select('deprovision_guard')
    .where('id', '=', organizationId)
    .where('deleted_at', 'is', null),
)

/** Those that may have so many active people and no more. */
export const selectLimited = installationStatement('organizations_with_seat_limit')(({ db }) =>
  db
    .selectFrom('organization')
    .select(['id', 'seat_limit'])
    .where('seat_limit', 'is not', null)
    .where('deleted_at', 'is', null),
)

/** What becomes of people who were there before the directory. */
export const selectEarlierSettings = organizationStatement('earlier_people_settings')(
  ({ db, organizationId }) =>
    db
      .selectFrom('organization')
      .select(['unclaimed_delete', 'same_address'])
      .where('id', '=', organizationId),
)

/** All of it; undefined of one that is being removed. */
export const selectLiving = organizationStatement('organization_at_sign_in')(({ db, organizationId }) =>
  db.selectFrom('organization').selectAll().where('id', '=', organizationId).where('deleted_at', 'is', null),
)

/** Whether it is there; undefined of one that is being removed. */
export const selectIsThere = organizationStatement('organization_of_session_ends')(({ db, organizationId }) =>
  db.selectFrom('organization').select('id').where('id', '=', organizationId).where('deleted_at', 'is', null),
)

/** The organization of a subject of OpenID Connect. */
export const selectPlaceOfAccount = installationStatement<{ userId: string }>('organization_of_account')(
  ({ db, place }) =>
    db
      .selectFrom(accountRows)
      .innerJoin('organization', 'organization.id', 'oidc_account.organization_id')
      .select(['organization.id', 'organization.slug'])
      .where('oidc_account.user_id', '=', place('userId'))
      .where('organization.deleted_at', 'is', null),
)
