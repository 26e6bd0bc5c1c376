// What an OpenID Connect provider is held to: the modules of the OpenID Foundation's conformance plans for providers, in our words and with
// the clause that each rests on, and the MUSTs behind them that no module asks. openid-provider.test.ts has one test for each, and
// docs/conformance.md counts them.

/** A test. `suite` is the name of the module of the plan. */
export interface Demand {
  readonly suite?: string
  readonly clause: string
  readonly says: string
  /** Where it is about something that we do not offer: why. Then the test is of the answer that the specification has for that. */
  readonly instead?: string
}

/** Basic OP; Form Post OP asks the same with the answers posted. */
export const basic = {
  'code-flow': {
    suite: 'oidcc-server',
    clause: 'Core §3.1.2.5, §3.1.3.3, §3.1.3.7',
    says: 'a code and the state come back, and become a Bearer token and an ID token of this issuer, application and nonce',
  },
  'response-type-missing': {
    suite: 'oidcc-response-type-missing',
    clause: 'RFC 6749 §3.1.1, §4.1.2.1',
    says: 'a request without response_type is answered with invalid_request and its state',
  },
  'id-token-signature': {
    suite: 'oidcc-idtoken-signature',
    clause: 'Core §2, §10.1',
    says: 'ID tokens are signed with RS256 and name the published key',
  },
  'id-token-unsigned': {
    suite: 'oidcc-idtoken-unsigned',
    clause: 'Core §2',
    says: 'no ID token is unsigned, and no application can ask for that',
    instead: 'ID tokens without a signature (`alg: none`)',
  },
  'userinfo-get': {
    suite: 'oidcc-userinfo-get',
    clause: 'Core §5.3.1, §5.3.2',
    says: 'userinfo answers GET in JSON, about the subject of the ID token',
  },
  'userinfo-post-header': {
    suite: 'oidcc-userinfo-post-header',
    clause: 'Core §5.3.1; RFC 6750 §2.1',
    says: 'userinfo answers POST with the token in the header',
  },
  'userinfo-post-body': {
    suite: 'oidcc-userinfo-post-body',
    clause: 'Core §5.3.1; RFC 6750 §2.2',
    says: 'userinfo answers POST with the token in the form',
  },
  'no-nonce': {
    suite: 'oidcc-ensure-request-without-nonce-succeeds-for-code-flow',
    clause: 'Core §3.1.2.1',
    says: 'a request for a code needs no nonce, and the ID token then has none',
  },
  'scope-profile': {
    suite: 'oidcc-scope-profile',
    clause: 'Core §5.4',
    says: 'the scope profile gives the claims of the profile, as strings and a number',
  },
  'scope-email': {
    suite: 'oidcc-scope-email',
    clause: 'Core §5.4, §5.1',
    says: 'the scope email gives the address, and whether it is verified as a boolean',
  },
  'scope-address': {
    suite: 'oidcc-scope-address',
    clause: 'Core §3.1.2.1, §5.4',
    says: 'the scope address is not announced, is ignored, and the answer says what was granted',
    instead: 'the scope `address`',
  },
  'scope-phone': {
    suite: 'oidcc-scope-phone',
    clause: 'Core §3.1.2.1, §5.4',
    says: 'the scope phone is not announced, is ignored, and the answer says what was granted',
    instead: 'the scope `phone`',
  },
  'scope-all': {
    suite: 'oidcc-scope-all',
    clause: 'Core §5.4',
    says: 'all scopes at once give the claims of each',
  },
  'scope-order': {
    suite: 'oidcc-ensure-other-scope-order-succeeds',
    clause: 'RFC 6749 §3.3',
    says: 'the order of scopes, and of parameters, does not matter',
  },
  'display-page': {
    suite: 'oidcc-display-page',
    clause: 'Core §3.1.2.1, §15.1',
    says: 'display=page is no error',
  },
  'display-popup': {
    suite: 'oidcc-display-popup',
    clause: 'Core §3.1.2.1, §15.1',
    says: 'display=popup is no error',
  },
  'prompt-login': {
    suite: 'oidcc-prompt-login',
    clause: 'Core §3.1.2.1, §15.1',
    says: 'prompt=login asks somebody who is signed in again, and auth_time is later',
  },
  'prompt-none-signed-out': {
    suite: 'oidcc-prompt-none-not-logged-in',
    clause: 'Core §3.1.2.1, §3.1.2.6',
    says: 'prompt=none without a session is answered with login_required and no page',
  },
  'prompt-none-signed-in': {
    suite: 'oidcc-prompt-none-logged-in',
    clause: 'Core §3.1.2.1, §15.1',
    says: 'prompt=none with a session gives a code for the same subject at the same auth_time',
  },
  'max-age-1': {
    suite: 'oidcc-max-age-1',
    clause: 'Core §3.1.2.1, §15.1',
    says: 'max_age=1 asks somebody again who was asked earlier, and auth_time says when',
  },
  'max-age-10000': {
    suite: 'oidcc-max-age-10000',
    clause: 'Core §3.1.2.1, §15.1',
    says: 'max_age=10000 asks nobody again who was asked lately, and auth_time stays',
  },
  'unknown-parameter': {
    suite: 'oidcc-ensure-request-with-unknown-parameter-succeeds',
    clause: 'RFC 6749 §3.1; Core §3.1.2.1',
    says: 'parameters that nobody knows are ignored',
  },
  'id-token-hint': {
    suite: 'oidcc-id-token-hint',
    clause: 'Core §3.1.2.1',
    says: 'id_token_hint with prompt=none gives a code for that person, and login_required for another one',
  },
  'login-hint': {
    suite: 'oidcc-login-hint',
    clause: 'Core §3.1.2.1, §15.1',
    says: 'login_hint is no error, and says where a person without a session signs in',
  },
  'ui-locales': {
    suite: 'oidcc-ui-locales',
    clause: 'Core §3.1.2.1, §15.1',
    says: 'ui_locales is no error, also with languages that there are not',
  },
  'claims-locales': {
    suite: 'oidcc-claims-locales',
    clause: 'Core §5.2, §15.1',
    says: 'claims_locales is no error',
  },
  'acr-values': {
    suite: 'oidcc-ensure-request-with-acr-values-succeeds',
    clause: 'Core §3.1.2.1, §15.1',
    says: 'acr_values is no error, and no ID token claims a class that is not known',
  },
  'code-twice': {
    suite: 'oidcc-codereuse',
    clause: 'Core §3.1.3.2; RFC 6749 §4.1.2',
    says: 'a code that comes twice is refused',
  },
  'code-twice-late': {
    suite: 'oidcc-codereuse-30seconds',
    clause: 'RFC 6749 §4.1.2',
    says: 'a code that comes twice after half a minute is refused, and what it gave ends',
  },
  'redirect-uri-registered': {
    suite: 'oidcc-ensure-registered-redirect-uri',
    clause: 'Core §3.1.2.1; RFC 9700 §4.1.3',
    says: 'a redirect URI that is not registered letter by letter gets a page of ours and no answer',
  },
  'post-request': {
    suite: 'oidcc-ensure-post-request-succeeds',
    clause: 'Core §3.1.2.1',
    says: 'the authorization endpoint takes a form (O3)',
  },
  'client-secret-post': {
    suite: 'oidcc-server-client-secret-post',
    clause: 'Core §9; RFC 6749 §2.3.1',
    says: 'the secret of an application that is registered for it comes in the form',
  },
  'request-uri': {
    suite: 'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported',
    clause: 'Core §3.1.2.6, §6.2',
    says: 'request_uri is refused with request_uri_not_supported',
    instead: 'request objects by reference (`request_uri` of an address)',
  },
  'request-object': {
    suite: 'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported',
    clause: 'Core §3.1.2.6, §6.1',
    says: 'an unsigned request object is refused with request_not_supported',
    instead: 'request objects (`request`)',
  },
  'claims-essential': {
    suite: 'oidcc-claims-essential',
    clause: 'Core §5.5',
    says: 'a claims parameter is no error, and changes nothing',
    instead: 'the `claims` parameter',
  },
  'request-object-redirect-uri': {
    suite: 'oidcc-ensure-request-object-with-redirect-uri',
    clause: 'Core §6.1',
    says: 'a redirect URI that is not registered gets no answer, whatever a request object says beside it',
    instead: 'redirect URIs in request objects',
  },
  'refresh-token': {
    suite: 'oidcc-refresh-token',
    clause: 'Core §12; RFC 6749 §6, §10.4',
    says: 'a refresh token gives tokens of the same sign-in to its application, and to no other',
  },
  pkce: {
    suite: 'oidcc-ensure-request-with-valid-pkce-succeeds',
    clause: 'RFC 7636 §4.6',
    says: 'a code with a challenge is redeemed by its verifier',
  },
} as const satisfies Readonly<Record<string, Demand>>

