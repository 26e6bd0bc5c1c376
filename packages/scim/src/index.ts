// The room `scim`: the SCIM engine, without a server around it. It imports nothing, asks no clock, and gives values back instead of
// answers.
//
// 1. Text is parsed with a bound on its depth (`parse-json`).
// 2. `resource/` reads a body to a resource; `patch/` reads operations and applies them; `list/` and `filter/` read what a list asks for.
// 3. Every name is looked up in a schema (`schema/`), every leniency in a profile (`tolerance.ts`).
// 4. What is wrong is a `ScimError` with its scimType (`error.ts`); each has a code (`refusals.ts`).
// 5. `discovery/` shows what there is; `bulk/` plans several operations; `conformance/` asks all of it of any server.
//
// The public face of the SCIM engine, listed by hand: what is not here may change without notice.

export { type BulkPlan, planBulk } from './bulk/plan-bulk.ts'
export { type BulkOperation, type BulkRequest, readBulk } from './bulk/read-bulk.ts'
export { findBulkId, resolveReferences } from './bulk/references.ts'
export { type BulkOutcome, renderBulkResponse } from './bulk/render-bulk.ts'
export { renderResourceTypes } from './discovery/resource-types.ts'
export { declaresEveryType, renderSchemas } from './discovery/schemas.ts'
export {
  renderServiceProviderConfig,
  type ServiceProviderConfigOptions,
} from './discovery/service-provider-config.ts'
export { type Filling, type RefusalSentence, renderError, ScimError, type ScimType } from './error.ts'
export { matchFilter } from './filter/match.ts'
export { parseFilter } from './filter/parse.ts'
export { printFilter } from './filter/print.ts'
export { resolveFilter } from './filter/resolve.ts'
export type {
  AttributePath,
  CompareOperator,
  CompareValue,
  Filter,
  ResolvedCompare,
  ResolvedFilter,
  ResolvedPresent,
  ResolvedValuePath,
} from './filter/syntax.ts'
export { isJsonEqual, isJsonObject, type JsonObject, type JsonValue, NumberLiteral } from './json.ts'
export { type ListLimits, type ListQuery, readListQuery, readSearchRequest } from './list/list-query.ts'
export { renderListResponse } from './list/list-response.ts'
export { compareSortKeys, type SortOrder, sortKey } from './list/sort.ts'
export { assertJsonDepth, parseJson, parsePlainJson, RepeatedNameError } from './parse-json.ts'
export { applyPatch, type PatchResult } from './patch/apply-patch.ts'
export { type Patch, type PatchOperation, readPatch } from './patch/read-patch.ts'
export { choosesSeveral } from './patch/values.ts'
export { type RefusalCode, refusals, refuse } from './refusals.ts'
export {
  assertFits,
  findOversize,
  type Oversize,
  refuseOversize,
  resourceBounds,
  utf8Length,
} from './resource/bounds.ts'
export { projectResource, readSelection, type Selection } from './resource/project.ts'
export { type ReadResult, readResource } from './resource/read.ts'
export { findReferencedId } from './resource/read-value.ts'
export { type ReplaceResult, replaceResource } from './resource/replace.ts'
export { matchesETag, renderETag } from './resource/version.ts'
export type { Attribute, AttributeType, ResolvedPath, ResourceType, Schema } from './schema/attribute.ts'
export { compareCodePoints, comparisonKey } from './schema/comparison.ts'
export { groupSchema } from './schema/core-group.ts'
export { userSchema } from './schema/core-user.ts'
export { enterpriseUserSchema } from './schema/enterprise-user.ts'
export { extendResourceType, extensionLimits, readExtensionSchema } from './schema/extension.ts'
export { findAttribute } from './schema/registry.ts'
export { groupResourceType, userResourceType } from './schema/resource-types.ts'
export {
  addReading,
  type Demand,
  demands,
  isDemanded,
  mayTolerate,
  type Notes,
  note,
  type Profile,
  type ProfileName,
  profiles,
  type Reading,
  type Remark,
  remarks,
  startReading,
  type Tolerance,
  tolerances,
  toName,
} from './tolerance.ts'
export {
  bulkRequestUrn,
  bulkResponseUrn,
  enterpriseUserUrn,
  errorUrn,
  groupUrn,
  listResponseUrn,
  patchOpUrn,
  resourceTypeUrn,
  schemaUrn,
  searchRequestUrn,
  serviceProviderConfigUrn,
  userUrn,
} from './urn.ts'
