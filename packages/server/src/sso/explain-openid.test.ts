import { type Sentence, say } from '@rollcall/api/sentences'
import { describe, expect, it } from 'vitest'
import { toEnglish } from '../base/english.ts'
import { type OpenIdCode, OpenIdError, type TokenFault } from '../id-tokens/openid-error.ts'
import type { SignInDenial } from '../provisioning/decide-sign-in.ts'
import { explainDenial } from './explain.ts'
import { explainLogoutToken, explainOpenId } from './explain-openid.ts'
import { fieldsOf, vendors } from './testing/places.ts'
import type { Vendor } from './vendor-fields.ts'

/** Every code with what is said to have been found; the compiler holds the list against the codes. */
const sentences: Readonly<Record<OpenIdCode, Sentence>> = {
  issuer_unreachable: say('issuer_away', { why: 'it answered with status 502' }),
  issuer_invalid: say('connection_not_openid'),
  provider_error: say('provider_said', { error: 'access_denied' }),
  token_refused: say('token_endpoint_said', { status: 401, error: 'invalid_client' }),
  token_malformed: say('token_not_jwt', { token: 'id' }),
  token_algorithm_refused: say('token_algorithm', { token: 'id', algorithm: 'HS256' }),
  token_signature_invalid: say('token_key_foreign', { token: 'id' }),
  token_issuer_mismatch: say('token_issuer', { token: 'id' }),
  token_audience_mismatch: say('token_audience', { token: 'id' }),
  token_expired: say('token_over', { token: 'id' }),
  token_from_the_future: say('id_token_future'),
  token_nonce_mismatch: say('id_token_nonce'),
  token_azp_mismatch: say('id_token_azp'),
  token_at_hash_mismatch: say('id_token_access'),
  token_subject_missing: say('id_token_nobody'),
  name_id_spaces: say('id_token_spaced'),
  hosted_domain_missing: say('id_token_private'),
  userinfo_mismatch: say('userinfo_nobody'),
  claims_too_many: say('userinfo_large'),
}
const codes = Object.keys(sentences) as OpenIdCode[]
const faults: Readonly<Record<TokenFault, string>> = {
  client: 'client secret',
  code: 'start again',
  server: 'log of',
  no_id_token: 'scope openid',
  request: 'grant type',
}

function expectWhole(text: string, vendor: Vendor): void {
  const { name, ...fields } = fieldsOf('oidc', vendor)
  expect(Object.values(fields).some((field) => text.includes(field))).toBe(true)
  expect(text.toLowerCase()).toContain(name.toLowerCase())
  expect(text).not.toMatch(/\*|\.\.|[a-z,;"] The identity provider|\. the identity provider/)
  const said = text.split(/(?<=\.) /)
  expect(new Set(said).size).toBe(said.length)
}

describe.each(vendors)('a refusal of OpenID Connect at %s', (vendor) => {
  it.each(codes)('%s names a field of its console, in sentences that say nothing twice', (code) => {
    const error = new OpenIdError(code, sentences[code])
    for (const text of [
      toEnglish(explainOpenId({ identity_provider: vendor }, error)),
      toEnglish(explainLogoutToken({ identity_provider: vendor }, error)),
    ]) {
      expectWhole(text, vendor)
      expect(text).toContain(toEnglish([sentences[code]]))
    }
  })

  it('a token endpoint that gives no token is told by what it said', () => {
    for (const [fault, words] of Object.entries(faults) as [TokenFault, string][]) {
      const error = new OpenIdError(
        'token_refused',
        say('token_endpoint_answered', { status: 400 }),
        undefined,
        { fault },
      )
      const text = toEnglish(explainOpenId({ identity_provider: vendor }, error))
      expectWhole(text, vendor)
      expect(text).toContain(words)
    }
  })
})

/** Where each is mended: the compiler holds the list against the codes. */
const mendedAt: Readonly<Record<SignInDenial, 'vendor' | 'here'>> = {
  user_deleted: 'vendor',
  not_provisioned: 'vendor',
  address_missing: 'vendor',
  address_inexact: 'vendor',
  // What an administrator, an owner or the person does here, or in the directory.
  connection_inactive: 'here',
  user_deactivated: 'here',
  user_blocked: 'here',
  anchor_unconfirmed: 'here',
  identity_changed: 'here',
  owner_must_link: 'here',
  administrator_must_link: 'here',
  not_followed: 'here',
  address_ambiguous: 'here',
  domain_not_verified: 'here',
  domain_not_tied: 'here',
  user_name_taken: 'here',
  proof_over: 'here',
}
const denials = Object.keys(mendedAt) as SignInDenial[]

describe.each(['saml', 'oidc'] as const)('a person who is refused, by %s', (protocol) => {
  it.each(vendors)('is told of in the words of the console of %s', (vendor) => {
    const connection = { anchor_put: null, created_at: 0, identity_provider: vendor, protocol }
    const { name, attributes = '', assignment = '' } = fieldsOf(protocol, vendor)
    for (const reason of denials) {
      const sent = { stableId: 'x', attributes: { mail: ['x'] } }
      const text = toEnglish(explainDenial({ reason, who: 'x', role: undefined, connection, sent }))
      expect(text).not.toMatch(/\*|\.\.|[a-z,;"] The identity provider/)
      if (mendedAt[reason] === 'here') continue
      expect(text.toLowerCase()).toContain(name.toLowerCase())
      expect([attributes, assignment].some((field) => text.includes(field))).toBe(true)
    }
  })
})