/** Config OP. */
export const config = {
  document: {
    suite: 'oidcc-discovery-endpoint-verification',
    clause: 'Discovery §3, §4',
    says: 'the document is JSON under the issuer, whole, and true of the keys and addresses that it names',
  },
} as const satisfies Readonly<Record<string, Demand>>

export const rpLogout = {
  announced: {
    suite: 'oidcc-rp-initiated-logout-discovery-endpoint-verification',
    clause: 'RP-Initiated Logout §2.1',
    says: 'the document names the logout endpoint',
  },
  'signed-out': {
    suite: 'oidcc-rp-initiated-logout',
    clause: 'RP-Initiated Logout §2, §3',
    says: 'with a hint the person is signed out unasked and comes back with the state',
  },
  'bad-hint': {
    suite: 'oidcc-rp-initiated-logout-bad-id-token-hint',
    clause: 'RP-Initiated Logout §2, §4',
    says: 'a hint that somebody else signed is an error page, and nobody is signed out',
  },
  'bad-redirect-uri': {
    suite: 'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri',
    clause: 'RP-Initiated Logout §2, §3',
    says: 'an address that is not registered is an error page, and nobody is signed out',
  },
  'modified-hint': {
    suite: 'oidcc-rp-initiated-logout-modified-id-token-hint',
    clause: 'RP-Initiated Logout §2, §4',
    says: 'a hint whose signature was taken off is an error page, and nobody is signed out',
  },
  'no-hint': {
    suite: 'oidcc-rp-initiated-logout-no-id-token-hint',
    clause: 'RP-Initiated Logout §2, §3',
    says: 'without hint and client_id the person is asked, and goes to no address that came along',
  },
  'no-parameters': {
    suite: 'oidcc-rp-initiated-logout-no-params',
    clause: 'RP-Initiated Logout §2',
    says: 'without parameters the person is asked, and then signed out',
  },
  'no-redirect-uri': {
    suite: 'oidcc-rp-initiated-logout-no-post-logout-redirect-uri',
    clause: 'RP-Initiated Logout §2',
    says: 'a hint alone signs the person out and ends at a page of ours',
  },
  'no-state': {
    suite: 'oidcc-rp-initiated-logout-no-state',
    clause: 'RP-Initiated Logout §2, §3',
    says: 'without a state none comes back',
  },
  'only-state': {
    suite: 'oidcc-rp-initiated-logout-only-state',
    clause: 'RP-Initiated Logout §2',
    says: 'with a state alone the person is asked, and goes nowhere with it',
  },
  'query-added': {
    suite: 'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri',
    clause: 'RP-Initiated Logout §2, §3',
    says: 'a registered address with a query that is not is an error page, and nobody is signed out',
  },
} as const satisfies Readonly<Record<string, Demand>>

