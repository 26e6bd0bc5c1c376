// The ladder, written down a second time and by hand: every door with the rung that it asks for and what it touches, and every act that
// touches power with what it comes to for each caller. The code is held against these rows; nothing here is read from it.
import type { OperationId } from '@rollcall/api'

export type Touch =
  | 'nothing'
  | 'anchor'
  | 'role'
  | 'identity'
  | 'session'
  | 'domain'
  | 'key'
  | 'link'
  | 'settings'
  | 'recovery'

/** The lowest rung that may knock; what it may then do is for the acts to say. `self`: administrators, and the person. */
export type Door = 'open' | 'person' | 'self' | 'contact' | 'administrator' | 'operator'

type OperationRow = readonly [Door, Touch]

export const operationRows: Readonly<Record<OperationId, OperationRow>> = {
  createOrganization: ['operator', 'settings'],
  listOrganizations: ['operator', 'nothing'],
  getOrganization: ['contact', 'nothing'],
  getSetUp: ['contact', 'nothing'],
  askAdministrators: ['contact', 'nothing'],
  listSetUpRefusals: ['contact', 'nothing'],
  updateOrganization: ['administrator', 'settings'],
  deleteOrganization: ['operator', 'settings'],
  getProvisioning: ['contact', 'nothing'],
  updateProvisioning: ['contact', 'settings'],
  previewProvisioning: ['contact', 'nothing'],
  streamProvisioning: ['contact', 'nothing'],
  listUnclaimed: ['administrator', 'nothing'],
  createKey: ['contact', 'key'],
  updateKey: ['contact', 'key'],
  rotateKey: ['contact', 'key'],
  endEarlierToken: ['contact', 'key'],
  revokeKey: ['contact', 'key'],
  confirmKey: ['administrator', 'key'],
  listOAuthClients: ['contact', 'nothing'],
  createOAuthClient: ['contact', 'key'],
  updateOAuthClient: ['contact', 'key'],
  rotateOAuthClient: ['contact', 'key'],
  revokeOAuthClient: ['contact', 'key'],
  confirmOAuthClient: ['administrator', 'key'],
  listDomains: ['contact', 'nothing'],
  createDomain: ['contact', 'domain'],
  verifyDomain: ['contact', 'domain'],
  updateDomain: ['contact', 'domain'],
  deleteDomain: ['contact', 'domain'],
  listConnections: ['contact', 'nothing'],
  createConnection: ['contact', 'anchor'],
  getConnection: ['contact', 'nothing'],
  getIdentityProviderMetadata: ['contact', 'nothing'],
  updateConnection: ['contact', 'anchor'],
  deleteConnection: ['contact', 'identity'],
  refreshConnection: ['contact', 'anchor'],
  testConnection: ['contact', 'nothing'],
  relinkConnection: ['contact', 'identity'],
  previewConnection: ['contact', 'nothing'],
  getAnchor: ['contact', 'nothing'],
  confirmAnchor: ['contact', 'anchor'],
  restoreAnchor: ['contact', 'anchor'],
  stageAnchor: ['contact', 'anchor'],
  getStagedAnchor: ['contact', 'nothing'],
  discardStagedAnchor: ['contact', 'anchor'],
  applyStagedAnchor: ['contact', 'anchor'],
  listServiceKeys: ['contact', 'nothing'],
  createServiceKey: ['contact', 'key'],
  activateServiceKey: ['contact', 'key'],
  createOperatorLink: ['operator', 'link'],
  listOperatorSessions: ['operator', 'nothing'],
  endOperatorSession: ['operator', 'session'],
  endOperatorSessions: ['operator', 'session'],
  createOperatorVisit: ['operator', 'nothing'],
  getInstallation: ['operator', 'nothing'],
  listEndings: ['operator', 'nothing'],
  getInstallationStatistics: ['operator', 'nothing'],
  listOperatorNeeds: ['operator', 'nothing'],
  listOperatorEvents: ['operator', 'nothing'],
  createPortalLink: ['administrator', 'link'],
  listPortalLinks: ['administrator', 'nothing'],
  resendPortalLink: ['administrator', 'link'],
  revokePortalLink: ['administrator', 'link'],
  getEmbedding: ['operator', 'nothing'],
  putEmbedding: ['operator', 'session'],
  createEmbedSession: ['operator', 'link'],
  openEmbedSession: ['open', 'session'],
  openPortalSession: ['open', 'session'],
  openAnchorConfirmation: ['open', 'session'],
  confirmRecoveryAddress: ['open', 'recovery'],
  getRecoveryAddress: ['administrator', 'recovery'],
  putRecoveryAddress: ['administrator', 'recovery'],
  acknowledgeRecoveryAddress: ['administrator', 'recovery'],
  getSession: ['person', 'nothing'],
  endSession: ['person', 'session'],
  endOwnSessions: ['person', 'session'],
  listUsers: ['administrator', 'nothing'],
  exportUsers: ['administrator', 'nothing'],
  exportUserLines: ['administrator', 'nothing'],
  exportGroups: ['administrator', 'nothing'],
  exportGroupLines: ['administrator', 'nothing'],
  getUser: ['administrator', 'nothing'],
  updateUser: ['administrator', 'role'],
  deactivateUser: ['administrator', 'role'],
  reactivateUser: ['administrator', 'role'],
  unlinkUser: ['administrator', 'identity'],
  listUserSessions: ['self', 'nothing'],
  endUserSessions: ['self', 'session'],
  importUsers: ['administrator', 'role'],
  changeUsers: ['administrator', 'role'],
  createInvitation: ['administrator', 'role'],
  listInvitations: ['administrator', 'nothing'],
  revokeInvitation: ['administrator', 'role'],
  resendInvitation: ['administrator', 'role'],
  acceptInvitation: ['open', 'role'],
  listGroups: ['administrator', 'nothing'],
  getGroup: ['administrator', 'nothing'],
  listMembers: ['administrator', 'nothing'],
  getSchemaExtensions: ['administrator', 'nothing'],
  putSchemaExtensions: ['operator', 'settings'],
  getRoleMappings: ['administrator', 'nothing'],
  putRoleMappings: ['administrator', 'role'],
  previewRoleMappings: ['administrator', 'nothing'],
  listGroupNames: ['administrator', 'nothing'],
  getAttributeMapping: ['administrator', 'nothing'],
  putAttributeMapping: ['administrator', 'identity'],
  previewAttributeMapping: ['administrator', 'nothing'],
  listEvents: ['administrator', 'nothing'],
  verifyEvents: ['administrator', 'nothing'],
  exportEvents: ['administrator', 'nothing'],
  exportEventLines: ['administrator', 'nothing'],
  listArchivedEvents: ['operator', 'nothing'],
  archiveEvents: ['operator', 'settings'],
  listActivity: ['administrator', 'nothing'],
  getStatistics: ['administrator', 'nothing'],
  streamActivity: ['administrator', 'nothing'],
  listAlerts: ['administrator', 'nothing'],
  restoreAlert: ['administrator', 'role'],
  dismissAlert: ['administrator', 'settings'],
  listWebhookEndpoints: ['operator', 'nothing'],
  createWebhookEndpoint: ['operator', 'settings'],
  getWebhookEndpoint: ['operator', 'nothing'],
  updateWebhookEndpoint: ['operator', 'settings'],
  deleteWebhookEndpoint: ['operator', 'settings'],
  rotateWebhookEndpoint: ['operator', 'key'],
  testWebhookEndpoint: ['operator', 'nothing'],
  resendDeliveries: ['operator', 'nothing'],
  listDeliveries: ['operator', 'nothing'],
  listFeed: ['operator', 'nothing'],
  streamFeed: ['operator', 'nothing'],
  listApplications: ['operator', 'nothing'],
  createApplication: ['operator', 'settings'],
  getApplication: ['operator', 'nothing'],
  updateApplication: ['operator', 'settings'],
  deleteApplication: ['operator', 'session'],
  rotateApplication: ['operator', 'key'],
  listSigningKeys: ['operator', 'nothing'],
  createSigningKey: ['operator', 'key'],
  getBrand: ['operator', 'nothing'],
  updateBrand: ['operator', 'settings'],
  putBrandImage: ['operator', 'settings'],
  deleteBrandImage: ['operator', 'settings'],
  getApplicationBrand: ['operator', 'nothing'],
  updateApplicationBrand: ['operator', 'settings'],
  putApplicationImage: ['operator', 'settings'],
  deleteApplicationImage: ['operator', 'settings'],
  getOrganizationLogo: ['administrator', 'nothing'],
  putOrganizationLogo: ['administrator', 'nothing'],
  deleteOrganizationLogo: ['administrator', 'nothing'],
}

