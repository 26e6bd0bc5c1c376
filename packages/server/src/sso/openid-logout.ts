// Signing out with an issuer of OpenID Connect: on to it when a person signs out here (RP-Initiated Logout 1.0), and what it says itself
// of somebody who signed out there (Back-Channel Logout 1.0).
import { type Sentence, say } from '@rollcall/api/sentences'
import type { FoundConnection } from '../connections/find.ts'
import { parseOpenId, parseOptions } from '../connections/rows.ts'
import { givenBack } from '../http/anonymous-limit.ts'
import { readBody } from '../http/body.ts'
import { isUnkeepableForm } from '../http/unkeepable.ts'
import { OpenIdError } from '../id-tokens/openid-error.ts'
import type { Session } from '../sessions/sessions.ts'
import type { SsoCode } from './codes.ts'
import { explainLogoutToken } from './explain-openid.ts'
import { readIdToken } from './id-token-hint.ts'
import { createLogoutId } from './logout-id.ts'
import { endAsAsked } from './provider-logout.ts'
import type { Vendor } from './vendor-fields.ts'
import { type ConnectionVisit, chargeTried, noteVisit, SignOutRefusal, type Visit } from './visit.ts'

/** Whether people come back to the address that sign-ins come back to: it is registered there for that alone, or by default. */
const returnsByDefault: Readonly<Record<Vendor, boolean>> = {
  okta: false,
  entra: true,
  google: false,
  onelogin: false,
  jumpcloud: false,
  ping: false,
  adfs: false,
  keycloak: true,
  generic: false,
}

/** Where the issuer signs the person out; undefined where it has no such place. */
export function renderEndSessionUrl(
  { options, visit, found: { row } }: ConnectionVisit,
  { nameId }: Session,
): string | undefined {
  const trust = parseOpenId(row)
  if (trust === null || !trust.endSessionEndpoint) return undefined
  const target = new URL(trust.endSessionEndpoint)
  const hint = readIdToken(options, visit.request.headers, row.id, {
    issuer: trust.issuer,
    nameId: nameId ?? '',
  })
  const parameters: Record<string, string> = {
    client_id: trust.clientId,
    ...(hint === undefined ? {} : { id_token_hint: hint }),
    ...(returnsByDefault[row.identity_provider]
      ? {
          post_logout_redirect_uri: row.acs_url,
          state: createLogoutId(options.envelope, row.id, visit.at),
        }
      : {}),
  }
  for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, value)
  return target.href
}

/** A logout token is a few lines. */
const maxFormBytes = 16_384

/** POST /sso/logout/{id}: a logout token of the issuer, which brings it itself. Answered as §2.8 says. */
export async function consumeLogoutToken(here: ConnectionVisit): Promise<Response> {
  const { options, visit, found } = here
  try {
    const trust = parseOpenId(found.row)
    if (trust === null) throw new OpenIdError('issuer_invalid', say('connection_not_openid'))
    const token = await readToken(visit)
    const { clockSkewSeconds } = parseOptions(found.row)
    const { id, ...facts } = await options.idTokens.verifyLogout(
      token,
      trust,
      clockSkewSeconds,
      visit.at,
      found.row.id,
    )
    const { outcome } = await endAsAsked(here, {
      ...facts,
      id: `logout token ${id}`,
      sessionIndexes: facts.sid === null ? [] : [facts.sid],
    })
    options.anonymous.giveBack(visit.context.ip, givenBack)
    return outcome === 'done' ? answer(200, null) : answer(400, refusal('Not every session was ended.'))
  } catch (error) {
    chargeTried(options, visit, error)
    const refused = toRefused(error, found)
    if (refused === undefined) throw error
    noteVisit(here, { status: 400, ...refused })
    return answer(400, refusal('The logout token was not taken.'))
  }
}

async function readToken(visit: Visit): Promise<string> {
  const read = await readBody(visit.request, maxFormBytes)
  const tokens =
    'fault' in read || isUnkeepableForm(read.text)
      ? []
      : new URLSearchParams(read.text).getAll('logout_token')
  const [token] = tokens
  if (token === undefined || tokens.length > 1)
    throw new OpenIdError('token_malformed', say('logout_token_missing'))
  return token
}

function toRefused(
  error: unknown,
  { row }: FoundConnection,
): { readonly code: SsoCode; readonly explanation: readonly Sentence[] } | undefined {
  if (error instanceof SignOutRefusal) return { code: error.code, explanation: error.sentences }
  if (!(error instanceof OpenIdError)) return undefined
  return {
    code: error.code,
    explanation: explainLogoutToken(row, error),
  }
}

// §2.8: also where the logout failed.
function refusal(description: string): object {
  return { error: 'invalid_request', error_description: description }
}

function answer(status: number, body: unknown): Response {
  const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
  if (body === null) return new Response(null, { status, headers })
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, 'content-type': 'application/json' },
  })
}
