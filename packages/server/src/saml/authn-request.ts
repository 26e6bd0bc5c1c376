// Makes AuthnRequests for the HTTP-Redirect and HTTP-POST bindings (SAML bindings §3.4, §3.5). No RequestedAuthnContext and no NameIDPolicy unless the connection
// names a format: the first breaks Entra's MFA, the second breaks AD FS.
/** What a request for a sign-in says. */
export interface RequestOptions {
  /** The request's ID: an NCName (core §1.3.4). */
  readonly id: string
  readonly entityId: string
  readonly acsUrl: string
  readonly ssoUrl: string
  readonly ssoBinding: 'redirect' | 'post'
  readonly isForced: boolean
  readonly nameIdFormat: string | null
  /** PEM; null: the request is not signed. */
  readonly signingKey: string | null
  /** Shown to the identity provider as a hint of who signs in; the common `login_hint`. */
  readonly loginHint: string | null
}

/** An address to send the browser to, or a form for it to post. */
export type AuthnRequest =
  | { readonly kind: 'redirect'; readonly url: string }
  | { readonly kind: 'post'; readonly url: string; readonly fields: Readonly<Record<string, string>> }

/** Signed with SHA-256 where there is a key: over the query, or inside the XML of a form. */
export async function renderAuthnRequest(options: RequestOptions): Promise<AuthnRequest> {
  // Loaded with the first sign-in, see verify-response.ts.
  const { SAML } = await import('@node-saml/node-saml')
  const isPost = options.ssoBinding === 'post'
  const engine = new SAML({
    // Not used for requests, but the constructor asks for one.
    idpCert: 'none',
    issuer: options.entityId,
    callbackUrl: options.acsUrl,
    entryPoint: options.ssoUrl,
    identifierFormat: options.nameIdFormat,
    disableRequestedAuthnContext: true,
    forceAuthn: options.isForced,
    generateUniqueId: () => options.id,
    signatureAlgorithm: 'sha256',
    digestAlgorithm: 'sha256',
    skipRequestCompression: isPost,
    ...(options.signingKey === null ? {} : { privateKey: options.signingKey }),
  })
  const additionalParams: Record<string, string> =
    options.loginHint === null ? {} : { login_hint: options.loginHint }
  if (!isPost)
    return { kind: 'redirect', url: await engine.getAuthorizeUrlAsync('', undefined, { additionalParams }) }
  const { SAMLRequest } = await engine.getAuthorizeMessageAsync('')
  return {
    kind: 'post',
    url: options.ssoUrl,
    fields: { SAMLRequest: String(SAMLRequest), ...additionalParams },
  }
}