/** What guards a door that no operation of the management API is, and what it touches. */
type DoorRow = readonly [guard: string, touches: Touch]

/** Each route that is no operation, as the routers have it. */
export const doorRows: Readonly<Record<string, DoorRow>> = {
  'GET /saml/{connectionId}/metadata': ['open', 'nothing'],
  'GET /saml/{connectionId}/login': ['open; with test, a ticket of this browser’s session', 'nothing'],
  'POST /saml/{connectionId}/acs': [
    'a signature of the anchor in place, or of the staged one that the request tests',
    'identity',
  ],
  'GET /saml/{connectionId}/finish': [
    'the browser that began, the anchor that it was proven under',
    'session',
  ],
  'POST /saml/{connectionId}/link': [
    'the session of the account, our own page, the digest that was shown',
    'identity',
  ],
  'GET /saml/{connectionId}/confirm': [
    'a mailed link and the person’s own proven sign-in in this browser',
    'nothing',
  ],
  'POST /saml/{connectionId}/confirm': ['the same, our own page, the digest that was shown', 'anchor'],
  'GET /saml/{connectionId}/mail-link': ['open', 'nothing'],
  'POST /saml/{connectionId}/mail-link': ['open; the mail goes to the recovery address alone', 'nothing'],
  'GET /saml/{connectionId}/mend': ['a link that was mailed to a recovery address', 'nothing'],
  'POST /saml/{connectionId}/mend': [
    'the same, our own page; stages at the rung of the link’s person, who still has it',
    'anchor',
  ],
  'POST /saml/{connectionId}/mend-test': [
    'the same, the digest that was staged with this link; the answer counts in this browser alone',
    'nothing',
  ],
  'GET /saml/{connectionId}/mend-apply': [
    'the link and the test that it began, which gave its person’s identity, in this browser',
    'nothing',
  ],
  'POST /saml/{connectionId}/mend-apply': ['the same, our own page, the digest that was tested', 'anchor'],
  'GET /saml/{connectionId}/slo': ['a signature of the anchor in place', 'session'],
  'POST /saml/{connectionId}/slo': ['the same', 'session'],
  'POST /saml/{connectionId}/slo-soap': ['the same', 'session'],
  'POST {acsPath}': ['the same as at the connection’s own ACS', 'identity'],
  'GET /sso': ['open', 'nothing'],
  'POST /sso': ['open', 'nothing'],
  'GET /sso/{slug}': ['open', 'nothing'],
  'POST /sso/logout/{connectionId}': ['a logout token of the issuer in place', 'session'],
  'GET /sso/callback/{connectionId}': [
    'a code that the issuer answers for, the state of this browser’s sign-in',
    'identity',
  ],
  'GET /me': ['a session', 'nothing'],
  'POST /sign-out': ['a session, our own page', 'session'],
  'GET /signed-out': ['open', 'nothing'],

  'GET /portal': ['open: the click posts the secret', 'nothing'],
  'GET /invitation': ['open: the click posts the secret', 'nothing'],
  'GET /confirm': ['open: the click posts the secret', 'nothing'],
  'GET /recovery': ['open: the click posts the secret', 'nothing'],

  // One that is provisional touches nobody privileged (provisional.test.ts).
  'GET /scim/v2/Users': ['a key', 'nothing'],
  'POST /scim/v2/Users': ['a key', 'identity'],
  'POST /scim/v2/Users/.search': ['a key', 'nothing'],
  'GET /scim/v2/Users/{id}': ['a key', 'nothing'],
  'PUT /scim/v2/Users/{id}': ['a key', 'role'],
  'PATCH /scim/v2/Users/{id}': ['a key', 'role'],
  'DELETE /scim/v2/Users/{id}': ['a key', 'role'],
  'GET /scim/v2/Groups': ['a key', 'nothing'],
  'POST /scim/v2/Groups': ['a key', 'role'],
  'POST /scim/v2/Groups/.search': ['a key', 'nothing'],
  'GET /scim/v2/Groups/{id}': ['a key', 'nothing'],
  'PUT /scim/v2/Groups/{id}': ['a key', 'role'],
  'PATCH /scim/v2/Groups/{id}': ['a key', 'role'],
  'DELETE /scim/v2/Groups/{id}': ['a key', 'role'],
  'GET /scim/v2/': ['a key', 'nothing'],
  'POST /scim/v2/.search': ['a key', 'nothing'],
  'POST /scim/v2/Bulk': ['a key', 'role'],
  'GET /scim/v2/Me': ['a key', 'nothing'],
  'PUT /scim/v2/Me': ['a key', 'nothing'],
  'PATCH /scim/v2/Me': ['a key', 'nothing'],
  'DELETE /scim/v2/Me': ['a key', 'nothing'],
  'POST /scim/v2/Me': ['a key', 'nothing'],
  'GET /scim/v2/ServiceProviderConfig': ['open', 'nothing'],
  'GET /scim/v2/ResourceTypes': ['open', 'nothing'],
  'GET /scim/v2/ResourceTypes/{id}': ['open', 'nothing'],
  'GET /scim/v2/Schemas': ['open', 'nothing'],
  'GET /scim/v2/Schemas/{id}': ['open', 'nothing'],
  'POST /scim/oauth/token': ['a client’s own credential', 'key'],
  'GET /.well-known/oauth-authorization-server': ['open', 'nothing'],

  'GET /oidc/interaction/{uid}': ['the browser that began; a session for the application', 'session'],
  'POST /oidc/interaction/{uid}': ['the browser that began', 'nothing'],
  'GET /oidc/auth': ['open: a session comes by the identity provider alone', 'nothing'],
  'GET /oidc/auth/{uid}': ['the browser that began', 'session'],
  'GET /oidc/me': ['an access token', 'nothing'],
  'POST /oidc/me': ['an access token', 'nothing'],
  'POST /oidc/token': ['the application, a code or a refresh token', 'session'],
  'GET /oidc/jwks': ['open', 'nothing'],
  'GET /oidc/.well-known/openid-configuration': ['open', 'nothing'],
  'GET /oidc/.well-known/oauth-authorization-server': ['open', 'nothing'],
  'POST /oidc/token/revocation': ['the application', 'session'],
  'POST /oidc/request': ['the application', 'nothing'],
  'GET /oidc/session/end': ['the browser; a page asks', 'nothing'],
  'POST /oidc/session/end/confirm': ['the page’s own secret', 'session'],
  'GET /oidc/session/end/success': ['open', 'nothing'],

  'GET /api/v1/openapi.json': ['open', 'nothing'],
  'GET /api/v1/docs': ['open', 'nothing'],
  'GET /': ['open: the page asks the management API', 'nothing'],
  'GET /organizations/{path}': ['the same', 'nothing'],
  'GET /installation/{path}': ['the same', 'nothing'],
  'GET /assets/{path}': ['open', 'nothing'],
  'GET /embed/{path}': ['open: the page posts the secret behind its address', 'nothing'],
  'GET /brand/{image}': ['open', 'nothing'],
  'GET /brand/{owner}/{image}': ['open', 'nothing'],
  '* /healthz': ['open', 'nothing'],
  '* /readyz': ['open', 'nothing'],
  '* /metrics': ['the operator’s key, or the key of the metrics', 'nothing'],
  '* /.well-known/security.txt': ['open', 'nothing'],
}

