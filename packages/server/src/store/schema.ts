// The tables, as Kysely sees them. Times are milliseconds since 1970, on/off is 0 or 1, so that both dialects agree.
// Owns no SQL: migrations/ makes what this file describes.

type OnOff = 0 | 1

interface Tenant {
  organization_id: string
}

export interface ApiKeyTable extends Tenant {
  id: string
  name: string
  prefix: string
  profile: string
  created_at: number
  created_by: string
  expires_at: number | null
  last_used_at: number | null
  revoked_at: number | null
}

export interface UserTable extends Tenant {
  id: string
  /** As sent. */
  user_name: string
  /** As compared: RFC 8265 UsernameCaseMapped. */
  user_name_key: string
  external_id: string | null
  display_name_key: string | null
  active: OnOff
  role: string
  source: string
  /** `scim` once a provisioning client has claimed the user. */
  managed_by: string | null
  /** The id under which the same person was deleted before. */
  previous_id: string | null
  /** The SCIM resource as JSON, `schemas` first, without `id` and `meta`. */
  resource: string
  version: number
  created_at: number
  updated_at: number
  deactivated_at: number | null
}

export interface UserEmailTable extends Tenant {
  value_key: string
  user_id: string
}

export interface DeletedUserTable extends Tenant {
  id: string
  user_name_key: string
  external_id: string | null
  resource: string
  created_at: number
  deleted_at: number
}

/** Counted in slots, so that concurrent writers of one organization do not wait for one row. */
export interface UserCountTable extends Tenant {
  slot: number
  users: number
  active_users: number
}

export interface EventTable extends Tenant {
  id: string
  type: string
  occurred_at: number
  actor_kind: string
  actor_id: string | null
  subject_type: string
  subject_id: string
  /** JSON that may leave the house. */
  data: string
  /** JSON that may not: ip, user agent. */
  context: string
  request_id: string | null
}

export interface ActivityTable extends Tenant {
  id: string
  occurred_at: number
  method: string
  path: string
  status: number
  duration_us: number
  outcome: string
  explanation: string
  request_id: string
  key_id: string | null
  ip: string | null
  user_agent: string | null
}

export interface ActivityBodyTable extends Tenant {
  activity_id: string
  is_refusal: OnOff
  request_body: string | null
  response_body: string | null
}

export interface OrganizationTable {
  id: string
  name: string
  slug: string
  scim_enabled: OnOff
  require_sso: OnOff
  provisioning_mode: string
  scim_since: number | null
  default_role: string
  seat_limit: number | null
  created_at: number
  updated_at: number
  deleted_at: number | null
}

export interface ApiKeySecretTable {
  secret_hash: string
  organization_id: string
  key_id: string
  /** Repeated from the key, so that one look-up answers who asks and how to read them. */
  profile: string
  expires_at: number | null
  revoked_at: number | null
}

export interface SettingTable {
  name: string
  value: string
}

export interface JobLeaseTable {
  name: string
  owner: string
  expires_at: number
}

/** Rows of one organization: row-level security stands behind each. */
export interface TenantTables {
  api_key: ApiKeyTable
  user: UserTable
  user_email: UserEmailTable
  deleted_user: DeletedUserTable
  user_count: UserCountTable
  event: EventTable
  activity: ActivityTable
  activity_body: ActivityBodyTable
}

/** Rows that precede or cross organizations: reached by a hash, a slug or a job. */
export interface InstallationTables {
  organization: OrganizationTable
  api_key_secret: ApiKeySecretTable
  setting: SettingTable
  job_lease: JobLeaseTable
}

/** What a unit of work inside one organization may touch: its own row and key secrets beside the tenant tables. */
export type OrganizationTables = TenantTables & Pick<InstallationTables, 'organization' | 'api_key_secret'>

export const tenantTables = [
  'api_key',
  'user',
  'user_email',
  'deleted_user',
  'user_count',
  'event',
  'activity',
  'activity_body',
] as const satisfies readonly (keyof TenantTables)[]

/** Why each of these has no policy: `purpose` in database.ts says who reaches it. */
export const installationTables = [
  'organization',
  'api_key_secret',
  'setting',
  'job_lease',
] as const satisfies readonly (keyof InstallationTables)[]
