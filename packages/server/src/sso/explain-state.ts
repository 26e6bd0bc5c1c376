// A sign-in that is refused for what it is here, and not for what its message says: begun elsewhere, used before, too old. What is mended
// at the identity provider is said in the field names of its console.
import { type Sentence, say } from '@rollcall/api/sentences'
import type { Refusal } from '../sign-ins/standing.ts'
import type { ConnectionTable } from '../store/schema.ts'
import { commonPlacesOf, openIdPlacesOf, samlPlacesOf } from './vendor-fields.ts'

type Row = Pick<ConnectionTable, 'identity_provider' | 'protocol'>
type Words = (row: Row) => Sentence | readonly Sentence[]

const refusals: Readonly<Record<Refusal, Words>> = {
  request_unknown: explainUnknown,
  request_expired: () => say('state_request_expired'),
  request_spent: () => say('state_request_spent'),
  replayed: () => say('state_replayed'),
  other_browser: () => say('state_other_browser'),
  anchor_changed: () => say('state_anchor_changed'),
  answer_before_request: (row) => say('state_answer_before_request', commonPlacesOf(row)),
  proof_over: () => say('state_proof_over'),
  not_asked_again: explainStale,
}

/** What was found, then what to do. */
export function explainState(refusal: Refusal, row: Row): readonly Sentence[] {
  return [refusals[refusal](row)].flat()
}

/** A click on a tile that led here, and from here to the identity provider, and back to the tile. */
export function explainLoop({ identity_provider: vendor }: Row): readonly Sentence[] {
  return [say('state_loop', samlPlacesOf(vendor))]
}

function explainUnknown(row: Row): readonly Sentence[] {
  const tile =
    row.protocol === 'oidc'
      ? say('advise_tile_openid', openIdPlacesOf(row.identity_provider))
      : say('advise_tile_saml', samlPlacesOf(row.identity_provider))
  return [say('state_request_unknown', commonPlacesOf(row)), tile]
}

function explainStale({ identity_provider: vendor, protocol }: Row): Sentence {
  return protocol === 'oidc'
    ? say('state_not_asked_again_openid', openIdPlacesOf(vendor))
    : say('state_not_asked_again_saml', samlPlacesOf(vendor))
}