/** Who calls the management API, from the lowest rung to the highest. */
export const callers = [
  'directory',
  'person',
  'contact',
  'administrator',
  'owner',
  'operator session',
  'operator key',
] as const
/** Who knocks at other doors: a browser that nobody knows, an identity provider, and keys of SCIM by who made them. */
export const strangers = ['nobody', 'connection', 'provisional key', 'administrator’s key'] as const
export const roles = ['member', 'admin', 'owner'] as const
export const anchors = ['contact', 'administrator', 'owner'] as const
export type CallerName = (typeof callers)[number] | (typeof strangers)[number]
export type RoleName = (typeof roles)[number]
export type AnchorName = (typeof anchors)[number]

/** One square of the table. */
export interface Cell {
  readonly caller: CallerName
  /** The person acted upon, who has an identity of the first connection. */
  readonly target: RoleName
  readonly after: RoleName
  readonly anchor: AnchorName
  /** How many are active; one that is not was. */
  readonly connections: 0 | 1 | 2
  readonly isHandedOver: boolean
  /** Whether somebody else is an owner. */
  readonly hasOwner: boolean
  /** Whether mail goes out. */
  readonly hasMail: boolean
  /** Whether the administrator who made the set-up link, the key and the invitation is still in. */
  readonly isMakerIn: boolean
}

export type Dimension = Exclude<keyof Cell, 'caller'>

export const rankOf = (caller: CallerName): number =>
  ({ contact: 0, administrator: 1, owner: 2, 'operator session': 3, 'operator key': 3 })[
    caller as 'contact'
  ] ?? -1
