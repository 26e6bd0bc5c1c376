// A sign-in that is refused for what it is here, and not for what its message says: begun elsewhere, used before, too old. What is mended
// at the identity provider is said in the field names of its console.
import type { Refusal } from '../sign-ins/sign-ins.ts'
import type { ConnectionTable } from '../store/schema.ts'
import { commonFields, openIdFields, toSentences, vendorFields } from './vendor-fields.ts'

type Row = Pick<ConnectionTable, 'identity_provider' | 'protocol'>
type Words = string | ((row: Row) => string)

/** What is said where sessions ended after the proof. */
export const proofOver =
  'The sessions of this person, or of this connection, ended after this sign-in was proven, so it opens nothing. The person can sign in again'

const refusals: Readonly<Record<Refusal, Words>> = {
  request_unknown: explainUnknown,
  request_expired:
    'The sign-in was begun more than an hour ago, or not finished in time. The person can start again.',
  request_spent: 'The request behind this response has been answered before. The person can start again.',
  replayed: 'This message was used before. If nobody went back in their browser, somebody replayed it.',
  other_browser:
    'The response was finished in another browser than the one that began, or cookies are blocked.',
  anchor_changed:
    'The trust anchor that was asked is not the one that is there now: it was replaced or discarded meanwhile. The person can start again; a test is begun anew from the connection.',
  answer_before_request: (row) =>
    `The answer was issued before the request that it answers, so it is of another sign-in, or the clocks differ. Check the clocks of ${commonFields(row).name} and of this service, or raise the clock skew of the connection.`,
  proof_over: `${proofOver}.`,
  not_asked_again: explainStale,
}

/** One or two sentences: what was found, then what to do. */
export function explainState(refusal: Refusal, row: Row): string {
  const words = refusals[refusal]
  return typeof words === 'string' ? words : toSentences(words(row))
}

/** A click on a tile that led here, and from here to the identity provider, and back to the tile. */
export function explainLoop({ identity_provider: vendor }: Row): string {
  const { name, app } = vendorFields[vendor]
  return toSentences(
    `${name} answers our requests with unsolicited responses. Let it answer the request (InResponseTo; ${app}), or allow unsolicited responses in the connection.`,
  )
}

function explainUnknown({ identity_provider: vendor, protocol }: Row): string {
  const found = `The response answers a request that was not made here for this connection. An old bookmark of a page of ${commonFields({ identity_provider: vendor, protocol }).name} leads to that, and the person can start again.`
  return protocol === 'oidc'
    ? `${found} If a tile leads to it, let the tile open the sign-in address of the connection, and not the redirect URI (${openIdFields[vendor].redirectUri}).`
    : `${found} If every click on a tile leads to it, its responses name requests of their own: see ${vendorFields[vendor].app}, or allow unsolicited responses in the connection (allowUnsolicited).`
}

function explainStale({ identity_provider: vendor, protocol }: Row): string {
  const { name } = commonFields({ identity_provider: vendor, protocol })
  const [time, mend] =
    protocol === 'oidc'
      ? ['auth_time', `prompt=login and max_age, and send that time (${openIdFields[vendor].attributes})`]
      : ['AuthnInstant', `ForceAuthn, and send that time (${vendorFields[vendor].freshness})`]
  return `The application, or the connection, asked for a fresh sign-in, and ${name} did not ask the person again, or does not say when it did (${time}). Let it honour ${mend}. The option forceAuthn of the connection asks for the same.`
}
