// What the catalogue finds in the service itself, and why: listed here for the tests that hold the service to it and for the page of
// docs/conformance.md, which tells of the same.
import type { Demand } from '@rollcall/scim'

/** What we do not do though we should: values are stored as sent, and Entra's validator sends no operations. */
export const departures: Readonly<Record<string, string>> = {
  'RFC7643-4.1.2-emails-canonical': 'addresses are returned as the directory wrote them',
  'RFC7644-3.5.2-operations-empty': "a PATCH without operations changes nothing: Entra's validator sends one",
}

/** What the RFCs ask and the interoperability profile forbids, by the demand that does. */
export const forbidden: Readonly<Record<string, Demand>> = {
  'RFC7644-3.5.2-path-values': 'sub-attribute-paths',
  'RFC7644-3.5.2.1-no-path': 'path-required',
  'RFC7644-3.5.2.3-complex': 'whole-replace',
  'RFC7644-3.5.2.3-filter-sub-attribute': 'one-match',
  'RFC7644-3.5.2.3-no-path': 'path-required',
}
