// What an OpenID Connect connection trusts: read once from the issuer's discovery document (OpenID Connect Discovery 1.0 §4), by
// presets for the vendors that most people mean. Owns no network.
import type { OidcSource } from '@rollcall/api'
import { isStorable, maxStoredUrlBytes } from '../base/stored-url.ts'
import { isRecord } from '../base/unknown.ts'

const defaultScopes = ['openid', 'profile', 'email']
/** The issuer of Google. */
export const googleIssuer = 'https://accounts.google.com'
const entraIssuer = /^https:\/\/login\.microsoftonline\.com\/([0-9a-f-]{36})\/v2\.0$/

/** What a connection trusts: its issuer, our client there, and where the issuer's endpoints are. */
export interface OpenIdTrust {
  readonly issuer: string
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly userinfoEndpoint: string | null
  readonly jwksUri: string
  /** RP-Initiated Logout 1.0; null where it has none. Absent in what was stored before it was read. */
  readonly endSessionEndpoint?: string | null
  /** RFC 9207: the issuer names itself in its answer. */
  readonly sendsIssuer: boolean
  readonly authentication: 'client_secret_basic' | 'client_secret_post' | 'none'
}

/** The tenant of an Entra issuer: there `oid` with `tid` names a person, and `sub` only for one application. */
export function findEntraTenant(issuer: string): string | undefined {
  return entraIssuer.exec(issuer)?.[1]
}

/** What vendors hand out is often the address of the document, not the issuer. */
const wellKnown = /\/\.well-known\/(?:openid-configuration|oauth-authorization-server)\/?$/
const anyTenant =
  /^https:\/\/(?:login\.microsoftonline\.com|sts\.windows\.net)\/(?:common|organizations|consumers|\{[^/]*\})(?:\/|$)/i

// Whoever has a Microsoft account could sign in, and no token names this issuer.
function checkTenant(issuer: string): string {
  if (anyTenant.test(issuer))
    throw new IssuerUnusable(
      `${issuer} is of all tenants, and tokens name the one that a person is in. Send the issuer of your own tenant: ` +
        'https://login.microsoftonline.com/{Directory (tenant) ID}/v2.0, where the id stands on the Overview of the application in Entra ID',
    )
  return issuer
}

/** Thrown of an issuer that no connection can be made with; the message says why, to whoever enters it. */
export class IssuerUnusable extends Error {}

/** From a preset or as it was given; throws IssuerUnusable. */
export function toIssuerUrl(source: Pick<OidcSource, 'preset' | 'domain' | 'issuer'>): string {
  const { preset, domain, issuer } = source
  if (preset === undefined) {
    if (issuer === undefined) throw new IssuerUnusable('Send issuer, or a preset')
    return checkTenant(issuer.trim().replace(wellKnown, '').replace(/\/$/, ''))
  }
  if (preset === 'google') return googleIssuer
  if (domain === undefined)
    throw new IssuerUnusable(preset === 'okta' ? 'Send domain: acme.okta.com' : 'Send domain: the tenant id')
  if (preset === 'entra') {
    if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(domain))
      throw new IssuerUnusable('Send the tenant id (a GUID): tokens of `common` name another issuer')
    return `https://login.microsoftonline.com/${domain.toLowerCase()}/v2.0`
  }
  if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(domain))
    throw new IssuerUnusable('Send the domain of Okta: acme.okta.com')
  return `https://${domain.toLowerCase()}`
}

