// Who calls SCIM: the organization comes from the API key alone. Runs before anything of the request is parsed.
import type { profileNames } from '@rollcall/api'
import { type Profile, profiles, type ScimError } from '@rollcall/scim'
import type { KeyFacts, KeyLookup } from '../directory/key-lookup.ts'
import type { HeaderReader } from '../http/asked.ts'
import { type OrganizationTypes, toOrganizationTypes } from '../provisioning/organization-types.ts'
import { refuse } from '../resources/refusals.ts'
import { createScope, type OrganizationScope } from '../store/database.ts'
import { learnedProfiles } from './known-clients.ts'

/** Who asks, and for which organization. */
export interface ProvisioningClient {
  readonly scope: OrganizationScope
  readonly keyId: string
  /** Made by a set-up contact and confirmed by no administrator yet. */
  readonly isProvisional: boolean
  readonly profile: Profile
  /** Whether its client could still be learned: profile `auto`, and nobody known yet. */
  readonly isOpen: boolean
  readonly types: OrganizationTypes
  /** Of a key that was rotated: the hash of the token that was shown. Null of any other. */
  readonly rotatedHash: string | null
}

/** A client that is known, or a refusal. */
export type Authentication =
  | { readonly kind: 'known'; readonly client: ProvisioningClient }
  /** `facts` are there when the key is one of ours, so that the refusal can be shown to its organization. */
  | { readonly kind: 'refused'; readonly error: ScimError; readonly facts: KeyFacts | undefined }

// A profile that this version does not know, because a later one wrote it, tolerates nothing. Every profile of the contract is the
// engine's.
function readProfile(name: (typeof profileNames)[number]): Profile {
  const known = profiles satisfies Readonly<Record<(typeof profileNames)[number], Profile>>
  return Object.hasOwn(known, name) ? known[name] : known.strict
}

/** One credential channel only: `Authorization: Bearer`. A key in a query, a cookie or another header is none. */
export async function authenticate(
  headers: HeaderReader,
  keys: KeyLookup,
  now: number,
): Promise<Authentication> {
  const authorization = headers.get('authorization') ?? ''
  const token = /^Bearer[ \t]+([\x21-\x7e]{1,200})$/i.exec(authorization)?.[1]
  if (token === undefined || !isPlain.test(token)) return refuseWrapped(authorization, keys)
  const facts = await keys.find(token)
  if (facts === undefined) return refused('key_unknown', undefined)
  if (facts.revokedAt !== null) return refused('key_revoked', facts)
  if (facts.expiresAt !== null && facts.expiresAt <= now) return refused('key_expired', facts)
  if (!facts.isScimEnabled) return refused('scim_disabled', facts)
  if (facts.mode !== 'scim') {
    return refused('mode_manual', facts)
  }
  return knownBy(facts)
}

/** Facts are remembered for a moment (`key-lookup`), and with them what is made of them. */
const made = new WeakMap<KeyFacts, Authentication>()

function knownBy(facts: KeyFacts): Authentication {
  let known = made.get(facts)
  if (known === undefined) {
    known = { kind: 'known', client: toClient(facts) }
    made.set(facts, known)
  }
  return known
}

function toClient(facts: KeyFacts): ProvisioningClient {
  const isAuto = facts.profile === 'auto'
  const profile =
    isAuto && facts.knownClient !== null
      ? (learnedProfiles[facts.knownClient] ?? profiles.auto)
      : readProfile(facts.profile)
  return {
    scope: createScope(facts.organizationId),
    keyId: facts.keyId,
    isProvisional: facts.isProvisional,
    profile,
    isOpen: isAuto && facts.knownClient === null,
    types: toOrganizationTypes(facts.schemaExtensions),
    rotatedHash: facts.rotatedHash,
  }
}

const isPlain = /^[A-Za-z0-9_]+$/
const maxWrappedCharacters = 500

// A key that was pasted with something around it shows whose it is, and so its organization reads in its activity what to mend.
async function refuseWrapped(authorization: string, keys: KeyLookup): Promise<Authentication> {
  const found =
    authorization.length > maxWrappedCharacters ? [] : authorization.match(/rc_(?:scim|at)_[A-Za-z0-9_]+/g)
  const [token, ...more] = found ?? []
  if (token === undefined || more.length > 0)
    return refused(/^Bearer[ \t]+\S+$/i.test(authorization) ? 'key_unknown' : 'key_missing', undefined)
  const facts = await keys.find(token)
  const isWorking = facts !== undefined && facts.revokedAt === null
  return refused(isWorking ? 'key_wrapped' : 'key_unknown', isWorking ? facts : undefined)
}

type KeyRefusal =
  | 'key_missing'
  | 'key_wrapped'
  | 'key_unknown'
  | 'key_revoked'
  | 'key_expired'
  | 'scim_disabled'
  | 'mode_manual'

function refused(code: KeyRefusal, facts: KeyFacts | undefined): Authentication {
  return { kind: 'refused', error: refuse(code), facts }
}
