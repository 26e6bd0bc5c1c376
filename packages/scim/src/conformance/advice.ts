// What a server's makers can do about a finding. Said for the requirement where there is more to say than what the requirement says,
// else for its clause.

import type { Result } from './report.ts'

/** By id. */
const particular: Readonly<Record<string, string>> = {
  'RFC7643-2.1-schemas':
    'Return "schemas" in every representation, with the URIs of the schemas that it uses.',
  'RFC7643-2.1-case-insensitive':
    'Compare the names of attributes without regard to case when a body is read.',
  'RFC7643-2.4-one-primary':
    'Refuse a second value with "primary": true, or take the mark from the first one, whenever values are written.',
  'RFC7643-2.5-null': 'Read null as "no value": unassign the attribute, and do not refuse the request.',
  'RFC7643-3.1-common-in-users':
    'Give every user an "id" and "meta" with "resourceType", "created", "lastModified" and "location", and return them in each representation.',
  'RFC7643-4.1.1-user-name-required':
    'Refuse a user without "userName" with 400 and the scimType "invalidValue".',
  'RFC7643-4.1.1-user-name-non-empty': 'Refuse an empty "userName" with 400 and the scimType "invalidValue".',
  'RFC7643-4.1.1-user-name-unique':
    'Hold "userName" unique, without regard to case, and refuse a second one with 409 and the scimType "uniqueness".',
  'RFC7643-4.1.1-password-not-returned':
    'Never put "password" into an answer. Whoever can read answers or their logs can read the password now.',
  'RFC7643-2.4-same-twice': 'Store a value that comes twice with the same type once.',
  'RFC7643-4.1.2-emails-canonical': 'Return addresses with their domain in lower case.',
  'RFC7643-4.3-manager-reference': 'Return "$ref" with the URI of the manager beside "value".',
  'RFC7643-5-config-public':
    'Answer /ServiceProviderConfig without a key as well: it says how a client is to authenticate.',
  'RFC7643-6-type-extension-schema':
    'List the schema of every extension in /Schemas, or take the extension out of /ResourceTypes.',
  'RFC7643-7-required':
    'Mark in /Schemas as required what a user cannot be made without, or take users without it. Clients build their mappings from it.',
  'RFC7643-7-read-write':
    'Keep what /Schemas calls writable, or take it out of /Schemas, or call it readOnly. As it is, clients believe that it was written.',
  'RFC7644-2-challenge': 'Answer 401 with the header WWW-Authenticate, such as `WWW-Authenticate: Bearer`.',
  'RFC7644-3.2-put-creates': 'Answer 404 to a PUT of an id that is not there, and create nothing.',
  'RFC7644-3.3-created':
    'Answer a create with 201. If the server needs attributes that its schema does not call required, run the check again with --user FILE and a user that it takes.',
  'RFC7644-3.3-created-group': 'Answer a create of a group with 201.',
  'RFC7644-3.3-location-header':
    'Send the header Location with the URI of the new resource, equal to "meta.location".',
  'RFC7644-3.3-conflict': 'Answer 409 when a unique value is taken.',
  'RFC7644-3.3-conflict-type': 'Put the scimType "uniqueness" into the body of the 409.',
  'RFC7644-3.4.1-known-user': 'Answer GET of a user that was just created with 200 and the user.',
  'RFC7644-3.4.2.2-only-matches':
    'Apply the filter: `userName eq "…"` is how every client looks for a user. A filter that is ignored makes clients take a stranger for the user that they meant.',
  'RFC7644-3.4.2.2-invalid-filter':
    'Refuse a filter that is not understood with 400 and the scimType "invalidFilter"; do not answer as if there were none.',
  'RFC7644-3.4.2.2-qualified':
    'Let an attribute in a filter have its schema in front: `urn:…:User:userName`.',
  'RFC7644-3.4.2.2-case-insensitive':
    'Compare values without regard to case unless the schema says "caseExact": true.',
  'RFC7644-3.4.2.4-count':
    'Return no more resources than "count" asks for, and say in "totalResults" how many there are.',
  'RFC7644-3.4.2.4-pages':
    'Give the next resources for the next "startIndex". Clients that read all users never see those that no page has.',
  'RFC7644-3.4.3-search': 'Take POST to /Users/.search as a query with its parameters in the body.',
  'RFC7644-3.5-put': 'Take PUT of a user.',
  'RFC7644-3.5-put-group': 'Take PUT of a group.',
  'RFC7644-3.5.1-without-id': 'Take the id from the URI, and ignore the one in the body, which is read-only.',
  'RFC7644-3.5.2-success':
    'Take PATCH, and answer 200 with the whole resource, or 204 with no body; or say in /ServiceProviderConfig that PATCH is not supported.',
  'RFC7644-3.5.2-path-values': 'Read a filter in square brackets in a path: `emails[type eq "work"]`.',
  'RFC7644-3.5.2-atomic': 'Apply all operations of a PATCH or none of them.',
  'RFC7644-3.6-no-content': 'Answer DELETE with 204 and no body.',
  'RFC7644-3.6-gone-get': 'Answer 404 to whatever is asked about a deleted resource.',
  'RFC7644-3.7-response':
    'Take POST to /Bulk and answer 200 with the message BulkResponse; or say in /ServiceProviderConfig that bulk is not supported.',
  'RFC7644-3.12-body':
    'Give every error a JSON body with the schema urn:ietf:params:scim:api:messages:2.0:Error, its "status" and a "detail".',
  'RFC7644-3.12-media-type':
    'Send errors as application/scim+json, those too that the framework answers before the code of SCIM runs.',
  'RFC7644-3.11-not-implemented': 'Answer 501 to /Me where it is not offered.',
  'RFC7644-3.9-on-create':
    'Heed "attributes" and "excludedAttributes" in the answer to POST as in that to GET.',
  'RFC7644-3.9-on-replace':
    'Heed "attributes" and "excludedAttributes" in the answer to PUT as in that to GET.',
  'RFC7644-3.10-qualified':
    'Let an attribute in "attributes" have its schema in front: `urn:…:User:name.givenName`.',
  'RFC7644-3.6-name-free': 'Leave deleted users out when a name is looked for among those that are taken.',
  'RFC7644-3.5.2-read-only':
    'Refuse an operation on a read-only attribute with 400 and the scimType "mutability"; a success says that it was done.',
  'RFC7644-3.5.2-path-unknown':
    'Refuse a path that names no attribute with 400 and the scimType "noTarget" or "invalidPath"; a success says that it was done.',
  'RFC7644-3.5.2.1-same-time': 'Leave "meta.lastModified" as it is when an operation changes nothing.',
  'RFC7644-3.5.2.2-path': 'Refuse a "remove" without a path with 400 and the scimType "noTarget".',
  'RFC7644-3.5.2.2-required':
    'Refuse with 400 and the scimType "mutability" to take away what a resource must have. A user without "userName" is found by no client.',
  'RFC7644-4-filter-forbidden':
    'Answer 403 to a filter of /ServiceProviderConfig, /ResourceTypes and /Schemas.',
  'RFC7644-5-composed':
    'Prepare "userName" by the PRECIS profile UsernameCaseMapped (RFC 8265) before it is compared.',
  'RFC7644-5-width':
    'Prepare "userName" by the PRECIS profile UsernameCaseMapped (RFC 8265) before it is compared.',
  'RFC7644-5-case-mapped':
    'Prepare "userName" by the PRECIS profile UsernameCaseMapped (RFC 8265) before it is compared.',
  'RFC7644-4-config': 'Answer GET of /ServiceProviderConfig.',
  'RFC7644-4-schemas':
    'Answer GET of /Schemas with a list of all schemas, those of users and groups among them.',
  'RFC7644-4-resource-types': 'Answer GET of /ResourceTypes with a list of all resource types.',
}