export const backChannel = {
  announced: {
    suite: 'oidcc-backchannel-logout-discovery-endpoint-verification',
    clause: 'Back-Channel Logout §2.1',
    says: 'the document says that sign-outs are told, with the session',
  },
  told: {
    suite: 'oidcc-backchannel-rp-initiated-logout',
    clause: 'Back-Channel Logout §2.4, §2.5',
    says: 'a sign-out posts a logout token: signed, typed, for this application, of this subject and session, without a nonce',
  },
} as const satisfies Readonly<Record<string, Demand>>

/** What the specifications say MUST be, and no module asks. */
export const further = {
  'empty-parameter': {
    clause: 'RFC 6749 §3.1, §3.2',
    says: 'a parameter without a value is as if it were left out',
  },
  'parameter-twice': {
    clause: 'RFC 6749 §3.1, §3.2',
    says: 'a parameter that comes twice is invalid_request at each endpoint',
  },
  'unknown-client': {
    clause: 'RFC 6749 §4.1.2.1',
    says: 'an application that there is not, and a request without a redirect URI, get a page and no answer',
  },
  'prompt-none-alone': {
    clause: 'Core §3.1.2.1',
    says: 'prompt=none with another prompt is invalid_request, with a max_age that is over login_required',
  },
  'max-age-nonsense': {
    clause: 'RFC 6749 §4.1.2.1',
    says: 'a max_age that is no number of seconds is invalid_request',
  },
  'hint-of-others': {
    clause: 'Core §3.1.2.1',
    says: 'an id_token_hint of another issuer, of another application, or without a signature is invalid_request',
  },
  'hint-expired': {
    clause: 'Core §3.1.2.1; RP-Initiated Logout §4',
    says: 'an ID token that is over is still taken as a hint, to sign in and to sign out',
  },
  'code-of-another': {
    clause: 'Core §3.1.3.2; RFC 6749 §4.1.3',
    says: 'a code is refused to another application, with another redirect URI, and without one',
  },
  'code-expired': {
    clause: 'RFC 6749 §4.1.2',
    says: 'a code is over after a minute',
  },
  'pkce-downgrade': {
    clause: 'RFC 9700 §2.1.1, §4.8.2; RFC 7636 §4.6',
    says: 'a verifier without a challenge, a challenge without its verifier, and a wrong one are invalid_grant',
  },
  'token-endpoint-errors': {
    clause: 'Core §3.1.3.4; RFC 6749 §5.2',
    says: 'errors of the token endpoint are JSON with the codes of the specification, kept by no cache',
  },
  'client-authentication-challenge': {
    clause: 'RFC 6749 §5.2, §2.3',
    says: 'a wrong secret by Basic is 401 with a challenge, and two ways at once are refused',
  },
  'basic-encoded': {
    clause: 'RFC 6749 §2.3.1',
    says: 'client id and secret are read form-encoded from the Basic header',
  },
  'userinfo-refusals': {
    clause: 'Core §5.3.3; RFC 6750 §2, §3',
    says: 'userinfo refuses no token, a wrong one, one in the address and two at once, with a challenge',
  },
  'access-token-expired': {
    clause: 'RFC 6750 §3.1',
    says: 'an access token is over when it said it would be',
  },
  'id-token-refreshed': {
    clause: 'Core §12.2',
    says: 'a refreshed ID token has the same issuer, subject, audience and auth_time, and a later time',
  },
  'loopback-port': {
    clause: 'RFC 9700 §4.1.3; RFC 8252 §7.3',
    says: 'an application on a device may be answered on any port of the machine, and nobody else',
  },
  'scope-narrowed': {
    clause: 'RFC 6749 §6',
    says: 'a refresh may ask for less, and for no more than the sign-in was granted',
  },
  'redirect-uri-query': {
    clause: 'RFC 6749 §3.1.2',
    says: 'the query of a registered redirect URI is retained',
  },
  'claims-of-right-form': {
    clause: 'Core §5.3.2, §5.1',
    says: 'claims without a value are left out, and sub has at most 255 ASCII characters',
  },
  'error-in-form-post': {
    clause: 'Form Post §2',
    says: 'what is posted back is a form in HTML with every field encoded, errors too',
  },
  'logout-client-mismatch': {
    clause: 'RP-Initiated Logout §2',
    says: 'a client_id that is not the audience of the hint is an error page',
  },
  'logout-by-client': {
    clause: 'RP-Initiated Logout §2, §3',
    says: 'client_id and a registered address, without a hint: the person is asked, then comes back',
  },
  'logout-optional-parameters': {
    clause: 'RP-Initiated Logout §2',
    says: 'logout_hint and ui_locales are no error, by GET and by POST',
  },
  'logout-of-nobody': {
    clause: 'RP-Initiated Logout §3',
    says: 'whoever is signed out already still comes back',
  },
  'told-each': {
    clause: 'Back-Channel Logout §2.3, §2.4',
    says: 'each application of the session is told about its own sid, those of other sessions are not',
  },
  'refresh-after-logout': {
    clause: 'Back-Channel Logout §2.7',
    says: 'refresh tokens end with the session, those with offline_access do not',
  },
} as const satisfies Readonly<Record<string, Demand>>

