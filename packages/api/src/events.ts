// Every event there is: its type, what it is about, when it happens, and the shape of the data that may leave the house.
// The service records only these; webhooks, the events API, the audit log and docs/events.md show the same.
import { z } from '@hono/zod-openapi'
import { brandImageKinds } from './brand-images.ts'
import { eventFieldSentences } from './event-fields.ts'

/** Before and after of one attribute; null where it was or is unassigned. Never a secret. */
export const changeSchema = z
  .object({
    attribute: z.string().describe('Which attribute'),
    before: z.unknown().describe('What it was; null: unassigned'),
    after: z.unknown().describe('What it is; null: unassigned'),
  })
  .openapi('Change', { description: 'One attribute, before and after' })

/** A person as they are after the event: what a product keeps of its users. */
export const userStateSchema = z
  .object({
    userName: z.string().describe('Unique in the organization, whatever its upper and lower case'),
    email: z.string().nullable().describe('Where mail to the person goes'),
    displayName: z.string().nullable().describe('As the person is shown'),
    givenName: z.string().nullable().describe('Given name'),
    familyName: z.string().nullable().describe('Family name'),
    externalId: z.string().nullable().describe('What the directory calls the person'),
    active: z.boolean().describe('Whether the person may sign in'),
    role: z.string().nullable().describe("null: the organization's default role"),
  })
  .openapi('UserState', { description: 'A person as they are after the event' })

const text = z.string()
const nullableText = z.string().nullable()
const count = z.number().int()
const nothing = z.object({})
const changes = z.object({ changes: z.array(changeSchema) })
const ofUser = z.object({ changes: z.array(changeSchema), state: userStateSchema })
/** What whoever did it to many people said of it. */
const noted = { note: text.optional().describe('What was said of an act on many people') }
const ofName = z.object({ userName: text, state: userStateSchema })

const anchor = z
  .object({
    digest: text.describe('SHA-256 over what is trusted'),
    identityProvider: text.describe('Entity ID or issuer'),
    host: text.describe('Where people are sent'),
    fingerprints: z.array(text).describe('SHA-256 of the certificates'),
  })
  .nullable()
const ofActor = text.describe('Of who did it')
const frameOrigin = nullableText.describe('Of the page that the frame stands in; null: it opens in no frame')
const ofAnchor = z.object({
  number: count,
  rung: ofActor,
  before: anchor,
  after: anchor,
  asleep: count.describe(
    'Owners and administrators who are refused until somebody of their rung confirms it',
  ),
  changed: z.array(text).optional().describe('What differs, by name'),
})
/** Why what somebody had by signing in has ended. */
const endCauses = [
  'requested',
  'signed_out',
  'identity_provider',
  'deactivated',
  'blocked',
  'deprovisioned',
  'reassigned',
  'unlinked',
  'role_changed',
  'connection_switched_off',
  'connection_deleted',
  'connection_changed',
  'anchor_withdrawn',
  'application_removed',
] as const

const row = <S extends string, T extends z.ZodObject>(subject: S, about: string, data: T) => ({
  subject,
  about,
  data: withSentences(data),
})

// What a field does not say of itself is said by its name.
function withSentences<T extends z.ZodObject>(data: T): T {
  const told = Object.entries(data.shape).map(([name, field]) => {
    const sentence = eventFieldSentences[name]
    const isSilent = sentence !== undefined && (field as z.ZodType).description === undefined
    return [name, isSilent ? (field as z.ZodType).describe(sentence) : field]
  })
  return z.object(Object.fromEntries(told)) as never
}

