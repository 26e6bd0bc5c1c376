// The tables, as Kysely sees them. Times are milliseconds since 1970, on/off is 0 or 1, so that both dialects agree.
// Owns no SQL: migrations/ makes what this file describes.
import type {
  Application,
  Brand,
  BrandImageKind,
  Connection,
  ConnectionOptions,
  DeprovisionGuard,
  Domain,
  LanguageCode,
  NewBrandImage,
  RoleMappings,
  SchemaExtensions,
  SetUpIntent,
  WebhookEndpoint,
} from '@rollcall/api'
import type { Sentence } from '@rollcall/api/sentences'
import type { JsonObject, ProfileName } from '@rollcall/scim'
import type { Generated } from 'kysely'
import type { Json } from '../base/json.ts'
import type { AnchorRung, Role, Rung } from '../base/rung.ts'

type OnOff = 0 | 1
/** Where somebody's role comes from. */
export type RoleOrigin = 'default' | 'group' | 'hand'

interface Owned {
  organization_id: string
}

/** A client that is known by what it calls itself, or by the form of its requests. */
export type KnownClient = 'okta' | 'entra' | OtherClient
/** Those that versions before migration 43 do not know. */
export type OtherClient = 'onelogin' | 'google'

/** What keys and clients have in common: their life, and on whose word they are. */
export interface CredentialTable extends Owned {
  id: string
  name: string
  profile: ProfileName
  created_at: number
  created_by: string
  expires_at: number | null
  last_used_at: number | null
  revoked_at: number | null
  /** The user or the link that made it; null for the operator, and from before makers were kept. */
  maker_id: string | null
  /** Who it was, as shown. */
  maker_name: string | null
  /** The maker's rung. */
  created_rung: Rung | null
  /** Made in a contact's session, and no administrator has confirmed it yet. */
  is_provisional: OnOff
  confirmed_at: number | null
  confirmed_by: string | null
  /** JSON: ids of the users and links that rotated it, and so have seen a secret of it; null: none of those that are kept. */
  known_to: Json<string[]> | null
}

export interface ApiKeyTable extends CredentialTable {
  prefix: string
  /** Of profile `auto`: which client it turned out to be. */
  known_client: Exclude<KnownClient, OtherClient> | null
  /** The same, of those that earlier versions do not know; it goes before. */
  other_client: OtherClient | null
}

export interface UserTable extends Owned {
  id: string
  /** As sent. */
  user_name: string
  /** As compared: RFC 8265 UsernameCaseMapped. */
  user_name_key: string
  external_id: string | null
  display_name_key: string | null
  /** As sent; null where the user is shown by the userName. It counts where `display_name_version` is `version`. */
  display_name: string | null
  /** The version with which it was written: one before migration 45 writes neither of them. */
  display_name_version: number | null
  active: OnOff
  role: Role
  source: 'invited' | 'sso' | 'scim' | 'imported'
  /** `scim` once a provisioning client has claimed the user. */
  managed_by: 'scim' | null
  /** Where the role comes from: `default`, `group` (a mapping) or `hand`; a mapping changes only the first two. */
  role_origin: RoleOrigin
  /** An administrator's block, which no provisioning client lifts. */
  blocked_at: number | null
  /** When an owner or the operator blocked the account last; no administrator takes that back for whoever is an owner. */
  blocked_by_owner_at: number | null
  /** The role below the console that an owner or the operator gave by hand last; an administrator may have given another one since. */
  role_by_owner: Role | null
  /**
   * JSON, of an account that an unconfirmed key made: what it was called, as compared, when somebody blocked it, and by what those were
   * known who had signed in to it. Null: as it is now. Empty: another account was blocked, and this one is as well.
   */
  blocked_as: string | null
  /** 1: the block was said of another account, and is passed on to this one. */
  is_block_passed_on: number | null
  /** What `blocked_as` is of a block, of the role by hand. */
  given_as: string | null
  last_sign_in_at: number | null
  /** The id under which the same person was deleted before. */
  previous_id: string | null
  /** Of privileged people: the address that they had when they became so; no directory and no sign-in changes it. */
  recovery_address: string | null
  /** When it was shown to them. */
  recovery_shown_at: number | null
  /** Of privileged people by hand: externalId and userName, as compared, when they became so. */
  given_external_id: string | null
  given_name_key: string | null
  /** The key that made or claimed the user while it was provisional. */
  provisional_key_id: string | null
  /** A confirmed key has let them in or out since: that key changes nothing of them any more. */
  directory_decides: number
  /** The unconfirmed key that gave the externalId when it claimed the account; null: somebody else did. */
  id_by_claim: string | null
  /** The address, as compared, that was only found when a sign-in made the account; null once a sign-in has proved it. */
  soft_key: string | null
  /** When all that they had by signing in ended last, by the clock that all nodes share. */
  sessions_ended_at: number | null
  /** The SCIM resource as JSON, `schemas` first, without `id` and `meta`. */
  resource: Json<JsonObject>
  version: number
  created_at: number
  updated_at: number
  deactivated_at: number | null
}

export interface UserEmailTable extends Owned {
  value_key: string
  user_id: string
}

/** By what a person is searched, written behind the change (users/index-people.ts). */
export interface UserSearchTable extends Owned {
  user_id: string
  /** Each word behind a space (mapping/search-words.ts). */
  words: string
}

/** The same words, a row each. */
export interface UserSearchWordTable extends Owned {
  word: string
  user_id: string
}

/** An organization whose people of before are not all in `user_search` yet. */
export interface UserSearchFillTable extends Owned {
  /** In the order of ids, whom the filling has come to. */
  after_id: string
}

