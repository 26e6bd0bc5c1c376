// The messages of single logout, as URLs of the HTTP-Redirect binding (SAML core §3.7). Pure but for their ids.

import { randomUUID } from 'node:crypto'
import { escapeMarkup, renderAttribute } from '../web/markup.ts'
import { toInstant, urns } from './names.ts'
import { renderRedirect } from './redirect-binding.ts'

export interface LogoutRequest {
  readonly destination: string
  readonly nameId: string
  readonly nameIdFormat?: string | undefined
  /** Undefined: every session of the person ends. */
  readonly sessionIndex?: string | undefined
  readonly relayState?: string | undefined
}

export interface LogoutResponse {
  readonly destination: string
  readonly inResponseTo: string
}

interface Sender {
  readonly entityId: string
  readonly now: number
  readonly privateKeyPem: string
}

/** Usable for five minutes. */
export function renderLogoutRequest(logout: LogoutRequest & Sender): string {
  const until = renderAttribute('NotOnOrAfter', toInstant(logout.now + 300_000))
  const nameId = `<saml:NameID${renderAttribute('Format', logout.nameIdFormat)}>${escapeMarkup(logout.nameId)}</saml:NameID>`
  const index =
    logout.sessionIndex === undefined
      ? ''
      : `<samlp:SessionIndex>${escapeMarkup(logout.sessionIndex)}</samlp:SessionIndex>`
  const xml = renderMessage('LogoutRequest', logout, until, nameId + index)
  const { relayState } = logout
  const message = { name: 'SAMLRequest', xml, ...(relayState === undefined ? {} : { relayState }) } as const
  return renderRedirect(logout.destination, message, logout.privateKeyPem)
}

/** Always with the status Success. */
export function renderLogoutResponse(logout: LogoutResponse & Sender): string {
  const status = `<samlp:Status><samlp:StatusCode Value="${urns.success}"/></samlp:Status>`
  const answered = renderAttribute('InResponseTo', logout.inResponseTo)
  const xml = renderMessage('LogoutResponse', logout, answered, status)
  return renderRedirect(logout.destination, { name: 'SAMLResponse', xml }, logout.privateKeyPem)
}

function renderMessage(
  name: 'LogoutRequest' | 'LogoutResponse',
  message: Sender & { readonly destination: string },
  attributes: string,
  inner: string,
): string {
  const instant = toInstant(message.now)
  const destination = renderAttribute('Destination', message.destination)
  return `<samlp:${name} xmlns:samlp="${urns.protocol}" xmlns:saml="${urns.assertion}" ID="_${randomUUID()}" Version="2.0" IssueInstant="${instant}"${destination}${attributes}><saml:Issuer>${escapeMarkup(message.entityId)}</saml:Issuer>${inner}</samlp:${name}>`
}
