// The public face of the management API's contract.
export { type CallInput, type Client, createClient, ProblemError } from './client.ts'
export { type OpenApiDocument, renderOpenApi } from './openapi.ts'
export { type OperationId, operations } from './operations.ts'
export type {
  ActivityView,
  ApiKey,
  CreatedApiKey,
  EventView,
  NewApiKey,
  NewOrganization,
  Organization,
  OrganizationChange,
  Page,
  ProblemBody,
  Provisioning,
  ProvisioningMode,
  ProvisioningStatus,
  Role,
} from './schemas.ts'
