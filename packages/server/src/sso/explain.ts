// A refusal in sentences that tell an administrator what to change, and where: in the field names of their own console.

import { type Sentence, say } from '@rollcall/api/sentences'
import { toTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import { isPrivileged } from '../base/rung.ts'
import type { AnchorWord } from '../connections/anchor.ts'
import type { FoundConnection } from '../connections/find.ts'
import { isAddressUnvouched } from '../mapping/attribute-rules.ts'
import type { SignInDenial } from '../provisioning/decide-sign-in.ts'
import type { AssertionFacts } from '../saml/assertion.ts'
import type { ConnectionTable } from '../store/schema.ts'
import { commonPlacesOf, openIdPlacesOf, samlPlacesOf } from './vendor-fields.ts'

/** A refusal as it is explained: whom it met, by which connection. */
export interface Denied {
  readonly reason: SignInDenial
  /** As the identity provider names the person; null in a preview. */
  readonly who: string | null
  /** Of the account that the sign-in met, if any. */
  readonly role: string | undefined
  /** That account was made by this very sign-in. */
  readonly isNew?: boolean
  readonly connection: Pick<ConnectionTable, 'anchor_put' | 'created_at' | 'identity_provider' | 'protocol'>
  /** What came of the person. */
  readonly sent: Pick<AssertionFacts, 'stableId' | 'attributes'>
  /** The stable id by which the connection knows the account that was met. */
  readonly knownAs?: string | undefined
}

type Denial = (denied: Denied) => Sentence | readonly Sentence[]

const denials: Readonly<Record<SignInDenial, Denial>> = {
  connection_inactive: () => say('denied_connection_inactive'),
  user_deleted: ({ connection }) => say('denied_user_deleted', commonPlacesOf(connection)),
  user_deactivated: () => say('denied_user_deactivated'),
  user_blocked: ({ isNew }) => say(isNew === true ? 'denied_user_blocked_anew' : 'denied_user_blocked'),
  anchor_unconfirmed: explainUnconfirmed,
  identity_changed: explainChanged,
  owner_must_link: () => say('denied_owner_must_link'),
  administrator_must_link: () => say('denied_administrator_must_link'),
  not_followed: () => say('denied_not_followed'),
  address_ambiguous: () => say('denied_address_ambiguous'),
  address_missing: explainAddress,
  address_inexact: explainInexact,
  domain_not_verified: () => say('denied_domain_not_verified'),
  domain_not_tied: () => say('denied_domain_not_tied'),
  user_name_taken: () => say('denied_user_name_taken'),
  not_provisioned: ({ connection }) => say('denied_not_provisioned', commonPlacesOf(connection)),
  proof_over: () => say('state_proof_over'),
}

/** Why, then who does what. */
export function explainDenial(denied: Denied): readonly Sentence[] {
  const about = denied.who === null ? [] : [say('about', { name: denied.who })]
  return [denials[denied.reason](denied), about].flat()
}

function explainAddress({ sent, connection }: Denied): readonly Sentence[] {
  const came = sayNames(sent.attributes, connection.protocol)
  if (connection.protocol !== 'oidc')
    return [say('denied_address_missing_saml', samlPlacesOf(connection.identity_provider)), came]
  const at = openIdPlacesOf(connection.identity_provider)
  return [
    isAddressUnvouched(sent.attributes)
      ? say('denied_address_unverified', at)
      : say('denied_address_missing_openid', at),
    came,
  ]
}

// Whose it is is said as far as it is known: of an administrator, or of anybody who is here, is awaited or was removed.
function explainInexact({ role, connection }: Denied): readonly Sentence[] {
  const at = commonPlacesOf(connection)
  return [
    say(role !== undefined && isPrivileged(role) ? 'inexact_privileged' : 'inexact_known'),
    role === undefined ? say('advise_exact_address', at) : say('advise_exact_address_or_link', at),
  ]
}

const maxNames = 20

// Names alone: values are the person's.
function sayNames(attributes: AssertionFacts['attributes'], protocol: string): Sentence {
  const all = Object.keys(attributes)
  const shown = all.slice(0, maxNames).map((name) => (name.length > 100 ? `${name.slice(0, 100)}…` : name))
  const names = all.length > maxNames ? [...shown, all.length - maxNames] : shown
  return protocol === 'oidc' ? say('came_by_openid', { names }) : say('came_by_saml', { names })
}

function explainChanged({ role, sent, knownAs: known, connection }: Denied): readonly Sentence[] {
  const mend = say('advise_unlink', { who: role === 'owner' ? 'owner' : 'administrator' })
  const isCase =
    known !== undefined && known !== sent.stableId && known.toLowerCase() === sent.stableId.toLowerCase()
  if (!isCase) return [say('denied_identity_changed'), mend]
  return [say('denied_identity_respelled', { ...commonPlacesOf(connection), known }), mend]
}

// Who changed what the sign-in rests on, who confirms it, and what the person does now.
function explainUnconfirmed({ role, connection }: Denied): readonly Sentence[] {
  const put = describePut(connection)
  if (role === undefined || !isPrivileged(role)) return [put, say('unconfirmed_directory')]
  return [put, say(role === 'owner' ? 'unconfirmed_owner' : 'unconfirmed_administrator')]
}

function describePut({ anchor_put: text, created_at: createdAt }: Denied['connection']): Sentence {
  if (text === null) return say('anchor_entered', { day: toTime(createdAt).slice(0, 10) })
  const { kind, id, rung, at } = readJson<AnchorWord>(text)
  const day = toTime(at).slice(0, 10)
  return id === null
    ? say('anchor_put', { rung, day })
    : say('anchor_put_by', { rung, by: `${kind.replaceAll('_', ' ')} ${id}`, day })
}

/** After a sign-in: what the identity provider sent and was not kept. */
export function explainWithheld(names: readonly string[]): readonly Sentence[] {
  return names.length === 0 ? [] : [say('values_withheld', { names: names.join(', ') })]
}

/** After a first sign-in: which other accounts say that the address is theirs. */
export function explainOutranked(all: readonly string[]): readonly Sentence[] {
  if (all.length === 0) return []
  const names = all.length > 3 ? [...all.slice(0, 3), null] : all
  return [say('address_outranked', { count: all.length, names })]
}

/** After a first sign-in: the address came under a name that is none of those that count. */
export function explainSoft(attribute: string | undefined): readonly Sentence[] {
  return attribute === undefined ? [] : [say('address_soft', { attribute })]
}

/** After a sign-in by another spelling of a NameID. */
export function explainRespelled(before: string | undefined): readonly Sentence[] {
  return before === undefined ? [] : [say('identity_respelled', { before })]
}

/** Rules for roles that had nothing to go by. */
export function explainGroups(
  { row }: Pick<FoundConnection, 'row'>,
  { attributes }: Pick<AssertionFacts, 'attributes'>,
): readonly Sentence[] {
  return [say('groups_missing', commonPlacesOf(row)), sayNames(attributes, row.protocol)]
}
