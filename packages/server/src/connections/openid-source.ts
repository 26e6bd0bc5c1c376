// The issuer of an OpenID Connect connection: discovered when it is given, its client secret sealed.

import { createHmac } from 'node:crypto'
import type { OidcSource } from '@rollcall/api'
import type { Envelope } from '../base/envelope.ts'
import { readJson } from '../base/json.ts'
import { Problem } from '../http/problem.ts'
import {
  IssuerUnusable,
  type OpenIdTrust,
  readTrust,
  toDiscoveryUrl,
  toIssuerUrl,
} from '../id-tokens/trust.ts'
import { OutboundError } from '../outbound/outbound-error.ts'
import type { ConnectionTable } from '../store/schema.ts'
import type { ConnectionRules } from './metadata-source.ts'

/** The columns that an issuer fills, and how its client secret stands to the one that is kept. */
export interface ReadIssuer {
  readonly oidc: string
  /** Sealed; the very text that is kept where the secret is the same. */
  readonly client_secret: string | null
  readonly isSecretKept: boolean
  /** Says whether two secrets of this connection are the same, and nothing of what they are. */
  readonly secretMark: string | null
}

/**
 * Scopes that are not named stay as they are, at the same client of the same issuer. Throws 400 `issuer_unreachable`, `issuer_invalid`.
 */
export async function readOpenIdSource(
  source: OidcSource,
  row: Pick<ConnectionTable, 'organization_id' | 'id' | 'client_secret' | 'oidc'>,
  rules: ConnectionRules,
): Promise<ReadIssuer> {
  try {
    const issuer = toIssuerUrl(source)
    const known = row.oidc === null ? null : readJson<OpenIdTrust>(row.oidc)
    const isSameClient = known?.issuer.replace(/\/$/, '') === issuer && known.clientId === source.clientId
    const kept = row.client_secret === null ? undefined : openClientSecret(rules.envelope, row)
    if (source.clientSecret === undefined && kept !== undefined && !isSameClient) throw foreignSecret()
    const secret = source.clientSecret ?? kept
    const text = await rules.fetchDiscovery(toDiscoveryUrl(issuer))
    const trust = readTrust(
      text,
      issuer,
      {
        ...source,
        ...(secret === undefined ? {} : { clientSecret: secret }),
        ...(isSameClient && source.scopes === undefined ? { scopes: [...known.scopes] } : {}),
      },
      rules.isDev,
    )
    const isSecretKept = isSameClient && secret === kept
    return {
      oidc: JSON.stringify(trust),
      client_secret: isSecretKept
        ? row.client_secret
        : secret === undefined
          ? null
          : rules.envelope.seal(secret, placeOf(row)),
      isSecretKept,
      secretMark: secret === undefined ? null : markOf(rules.envelope, row, secret),
    }
  } catch (error) {
    if (error instanceof IssuerUnusable) throw new Problem('issuer_invalid', `oidc: ${error.message}`)
    if (error instanceof OutboundError)
      throw new Problem('issuer_unreachable', `The discovery document cannot be had: ${error.message}`)
    throw error
  }
}

// A secret goes to the issuer that it was given for and to no other: whoever may change the issuer may not read the secret.
function foreignSecret(): IssuerUnusable {
  return new IssuerUnusable(
    'Send clientSecret: the one that is kept was given for another issuer or client id',
  )
}

function markOf(
  envelope: Envelope,
  row: Pick<ConnectionTable, 'organization_id' | 'id'>,
  secret: string,
): string {
  const [key = ''] = envelope.derive('client secret mark')
  return createHmac('sha256', key)
    .update(`${placeOf(row)} ${secret}`)
    .digest('hex')
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
