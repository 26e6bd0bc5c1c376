// A connection's trust anchor: whom it believes, and by what it knows people. One value with a digest, so that what somebody was
// shown and what is put in place are the same. Decides nothing.

import { createHash } from 'node:crypto'
import type { ConnectionOptions } from '@rollcall/api'
import { type Actor, toActorId } from '../base/actor.ts'
import { readJson } from '../base/json.ts'
import type { Rung } from '../base/rung.ts'
import type { Change } from '../events/catalog.ts'
import type { Act } from '../events/record.ts'
import type { OpenIdTrust } from '../id-tokens/trust.ts'
import { describeCertificate, type IdentityProviderMetadata } from '../saml/idp-metadata.ts'
import type { AnchorVersionTable, ConnectionTable } from '../store/schema.ts'
import { parseMetadata, parseOpenId, parseOptions } from './parse.ts'

/** Whom a connection believes, and by what it knows people. */
export interface Anchor {
  readonly metadata: IdentityProviderMetadata | null
  readonly metadataUrl: string | null
  readonly oidc: OpenIdTrust | null
  readonly stableIdAttribute: string | null
  readonly nameIdFormat: string | null
}

/** Who put an anchor in place, confirmed it or withdrew it. */
export interface AnchorWord {
  readonly kind: Actor['kind']
  readonly id: string | null
  readonly rung: Rung
  readonly at: number
}

/** Why a version is no longer the one in place. */
export interface Withdrawal extends AnchorWord {
  /** The version that took its place. */
  readonly by: number
  /** Withdrawn because an earlier one was brought back. */
  readonly isRestore: boolean
}

/** Who did something to an anchor, as it is kept. */
export function toWord(act: Act): AnchorWord {
  return { kind: act.actor.kind, id: toActorId(act.actor), rung: act.rung, at: act.at }
}

/** The options that belong to the anchor: they say what names a person. */
export const anchorOptions = [
  'stableIdAttribute',
  'nameIdFormat',
] as const satisfies readonly (keyof ConnectionOptions)[]

/** Null until the identity provider is known. */
export function anchorOf(row: ConnectionTable): Anchor | null {
  const [metadata, oidc] = [parseMetadata(row), parseOpenId(row)]
  if (metadata === null && oidc === null) return null
  const { stableIdAttribute, nameIdFormat } = parseOptions(row)
  return { metadata, metadataUrl: row.metadata_url, oidc, stableIdAttribute, nameIdFormat }
}

/** SHA-256 over the anchor as canonical JSON. Certificates in any order are the same; scopes and secrets are no part of it. */
export function digestOf(anchor: Anchor): string {
  return hashFacts(listFacts(anchor))
}

/** What a version brings beside its anchor, against what is in place. */
export interface Proposal {
  readonly anchor: Anchor
  /** Whether the client secret is the one that is in place. */
  readonly keepsSecret: boolean
  /** Of the client secret: the same for the same secret, and nothing of what it is. */
  readonly secretMark: string | null
}

/**
 * SHA-256 over what is proposed: the anchor, and what else would be replaced. Whatever would be put in place is covered by it; where nothing
 * but the anchor differs it is the anchor's own.
 */
export function digestOfProposal(present: Anchor | null, proposal: Proposal): string {
  const beside = listBeside(present, proposal.anchor).map(({ attribute, after }) => [attribute, after])
  const secret = proposal.keepsSecret ? [] : [['clientSecret', proposal.secretMark]]
  return hashFacts({ ...listFacts(proposal.anchor), ...Object.fromEntries([...beside, ...secret]) })
}

function hashFacts(facts: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(toCanonical(facts)).digest('hex')
}

function toCanonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toCanonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${toCanonical(member)}`).join(',')}}`
}

