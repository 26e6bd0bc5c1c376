// The URNs that the vendors put on the wire (RFC 7643 §8, RFC 7644 §8.2).

/** RFC 7644 §3.5.2. */
export const patchOpUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
/** RFC 7644 §3.4.2. */
export const listResponseUrn = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'
/** RFC 7644 §3.12. */
export const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error'
/** RFC 7643 §4.1. */
export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
/** RFC 7643 §4.2. */
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
/** RFC 7643 §4.3. */
export const enterpriseUserUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
