// The URNs of SCIM 2.0 messages and schemas (RFC 7643 §10, RFC 7644 §10). Nothing else.

/** RFC 7644 §3.5.2. */
export const patchOpUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
/** RFC 7644 §3.4.2. */
export const listResponseUrn = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'
/** RFC 7644 §3.4.3. */
export const searchRequestUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'
/** RFC 7644 §3.7. */
export const bulkRequestUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
/** RFC 7644 §3.7. */
export const bulkResponseUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse'
/** RFC 7644 §3.12. */
export const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error'
/** RFC 7643 §4.1. */
export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
/** RFC 7643 §4.2. */
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
/** RFC 7643 §4.3. */
export const enterpriseUserUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
/** RFC 7643 §5. */
export const serviceProviderConfigUrn = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'
/** RFC 7643 §6. */
export const resourceTypeUrn = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType'
/** RFC 7643 §7. */
export const schemaUrn = 'urn:ietf:params:scim:schemas:core:2.0:Schema'