// Of what is no text, its type alone: written out it could be without end.
function quoteShort(value: unknown): string {
  if (typeof value !== 'string') return value == null ? 'null' : `what is no text (${typeof value})`
  const text = JSON.stringify(value)
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

// Entra's documents of version 1 name sts.windows.net, and those of several tenants a place to be filled in.
function adviseIssuer(found: unknown): string {
  if (typeof found !== 'string' || URL.parse(found) === null) return ''
  return /\{|sts\.windows\.net/.test(found)
    ? '. Send the issuer of your own tenant, in version 2: https://login.microsoftonline.com/{Directory (tenant) ID}/v2.0'
    : '. Send the issuer as the document writes it'
}

/** Where an issuer's discovery document is. */
export function toDiscoveryUrl(issuer: string): string {
  return `${issuer}/.well-known/openid-configuration`
}

/** `text` is what stands behind toDiscoveryUrl. Throws IssuerUnusable. */
export function readTrust(text: string, issuer: string, source: OidcSource, isDev: boolean): OpenIdTrust {
  const document = parse(text)
  const { issuer: named } = document
  if (typeof named !== 'string' || named.replace(/\/$/, '') !== issuer)
    throw new IssuerUnusable(
      `The discovery document is of ${quoteShort(named)}, not of ${issuer}${adviseIssuer(named)}`,
    )
  const responses = document.response_types_supported
  if (Array.isArray(responses) && !responses.includes('code'))
    throw new IssuerUnusable('The issuer does not offer the authorization code flow')
  const { userinfo_endpoint: userinfo } = document
  return {
    issuer: named,
    clientId: source.clientId,
    scopes: [...new Set(['openid', ...(source.scopes ?? chooseScopes(document.scopes_supported))])],
    authorizationEndpoint: readUrl(document, 'authorization_endpoint', isDev),
    tokenEndpoint: readUrl(document, 'token_endpoint', isDev),
    // Some issuers write null, or nothing, for what they do not have.
    userinfoEndpoint: isAbsent(userinfo) ? null : readUrl(document, 'userinfo_endpoint', isDev),
    jwksUri: readUrl(document, 'jwks_uri', isDev),
    endSessionEndpoint: readOptionalUrl(document, 'end_session_endpoint', isDev),
    sendsIssuer: document.authorization_response_iss_parameter_supported === true,
    authentication: chooseAuthentication(document.token_endpoint_auth_methods_supported, source.clientSecret),
  }
}

// Roles come from groups: an issuer that has them for the asking is asked (RFC 8414 §2: what it lists).
function chooseScopes(supported: unknown): readonly string[] {
  return Array.isArray(supported) && supported.includes('groups')
    ? [...defaultScopes, 'groups']
    : defaultScopes
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

const ownMethods = ['client_secret_basic', 'client_secret_post', 'none']

// Discovery §3: client_secret_basic where nothing is said. Which of two that are listed an issuer takes shows at the first sign-in.
function chooseAuthentication(methods: unknown, secret: string | undefined): OpenIdTrust['authentication'] {
  const known = Array.isArray(methods) ? methods.filter((one) => typeof one === 'string') : []
  const isSaid = Array.isArray(methods) && methods.length > 0
  const listed = isSaid ? known : ['client_secret_basic']
  if (!ownMethods.some((method) => listed.includes(method)))
    throw new IssuerUnusable(
      `The issuer takes clients by ${JSON.stringify(listed.slice(0, 10))} alone (token_endpoint_auth_methods_supported), and Rollcall ` +
        'authenticates by client_secret_basic, by client_secret_post or as a public client (none). Let the issuer offer one of these',
    )
  if (secret === undefined) return 'none'
  const isPostOnly = !listed.includes('client_secret_basic') && listed.includes('client_secret_post')
  return isPostOnly ? 'client_secret_post' : 'client_secret_basic'
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (isRecord(value)) return value
  } catch {
    // Said below.
  }
  throw new IssuerUnusable('The discovery document is not JSON')
}

function readUrl(document: Record<string, unknown>, name: string, isDev: boolean): string {
  const url = readOptionalUrl(document, name, isDev)
  if (url === null)
    throw new IssuerUnusable(
      `${name} of the discovery document is not an https URL of at most ${maxStoredUrlBytes} bytes`,
    )
  return url
}

// One that cannot be used is none: nobody is kept from signing in by where they would sign out.
function readOptionalUrl(document: Record<string, unknown>, name: string, isDev: boolean): string | null {
  const value = document[name]
  const url = typeof value === 'string' ? URL.parse(value) : null
  const isSound =
    url !== null && (url.protocol === 'https:' || (isDev && url.protocol === 'http:')) && url.hash === ''
  return isSound && isStorable(url.href) ? url.href : null
}