// Whatever is trusted, by name; what an administrator is shown of a difference is the same list.
function listFacts({
  metadata,
  metadataUrl,
  oidc,
  stableIdAttribute,
  nameIdFormat,
}: Anchor): Record<string, unknown> {
  const saml = metadata && {
    entityId: metadata.entityId,
    ssoUrl: metadata.ssoUrl,
    ssoBinding: metadata.ssoBinding,
    sloUrl: metadata.sloUrl,
    // Said of few, and not known of anchors from before it was read: those keep their digest.
    ...(metadata.sloBinding ? { sloBinding: metadata.sloBinding } : {}),
    ...(metadata.sloResponseUrl ? { sloResponseUrl: metadata.sloResponseUrl } : {}),
    certificates: metadata.certificates.map((pem) => describeCertificate(pem).fingerprint).sort(),
    metadataUrl,
  }
  const openId = oidc && {
    issuer: oidc.issuer,
    clientId: oidc.clientId,
    authorizationEndpoint: oidc.authorizationEndpoint,
    tokenEndpoint: oidc.tokenEndpoint,
    userinfoEndpoint: oidc.userinfoEndpoint,
    jwksUri: oidc.jwksUri,
    ...(oidc.endSessionEndpoint ? { endSessionEndpoint: oidc.endSessionEndpoint } : {}),
    sendsIssuer: oidc.sendsIssuer,
  }
  return { ...saml, ...openId, stableIdAttribute, nameIdFormat }
}

/** What differs, by the names of the contract; certificates by their fingerprints. */
export function listDifferences(before: Anchor | null, after: Anchor): Change[] {
  const [old, fresh] = [before === null ? {} : listFacts(before), listFacts(after)]
  const names = [...new Set([...Object.keys(old), ...Object.keys(fresh)])]
  return names.flatMap((attribute) => {
    const [was, is] = [old[attribute] ?? null, fresh[attribute] ?? null]
    return toCanonical(was) === toCanonical(is) ? [] : [{ attribute, before: was, after: is }]
  })
}

/** Whether there is a client secret before and after, where it is replaced; null where it is not. */
export type SecretChange = { readonly before: boolean; readonly after: boolean } | null

/** All that a version would change: what differs of the anchor, and beside it. Of a client secret only that it does. */
export function listProposed(before: Anchor | null, after: Anchor, secret: SecretChange): Change[] {
  return [...listDifferences(before, after), ...listBeside(before, after), ...describeSecret(secret)]
}

function describeSecret(secret: SecretChange): Change[] {
  if (secret === null || (!secret.before && !secret.after)) return []
  const after = secret.before ? 'replaced' : 'set'
  return [
    { attribute: 'clientSecret', before: secret.before ? 'set' : null, after: secret.after ? after : null },
  ]
}

/** What may be replaced while the anchor stays, by the names of changes. */
export const besideNames: readonly string[] = ['scopes', 'authentication', 'clientSecret']

/** Of what a version would change: what no view of the connection shows. */
export function listUnseen(changes: readonly Change[]): Change[] {
  return changes.filter(({ attribute }) => ['clientSecret', 'authentication'].includes(attribute))
}

// What is no anchor, and yet has to fit for anybody to sign in.
function listBeside(before: Anchor | null, after: Anchor): Change[] {
  const [old, fresh] = [before?.oidc ?? null, after.oidc]
  if (old === null || fresh === null) return []
  const isSame = old.scopes.toSorted().join(' ') === fresh.scopes.toSorted().join(' ')
  return [
    ...(isSame ? [] : [{ attribute: 'scopes', before: [...old.scopes], after: [...fresh.scopes] }]),
    ...(old.authentication === fresh.authentication
      ? []
      : [{ attribute: 'authentication', before: old.authentication, after: fresh.authentication }]),
  ]
}

/** Changes as the end of a sentence. */
export function describeChanges(changes: readonly Change[]): string {
  return changes.map(describeChange).join(', ')
}

function describeChange({ attribute, before, after }: Change): string {
  if (attribute !== 'clientSecret') return attribute
  if (after === null) return 'the client secret is taken away'
  return before === null ? 'a client secret is set' : 'the client secret is replaced'
}