/** The discovery document is kept: what it announces works, what it does not is refused or ignored as the specification says. */
export const announced = {
  members: {
    clause: 'Discovery §3, §4.2',
    says: 'nothing is announced that no test here asks, and nothing is null or empty',
  },
  endpoints: {
    clause: 'Discovery §3',
    says: 'each endpoint answers, and those that are not announced are not there',
  },
  'response-types': {
    clause: 'Core §3.1.2.6; RFC 6749 §4.1.2.1',
    says: 'other response types are unsupported_response_type, in the mode of that type',
  },
  'response-modes': {
    clause: 'Core §3.1.2.1; Form Post §2',
    says: 'each response mode carries the code, and others are refused',
  },
  'grant-types': {
    clause: 'RFC 6749 §5.2',
    says: 'other grants are unsupported_grant_type',
  },
  'scopes-and-claims': {
    clause: 'Discovery §3; Core §5.4',
    says: 'all scopes together give every claim that is announced, and no other',
  },
  'subject-types': {
    clause: 'Core §8',
    says: 'two applications get the same subject',
  },
  'authentication-methods': {
    clause: 'Core §9',
    says: 'each method lets its application in, none of them another one, and client_secret_jwt nobody (O9)',
  },
  'keys-by-address': {
    clause: 'Core §9, §10.1.1',
    says: 'the keys of an application are had from its address, and had again when they were changed',
  },
  'assertion-algorithms': {
    clause: 'Core §9; RFC 7523 §3',
    says: 'each algorithm of private_key_jwt is taken, another one is not, nor an assertion for somebody else or twice',
  },
  'code-challenge-methods': {
    clause: 'RFC 7636 §4.3, §4.4.1',
    says: 'plain is refused, and so is a challenge that says no method',
  },
  'issuer-in-answers': {
    clause: 'RFC 9207 §2',
    says: 'answers name their issuer, errors too',
  },
  'pushed-requests': {
    clause: 'RFC 9126 §2',
    says: 'a pushed request begins a sign-in once, for the application that pushed it',
  },
  revocation: {
    clause: 'RFC 7009 §2.1, §2.2',
    says: 'either token ends both, one that there is not is no error, one of another application stays',
  },
  dpop: {
    clause: 'RFC 9449 §5, §7.1',
    says: 'with each algorithm a token is bound to a key, and is of no use without it',
  },
  'registration-parameter': {
    clause: 'Core §3.1.2.6, §7.2.1',
    says: 'the registration parameter is registration_not_supported',
  },
  prompts: {
    clause: 'Core §3.1.2.1, §3.1.2.6',
    says: 'a prompt that is not known, create among them, is invalid_request',
  },
  browsers: {
    clause: 'Discovery §4; Core §5.3',
    says: 'scripts of other origins read the document and the keys, and userinfo those of the application',
  },
} as const satisfies Readonly<Record<string, Demand>>

/** The findings of runs of public suites and of others' clients. */
export const findings = {
  O1: {
    clause: 'Core §11',
    says: 'prompt=consent ends at the application, and offline_access is had with it and without',
  },
  O7: {
    clause: 'Discovery §3',
    says: 'every scope and claim that is announced is documented, and no other',
  },
} as const satisfies Readonly<Record<string, Demand>>

/** Each with the name that it goes by. */
export const openIdPlans: readonly (readonly [string, Readonly<Record<string, Demand>>])[] = [
  ['Basic OP', basic],
  ['Form Post OP', basic],
  ['Config OP', config],
  ['RP-Initiated Logout OP', rpLogout],
  ['Back-Channel Logout OP', backChannel],
  ['further MUSTs', further],
  ['what the discovery document announces', announced],
]