/** By the beginning of the clause; the longest counts. */
const general: readonly (readonly [string, string])[] = [
  ['RFC 7643 §2', 'This is about how attributes and their values are read and returned, in all resources.'],
  ['RFC 7643 §3', 'This is about what every resource has: "schemas", "id", "externalId" and "meta".'],
  ['RFC 7643 §4.1', 'This is about the attributes of users.'],
  ['RFC 7643 §4.2', 'This is about the attributes of groups.'],
  ['RFC 7643 §4.3', 'This is about the enterprise extension of users.'],
  ['RFC 7643 §5', 'This is about what /ServiceProviderConfig answers.'],
  ['RFC 7643 §6', 'This is about what /ResourceTypes answers.'],
  ['RFC 7643 §7', 'This is about what /Schemas answers, and whether the server keeps to it.'],
  ['RFC 7644 §1.3', 'This is about the URIs of resources.'],
  ['RFC 7644 §2', 'This is about requests without a key, or with a wrong one.'],
  ['RFC 7644 §3', 'This is about the protocol as a whole.'],
  ['RFC 7644 §3.3', 'This is about how POST makes resources.'],
  ['RFC 7644 §3.4', 'This is about how resources are read and listed.'],
  ['RFC 7644 §3.4.2.2', 'This is about how filters are read and compared.'],
  ['RFC 7644 §3.4.2.3', 'This is about how lists are sorted.'],
  ['RFC 7644 §3.4.2.4', 'This is about how lists are divided into pages.'],
  ['RFC 7644 §3.4.3', 'This is about queries by POST to /.search.'],
  ['RFC 7644 §3.5.1', 'This is about how PUT replaces resources.'],
  ['RFC 7644 §3.5.2', 'This is about how PATCH reads its paths and applies its operations.'],
  ['RFC 7644 §3.6', 'This is about how DELETE removes resources.'],
  ['RFC 7644 §3.7', 'This is about requests to /Bulk.'],
  ['RFC 7644 §3.8', 'This is about media types and the encoding of bodies.'],
  ['RFC 7644 §3.9', 'This is about "attributes" and "excludedAttributes".'],
  ['RFC 7644 §3.10', 'This is about names of attributes with a schema in front.'],
  ['RFC 7644 §3.11', 'This is about /Me.'],
  ['RFC 7644 §3.12', 'This is about the status and the body of errors.'],
  ['RFC 7644 §3.14', 'This is about versions: ETag, If-Match and If-None-Match.'],
  ['RFC 7644 §4', 'This is about /ServiceProviderConfig, /ResourceTypes and /Schemas.'],
  [
    'RFC 7644 §5',
    'This is about which names count as the same: prepare them by the PRECIS profile UsernameCaseMapped.',
  ],
  ['RFC 9865', 'This is about pages by cursors.'],
]

/** Ids of which more is said than their clause says. */
export const advised: readonly string[] = Object.keys(particular)

function generalAdvice(clause: string): string {
  const [, text] = general
    .filter(([prefix]) => clause.startsWith(prefix))
    .reduce((longest, one) => (one[0].length >= longest[0].length ? one : longest), ['', ''] as const)
  return text
}

/** A sentence or two for the makers of the server; for a result that is a finding. */
export function adviceOf({ id, clause, outcome }: Result): string {
  if (outcome.kind !== 'fail' && outcome.kind !== 'warn') return ''
  const own = particular[id]
  return own ?? `${generalAdvice(clause)} Right would be: ${outcome.expected}.`
}