/** `noun.past` -> the type of its subject, a sentence, its data. */
export const eventCatalog = {
  'organization.created': row(
    'organization',
    'The operator created an organization.',
    z.object({ name: text, slug: text }),
  ),
  'organization.updated': row('organization', 'Settings of the organization were changed.', changes),
  'organization.deleted': row(
    'organization',
    'The operator deleted the organization; its people and keys end at once.',
    z.object({ name: text, slug: text }),
  ),
  'organization.opened_by_operator': row(
    'organization',
    "The operator opened the organization's settings in the console.",
    nothing,
  ),
  'organization.confirmation_asked': row(
    'organization',
    'Somebody who sets up asked by mail that an owner or administrator confirms it.',
    z.object({
      recipients: count.describe('How many people the mail went to'),
      waiting: count.describe('How much waits for a confirmation'),
    }),
  ),
  'organization.seat_limit_exceeded': row(
    'organization',
    'More people are active than the seat limit names. Nobody is refused.',
    z.object({
      seatLimit: count,
      activeUsers: count,
      unconfirmedUsers: count.optional().describe('Of these, whom an unconfirmed key made'),
    }),
  ),
  'organization.ownerless': row(
    'organization',
    'The last active owner was deactivated; a portal link of the operator names the next one.',
    z.object({ lastOwner: text }),
  ),
  'provisioning.mode_changed': row(
    'organization',
    'The organization switched between manual and SCIM provisioning.',
    z.object({ before: text, after: text }),
  ),
  'provisioning.settings_changed': row(
    'organization',
    'Rules for unknown sign-ins, the deprovision guard, mappings or schema extensions were changed.',
    changes,
  ),
  'provisioning.failing': row(
    'organization',
    'For an hour most requests of the provisioning client have been refused.',
    z.object({ since: text, refused: count, judged: count }),
  ),
  'provisioning.guard_reached': row(
    'organization',
    'More people were deactivated or deleted within the window than the deprovision guard expects. They are out; the final purge waits and the batch can be restored in one act.',
    z.object({ alertId: text, people: count, percent: z.number(), windowSeconds: count }),
  ),
  'events.archived': row(
    'organization',
    'The operator archived the old part of the audit log: the store holds what comes after this entry.',
    z.object({ sequence: count, hash: text }),
  ),
  'provisioning.alert_dismissed': row(
    'organization',
    'An administrator said that the people of a deprovision alert were meant to leave: the final purge goes on. `restored`: how many of them a restoration had brought back before.',
    z.object({ alertId: text, people: count, restored: count.optional() }),
  ),
  'provisioning.batch_restored': row(
    'organization',
    'An administrator restored the people of a deprovision alert.',
    z.object({ alertId: text, restored: count, skipped: count }),
  ),
  'domain.added': row('domain', 'A domain was added; it is not proved yet.', z.object({ name: text })),
  'domain.verified': row(
    'domain',
    'A domain was proved by its DNS record, or asserted by the operator.',
    z.object({ name: text, by: z.enum(['dns', 'operator']) }),
  ),
  'domain.lost': row('domain', 'The DNS record of a proved domain is gone.', z.object({ name: text })),
  'domain.lapsed': row(
    'domain',
    'The DNS record of a proved domain has been gone for 14 days: the domain counts nowhere until it is back.',
    z.object({ name: text }),
  ),
  'domain.proved_elsewhere': row(
    'domain',
    'Another organization has proved a domain that lapsed here: its people are led there.',
    z.object({ name: text }),
  ),
  'domain.taken_over': row(
    'domain',
    'A domain was proved that had lapsed at another organization: its people are led here.',
    z.object({ name: text }),
  ),
  'domain.tied': row(
    'domain',
    'A connection speaks for addresses of a proved domain from now on.',
    z.object({ name: text, connectionId: text, rung: text }),
  ),
  'domain.untied': row(
    'domain',
    'A connection no longer speaks for addresses of a domain. Identities already linked go on.',
    z.object({ name: text, connectionId: text, rung: text }),
  ),
  'domain.removed': row('domain', 'A domain was removed.', z.object({ name: text })),
  'connection.created': row(
    'connection',
    'A single sign-on connection was created.',
    z.object({ name: text, identityProvider: text }),
  ),
  'connection.updated': row('connection', 'A connection was changed.', changes),
  'connection.follows_directory_changed': row(
    'connection',
    "Whether the directory's people are this connection's was changed.",
    z.object({ followsDirectory: z.boolean(), rung: text }),
  ),
  'connection.metadata_changed': row('connection', "The identity provider's metadata changed.", changes),
  'connection.metadata_failed': row(
    'connection',
    "The identity provider's metadata could not be fetched; what worked stays.",
    z.object({ reason: text }),
  ),
  'connection.relinked': row(
    'connection',
    'What people are recognised by was changed, and all of them relinked.',
    z.object({ identities: count, dropped: count }),
  ),
  'connection.anchor_staged': row(
    'connection',
    'A new trust anchor was staged beside the one in place; nothing that people sign in by has changed.',
    ofAnchor,
  ),
  'connection.anchor_applied': row(
    'connection',
    'A new trust anchor was put in place: what sign-ins through the connection rest on has changed.',
    ofAnchor,
  ),
  'connection.anchor_confirmed': row(
    'connection',
    'Somebody confirmed the trust anchor that is in place.',
    ofAnchor,
  ),
  'connection.anchor_restored': row(
    'connection',
    'The trust anchor before was brought back; sessions that began under the withdrawn one have ended.',
    ofAnchor,
  ),
  'connection.anchor_refreshed': row(
    'connection',
    'The metadata URL had other certificates; they hold from now on.',
    ofAnchor,
  ),
  'connection.certificate_expiring': row(
    'connection',
    "The identity provider's last signing certificate ends in 30, 7 or 1 days.",
    z.object({ name: text, fingerprint: text, notAfter: text, days: count }),
  ),
  'connection.maker_gone': row(
    'connection',
    'Whoever put in place or confirmed what a connection trusts is out: the connection works on, look at it.',
    z.object({ name: text, maker: text }),
  ),
  'connection.deleted': row(
    'connection',
    'A connection was deleted with its identities and sessions.',
    z.object({ name: text }),
  ),
  'service_key.created': row(
    'service_key',
    'A new SAML certificate of ours was published.',
    z.object({ fingerprint: text }),
  ),
  'service_key.activated': row(
    'service_key',
    'A new SAML certificate of ours signs from now on.',
    z.object({ fingerprint: text, overlapDays: count }),
  ),
  'portal_link.created': row(
    'portal_link',
    "A link into the organization's settings was made.",
    z.object({ role: text, kind: text, email: nullableText, origin: frameOrigin }),
  ),
  'portal_link.renewed': row(
    'portal_link',
    'A set-up link was made anew by its maker, to be sent again: the old one opens nothing any more.',
    z.object({ email: nullableText }),
  ),
  'portal_link.sent': row(
    'portal_link',
    'A set-up link was mailed.',
    z.object({ email: text, isFirst: z.boolean() }),
  ),
  'portal_link.used': row(
    'portal_link',
    "A link into the organization's settings was opened.",
    z.object({ role: text, kind: text, email: nullableText, origin: frameOrigin }),
  ),
  'portal_link.ended': row(
    'portal_link',
    'A link ended with its reason, and the sessions that it opened: its maker is out, or the origin of a frame is listed no longer (`maker`); the link it was made from, or a frame of the same address, was revoked (`parent`); or the operator key was changed.',
    z.object({ kind: text, reason: z.enum(['maker', 'parent', 'operator_key']), rung: ofActor }),
  ),
  'portal_link.revoked': row('portal_link', 'A link was revoked.', z.object({ kind: text })),
  'invitation.created': row('invitation', 'Somebody was invited.', z.object({ email: text, role: text })),
  'invitation.resent': row('invitation', 'An invitation was sent again.', z.object({ email: text })),
  'invitation.revoked': row(
    'invitation',
    'An invitation was revoked, or ended with its reason: a newer one for the address, its maker is out or the link it was made from was revoked, the operator key was changed, or an administrator blocked whoever has the address, or gave them a lower role by hand.',
    z.object({
      email: text,
      reason: z.enum(['replaced', 'maker', 'operator_key', 'blocked', 'role_changed']).nullable(),
    }),
  ),
  'invitation.accepted': row(
    'invitation',
    'An invitation was accepted.',
    z.object({ email: text, userId: text }),
  ),
  'api_key.created': row(
    'api_key',
    'An API key for a provisioning client was created.',
    z.object({ name: text, prefix: text, profile: text, expiresAt: nullableText }),
  ),
  'api_key.renamed': row('api_key', 'An API key was renamed.', z.object({ before: text, after: text })),
  'api_key.rotated': row(
    'api_key',
    'An API key got a new token.',
    z.object({
      prefix: text,
      overlapSeconds: count,
      endedSecrets: count.optional().describe('Secrets of an earlier overlap that ended at once'),
    }),
  ),
  'api_key.overlap_ended': row(
    'api_key',
    'The token that a rotation had left was ended before its time.',
    z.object({ name: text, prefix: text.describe('Of the token that works on') }),
  ),
  'api_key.expiring': row(
    'api_key',
    'An API key ends in 30, 7 or 1 days.',
    z.object({ name: text, expiresAt: text, days: count }),
  ),
  'api_key.revoked': row('api_key', 'An API key was revoked.', z.object({ name: text })),
  'api_key.confirmed': row(
    'api_key',
    'An administrator confirmed an API key that a set-up contact made: it reads and changes everybody from now on, and its groups give roles.',
    z.object({ name: text, maker: nullableText, rung: ofActor }),
  ),
  'api_key.maker_gone': row(
    'api_key',
    'Somebody who made, rotated or confirmed an API key is out: the key works on, rotate or revoke it.',
    z.object({ name: text, maker: nullableText }),
  ),
  'oauth_client.created': row(
    'oauth_client',
    'An OAuth 2.0 client of the directory was registered.',
    z.object({ name: text, method: text, profile: text }),
  ),
  'oauth_client.renamed': row(
    'oauth_client',
    'An OAuth 2.0 client was renamed.',
    z.object({ before: text, after: text }),
  ),
  'oauth_client.secret_rotated': row(
    'oauth_client',
    'An OAuth 2.0 client got a new secret.',
    z.object({ overlapSeconds: count }),
  ),
  'oauth_client.revoked': row('oauth_client', 'An OAuth 2.0 client was revoked.', z.object({ name: text })),
  'oauth_client.confirmed': row(
    'oauth_client',
    'An administrator confirmed an OAuth 2.0 client that a set-up contact registered.',
    z.object({ name: text, maker: nullableText, rung: ofActor }),
  ),
  'oauth_client.maker_gone': row(
    'oauth_client',
    'Somebody who registered or confirmed an OAuth 2.0 client, or gave it a secret, is out: the client works on, give it a new secret or revoke it.',
    z.object({ name: text, maker: nullableText }),
  ),
  'user.provisioned': row(
    'user',
    'An account was created: by the directory, a first sign-in, an invitation or an import.',
    z.object({
      source: text,
      user: z.unknown().describe('The SCIM resource'),
      state: userStateSchema,
    }),
  ),
  'user.linked': row(
    'user',
    'The directory claimed an existing account, or a deleted one was restored.',
    z.object({
      changes: z.array(changeSchema),
      reason: z.enum(['claimed', 'restored']),
      state: userStateSchema,
    }),
  ),
  'user.updated': row('user', 'Attributes of a person changed.', ofUser),
  'user.deactivated': row(
    'user',
    'A person was deactivated: sessions have ended, sign-ins are refused.',
    ofUser,
  ),
  'user.reactivated': row('user', 'A person may sign in again.', ofUser),
  'user.reassigned': row(
    'user',
    'The account was given to another person of the directory: nothing of the earlier one is left.',
    z.object({ before: nullableText, after: nullableText, state: userStateSchema }),
  ),
  'user.signed_in': row(
    'user',
    'A person signed in.',
    z.object({ connectionId: text, isFirst: z.boolean() }),
  ),
  'user.signed_out': row(
    'user',
    'A person signed out, or the identity provider signed them out.',
    z.object({ by: z.enum(['user', 'identity_provider']) }),
  ),
  'user.sessions_ended': row(
    'user',
    'What a person had by signing in has ended, here and in applications: everything, or what came through the connection or was of the application that the cause is about. The reason is what was said with the request, else the cause again.',
    z.object({ cause: z.enum(endCauses), reason: text, rung: ofActor }),
  ),
  'user.identity_linked': row(
    'user',
    'A person was linked to an identity of a connection.',
    z.object({ connectionId: text, reason: text, stableId: text }),
  ),
  'user.recovery_address_changed': row(
    'user',
    'The address by which an owner or administrator is recovered was changed, by the person or by the operator.',
    z.object({ rung: text }),
  ),
  'user.recovery_link_mailed': row(
    'user',
    'A link went to the recovery address of an owner or administrator who is kept out by a connection.',
    z.object({ connectionId: text }),
  ),
  'user.recovery_link_used': row(
    'user',
    'An owner or administrator used the link that was mailed to them, together with their own sign-in: they confirmed what a connection trusts, or replaced it.',
    z.object({ connectionId: text, outcome: z.enum(['confirmed', 'replaced']), rung: ofActor }),
  ),
  'user.identity_unlinked': row(
    'user',
    'A person was unlinked from an identity of a connection.',
    z.object({ connectionId: text, stableId: text }),
  ),
  'user.role_changed': row(
    'user',
    'The role of a person changed.',
    z.object({ before: text, after: text, origin: z.enum(['default', 'group', 'hand']), ...noted }),
  ),
  'user.role_confirmed': row(
    'user',
    'Somebody gave a person by hand the role that they had by a rule or by default: no rule for groups changes it from here on.',
    z.object({
      role: text,
      before: z.enum(['default', 'group']).describe('Where the role came from until then'),
      ...noted,
    }),
  ),
  'user.role_withheld': row(
    'user',
    'A rule, the default role or an invitation names a role that stands above what vouches for the connection or key that said so: the person has another one until it is confirmed.',
    z.object({
      role: text.describe('Withheld'),
      given: text.describe('The role that the person has instead'),
      reason: z.enum(['group', 'default', 'invitation']),
      connectionId: nullableText,
      rung: text.describe('Who vouches: `contact`, `administrator` or `owner`; of a directory, `directory`'),
    }),
  ),
  'user.ownership_withheld': row(
    'user',
    'An owner came back other than by the directory within 7 days of its own deactivation, or by an owner: they have the default role until an owner or the operator gives ownership again.',
    z.object({
      userName: text,
      role: text.describe('The role that the person has instead'),
      reason: z.enum(['claimed', 'reactivated', 'unblocked', 'restored']),
    }),
  ),
  'user.identity_dropped': row(
    'user',
    'An identity is no longer linked to its account: the directory claimed the account, and the identity proved neither its userName nor its externalId; or the account’s holder confirmed another one; or whoever administered here and had it before was brought back.',
    z.object({ connectionId: text, stableId: text, provedAddress: nullableText, rung: ofActor }),
  ),
  'user.name_yielded': row(
    'user',
    'An account gave its userName to somebody who was brought back from a deprovision alert and had it before: an account that a sign-in alone had made, to an owner or administrator, or one of a key that nobody has confirmed. Or an account that a sign-in made of an address that was only found gave it to the new account of whoever signs in and proves the address, was invited to it, or is made an owner of it by the operator’s link.',
    z.object({ before: text, after: text, restoredId: text.describe('Who has the name now') }),
  ),
  'user.blocked': row(
    'user',
    'An administrator blocked a person: sessions have ended, no directory lifts it. Or what one had said of another account holds for this one as well, because it is the same person’s: one that is made, called by the other’s names, or brought back.',
    ofName.extend({
      reason: z
        .enum(['came_back'])
        .nullable()
        .describe('The block was said of another account of the same person; else null'),
      ...noted,
    }),
  ),
  'user.unblocked': row('user', "An administrator's block was lifted.", ofName.extend(noted)),
  'user.deprovisioned': row(
    'user',
    'An account was deleted by the directory.',
    z.object({ userName: text, externalId: nullableText }),
  ),
  'group.created': row(
    'group',
    'The directory created a group.',
    z.object({ displayName: text, externalId: nullableText }),
  ),
  'group.updated': row('group', 'Attributes of a group changed.', changes),
  'group.members_changed': row(
    'group',
    'People or groups joined or left a group: ids, at most 1,000 of each in one event.',
    z.object({ added: z.array(text), removed: z.array(text) }),
  ),
  'webhook_endpoint.disabled': row(
    'webhook_endpoint',
    'A webhook endpoint was switched off: it answered 410, or accepted nothing for three days. It belongs to no organization.',
    z.object({ url: text, reason: z.enum(['gone', 'failing']) }),
  ),
  'webhook_endpoint.failing': row(
    'webhook_endpoint',
    'A webhook endpoint has accepted nothing for a while: it answers 4xx to everything (refused), or has failed for ten minutes (failing). Told once until it accepts something. It belongs to no organization.',
    z.object({
      url: text,
      reason: z.enum(['refused', 'failing']),
      since: text,
      status: z.number().int().nullable(),
    }),
  ),
  'webhook_endpoint.created': row(
    'webhook_endpoint',
    'The operator made a webhook endpoint. The endpoint itself is not told. It belongs to no organization.',
    z.object({ url: text }),
  ),
  'webhook_endpoint.updated': row(
    'webhook_endpoint',
    'The operator changed a webhook endpoint, or switched it on or off. The endpoint itself is not told. It belongs to no organization.',
    changes,
  ),
  'webhook_endpoint.secret_rotated': row(
    'webhook_endpoint',
    'A webhook endpoint was given a new secret. It belongs to no organization.',
    z.object({ url: text, overlapSeconds: count }),
  ),
  'webhook_endpoint.deleted': row(
    'webhook_endpoint',
    'The operator removed a webhook endpoint, with what waited for it. It belongs to no organization.',
    z.object({ url: text }),
  ),
  'application.created': row(
    'application',
    'The operator registered an application. It belongs to no organization.',
    z.object({ name: text }),
  ),
  'application.updated': row(
    'application',
    'The operator changed an application. It belongs to no organization.',
    changes,
  ),
  'application.secret_rotated': row(
    'application',
    'An application was given a new client secret. It belongs to no organization.',
    z.object({ name: text, overlapSeconds: count }),
  ),
  'application.deleted': row(
    'application',
    'The operator removed an application; what people had in it has ended. It belongs to no organization.',
    z.object({ name: text }),
  ),
  'signing_key.rotated': row(
    'signing_key',
    'A new key that signs ID tokens was published, by the operator or by the calendar. It belongs to no organization.',
    z.object({ activeAt: text.describe('From when on it signs') }),
  ),
  'brand.updated': row(
    'brand',
    'The operator changed what customers see of the product. It belongs to no organization.',
    changes,
  ),
  'brand.image_changed': row(
    'brand',
    'The operator gave the brand an image, or took one from it. It belongs to no organization.',
    z.object({
      kind: z.enum(brandImageKinds).describe('Which image'),
      digest: nullableText.describe('SHA-256 of what is kept; null: it was taken away'),
    }),
  ),
  'embedding.updated': row(
    'embedding',
    'The operator changed where the settings may be shown in a frame. It belongs to no organization.',
    changes,
  ),
  'operator.link_created': row(
    'operator',
    "A link into the operator's side was made. It belongs to no organization.",
    z.object({ name: nullableText }),
  ),
  'operator.signed_in': row(
    'operator',
    "A link into the operator's side was opened. It belongs to no organization.",
    z.object({ name: nullableText }),
  ),
  'operator.session_ended': row(
    'operator',
    'A session of the operator was signed out or ended. It belongs to no organization.',
    z.object({ name: nullableText, reason: z.enum(['signed_out', 'ended']) }),
  ),
  'operator.key_changed': row(
    'operator',
    'The service started with another operator key: sessions and links that were made under the old one have ended. It belongs to no organization.',
    z.object({ before: text, after: text, sessions: count, links: count }),
  ),
  'group.deleted': row(
    'group',
    'The directory deleted a group.',
    z.object({ displayName: text, externalId: nullableText }),
  ),
} as const

