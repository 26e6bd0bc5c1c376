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
  updateOrganization: ['administrator', 'settings'],
  deleteOrganization: ['operator', 'settings'],
  getProvisioning: ['contact', 'nothing'],
  updateProvisioning: ['contact', 'settings'],
  previewProvisioning: ['contact', 'nothing'],
  followProvisioning: ['contact', 'nothing'],
  listUnclaimed: ['administrator', 'nothing'],
  createKey: ['contact', 'key'],
  renameKey: ['contact', 'key'],
  rotateKey: ['contact', 'key'],
  revokeKey: ['contact', 'key'],
  confirmKey: ['administrator', 'key'],
  listOAuthClients: ['contact', 'nothing'],
  createOAuthClient: ['contact', 'key'],
  renameOAuthClient: ['contact', 'key'],
  rotateOAuthClientSecret: ['contact', 'key'],
  revokeOAuthClient: ['contact', 'key'],
  confirmOAuthClient: ['administrator', 'key'],
  listDomains: ['contact', 'nothing'],
  addDomain: ['contact', 'domain'],
  verifyDomain: ['contact', 'domain'],
  assertDomain: ['contact', 'domain'],
  removeDomain: ['contact', 'domain'],
  listConnections: ['contact', 'nothing'],
  createConnection: ['contact', 'anchor'],
  getConnection: ['contact', 'nothing'],
  updateConnection: ['contact', 'anchor'],
  deleteConnection: ['contact', 'identity'],
  refreshConnection: ['contact', 'anchor'],
  testConnection: ['contact', 'nothing'],
  relinkConnection: ['contact', 'identity'],
  previewMetadata: ['contact', 'nothing'],
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
  recordOperatorVisit: ['operator', 'nothing'],
  getInstallation: ['operator', 'nothing'],
  listNeeds: ['operator', 'nothing'],
  createPortalLink: ['administrator', 'link'],
  listPortalLinks: ['administrator', 'nothing'],
  revokePortalLink: ['administrator', 'link'],
  openPortalSession: ['open', 'session'],
  openAnchorConfirmation: ['open', 'session'],
  confirmRecoveryAddress: ['open', 'recovery'],
  getRecoveryAddress: ['administrator', 'recovery'],
  changeRecoveryAddress: ['administrator', 'recovery'],
  noteRecoveryAddress: ['administrator', 'recovery'],
  getSession: ['person', 'nothing'],
  endSession: ['person', 'session'],
  endOwnSessions: ['person', 'session'],
  listUsers: ['administrator', 'nothing'],
  getUser: ['administrator', 'nothing'],
  updateUser: ['administrator', 'role'],
  deactivateUser: ['administrator', 'role'],
  reactivateUser: ['administrator', 'role'],
  unlinkUser: ['administrator', 'identity'],
  listUserSessions: ['self', 'nothing'],
  endUserSessions: ['self', 'session'],
  importUsers: ['administrator', 'role'],
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
  getAttributeMapping: ['administrator', 'nothing'],
  putAttributeMapping: ['administrator', 'identity'],
  previewAttributeMapping: ['administrator', 'nothing'],
  listEvents: ['administrator', 'nothing'],
  verifyEvents: ['administrator', 'nothing'],
  exportEvents: ['administrator', 'nothing'],
  listActivity: ['administrator', 'nothing'],
  listAlerts: ['administrator', 'nothing'],
  restoreAlert: ['administrator', 'role'],
  dismissAlert: ['administrator', 'settings'],
  listWebhookEndpoints: ['operator', 'nothing'],
  createWebhookEndpoint: ['operator', 'settings'],
  getWebhookEndpoint: ['operator', 'nothing'],
  updateWebhookEndpoint: ['operator', 'settings'],
  deleteWebhookEndpoint: ['operator', 'settings'],
  rotateWebhookSecret: ['operator', 'key'],
  testWebhookEndpoint: ['operator', 'nothing'],
  resendDeliveries: ['operator', 'nothing'],
  listDeliveries: ['operator', 'nothing'],
  followEvents: ['operator', 'nothing'],
  listApplications: ['operator', 'nothing'],
  createApplication: ['operator', 'settings'],
  getApplication: ['operator', 'nothing'],
  updateApplication: ['operator', 'settings'],
  deleteApplication: ['operator', 'session'],
  rotateApplicationSecret: ['operator', 'key'],
  listSigningKeys: ['operator', 'nothing'],
  rotateSigningKey: ['operator', 'key'],
}

