// An identity provider without a network: its key, its metadata, and its answers to AuthnRequests and logouts.

import { randomUUID } from 'node:crypto'
import { renderIdentityProviderMetadata } from './identity-provider-metadata.ts'
import { createSamlKey, type SamlKey } from './key.ts'
import {
  type LogoutRequest,
  type LogoutResponse,
  renderLogoutRequest,
  renderLogoutResponse,
} from './logout.ts'
import { nameIdFormats } from './names.ts'
import { readAuthnRequest } from './redirect-binding.ts'
import { encodeResponse, renderSamlResponse } from './render-response.ts'
import type { ResponseOptions } from './response-options.ts'
import { toVendorAttributes } from './vendor-shapes.ts'

/** `attributes` under our names (`id`, `email`, `firstName`, `lastName`, `displayName`, `groups`); a shape renames them. */
export interface SamlPerson {
  readonly nameId: string
  readonly attributes: Readonly<Record<string, readonly string[]>>
}

/** What a browser would post to the assertion consumer service. */
export interface SamlAnswer {
  readonly acsUrl: string
  readonly form: { readonly SAMLResponse: string; readonly RelayState?: string }
}

export interface SamlProvider {
  readonly entityId: string
  readonly ssoUrl: string
  readonly sloUrl: string
  /** The key that signs; the one before it stays in the metadata after `rotateKey`. */
  readonly key: SamlKey
  metadata(): string
  rotateKey(): SamlKey
  /** Answers the request in `loginUrl`; throws where neither the request nor `options` names an ACS. */
  answer(loginUrl: string, person: SamlPerson, options?: Partial<ResponseOptions>): Promise<SamlAnswer>
  /** An unsolicited response: nobody asked for it (SAML profiles §4.1.5). */
  offer(
    target: { readonly acsUrl: string; readonly audience: string; readonly relayState?: string | undefined },
    person: SamlPerson,
    options?: Partial<ResponseOptions>,
  ): Promise<SamlAnswer>
  /** A URL to send a browser to: a LogoutRequest signed with RSA-SHA256. */
  renderLogoutRequest(logout: LogoutRequest): string
  /** A URL to send a browser to: a signed LogoutResponse with the status Success. */
  renderLogoutResponse(logout: LogoutResponse): string
}

export interface SamlProviderOptions {
  /** Where its pages are; without a slash at its end. */
  readonly baseUrl: string
  /** The base URL with `/metadata` unless told. */
  readonly entityId?: string
  readonly key?: SamlKey
  readonly now?: () => number
}

/** Answers whoever asks: it checks no signature of a request and knows no passwords. */
export function createSamlProvider(options: SamlProviderOptions): SamlProvider {
  const { baseUrl, now = Date.now } = options
  const entityId = options.entityId ?? `${baseUrl}/metadata`
  const keys: SamlKey[] = [options.key ?? createSamlKey()]
  const ssoUrl = `${baseUrl}/sso`
  const sloUrl = `${baseUrl}/slo`
  const respond = async (
    target: Pick<ResponseOptions, 'acsUrl' | 'audience' | 'inResponseTo' | 'nameIdFormat'>,
    relayState: string | undefined,
    person: SamlPerson,
    chosen: Partial<ResponseOptions> = {},
  ): Promise<SamlAnswer> => {
    const whole: ResponseOptions = {
      idpEntityId: entityId,
      ...target,
      nameId: target.nameIdFormat === nameIdFormats.transient ? `_${randomUUID()}` : person.nameId,
      attributes: toVendorAttributes(chosen.shape ?? 'generic', person.attributes),
      now: now(),
      key: keys[0]!,
      ...chosen,
    }
    const form = { SAMLResponse: encodeResponse(await renderSamlResponse(whole)) }
    return {
      acsUrl: whole.acsUrl,
      form: relayState === undefined ? form : { ...form, RelayState: relayState },
    }
  }
  return {
    entityId,
    ssoUrl,
    sloUrl,
    get key() {
      return keys[0]!
    },
    metadata: () =>
      renderIdentityProviderMetadata({
        entityId,
        ssoUrl,
        sloUrl,
        certificates: keys.map((key) => key.certificatePem),
      }),
    rotateKey: () => {
      keys.unshift(createSamlKey())
      keys.length = Math.min(keys.length, 2)
      return keys[0]!
    },
    answer: async (loginUrl, person, chosen) => {
      const request = readAuthnRequest(loginUrl)
      const acsUrl = chosen?.acsUrl ?? request.acsUrl
      if (acsUrl === undefined) throw new Error('The AuthnRequest names no assertion consumer service.')
      if (!/^https?:$/.test(URL.parse(acsUrl)?.protocol ?? ''))
        throw new Error('The assertion consumer service is not a web address.')
      const nameIdFormat = chosen?.nameIdFormat ?? toOwnFormat(request.nameIdFormat)
      const target = { acsUrl, audience: request.issuer, inResponseTo: request.id, nameIdFormat }
      return respond(target, request.relayState, person, chosen)
    },
    offer: ({ acsUrl, audience, relayState }, person, chosen) =>
      respond({ acsUrl, audience, nameIdFormat: chosen?.nameIdFormat }, relayState, person, chosen),
    renderLogoutRequest: (logout) =>
      renderLogoutRequest({ ...logout, entityId, now: now(), privateKeyPem: keys[0]!.privateKeyPem }),
    renderLogoutResponse: (logout) =>
      renderLogoutResponse({ ...logout, entityId, now: now(), privateKeyPem: keys[0]!.privateKeyPem }),
  }
}

// `unspecified` leaves the choice to us (SAML core §3.4.1.1).
const toOwnFormat = (asked: string | undefined): string | undefined =>
  asked === nameIdFormats.unspecified ? undefined : asked