type Catalog = typeof eventCatalog
/** The type of an event that belongs to an organization, such as `user.provisioned`. */
export type EventType = keyof Catalog

/** What happened to the installation itself: in the feed and in the operator's log, in no organization's audit log. */
export const installationEventTypes = [
  'webhook_endpoint.disabled',
  'webhook_endpoint.failing',
  'webhook_endpoint.created',
  'webhook_endpoint.updated',
  'webhook_endpoint.secret_rotated',
  'webhook_endpoint.deleted',
  'application.created',
  'application.updated',
  'application.secret_rotated',
  'application.deleted',
  'signing_key.rotated',
  'brand.updated',
  'brand.image_changed',
  'embedding.updated',
  'operator.link_created',
  'operator.signed_in',
  'operator.session_ended',
  'operator.key_changed',
] as const satisfies readonly EventType[]
/**
 * What the operator's log has: the installation's own, and that an organization began or ended, which its own log cannot say once it is
 * gone.
 */
export const operatorEventTypes = [
  ...installationEventTypes,
  'organization.created',
  'organization.deleted',
] as const satisfies readonly EventType[]
/** The type of an event of the installation, which belongs to no organization. */
export type InstallationEventType = (typeof installationEventTypes)[number]

function isOfInstallation(type: EventType): boolean {
  return (installationEventTypes as readonly EventType[]).includes(type)
}
/** A person as they are after the event. */
export type UserState = z.infer<typeof userStateSchema>
/** One attribute of a thing, before and after the event. */
export type Change = z.infer<typeof changeSchema>
/** The data of an event of this type. */
export type EventData<T extends EventType> = z.infer<Catalog[T]['data']>

