import { describe, expect, it } from 'vitest'
import { toEnglish } from '../base/english.ts'
import { type OpenIdCode, OpenIdError, type TokenFault } from '../id-tokens/openid-error.ts'
import type { SignInDenial } from '../provisioning/decide-sign-in.ts'
import { explainDenial } from './explain.ts'
import { explainLogoutToken, explainOpenId } from './explain-openid.ts'
import { fieldsOf, vendors } from './testing/places.ts'
import type { Vendor } from './vendor-fields.ts'

/** Every code with what is said to have been found; the compiler holds the list against the codes. */
const sentences: Readonly<Record<OpenIdCode, string>> = {
  issuer_unreachable: 'The issuer cannot be reached: it answered with status 502',
  issuer_invalid: 'The connection is none by OpenID Connect',
  provider_error: 'The identity provider refused with "access_denied"',
  token_refused: 'The token endpoint answered 401 with "invalid_client"',
  token_malformed: 'The ID token is not a signed JWT',
  token_algorithm_refused: 'The ID token is signed with "HS256", which is not accepted',
  token_signature_invalid: 'The ID token is not signed with a key of the issuer',
  token_issuer_mismatch: 'The ID token is of another issuer',
  token_audience_mismatch: 'The ID token is for another client',
  token_expired: 'The ID token has expired',
  token_from_the_future: 'The ID token is of the future',
  token_nonce_mismatch: 'The ID token answers another sign-in (nonce)',
  token_azp_mismatch: 'The ID token was made for another party (azp)',
  token_at_hash_mismatch: 'The access token is not the one that the ID token names',
  token_subject_missing: 'The ID token names nobody (sub)',
  name_id_spaces: 'The subject of the ID token begins or ends with white space',
  hosted_domain_missing: 'Google vouches for no organization of this person (hd): a private account',
  userinfo_mismatch: 'The userinfo endpoint named nobody (sub)',
  claims_too_many: 'The userinfo endpoint answered with more than 128 KB',
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
      expect(text).toContain(sentences[code])
    }
  })

  it('a token endpoint that gives no token is told by what it said', () => {
    for (const [fault, words] of Object.entries(faults) as [TokenFault, string][]) {
      const error = new OpenIdError('token_refused', 'The token endpoint answered 400', undefined, { fault })
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