export interface DeletedUserTable extends Owned {
  id: string
  user_name_key: string
  external_id: string | null
  resource: Json<JsonObject>
  created_at: number
  deleted_at: number
  role: Role | null
  role_origin: RoleOrigin | null
  blocked_at: number | null
  /** JSON: the groups that the person was directly in. */
  group_ids: Json<string[]> | null
  recovery_address: string | null
  /** Null: they were active until then, or it is not known. */
  deactivated_at: number | null
  /** Null: not known. */
  source: UserTable['source'] | null
  provisional_key_id: string | null
  /** As of users; 2: a directory removed them, who were the key's until then. */
  directory_decides: number
  id_by_claim: string | null
  given_external_id: string | null
  given_name_key: string | null
  blocked_by_owner_at: number | null
  role_by_owner: Role | null
  blocked_as: string | null
  is_block_passed_on: number | null
  given_as: string | null
  /** 1 where their addresses stand in `deleted_email`; null of whom a version before removed. */
  is_addressed: number | null
}

/** An address, as compared, of a deleted person of whom an administrator's word is kept. */
export interface DeletedEmailTable extends Owned {
  value_key: string
  user_id: string
}

/** A group of the directory; its members are rows of their own. */
export interface GroupTable extends Owned {
  id: string
  /** As sent. */
  display_name: string
  display_name_key: string
  /** The name again where a client whose profile wants unique names gave it; unique. */
  unique_name_key: string | null
  external_id: string | null
  /** The key that made the group while it was provisional. */
  provisional_key_id: string | null
  /** The key or client that made the group; null of one that an earlier version wrote. */
  maker_id: string | null
  /** The SCIM resource as JSON, `schemas` first, without `id`, `meta` and `members`. */
  resource: Json<JsonObject>
  version: number
  created_at: number
  updated_at: number
}

/** A membership. Ids of groups sort before ids of users, so each kind is a range of the key. */
export interface GroupMemberTable extends Owned {
  group_id: string
  member_id: string
  /** `user` or `group`. */
  member_type: 'user' | 'group'
}

/** Counted in slots, so that concurrent writers of one organization do not wait for one row. */
export interface UserCountTable extends Owned {
  slot: number
  users: number
  active_users: number
  groups: number
}