/** The types of all events of organizations, in the order of the catalogue. */
export const eventTypes = Object.keys(eventCatalog) as [EventType, ...EventType[]]

/** Who caused an event; `id` of the operator is the name of their session, null without one and for the key. */
export const actorSchema = z
  .object({
    kind: z
      .enum(['operator', 'api_key', 'oauth_client', 'system', 'user', 'portal_link'])
      .describe('What kind of actor it was'),
    id: z
      .string()
      .nullable()
      .describe('Which one; of the operator the name of their session, null without one and for the key'),
  })
  .openapi('Actor', { description: 'Who caused an event' })

const common = {
  id: z
    .string()
    .describe('Unique, and sorts by time: the same event has the same id wherever and however often it comes')
    .openapi({ example: 'evt_01jd7w2b4m8k6x9q3v5c7z1f0a' }),
  occurredAt: z.iso.datetime().describe('RFC 3339, UTC'),
  actor: actorSchema,
  requestId: z.string().nullable().describe('The request that it came from; null: none'),
}

const organizationSchema = z
  .object({ id: z.string().describe('Its id'), slug: z.string().describe('Its slug') })
  .openapi('EventOrganization', { description: 'Whose event it is' })

function schemaOf<T extends EventType>(type: T) {
  const { subject, about, data } = eventCatalog[type]
  return z
    .object({
      ...common,
      organization: isOfInstallation(type)
        ? z.null().describe("null: the installation's")
        : organizationSchema,
      type: z.literal(type).describe('What happened'),
      subject: z
        .object({
          type: z.literal(subject).describe('What kind of thing'),
          id: z.string().describe('Which one'),
        })
        .describe('What it is about'),
      data: data.describe('What is particular to an event of this type'),
    })
    .openapi(toSchemaName(type), { description: about })
}

/** `user.signed_in` -> `UserSignedInEvent`. */
function toSchemaName(type: string): string {
  const words = type.split(/[._]/).map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`)
  return `${words.join('')}Event`
}

/** An event as the events API and webhooks bring it. */
export type FeedEvent = {
  [T in EventType]: {
    readonly id: string
    readonly type: T
    readonly occurredAt: string
    readonly organization: T extends InstallationEventType
      ? null
      : { readonly id: string; readonly slug: string }
    readonly actor: z.infer<typeof actorSchema>
    readonly subject: { readonly type: Catalog[T]['subject']; readonly id: string }
    readonly data: EventData<T>
    readonly requestId: string | null
  }
}[EventType]

/** One schema a type, told apart by `type`. */
export const feedEventSchema: z.ZodType<FeedEvent> = z
  .discriminatedUnion('type', eventTypes.map(schemaOf) as never)
  .openapi('FeedEvent', { description: 'An event, told apart by `type`' }) as never
