// The URNs that the vendors put on the wire are those of the RFCs (RFC 7643 §8, RFC 7644 §8.2), as the engine has them.
export { enterpriseUserUrn, errorUrn, groupUrn, listResponseUrn, patchOpUrn, userUrn } from '@rollcall/scim'
