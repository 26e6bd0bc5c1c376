// The issuer of an OpenID Connect connection: discovered when it is given, its client secret sealed.
import type { OidcSource } from '@rollcall/api'
import type { Envelope } from '../base/envelope.ts'
import { Problem } from '../http/problem.ts'
import { OpenIdError } from '../openid/openid-error.ts'
import { type OidcTrust, readTrust, toDiscoveryUrl, toIssuerUrl } from '../openid/trust.ts'
import { OutboundError } from '../outbound/outbound-error.ts'
import type { ConnectionTable } from '../store/schema.ts'
import type { ConnectionRules } from './metadata-source.ts'

/** The columns that an issuer fills. Throws 400 `issuer_unreachable`, `issuer_invalid`. */
export async function readOidcSource(
  source: OidcSource,
  row: Pick<ConnectionTable, 'organization_id' | 'id' | 'client_secret' | 'oidc'>,
  rules: ConnectionRules,
): Promise<Pick<ConnectionTable, 'oidc' | 'client_secret'>> {
  const { clientSecret } = source
  try {
    const issuer = toIssuerUrl(source)
    const secret = clientSecret ?? findKeptSecret(issuer, source.clientId, row, rules)
    const text = await rules.fetchDiscovery(toDiscoveryUrl(issuer))
    const complete = secret === undefined ? source : { ...source, clientSecret: secret }
    const trust = readTrust(text, issuer, complete, rules.isDev)
    return {
      oidc: JSON.stringify(trust),
      client_secret: secret === undefined ? null : rules.envelope.seal(secret, placeOf(row)),
    }
  } catch (error) {
    if (error instanceof OpenIdError) throw new Problem(400, 'issuer_invalid', `oidc: ${error.message}`)
    if (error instanceof OutboundError)
      throw new Problem(400, 'issuer_unreachable', `The discovery document cannot be had: ${error.message}`)
    throw error
  }
}

// A secret goes to the issuer that it was given for and to no other: whoever may change the issuer may not read the secret.
function findKeptSecret(
  issuer: string,
  clientId: string,
  row: Parameters<typeof readOidcSource>[1],
  { envelope }: ConnectionRules,
): string | undefined {
  if (row.client_secret === null) return undefined
  const known = row.oidc === null ? null : (JSON.parse(row.oidc) as OidcTrust)
  if (known?.issuer.replace(/\/$/, '') !== issuer || known.clientId !== clientId)
    throw new OpenIdError(
      'issuer_invalid',
      'Send clientSecret: the one that is kept was given for another issuer or client id',
    )
  return openClientSecret(envelope, row)
}

function placeOf(row: Pick<ConnectionTable, 'organization_id' | 'id'>): string {
  return `connection/${row.organization_id}/${row.id}`
}

/** `row.client_secret` is there. */
export function openClientSecret(
  envelope: Envelope,
  row: Pick<ConnectionTable, 'organization_id' | 'id' | 'client_secret'>,
): string {
  return envelope.open(row.client_secret ?? '', placeOf(row))
}
