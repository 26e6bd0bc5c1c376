// The room `api`: the contract of the management API, a file a noun, and what is made of it. The server binds it, the console and the
// client call it.
//
// 1. A noun's file has its shapes and its operations (`operationsOf`): method, path, who may call, request, answers.
// 2. `operations.ts` puts the nouns together; from there come `paths.ts`, the typed client and the OpenAPI document.
// 3. `events.ts` is the catalogue of events, `event-fields.ts` what their fields mean.
// 4. `problems.ts` is the table of refusals, by code.
// 5. `vendor-labels.ts` has the labels of vendors' consoles with their sources. `defaults.ts` holds what a screen needs without a schema.
//
// The public face of the management API's contract.

export type { ApplicationBrand, ApplicationBrandChange, OrganizationLogo } from './brand.ts'
export { brandImageKinds, maxBrandImageBytes, maxBrandImagePixels } from './brand-images.ts'
export {
  type CallInput,
  type Client,
  createClient,
  formerNames,
  ProblemError,
  type ResultOf,
} from './client.ts'
export { type Accent, accentsOf, contrastOf, shadesOf } from './color.ts'
export { defaultDeprovisionGuard, defaultProfile, profileNames, unconfirmedBounds } from './defaults.ts'
export { type EmbedIntent, embedIntents, type SetUpIntent, setUpIntents } from './embed-intents.ts'
export {
  type Change,
  type EventData,
  type EventType,
  eventCatalog,
  eventTypes,
  type FeedEvent,
  type InstallationEventType,
  installationEventTypes,
  operatorEventTypes,
  type UserState,
} from './events.ts'
export {
  type ApiCall,
  type ApiOperation,
  type ApiParameter,
  type ApiReader,
  type ApiSchema,
  choicesOf,
  jsonOf,
  nameOfSchema,
  readApi,
} from './examples.ts'
export { explainIssue } from './explain-issue.ts'
export {
  connectable,
  type IdentityProviderName,
  identityProviders,
  played,
  profiled,
} from './identity-providers.ts'
export { type LanguageCode, languageCodes } from './languages.ts'
export { type OpenApiDocument, renderOpenApi } from './openapi.ts'
export type { Access } from './operation.ts'
export { type FormerRoute, formerRoutes, type OperationId, operations } from './operations.ts'
export { type ProblemCode, type ProblemStatus, problemCodes, problems } from './problems.ts'
export {
  type FormerConflict,
  readFormerFields,
  renamingOf,
  tellConflict,
  withFormerFields,
} from './renamed.ts'
export type {
  ActivityView,
  AnchorDetail,
  AnchorRestored,
  AnchorSource,
  AnchorWord,
  ApiKey,
  Application,
  ApplicationChange,
  ArchivedEvents,
  Asleep,
  Brand,
  BrandChange,
  BrandImageKind,
  Connection,
  ConnectionChange,
  ConnectionOptions,
  CreatedApiKey,
  CreatedApplication,
  CreatedInvitation,
  CreatedOAuthClient,
  CreatedPortalLink,
  CreatedWebhookEndpoint,
  DailyCounts,
  Delivery,
  DeprovisionAlert,
  DeprovisionGuard,
  Domain,
  DroppedEvents,
  Embedding,
  Ending,
  EventArchivePage,
  EventVerification,
  EventView,
  FeedQuery,
  Group,
  GroupName,
  Identity,
  ImportResult,
  Installation,
  InstallationStatistics,
  Invitation,
  MappingPreview,
  MappingPreviewRequest,
  Member,
  MetadataPreview,
  NewApiKey,
  NewApplication,
  NewBrandImage,
  NewConnection,
  NewEmbedSession,
  NewInvitation,
  NewOAuthClient,
  NewOrganization,
  NewPortalLink,
  NewWebhookEndpoint,
  OAuthClient,
  OidcSource,
  OperatorNeed,
  OperatorNeeds,
  OperatorSessionView,
  Organization,
  OrganizationChange,
  OrganizationSummary,
  Page,
  PortalLink,
  ProblemBody,
  Provisioning,
  ProvisioningChange,
  ProvisioningMode,
  ProvisioningPreview,
  ProvisioningStatus,
  RecoveryAddress,
  Relink,
  RelinkPreview,
  RelinkResult,
  Resend,
  Role,
  RoleMappings,
  RoleMappingsPreview,
  SchemaExtensions,
  ServiceKey,
  SessionView,
  SetUp,
  SetUpDetail,
  SetUpQuestion,
  ShownBrand,
  SigningKey,
  StagedAnchor,
  Statistics,
  User,
  UserChange,
  UserChanges,
  UserChangesResult,
  UserDetail,
  UserImport,
  UserSession,
  WebhookEndpoint,
  WebhookEndpointChange,
} from './schemas.ts'
export {
  anchorSourceSchema,
  mappingTargets,
  maxChangedUsers,
  maxSentAttributes,
  metadataWarningCodes,
} from './schemas.ts'
export { toHelpUrl, unbranded } from './unbranded.ts'
export { type LabelSource, listLabels, vendorLabels } from './vendor-labels.ts'