/** Whether certificates are all that differs. */
export function isRollover(before: Anchor, after: Anchor): boolean {
  return listDifferences(before, after).every(({ attribute }) => attribute === 'certificates')
}

/** Whether what is trusted is the same, whatever differs beside it. */
export function isSameAnchor(before: Anchor | null, after: Anchor): boolean {
  return before !== null && digestOf(before) === digestOf(after)
}

/** The first half of an identity's key. */
export function toEntityId(anchor: Pick<Anchor, 'metadata' | 'oidc'>): string {
  return anchor.metadata?.entityId ?? anchor.oidc?.issuer ?? ''
}

/** Whether people are known by the same keys: entity ID or issuer, and stable-id attribute. */
export function isSameKey(before: Anchor, after: Anchor): boolean {
  return toEntityId(before) === toEntityId(after) && before.stableIdAttribute === after.stableIdAttribute
}

/** Where people are sent; what an administrator recognises an identity provider by. */
export function toHost(anchor: Anchor): string {
  return URL.parse(anchor.metadata?.ssoUrl ?? anchor.oidc?.issuer ?? '')?.host ?? ''
}

/** What an event says of an anchor. */
export function summarise(anchor: Anchor | null): {
  readonly digest: string
  readonly identityProvider: string
  readonly host: string
  readonly fingerprints: string[]
} | null {
  if (anchor === null) return null
  const fingerprints = (anchor.metadata?.certificates ?? []).map(
    (pem) => describeCertificate(pem).fingerprint,
  )
  return {
    digest: digestOf(anchor),
    identityProvider: toEntityId(anchor),
    host: toHost(anchor),
    fingerprints,
  }
}

/** As it is kept in a version's row. */
export function parseAnchor(version: Pick<AnchorVersionTable, 'anchor'>): Anchor {
  return readJson<Anchor>(version.anchor)
}

/** What a version puts into the connection's row. */
export interface AnchorColumns {
  readonly anchor: Anchor
  /** Sealed. */
  readonly clientSecret: string | null
  readonly number: number
  /** When a metadata URL was read. */
  readonly fetchedAt: number | null
}

/** The connection as it is with another anchor; nothing else of it changes. */
export function withAnchor(
  row: ConnectionTable,
  { anchor, clientSecret, number, fetchedAt }: AnchorColumns,
): ConnectionTable {
  const { stableIdAttribute, nameIdFormat } = anchor
  return {
    ...row,
    metadata: anchor.metadata === null ? null : JSON.stringify(anchor.metadata),
    metadata_url: anchor.metadataUrl,
    metadata_fetched_at: anchor.metadataUrl === null ? null : fetchedAt,
    metadata_error: null,
    oidc: anchor.oidc === null ? null : JSON.stringify(anchor.oidc),
    client_secret: clientSecret,
    options: JSON.stringify({ ...parseOptions(row), stableIdAttribute, nameIdFormat }),
    anchor_number: number,
  }
}

/** Sealed: of a version that is not in place, as it would be with it. */
export function secretOf(row: ConnectionTable, version: AnchorVersionTable): string | null {
  return version.keeps_secret === 1 ? row.client_secret : version.client_secret
}

/** What a version would change of the client secret. */
export function secretChangeOf(row: ConnectionTable, version: AnchorVersionTable): SecretChange {
  if (version.keeps_secret !== 0) return null
  return { before: row.client_secret !== null, after: version.client_secret !== null }
}

/** The same with a version that is not in place: for its test, and to put it in place. */
export function withVersion(row: ConnectionTable, version: AnchorVersionTable): ConnectionTable {
  return withAnchor(row, {
    anchor: parseAnchor(version),
    clientSecret: secretOf(row, version),
    number: version.number,
    fetchedAt: version.staged_at ?? version.withdrawn_at,
  })
}
