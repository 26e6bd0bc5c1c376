// Refusals of the management API (RFC 9457). `detail` may leave the house, `cause` must not.

export type ProblemCode =
  | 'invalid_request'
  | 'invalid_schema'
  | 'too_many_clients'
  | 'client_revoked'
  | 'unauthorized'
  | 'not_found'
  | 'method_not_allowed'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'uri_too_long'
  | 'headers_too_large'
  | 'slug_taken'
  | 'confirmation_mismatch'
  | 'scim_not_enabled'
  | 'sso_required'
  | 'forbidden'
  | 'cross_site'
  | 'owner_required'
  | 'administrator_required'
  | 'domain_not_verified'
  | 'not_privileged'
  | 'mail_off'
  | 'last_owner'
  | 'own_account'
  | 'managed_by_scim'
  | 'not_provisioned'
  | 'user_exists'
  | 'invitation_closed'
  | 'link_gone'
  | 'session_exists'
  | 'too_many_streams'
  | 'administrator_required'
  | 'domain_taken'
  | 'domain_public'
  | 'domain_record_missing'
  | 'too_many_domains'
  | 'dns_unavailable'
  | 'connection_incomplete'
  | 'too_many_connections'
  | 'acs_path_taken'
  | 'metadata_invalid'
  | 'metadata_unreachable'
  | 'no_metadata_url'
  | 'relink_required'
  | 'staged_changed'
  | 'staged_exists'
  | 'not_tested'
  | 'import_stopped'
  | 'anchor_changed'
  | 'restore_forbidden'
  | 'restore_ended'
  | 'too_many_stagings'
  | 'key_waiting'
  | 'key_not_waiting'
  | 'mail_not_sent'
  | 'key_revoked'
  | 'too_many_keys'
  | 'expiry_in_the_past'
  | 'url_refused'
  | 'too_many_endpoints'
  | 'endpoint_disabled'
  | 'organization_unknown'
  | 'cursor_expired'
  | 'too_many_applications'
  | 'application_unknown'
  | 'keys_missing'
  | 'addresses_mixed'
  | 'pkce_required'
  | 'no_client_secret'
  | 'issuer_unreachable'
  | 'issuer_invalid'
  | 'alert_closed'
  | 'archive_mismatch'
  | 'archive_refused'
  | 'too_young'
  | 'too_many_attempts'
  | 'too_many_mails'
  | 'too_many_invitations'
  | 'too_many_requests'
  | 'store_unavailable'
  | 'internal_error'

/** Thrown by rooms behind the management API; admin/ renders it. */
export class Problem extends Error {
  readonly status: number
  readonly code: ProblemCode
  readonly errors: readonly { readonly path: string; readonly message: string }[] | undefined
  /** Of a 429. */
  readonly retryAfterSeconds: number | undefined
  constructor(
    status: number,
    code: ProblemCode,
    detail: string,
    errors?: Problem['errors'],
    retryAfterSeconds?: number,
  ) {
    super(detail)
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.errors = errors
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** What every door says to whoever did too much without a credential. */
export const tooManyRequests =
  'Too many requests without a credential came from this network, or from everywhere; wait as Retry-After says'
const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Payload too large',
  414: 'URI too long',
  415: 'Unsupported media type',
  429: 'Too many requests',
  431: 'Request header fields too large',
  500: 'Internal error',
  503: 'Service unavailable',
}

export function renderProblem(
  problem: Problem,
  requestId: string,
  headers: Record<string, string> = {},
): Response {
  const body = {
    type: 'about:blank',
    title: titles[problem.status] ?? 'Error',
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    requestId,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
  }
  return new Response(JSON.stringify(body), {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(problem.retryAfterSeconds === undefined
        ? {}
        : { 'retry-after': String(problem.retryAfterSeconds) }),
      ...headers,
    },
  })
}