/** Kept for good: types, actors and subjects are words of the version that wrote them. */
export interface EventTable extends Owned {
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

/** The place of an event in its organization's chain. */
export interface EventSealTable extends Owned {
  sequence: number
  event_id: string
  /** SHA-256 over the hash before, the sequence and the event. */
  hash: string
}

/** Where an organization's audit log begins in the store: behind this entry. */
export interface EventArchiveTable extends Owned {
  sequence: number
  hash: string
  archived_at: number
}

export interface ActivityTable extends Owned {
  id: string
  occurred_at: number
  method: string
  path: string
  status: number
  duration_us: number
  outcome: 'ok' | 'refused' | 'failed'
  explanation: string
  request_id: string
  key_id: string | null
  ip: string | null
  user_agent: string | null
  /** `scim`: a request of a provisioning client. `sign_in`: somebody at the single sign-on. */
  kind: 'scim' | 'sign_in'
  /** The refusal's code, of a sign-in. */
  code: string | null
  connection_id: string | null
}

/** How much activity there is, of the rows up to `counted_to`. */
export interface ActivityKeptTable extends Owned {
  /** The id of the newest row that was counted. */
  counted_to: string
  /** When counting began anew. */
  counted_since: number
  row_count: number
  /** Of refused sign-ins. */
  refused_count: number
  /** Of bodies that are no refusals'. */
  body_count: number
  /** Up to this id only refusals' bodies are left. */
  body_from: string
}

/** What was noted in one moment, of one class, in the order of ids; packed. */
export interface ActivityFlushTable extends Owned {
  /** What its entries have in common: whose they are and how they ended. */
  class: string
  /** The ids of its newest and of its oldest entry. */
  last_id: string
  first_id: string
  /** How many. */
  entries: number
  /** How many have a body, of which the texts are still there. */
  bodies: number
  heads: Uint8Array
  texts: Uint8Array | null
  /** 1: its entries are in `activity_day`. Null of what versions before wrote, until that is counted too. */
  is_counted: Generated<1 | null>
}

/** How often something came about on one day. */
export interface ActivityDayTable extends Owned {
  /** YYYY-MM-DD in UTC. */
  day: string
  kind: DayKind
  /** Of a refusal: why; else empty. */
  code: string
  count: number
  /** JSON: why, in sentences that name nobody; null where nothing more is known. */
  sentences: Json<Sentence[]> | null
}

/** What is counted of a day. `attempt_failed`: of a delivery, which may be tried again. */
export type DayKind =
  | 'scim_read'
  | 'scim_change'
  | 'scim_refused'
  | 'sign_in'
  | 'sign_in_refused'
  | 'delivered'
  | 'attempt_failed'

/** An organization from before days were counted. */
export interface ActivityCountingTable extends Owned {
  /** From when on all requests and sign-ins are counted; null until what was there is counted. */
  counted_from: Generated<number | null>
  /** The same of deliveries. */
  deliveries_from: Generated<number | null>
}

/** How much there is of a class. */
export interface ActivityTotalTable extends Owned {
  class: string
  entries: number
  bodies: number
  /** Up to this flush no bodies are left. */
  bodies_from: string
  /** Up to this one those that were small lie together. */
  packed_to: string
}

/** As versions before wrote it, like `activity` and `activity_kept`. */
export interface ActivityBodyTable extends Owned {
  activity_id: string
  is_refusal: OnOff
  request_body: string | null
  response_body: string | null
}

/** A name that an organization claims; others may claim it too, each with a record of its own. */
/** What the last look for a domain's record found instead, and when. */
export type KeptFound = Omit<NonNullable<Domain['recordCheck']>, 'checkedAt' | 'nextAt'> & {
  readonly at: number
}

export interface DomainTable extends Owned {
  id: string
  name: string
  /** What the TXT record must hold. */
  token: string
  verified_at: number | null
  /** `dns` or `operator`. */
  verified_by: 'dns' | 'operator' | null
  checked_at: number | null
  /** Since when the record has been gone. */
  lost_at: number | null
  created_at: number
  /** Where its TXT record stands and what it begins with; null from before that could be chosen. */
  record_host: string | null
  record_prefix: string | null
  /** Since when it has been looked for by itself, and when it is next; null: it is not. */
  waiting_since: number | null
  next_look_at: number | null
  /** What the last look found in place of the record. */
  found: Json<KeptFound> | null
}

/** When a test sign-in of an anchor ended well, and whether its person would have got in. */
export type KeptTests = Readonly<Record<string, { readonly at: number; readonly mayEnter: boolean }>>

export interface ConnectionTable extends Owned {
  id: string
  name: string
  identity_provider: Connection['identityProvider']
  /** Ours, fixed when the connection was made, whatever the public URL becomes. */
  entity_id: string
  acs_url: string
  /** JSON of IdentityProviderMetadata; null until something was given. */
  metadata: string | null
  metadata_url: string | null
  metadata_fetched_at: number | null
  metadata_error: string | null
  active: OnOff
  /** JSON of ConnectionOptions. */
  options: Json<Partial<ConnectionOptions>>
  /** `saml` or `oidc`. */
  protocol: 'saml' | 'oidc'
  /** JSON of OpenIdTrust, of an OpenID Connect connection; null until something was given. */
  oidc: string | null
  /** Ours at the identity provider, sealed. */
  client_secret: string | null
  /** Whether an assertion of this connection has ever carried a groups claim. */
  has_sent_groups: OnOff
  /** The version of the trust anchor that is in place: metadata, metadata_url, oidc, and what the options say of ids. */
  anchor_number: number
  /** How many versions there have been. */
  anchor_count: number
  /** AnchorRung: the highest caller who put the version in place or confirmed it. */
  anchor_rung: AnchorRung
  /** AnchorRung: who entered the metadata URL. */
  anchor_url_rung: AnchorRung
  /** JSON of AnchorWord: who put it in place, when; null where it came before there were versions. */
  anchor_put: string | null
  /** When what came through it ended last, by the clock that all nodes share. */
  sessions_ended_at: number | null
  /** JSON of AnchorWord: the highest who confirmed it. */
  anchor_confirmed: string | null
  /** Whether its people are the directory's: externalId and userName of SCIM match its ids. */
  follows_directory: OnOff
  first_enabled_at: number | null
  /** The user or the link that made it; null: the operator, or before makers were kept. */
  maker_id: string | null
  /** Where they stood; null from before it was kept. */
  maker_rung: Rung | null
  /** JSON: what a relink would do to its people, as counted last for each rung, and when it was counted within the hour. */
  relink_preview: string | null
  /** Digest of an anchor -> its newest test; of the one in place and of those that were staged last. */
  tests: Json<KeptTests> | null
  created_at: number
  updated_at: number
}

/** Our key pairs for SAML; the private half is sealed. */
export interface ServiceKeyTable extends Owned {
  id: string
  certificate: string
  private_key: string
  /** `next` is published, `current` signs, `retiring` still decrypts. */
  state: 'next' | 'current' | 'retiring'
  created_at: number
  retires_at: number | null
}

export interface IdentityTable extends Owned {
  connection_id: string
  idp_entity_id: string
  stable_id: string
  user_id: string
  name_id: string
  name_id_format: string | null
  /** JSON: what the last assertion said, for previews and for relinking. */
  attributes: string
  /** The address, as compared, that was proved at the latest sign-in; empty: none. Null, from before: the person's addresses. */
  proved_key: string | null
  created_at: number
  last_sign_in_at: number
  /** When what the person had by it ended last, by the clock that all nodes share. */
  sessions_ended_at: number | null
}

/** A version of a connection's trust anchor that is not in place: staged beside it, or withdrawn. */
export interface AnchorVersionTable extends Owned {
  connection_id: string
  number: number
  /** `staged`, `withdrawn`. */
  state: 'staged' | 'withdrawn'
  /** SHA-256 over the anchor: what an administrator is shown and confirms. */
  digest: string
  /** JSON of Anchor. */
  anchor: string
  /** Of OpenID Connect, sealed; emptied 7 days after the version was withdrawn. */
  client_secret: string | null
  /**
   * 1: its client secret is that of the one in place, of a withdrawn one that of the one that replaced it; 0: it has another. Null: from
   * before this was kept.
   */
  keeps_secret: OnOff | null
  rung: Rung
  url_rung: AnchorRung
  put: string | null
  confirmed: string | null
  staged_at: number | null
  /** When a test sign-in of exactly this digest succeeded. */
  tested_at: number | null
  withdrawn_at: number | null
  /** JSON of AnchorWord. */
  withdrawn: string | null
  /** Replaced as compromised: it never comes back. */
  is_compromised: OnOff
  /**
   * JSON: what becomes of the people who are linked, as counted when it was staged, without names. Null where nothing does, and from before
   * this was kept.
   */
  preview: string | null
}

/** An identity under the key that it had by a withdrawn version; moved back when that version is brought back. */
export interface WithdrawnIdentityTable extends Omit<IdentityTable, 'sessions_ended_at'> {
  number: number
}

/** Which connection speaks for addresses of a proved domain. */
export interface DomainTieTable extends Owned {
  domain_id: string
  connection_id: string
  tied_at: number
}

/** What an identity provider said of somebody, kept until the person confirms what shall be done with it. */
export interface PendingSignInTable extends Owned {
  id: string
  connection_id: string
  /** `link`, `asleep` (refused until the anchor is confirmed), `test` or `mend` (of an anchor that a mailed link staged). */
  kind: 'link' | 'asleep' | 'test' | 'mend'
  anchor_number: number
  /** Of a staged anchor. */
  anchor_digest: string | null
  /** SHA-256 of the cookie of the browser that it belongs to. */
  browser_hash: string
  /** JSON of the verified assertion. */
  outcome: string
  /** Whom it met. */
  user_id: string | null
  session_id: string | null
  return_to: string | null
  created_at: number
  expires_at: number
  /** Hashes of who it is and of their session, while it waits; of what a version before proved there are none. */
  name_hash: string | null
  session_hash: string | null
}

/** The recovery address that somebody wants, until it has confirmed. */
export interface RecoveryChangeTable extends Owned {
  user_id: string
  address: string
  created_at: number
  expires_at: number
  /** By which the session came that asked; null of a link's session, and of what was asked for before it was kept. */
  connection_id: string | null
  anchor_number: number | null
  /** That session; null of what was asked for before it was kept. */
  session_id: string | null
}

/** A mailed link by which a privileged person confirms an anchor version. */
export interface AnchorConfirmationTable extends Owned {
  id: string
  user_id: string
  connection_id: string
  anchor_number: number
  anchor_digest: string
  /** A proven sign-in: from which it was asked for, or that came of the test. */
  pending_id: string | null
  created_at: number
  expires_at: number
  used_at: number | null
  /** SHA-256 of the address that it was mailed to, as compared; null of an invitation's, which mends nothing. */
  address_hash: string | null
  /** Of the anchor that was staged with it. */
  staged_digest: string | null
  /** The request that tests that one. */
  test_id: string | null
}

/** A sign-in under way: begun here, proven by the identity provider, finished by the same browser. */
export interface SignInTable extends Owned {
  /** The AuthnRequest's ID. */
  id: string
  connection_id: string
  purpose: 'sign-in' | 'test' | 'tile' | 'unsolicited' | 'mend'
  /** SHA-256 of the per-request cookie. */
  browser_hash: string
  return_to: string | null
  /** The administrator's session that asked for a test. */
  session_id: string | null
  created_at: number
  expires_at: number
  proven_at: number | null
  /** JSON of the verified assertion. */
  outcome: string | null
  finished_at: number | null
  /** The version of the anchor that is to answer. */
  anchor_number: number | null
  /** Of a test of a staged anchor: its digest. */
  anchor_digest: string | null
  /** JSON of Freshness, where the person was to be asked again. */
  freshness: string | null
  /** Hashes of who it is and of their session, while it waits; of what a version before proved there are none. */
  name_hash: string | null
  session_hash: string | null
}

export interface SeenAssertionTable extends Owned {
  connection_id: string
  assertion_id: string
  expires_at: number
}

export interface PortalLinkTable extends Owned {
  id: string
  role: 'owner' | 'admin'
  /** `portal`: once, 5 minutes. `setup`: for days, resumable. `embed`: once, a minute, in a frame. */
  kind: 'portal' | 'setup' | 'embed'
  email: string | null
  return_url: string | null
  created_at: number
  /** The user that made it, the portal link in whose session it was made, or `operator`. */
  created_by: string
  /** The maker's rung, and who it was, as shown. */
  created_rung: Rung | null
  created_name: string | null
  /** The portal link that it was made from. */
  parent_id: string | null
  /** Of the operator key under which it was made; null where a user made it. */
  key_hash: string | null
  expires_at: number
  /** When it was mailed last. */
  sent_at: number | null
  used_at: number | null
  revoked_at: number | null
  /** When its reason went, and which: `maker`, `parent`, `operator_key`. */
  ended_at: number | null
  ended_reason: 'maker' | 'parent' | 'operator_key' | null
  /** JSON of FrameTerms, of the kind `embed`. */
  frame: string | null
  /** Of the kind `setup`: in which language it is mailed, and what it is for; null in links from before: English, and all. */
  invited: Json<Invited> | null
  /** Of the kind `embed`: the account that it is for, or the link that stands for whoever is named by an address, which may be this one. */
  frame_of: string | null
}

/** How a set-up link's contact was invited. */
export interface Invited {
  readonly language: LanguageCode
  /** Null: all that a contact may open. */
  readonly intents: readonly SetUpIntent[] | null
}

export interface InvitationTable extends Owned {
  id: string
  email: string
  email_key: string
  role: Exclude<Role, 'owner'>
  created_at: number
  created_by: string
  expires_at: number
  accepted_at: number | null
  revoked_at: number | null
  user_id: string | null
  /** The inviter's rung. */
  created_rung: Rung | null
  /** The operator key under which it was made, by the operator or in a portal link's session; null for a person's. */
  key_hash: string | null
  /** Of its mail; null in invitations from before: English. */
  language: LanguageCode | null
}

export interface OrganizationTable {
  id: string
  name: string
  slug: string
  scim_enabled: OnOff
  require_sso: OnOff
  provisioning_mode: 'manual' | 'scim'
  scim_since: number | null
  default_role: Exclude<Role, 'owner'>
  seat_limit: number | null
  /** What becomes of unknown people in SCIM mode: `create` or `refuse`. */
  unknown_sign_ins: 'create' | 'refuse'
  /** What a DELETE does to somebody whom no client has claimed; NULL in organizations from before: it is refused. */
  unclaimed_delete: 'deactivate' | 'refuse' | null
  /** Whether somebody new with the address or externalId of an earlier account is told of, or linked to it. */
  same_address: 'tell' | 'link'
  /** JSON: origins that return_to may name. */
  origins: Json<string[]>
  /** JSON of AttributeMapping. */
  attribute_mapping: string
  /** JSON of ordered RoleMapping. */
  role_mappings: Json<RoleMappings['mappings']>
  /** JSON of the schema extensions that the operator defined. */
  schema_extensions: Json<SchemaExtensions['extensions']>
  /** Since when there has been no active owner, where there was one. */
  ownerless_at: number | null
  /** When a connection of this organization was enabled for the first time: it took the domains and the directory. */
  first_enabled_at: number | null
  /** When an anchor first had administrator rung: from here on a contact changes only what nobody above has put in place. */
  handed_over_at: number | null
  /** Whether owners get their links by mail: `mail`, or `operator`. */
  owner_recovery: 'mail' | 'operator'
  /** Where a tile of the identity provider ends. */
  default_application: string | null
  /** JSON of DeprovisionGuard, or `null`. */
  deprovision_guard: Json<DeprovisionGuard | null>
  created_at: number
  updated_at: number
  deleted_at: number | null
}

export interface ApiKeySecretTable {
  secret_hash: string
  organization_id: string
  key_id: string
  /** Repeated from the key, so that one look-up answers who asks and how to read them. */
  profile: ProfileName
  expires_at: number | null
  revoked_at: number | null
  /** Repeated from the key. */
  is_provisional: OnOff
  /** Repeated from the key. */
  known_client: Exclude<KnownClient, OtherClient> | null
  /** Repeated from the key. */
  other_client: OtherClient | null
  /** Of a key that was rotated: how this token begins. */
  prefix: string | null
  /** Of such a key, accurate to a minute. */
  last_used_at: number | null
}

/** A provisioning client that asks for access tokens (RFC 6749 §4.4). Found by its id before its organization is known. */
export interface OAuthClientTable extends CredentialTable {
  /** `client_secret` or `private_key_jwt`. */
  method: 'client_secret' | 'private_key_jwt'
  secret_hash: string | null
  /** The secret before the last rotation, while the overlap lasts. */
  previous_secret_hash: string | null
  previous_ends_at: number | null
  /** JSON of ClientTrust: whose keys sign its assertions. */
  trust: string
}

/** Which organization a connection's address belongs to. */
export interface ConnectionPlaceTable {
  connection_id: string
  organization_id: string
  /** Of an imported connection: the path of the ACS that it had elsewhere. */
  acs_path: string | null
  /** 1: people can sign in with it; null where a version before this column wrote it, and nobody has changed it since. */
  is_usable: number | null
}

/** Who proved a domain: for finding the organizations of an address. */
export interface VerifiedDomainTable {
  name: string
  organization_id: string
}

/** A session of a person or an administrator, found by the hash of its cookie. */
export interface SessionTable {
  secret_hash: string
  organization_id: string
  id: string
  /** `person`, `administrator`, or `setup` (a set-up link: SSO, domains and provisioning only). */
  kind: 'person' | 'administrator' | 'setup'
  role: Role
  /** Null for a link's session of nobody in particular. */
  user_id: string | null
  /** Who it is, as shown. */
  label: string
  link_id: string | null
  connection_id: string | null
  name_id: string | null
  name_id_format: string | null
  /** NameQualifier and SPNameQualifier as JSON; null: neither came, or the session is from before they were kept. */
  name_qualifiers: string | null
  session_index: string | null
  /** The version of the connection's anchor that proved the person. */
  anchor_number: number | null
  /** Of a link's session: the operator key under which the link was made. */
  key_hash: string | null
  /** Of the browser that began it. */
  ip: string | null
  user_agent: string | null
  /** When the identity provider itself says that it asked the person; null where it did not say. */
  auth_at: number | null
  /** A fresh sign-in was asked for and came: the person was asked no earlier than this, within the clock skew. */
  fresh_after: number | null
  created_at: number
  last_seen_at: number
  expires_at: number
  /** How often all sessions of the person had ended at once when it was made; null: never. */
  generation: number | null
  /** Of a set-up link that is for a part of the settings: which; null: for all of them. */
  intents: Json<SetUpIntent[]> | null
  /** JSON of KeptFrame: the session holds only with the secret of the frame that it is in; null: it is in none. */
  frame: string | null
  /** In the frame of somebody who is named by an address: the link that stands for them. */
  contact_id: string | null
}

/** A secret that stands in a link: portal links and invitations. */
export interface LinkSecretTable {
  secret_hash: string
  organization_id: string
  kind: 'portal_link' | 'embed_session' | 'invitation' | 'anchor_confirmation' | 'recovery_address'
  subject_id: string
  expires_at: number
}

export interface SettingTable {
  name: string
  value: string
}

/** A node that serves on this PostgreSQL; the embedded store has one process and no rows here. */
export interface NodeTable {
  id: string
  version: string
  /** The newest migration that it knows. */
  migration: number
  started_at: number
  /** By the database's clock, like `started_at`. */
  seen_at: number
}

export interface JobLeaseTable {
  name: string
  owner: string
  expires_at: number
  /** Not before: it ran a short while ago, on this node or another. */
  next_at: number
}

/** When a job is to look after an organization again. */
export interface JobDueTable extends Owned {
  job: string
  due_at: number
}

/** Whose events a follower of the feed has put off, because it failed there. */
export interface FollowerRetryTable extends Owned {
  name: string
  /** In the feed: what comes behind it is still to be looked at. */
  position: number
  /** How often it failed. */
  attempts: number
  due_at: number
}

/** More people left than the deprovision guard expects. */
export interface DeprovisionAlertTable extends Owned {
  id: string
  /** `open`, `restored`, `dismissed`. */
  state: 'open' | 'restored' | 'dismissed'
  started_at: number
  ended_at: number
  people: number
  restored: number
  skipped: number
}

/** Who left last, and when: what the deprovision guard counts. */
export interface DepartureTable extends Owned {
  user_id: string
  /** Of the event in the feed: an older one changes nothing. */
  position: number
  left_at: number
  /** The alert that counts the person. */
  alert_id: string | null
}

/** Who was brought back by an alert that is open still, so that it brings nobody back twice. */
export interface RestoredUserTable extends Owned {
  alert_id: string
  user_id: string
}

/** A notice that was given, so that it is given once. */
export interface NoticeTable extends Owned {
  name: string
  told_at: number
}

/** What happened to the installation, and that an organization began or ended: kept for good. */
export interface OperatorEventTable {
  id: string
  type: string
  occurred_at: number
  actor_kind: string
  actor_id: string | null
  subject_type: string
  subject_id: string
  /** JSON: what may leave the house. */
  data: string
  request_id: string | null
}

/** An event on its way out: written with it, numbered behind the commit, kept for 30 days. */
export interface EventFeedTable {
  /** In the order of inserts. */
  number: Generated<number>
  event_id: string
  /** Empty for what happened to the installation. */
  organization_id: string
  type: string
  subject_id: string
  occurred_at: number
  /** JSON: actor, subject, data, requestId. */
  payload: string
  /** In the order of commits, without a gap; null until the sequencer saw it. */
  position: number | null
}

export interface EventSequenceTable {
  name: string
  /** The newest number given out. */
  position: number
  /** Up to which rows have been removed. */
  pruned: number
}

/** Where deliveries go, and how it fares: a webhook endpoint, or an application that is told of sign-outs. */
export interface DeliveryTargetTable {
  id: string
  /** `webhook` or `logout`. */
  kind: 'webhook' | 'logout' | 'mail'
  is_enabled: OnOff
  /** In a row. */
  failures: number
  failing_since: number | null
  paused_until: number | null
  last_delivered_at: number | null
  /** Answers of 4xx without one accepted delivery between them. */
  refusals: number
  refused_since: number | null
  /** When it was announced that it fails. */
  told_at: number | null
}

export interface WebhookEndpointTable {
  id: string
  url: string
  description: string | null
  algorithm: 'hmac-sha256' | 'ed25519'
  /** JSON of its secrets, sealed. */
  secrets: string
  public_key: string | null
  /** JSON. */
  event_types: Json<string[]>
  /** JSON: ids with their slugs, in rows of before slugs alone; null: all. */
  organizations: string | null
  disabled_reason: NonNullable<WebhookEndpoint['disabledReason']> | null
  created_at: number
  updated_at: number
}

/** What an enabled endpoint wants: `*` or an organization, `*` or `,type,type,`. */
export interface WebhookSubscriptionTable {
  organization_id: string
  endpoint_id: string
  types: string
}

/** One sending of one event to one target, until it is accepted or given up. */
export interface DeliveryTable {
  number: Generated<number>
  target_id: string
  organization_id: string
  event_id: string
  event_type: string
  /** Deliveries about one subject go out in order. */
  subject_id: string
  /** Of what is in no feed: a test, a sign-out. */
  payload: string | null
  /** `pending`, `delivered`, `failed`. */
  state: 'pending' | 'delivered' | 'failed'
  attempts: number
  created_at: number
  next_at: number
  failing_since: number | null
  lease_owner: string | null
  lease_until: number | null
  /** Counts the leases: who lost one cannot write any more. */
  fence: number
  delivered_at: number | null
  /** JSON of the newest attempts. */
  log: string
  /** The span that queued it, as a W3C traceparent. */
  trace: string | null
}

/** An application of the operator that signs people in through us. */
export interface ApplicationTable {
  id: string
  name: string
  authentication: Application['authentication']
  secret_hash: string | null
  previous_secret_hash: string | null
  previous_ends_at: number | null
  /** JSON of ApplicationSettings. */
  settings: string
  /** JSON: ids with their slugs, in rows of before slugs alone; null: all. */
  organizations: string | null
  created_at: number
  updated_at: number
}

/** What OpenID Connect keeps: codes, tokens, grants, sessions. Ids are hashed, payloads sealed. */
export interface OidcRecordTable {
  /** Model and SHA-256 of the id. */
  id: string
  model: string
  payload: string
  grant_id: string | null
  uid: string | null
  organization_id: string | null
  user_id: string | null
  client_id: string | null
  /** Our session that it came by, and that session's connection; null of what was made before these were kept. */
  session_id: string | null
  connection_id: string | null
  /** The version of the connection's anchor. */
  anchor_number: number | null
  created_at: number | null
  expires_at: number
  consumed_at: number | null
  /** How often all of the person's had ended at once when it was made; null: never. */
  generation: number | null
}

/** Of somebody of whom very much has ended at once: what was made under an earlier number is over. */
export interface SessionGenerationTable {
  organization_id: string
  user_id: string
  /** How often all sessions have, and all that applications held. */
  sessions: number
  records: number
  /** Whether rows of an earlier number may be there still. */
  is_waiting: 0 | 1
}

/** Which organization a subject belongs to. */
export interface OidcAccountTable {
  user_id: string
  organization_id: string
}

/**
 * Who has signed in to which application, and so must be signed out of it: the last time alone. A version of before reads and writes
 * nothing else of it; see `application_sign_in`.
 */
export interface ApplicationUseTable extends Owned {
  user_id: string
  application_id: string
  /** By which the person came last, and by which version of its anchor. */
  connection_id: string | null
  anchor_number: number | null
}

/** What somebody has begun in an application, by each way in which they came; it goes when the application is told that it is over. */
export interface ApplicationSignInTable extends Owned {
  user_id: string
  application_id: string
  /** Empty, and 0: by no connection, or before that was kept. */
  connection_id: string
  anchor_number: number
  /** Of the session, as the application knows it; empty: of one that it knows by the person alone, or that is not known here. */
  sid: string
}

/** A key that signs ID tokens; the private half is sealed. */
export interface SigningKeyTable {
  id: string
  algorithm: 'RS256' | 'ES256'
  private_key: string
  created_at: number
  active_at: number
  retires_at: number | null
}

/** What was said of the brand; null where nothing was. */
export type BrandSettings = Omit<Brand, 'images' | 'updatedAt' | 'domainRecord'> & {
  readonly domainRecord: Brand['domainRecord'] | null
}

/** The operator's product as customers see it: of `installation`, and of applications that say more, by their ids. */
export interface BrandTable {
  id: string
  settings: Json<BrandSettings>
  updated_at: number
}

/** An image of the brand. */
export interface BrandImageTable {
  kind: BrandImageKind
  media_type: NewBrandImage['mediaType']
  /** SHA-256 of the content, in hexadecimal. */
  digest: string
  size: number
  content: Uint8Array
}

/** An image of the brand of an application. */
export interface ApplicationImageTable extends BrandImageTable {
  application_id: string
}

/** The logo of an organization, on light grounds or on dark ones. */
export interface OrganizationLogoTable extends Owned {
  kind: Exclude<BrandImageKind, 'icon'>
  media_type: NewBrandImage['mediaType']
  digest: string
  size: number
  content: Uint8Array
}

/** A mail that an administrator had sent, for as long as it counts. */
export interface SentMailTable extends Owned {
  sent_at: number
  id: string
  /** SHA-256 of the address as compared. */
  address_hash: string
  /** Of whoever had it sent; null of a row from before: it counts for everybody. */
  rung: Rung | null
}

/** Of notices of one kind: when one was mailed last, and what has come since. */
export interface GatheredNoticeTable extends Owned {
  /** Kind, what it is about, and the rung of whoever caused it. */
  name: string
  rung: Rung
  audience: 'settings' | 'owners'
  told_at: number
  /** How many came since and wait to be said in one mail. */
  more: number
  /** What the latest of them says, in English. */
  latest: string
  /** The same before it is said in any language, as JSON of a sentence; null of what an earlier version wrote. */
  said: string | null
}

/** A change of groups or rules that touches many roles: who did it, for the events of those that are still to come. */
export interface RoleChangeTable {
  id: string
  organization_id: string
  /** JSON of an Act. */
  act: string
  created_at: number
}

/** Sessions of many people that ended at once: what the events say that are still to be written. */
export interface SessionEndTable {
  organization_id: string
  id: string
  /** JSON of an Act. */
  act: string
  cause: string
  created_at: number
}

/** Whose; written by the operator's changes of applications, too, which are no organization's. */
export interface SessionEndUserTable {
  organization_id: string
  end_id: string
  user_id: string
}

/** A person whose role is still to be judged anew. */
export interface RoleChangeUserTable extends Owned {
  user_id: string
  change_id: string
  /** Whether the default role, which was withheld, is theirs now. */
  gives_default: Generated<number>
}

/** A group that somebody who was brought back is to be in again. */
export interface ReturningUserTable extends Owned {
  part: number
  /** Of the return, and the group. */
  id: string
  user_id: string
  /** JSON: the group, for a version before this one, which wrote several. */
  group_ids: Json<string[]>
  /** The alert that brought them back, and the group; null: by a version before this one. */
  alert_id: string | null
  group_id: string | null
}

/** A key that was confirmed, whose people are still to follow. */
export interface KeyConfirmationTable extends Owned {
  key_id: string
  /** JSON: who confirmed it. */
  act: string
  /** The id of the person that it has come to; empty at first. */
  done_to: string
}

/** A link or a session of the operator. */
export interface OperatorSecretTable {
  secret_hash: string
  kind: 'link' | 'session'
  /** Null, like `key_hash`, from before sessions named their key: those do not hold. */
  id: string | null
  /** Who it is for, as whoever made the link said. */
  name: string | null
  /** The operator key under which it was made. */
  key_hash: string | null
  ip: string | null
  user_agent: string | null
  created_at: number
  last_seen_at: number
  expires_at: number
}

/** How an organization's provisioning fares; written with its activity, reset when it switches to SCIM. */
export interface OrganizationHealthTable extends Owned {
  requests: number
  /** The newest 20 requests, a bit each, the newest lowest; 1 is a refusal or a failure. */
  outcomes: number
  last_request_at: number
  last_refusal_at: number | null
  /** First request that was answered well, first write of a user, first write of a group. */
  connected_at: number | null
  user_at: number | null
  group_at: number | null
}

/** What waits for an act of the operator in one organization. */
export interface OperatorNeedTable extends Owned {
  kind:
    | 'staged'
    | 'provisional'
    | 'privileged_refused'
    | 'owner_unlinked'
    | 'administrator_unlinked'
    | 'role_withheld'
    | 'deactivation_refused'
    | 'domain_lapsed'
    | 'domain_taken_over'
    | 'many_left'
  subject_id: string
  since: number
  /** JSON. */
  detail: string
}

/** When a mailed link was asked for: the latest five times by one network, for one address, or by one person who proved who they are. */
export interface LinkAskingTable {
  /** SHA-256 of which of them it is. */
  name_hash: string
  latest: number
  second: number
  third: number
  fourth: number
  fifth: number
}

/** Stands for the rows of a table: only its type is ever looked at. */
function rows<Row>(): Row {
  return undefined as never
}

// Each table stands once in one of these three; what types and migrations need of them follows.

/** Rows of one organization: row-level security stands behind each. */
const owned = {
  organization_logo: rows<OrganizationLogoTable>(),
  api_key: rows<ApiKeyTable>(),
  user: rows<UserTable>(),
  user_email: rows<UserEmailTable>(),
  user_search: rows<UserSearchTable>(),
  user_search_word: rows<UserSearchWordTable>(),
  deleted_user: rows<DeletedUserTable>(),
  deleted_email: rows<DeletedEmailTable>(),
  user_count: rows<UserCountTable>(),
  group: rows<GroupTable>(),
  group_member: rows<GroupMemberTable>(),
  event: rows<EventTable>(),
  event_seal: rows<EventSealTable>(),
  event_archive: rows<EventArchiveTable>(),
  activity: rows<ActivityTable>(),
  activity_body: rows<ActivityBodyTable>(),
  activity_kept: rows<ActivityKeptTable>(),
  activity_flush: rows<ActivityFlushTable>(),
  activity_total: rows<ActivityTotalTable>(),
  activity_day: rows<ActivityDayTable>(),
  domain: rows<DomainTable>(),
  connection: rows<ConnectionTable>(),
  service_key: rows<ServiceKeyTable>(),
  identity: rows<IdentityTable>(),
  anchor_version: rows<AnchorVersionTable>(),
  withdrawn_identity: rows<WithdrawnIdentityTable>(),
  domain_tie: rows<DomainTieTable>(),
  pending_sign_in: rows<PendingSignInTable>(),
  anchor_confirmation: rows<AnchorConfirmationTable>(),
  recovery_change: rows<RecoveryChangeTable>(),
  sign_in: rows<SignInTable>(),
  seen_assertion: rows<SeenAssertionTable>(),
  portal_link: rows<PortalLinkTable>(),
  invitation: rows<InvitationTable>(),
  deprovision_alert: rows<DeprovisionAlertTable>(),
  departure: rows<DepartureTable>(),
  restored_user: rows<RestoredUserTable>(),
  notice: rows<NoticeTable>(),
  sent_mail: rows<SentMailTable>(),
  role_change_user: rows<RoleChangeUserTable>(),
  returning_user: rows<ReturningUserTable>(),
}

/**
 * Rows that precede or cross organizations, of which a unit of work inside one organization reaches its own, and what an act of the
 * operator there stands on.
 */
const reachable = {
  organization: rows<OrganizationTable>(),
  api_key_secret: rows<ApiKeySecretTable>(),
  oauth_client: rows<OAuthClientTable>(),
  connection_place: rows<ConnectionPlaceTable>(),
  verified_domain: rows<VerifiedDomainTable>(),
  session: rows<SessionTable>(),
  link_secret: rows<LinkSecretTable>(),
  link_asking: rows<LinkAskingTable>(),
  organization_health: rows<OrganizationHealthTable>(),
  operator_need: rows<OperatorNeedTable>(),
  gathered_notice: rows<GatheredNoticeTable>(),
  event_feed: rows<EventFeedTable>(),
  operator_event: rows<OperatorEventTable>(),
  delivery_target: rows<DeliveryTargetTable>(),
  webhook_subscription: rows<WebhookSubscriptionTable>(),
  delivery: rows<DeliveryTable>(),
  oidc_record: rows<OidcRecordTable>(),
  oidc_account: rows<OidcAccountTable>(),
  application_use: rows<ApplicationUseTable>(),
  application_sign_in: rows<ApplicationSignInTable>(),
  role_change: rows<RoleChangeTable>(),
  key_confirmation: rows<KeyConfirmationTable>(),
  job_due: rows<JobDueTable>(),
  user_search_fill: rows<UserSearchFillTable>(),
  activity_counting: rows<ActivityCountingTable>(),
  follower_retry: rows<FollowerRetryTable>(),
  session_end: rows<SessionEndTable>(),
  session_end_user: rows<SessionEndUserTable>(),
  session_generation: rows<SessionGenerationTable>(),
  setting: rows<SettingTable>(),
  operator_secret: rows<OperatorSecretTable>(),
  brand: rows<BrandTable>(),
}

/** Rows that precede or cross organizations and are reached by a hash, a slug or a job alone. */
const beyond = {
  job_lease: rows<JobLeaseTable>(),
  node: rows<NodeTable>(),
  event_sequence: rows<EventSequenceTable>(),
  webhook_endpoint: rows<WebhookEndpointTable>(),
  application: rows<ApplicationTable>(),
  signing_key: rows<SigningKeyTable>(),
  brand_image: rows<BrandImageTable>(),
  application_image: rows<ApplicationImageTable>(),
}

/** Tables of organizations: each row belongs to one. */
export type OwnedTables = typeof owned
/** Tables that a unit outside any organization reaches. */
export type InstallationTables = typeof reachable & typeof beyond
/** Tables that a unit inside an organization reaches. */
export type OrganizationTables = OwnedTables & typeof reachable

/** The names of the tables of organizations. */
export const ownedTables = Object.keys(owned) as (keyof OwnedTables)[]

/** Why each of these has no policy: `purpose` in database.ts says who reaches it. */
export const installationTables = Object.keys({ ...reachable, ...beyond }) as (keyof InstallationTables)[]
