// Makes AuthnRequests for the HTTP-Redirect binding. No RequestedAuthnContext and no NameIDPolicy unless the connection
// names a format: the first breaks Entra's MFA, the second breaks AD FS.
export interface RequestOptions {
  /** The request's ID: an NCName (core §1.3.4). */
  readonly id: string
  readonly entityId: string
  readonly acsUrl: string
  readonly ssoUrl: string
  readonly isForced: boolean
  readonly nameIdFormat: string | null
  /** PEM; null: the request is not signed. */
  readonly signingKey: string | null
  /** Shown to the identity provider as a hint of who signs in; the common `login_hint`. */
  readonly loginHint: string | null
}

/** The address to send the browser to. */
export async function renderAuthnRequestUrl(options: RequestOptions): Promise<string> {
  // Loaded with the first sign-in, see verify-response.ts.
  const { SAML } = await import('@node-saml/node-saml')
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
    ...(options.signingKey === null ? {} : { privateKey: options.signingKey }),
  })
  const additionalParams = options.loginHint === null ? {} : { login_hint: options.loginHint }
  return engine.getAuthorizeUrlAsync('', undefined, { additionalParams })
}
