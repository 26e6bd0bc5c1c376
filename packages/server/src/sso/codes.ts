// Why a visit ends badly: one closed list of what verifiers, the linking rules and the state of a sign-in say.
import type { OpenIdCode } from '../id-tokens/openid-error.ts'
import type { SignInDenial } from '../provisioning/decide-sign-in.ts'
import type { SamlCode } from '../saml/saml-error.ts'
import type { Refusal } from '../sign-ins/standing.ts'

/** Why a visit ends badly. */
export type SsoCode =
  | SamlCode
  | OpenIdCode
  | SignInDenial
  | Refusal
  | 'unsolicited'
  | 'unsolicited_loop'
  | 'connection_incomplete'
  | 'return_to_refused'
  | 'test_without_session'
  | 'cross_site'
  | 'pending_gone'
  | 'identity_taken'
  | 'anchor_changed'
  | 'staged_changed'
  | 'other_identity'