/** What guards a door that no operation of the management API is, and what it touches. */
type DoorRow = readonly [guard: string, touches: Touch]

/** Below /saml/{connectionId}, and whole paths. */
export const signInRows: Readonly<Record<string, DoorRow>> = {
  'GET metadata': ['open', 'nothing'],
  'GET login': ['open; with test, a ticket of this browser’s session', 'nothing'],
  'POST acs': ['a signature of the anchor in place, or of the staged one that the request tests', 'nothing'],
  'GET finish': ['the browser that began, the anchor that it was proven under', 'session'],
  'POST link': ['the session of the account, our own page, the digest that was shown', 'identity'],
  'GET confirm': ['a mailed link and the person’s own proven sign-in in this browser', 'nothing'],
  'POST confirm': ['the same, our own page, the digest that was shown', 'anchor'],
  'GET mail-link': ['open', 'nothing'],
  'POST mail-link': ['open; the mail goes to the recovery address alone', 'nothing'],
  'GET slo': ['a signature of the anchor in place', 'session'],
  'GET /sso': ['open', 'nothing'],
  'GET /me': ['a session', 'nothing'],
  'POST /sign-out': ['a session, our own page', 'session'],
  'GET /signed-out': ['open', 'nothing'],
}

export const portalRows: Readonly<Record<string, DoorRow>> = {
  '/portal': ['open: the click posts the secret', 'nothing'],
  '/invitation': ['open: the click posts the secret', 'nothing'],
  '/confirm': ['open: the click posts the secret', 'nothing'],
  '/recovery': ['open: the click posts the secret', 'nothing'],
}

/** Each asks for a key; one that is provisional touches nobody privileged (provisional.test.ts). */
export const scimRows: Readonly<Record<string, Touch>> = {
  'GET Users': 'nothing',
  'POST Users': 'identity',
  'POST Users/.search': 'nothing',
  'GET Users/{id}': 'nothing',
  'PUT Users/{id}': 'role',
  'PATCH Users/{id}': 'role',
  'DELETE Users/{id}': 'role',
  'GET Groups': 'nothing',
  'POST Groups': 'role',
  'POST Groups/.search': 'nothing',
  'GET Groups/{id}': 'nothing',
  'PUT Groups/{id}': 'role',
  'PATCH Groups/{id}': 'role',
  'DELETE Groups/{id}': 'role',
  'GET ': 'nothing',
  'POST .search': 'nothing',
  'POST Bulk': 'role',
  'GET Me': 'nothing',
  'PUT Me': 'nothing',
  'PATCH Me': 'nothing',
  'DELETE Me': 'nothing',
  'POST Me': 'nothing',
}

/** The library's names of the routes that are served below /oidc. */
export const openIdRows: Readonly<Record<string, DoorRow>> = {
  'get authorization': ['open: a session comes by the identity provider alone', 'nothing'],
  'post authorization': ['the same', 'nothing'],
  'get resume': ['the browser that began', 'session'],
  'get userinfo': ['an access token', 'nothing'],
  'post userinfo': ['an access token', 'nothing'],
  'post token': ['the application, a code or a refresh token', 'session'],
  'get jwks': ['open', 'nothing'],
  'get discovery': ['open', 'nothing'],
  'post revocation': ['the application', 'session'],
  'post pushed_authorization_request': ['the application', 'nothing'],
  'get end_session': ['the browser; a page asks', 'nothing'],
  'post end_session': ['the browser; a page asks', 'nothing'],
  'post end_session_confirm': ['the page’s own secret', 'session'],
  'get end_session_success': ['open', 'nothing'],
}

export const callers = ['contact', 'administrator', 'owner', 'operator session', 'operator key'] as const
export const roles = ['member', 'admin', 'owner'] as const
export const anchors = ['contact', 'administrator', 'owner'] as const
export type CallerName = (typeof callers)[number]
export type RoleName = (typeof roles)[number]
export type AnchorName = (typeof anchors)[number]

/** One square of the table. */
export interface Cell {
  readonly caller: CallerName
  /** The person acted upon, who has an identity of the connection. */
  readonly target: RoleName
  readonly after: RoleName
  readonly anchor: AnchorName
  readonly connections: 1 | 2
  readonly isHandedOver: boolean
}

export type Dimension = 'target' | 'after' | 'anchor' | 'connections' | 'isHandedOver'

export const rankOf = (caller: CallerName): number =>
  ({ contact: 0, administrator: 1, owner: 2, 'operator session': 3, 'operator key': 3 })[caller]
