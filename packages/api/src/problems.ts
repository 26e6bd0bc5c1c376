// Every code that a refusal of the management API can have: its HTTP status, the noun that it belongs to, when it is answered, and
// what to do. The service answers only these; the OpenAPI document, the typed client and docs/problems.md show the same. Imports nothing.

const row = <S extends number, N extends string>(status: S, noun: N, about: string, remedy: string) => ({
  status,
  noun,
  about,
  remedy,
})

/** Code -> status, noun, a sentence, what to do. A code is stable: its meaning does not change, and it goes on being answered. */
export const problems = {
  invalid_request: row(
    400,
    'any',
    'The request does not have the form that the operation takes; `errors` names the fields where it can.',
    'Correct what `detail` and `errors` name.',
  ),
  unauthorized: row(
    401,
    'any',
    'There is no credential, or one that is not known.',
    'Send the operator key as `Authorization: Bearer <key>`, or sign in.',
  ),
  forbidden: row(
    403,
    'any',
    'The credential is known and may not do this.',
    'Ask whoever may: `detail` says who, where it is somebody in particular.',
  ),
  administrator_required: row(
    403,
    'any',
    'Only an administrator of the organization, or somebody above, may do this: no set-up link, or no longer.',
    'Ask an administrator, an owner or the operator.',
  ),
  owner_required: row(
    403,
    'any',
    'Only an owner of the organization, or the operator, may do this.',
    'Ask an owner or the operator.',
  ),
  cross_site: row(
    403,
    'any',
    "A change by session, or the opening of a link, does not come from the service's own pages.",
    "Call the management API with the operator key; sessions are for the service's own pages.",
  ),
  not_found: row(
    404,
    'any',
    'There is no such thing, or none that this caller may see.',
    'Check the path and the ids in it.',
  ),
  payload_too_large: row(
    413,
    'any',
    'The body is larger than the operation takes.',
    'Send less at a time: `detail` names the limit.',
  ),
  uri_too_long: row(414, 'any', 'The URL is longer than is read.', 'Shorten the query.'),
  unsupported_media_type: row(
    415,
    'any',
    'The body is of a type, or in a compression, that is not read.',
    'Send `application/json`, plain or compressed with gzip or deflate.',
  ),
  headers_too_large: row(
    431,
    'any',
    'The headers are larger than is read.',
    'Send fewer cookies and headers.',
  ),
  too_many_attempts: row(
    429,
    'any',
    'Too many wrong credentials came from this network.',
    'Mend the credential, and wait as `Retry-After` says.',
  ),
  too_many_requests: row(
    429,
    'any',
    'More was asked for than has its turn: of one organization at once, of one server, or without a credential.',
    'Wait as `Retry-After` says, and send less at once.',
  ),
  internal_error: row(
    500,
    'any',
    'A fault of the service; its log has the request under `requestId`.',
    'Tell the operator the `requestId`.',
  ),
  store_unavailable: row(
    503,
    'any',
    'The service cannot reach its store, or the store took too long.',
    'Try again as `Retry-After` says.',
  ),

  slug_taken: row(409, 'organizations', 'Another organization has this slug.', 'Choose another slug.'),
  confirmation_mismatch: row(
    409,
    'organizations',
    'A removal was not confirmed by the slug of the organization.',
    'Send the slug as `confirm`.',
  ),
  organization_unknown: row(
    400,
    'organizations',
    'A list of organizations, of a webhook endpoint or an application, names a slug that no organization has.',
    'Correct the slug that `detail` names.',
  ),

  image_refused: row(
    400,
    'brand',
    'An image of the brand has too many bytes or pixels, is not what it says that it is, or is an SVG that loads something.',
    'Upload a PNG, JPEG, WebP or a plain SVG of at most 256 KB and 4,096 pixels each way: `detail` says what was wrong.',
  ),

  scim_not_enabled: row(
    409,
    'provisioning',
    'SCIM provisioning is not enabled for this organization.',
    'The operator sets `isScimEnabled`.',
  ),
  sso_required: row(
    409,
    'provisioning',
    'SCIM mode asks for an SSO connection that is set up and active, and there is none.',
    'Set up a connection first; the operator waives it by `requireSso: false`.',
  ),
  alert_closed: row(
    409,
    'provisioning',
    'The deprovision alert was restored or dismissed before.',
    'Read the alerts again; nothing is left to do about this one.',
  ),
  invalid_schema: row(
    400,
    'provisioning',
    'A schema extension is no SCIM schema that can be served (RFC 7643 §7).',
    'Correct what `detail` names.',
  ),

  key_revoked: row(
    409,
    'api-keys',
    'The API key is revoked or expired, and gets no new token.',
    'Create a new key.',
  ),
  too_many_keys: row(
    409,
    'api-keys',
    'All places for API keys that work, or for certificates, are taken.',
    'Revoke a key that is not used; of certificates, wait until one has retired.',
  ),
  too_many_made: row(
    429,
    'api-keys',
    'More API keys, or OAuth clients, were made for the organization within an hour than it may have made.',
    'Wait as `Retry-After` says.',
  ),
  expiry_in_the_past: row(
    409,
    'api-keys',
    '`expiresAt` of a new API key or OAuth client lies in the past.',
    'Send a later time, or none.',
  ),
  client_revoked: row(
    409,
    'oauth-clients',
    'The OAuth client is revoked or expired, or proves itself without a secret: it gets no new one.',
    'Register a new client.',
  ),
  too_many_clients: row(
    409,
    'oauth-clients',
    'All places for OAuth clients that work are taken.',
    'Revoke a client that is not used.',
  ),

  domain_taken: row(
    409,
    'domains',
    'This organization has the domain already.',
    'Use the one that is there.',
  ),
  domain_public: row(
    409,
    'domains',
    'The domain is that of a public mail service: nobody can prove that its people are theirs.',
    "Add a domain of the organization's own.",
  ),
  domain_record_missing: row(
    409,
    'domains',
    'The TXT record that proves the domain is not there yet.',
    'Publish the record that `detail` names; DNS can take up to two days.',
  ),
  domain_not_verified: row(
    409,
    'domains',
    'A domain that is not proven cannot be tied to a connection.',
    'Prove the domain first.',
  ),
  too_many_domains: row(
    409,
    'domains',
    'All places for domains are taken.',
    'Remove a domain that is not used.',
  ),
  dns_unavailable: row(
    503,
    'domains',
    'DNS does not answer, so that nothing is known of the record.',
    'Try again shortly.',
  ),

  connection_incomplete: row(
    409,
    'connections',
    'The connection has no identity provider yet, which this needs.',
    'Send its metadata, or `oidc`, first.',
  ),
  too_many_connections: row(
    409,
    'connections',
    'All places for connections are taken.',
    'Delete a connection that is not used.',
  ),
  acs_path_taken: row(
    409,
    'connections',
    'Another connection has the ACS path that was to be imported.',
    'Choose another path, or delete the other connection.',
  ),
  metadata_invalid: row(
    400,
    'connections',
    'The SAML metadata cannot be read, or lacks what a sign-in needs.',
    'Take the metadata from the identity provider anew; `detail` says what is wrong.',
  ),
  metadata_unreachable: row(
    400,
    'connections',
    'The metadata URL cannot be fetched, or may not be.',
    'Check the URL, or send the XML itself.',
  ),
  no_metadata_url: row(
    409,
    'connections',
    'The connection was set up without a metadata URL: there is nothing to fetch anew.',
    'Send a metadata URL, or change the metadata by hand.',
  ),
  issuer_unreachable: row(
    400,
    'connections',
    'The discovery document of the OpenID Connect issuer cannot be fetched.',
    'Check the issuer and its network.',
  ),
  issuer_invalid: row(
    400,
    'connections',
    'The OpenID Connect issuer, or its discovery document, is not as the specification asks.',
    'Check the issuer, to the letter; `detail` says what is wrong.',
  ),
  relink_required: row(
    409,
    'connections',
    'People are linked by what this change would replace: the entity ID, the issuer or the stable id.',
    'Stage the change, or preview it with `relinkConnection`: both show first who would be affected.',
  ),

  staged_changed: row(
    409,
    'anchors',
    'No anchor of this digest is staged any more: it was replaced, discarded or put in place.',
    'Read what is staged now, and decide again.',
  ),
  staged_exists: row(
    409,
    'anchors',
    'Somebody above has staged another anchor.',
    'They put it in place or discard it first.',
  ),
  not_tested: row(
    409,
    'anchors',
    'An owner signs in by this connection, or would once they are back, and what replaces its client secret or scopes has not been tested.',
    'Pass a test sign-in with exactly that first, or ask an owner or the operator.',
  ),
  anchor_changed: row(
    409,
    'anchors',
    'Another anchor is in place than the one that was shown.',
    'Read what is in place now, and decide again.',
  ),
  restore_forbidden: row(
    403,
    'anchors',
    'The earlier anchor was replaced as compromised: only somebody above whoever said so brings it back.',
    'Ask an owner or the operator.',
  ),
  restore_ended: row(
    409,
    'anchors',
    'There is no earlier anchor that could be brought back: it was replaced too long ago, or never.',
    'Stage the anchor anew.',
  ),
  too_many_stagings: row(
    429,
    'anchors',
    'This connection was given too many new anchors within the hour.',
    'Look at the one that is staged, and wait as `Retry-After` says.',
  ),

  key_waiting: row(
    409,
    'service-keys',
    'A newer certificate or signing key is published already and not in use yet: there is one such at a time.',
    'Activate the certificate, or wait until the signing key signs; then ask for another.',
  ),
  key_not_waiting: row(
    409,
    'service-keys',
    'The certificate was activated before: only one that is published and not in use yet can be.',
    'Read the certificates again; a new one has to be made first.',
  ),

  link_gone: row(
    410,
    'sessions',
    'A link that came by mail or was handed over was used before, has ended or was revoked.',
    'Ask for a new one.',
  ),
  session_exists: row(
    409,
    'sessions',
    'The browser has a session of another kind or of another organization, which the link would end.',
    'Send `replace: true` to end it.',
  ),
  mail_off: row(
    409,
    'sessions',
    'No mail goes out from this installation, and this needs one.',
    'Ask the operator, who can do it without mail.',
  ),
  nobody_to_ask: row(
    409,
    'sessions',
    'There is nobody who could be asked by mail: no owner or administrator who can come in, and no operator’s address.',
    'Send the question yourself.',
  ),
  nothing_to_confirm: row(
    409,
    'sessions',
    'Nothing of the set-up waits for a confirmation.',
    'Go on with the set-up, or read how far it is.',
  ),
  mail_not_sent: row(502, 'sessions', 'The mail server did not take the mail.', 'Send the link again.'),
  link_closed: row(
    409,
    'sessions',
    'The link was revoked, ended with its reason, or opens once: it is not sent again.',
    'Make a new one.',
  ),
  origin_not_listed: row(
    409,
    'embedding',
    'A frame was asked for at an origin that the operator did not list, or its way back leads to one.',
    'Add the origin with `PUT /embedding`, or in the file of configuration under `embedding`.',
  ),
  person_below_role: row(
    409,
    'embedding',
    'The person that a frame is for is out, or their role is below the one that it would speak for.',
    'Ask for a role that they have, or give them the role first.',
  ),
  too_many_links: row(
    409,
    'sessions',
    'As many links of this kind as may be are open.',
    'Revoke one that nobody needs, or wait until one has ended.',
  ),
  too_many_mails: row(
    429,
    'sessions',
    'Too many mails went out for the organization, or to this address.',
    'Wait as `Retry-After` says.',
  ),
  too_many_streams: row(
    429,
    'sessions',
    'The session, person or organization holds as many streams as it may.',
    'Close one first.',
  ),

  last_owner: row(409, 'users', 'The user is the only active owner.', 'Name another owner first.'),
  own_account: row(409, 'users', 'Nobody deactivates their own account.', 'Ask another administrator.'),
  managed_by_scim: row(
    409,
    'users',
    'The directory owns this user, or has deactivated them.',
    'Change the person in the directory.',
  ),
  user_exists: row(
    409,
    'users',
    'A user of the organization has this address or name already.',
    'Use the account that is there.',
  ),
  not_privileged: row(
    409,
    'users',
    'Only owners and administrators have a recovery address.',
    'Give the person the role first, or leave it.',
  ),
  import_stopped: row(
    409,
    'users',
    'The session that began an import has ended, or may no longer import. What was made by then stays.',
    'Send the import again, in a session that may: it goes on.',
  ),

  invitation_closed: row(
    409,
    'invitations',
    'The invitation was accepted or revoked.',
    'Invite the address again, where that is still wanted.',
  ),
  not_provisioned: row(
    409,
    'invitations',
    'Accounts of this organization come from its directory alone, so that no invitation could be accepted.',
    'Assign the person in the directory, or let new people in again under User Provisioning.',
  ),
  too_many_invitations: row(
    409,
    'invitations',
    'All places for open invitations are taken.',
    'Revoke one that is no longer wanted.',
  ),

  too_young: row(
    400,
    'record',
    'Events are archived, or removed, only once they are old enough.',
    'Name an earlier time: `detail` says how old.',
  ),
  archive_mismatch: row(
    409,
    'record',
    'The audit log has no entry of this number with this hash. Nothing was removed.',
    'Compare the archive with the log before anything is removed.',
  ),
  archive_refused: row(
    409,
    'record',
    'The database keeps the events, most likely because a clock is wrong. Nothing was removed.',
    "Set the nodes' clocks and the database's right.",
  ),

  url_refused: row(
    400,
    'webhooks',
    'The service does not call this address, of a webhook endpoint or an application: `detail` says why.',
    'Send an address that can be reached from outside.',
  ),
  too_many_endpoints: row(
    409,
    'webhooks',
    'All places for webhook endpoints are taken.',
    'Delete one that is not used.',
  ),
  endpoint_disabled: row(
    409,
    'webhooks',
    'The webhook endpoint is switched off.',
    'Switch it on first: `state: "enabled"`.',
  ),
  cursor_expired: row(
    410,
    'events',
    'The events after this cursor are no longer kept.',
    'Read the lists once, and go on from `after=latest`.',
  ),

  too_many_applications: row(
    409,
    'applications',
    'All places for applications are taken.',
    'Delete one that is not used.',
  ),
  keys_missing: row(
    400,
    'applications',
    'The keys do not fit how the application proves itself: `private_key_jwt` takes `jwks` or `jwksUrl`, the others none.',
    'Send one of the two, or neither.',
  ),
  addresses_mixed: row(
    400,
    'applications',
    'The application has a scheme of its own and an `https` address on the machine itself.',
    'Use `http` for addresses on the machine.',
  ),
  pkce_required: row(
    400,
    'applications',
    'A public client has nothing but PKCE to prove that a code is its own.',
    'Leave `requirePkce` true.',
  ),
  no_client_secret: row(
    409,
    'applications',
    'The application proves itself without a secret, so there is none to replace.',
    'Replace its keys, where it has any.',
  ),
} as const satisfies Readonly<
  Record<
    string,
    { readonly status: number; readonly noun: string; readonly about: string; readonly remedy: string }
  >
>

/** What a program tells refusals apart by. */
export type ProblemCode = keyof typeof problems

/** The HTTP status that a code is always answered with. */
export type ProblemStatus<C extends ProblemCode = ProblemCode> = (typeof problems)[C]['status']

/** All codes, in the order of the table. */
export const problemCodes = Object.keys(problems) as [ProblemCode, ...ProblemCode[]]
