// Which requirements say nothing new once another one has a finding. They are not tried then: one cause is one finding.

/** The requirement with the finding, and those that would only repeat it. */
const repeated: Readonly<Record<string, readonly string[]>> = {
  'RFC7643-2.1-schemas': [
    ...['RFC7643-3-schemas-non-empty', 'RFC7643-3-schemas-of-type', 'RFC7643-3-schemas-unique'],
    ...['RFC7643-3.3-base-schema', 'RFC7643-3.3-extension-named', 'RFC7643-7-schema-for-every-uri'],
    ...['RFC7643-6-type-extension-present', 'RFC7644-3.3.1-group-type', 'RFC7644-3.5.2-schemas-extended'],
    'RFC7644-3.5.1-as-read',
  ],
  'RFC7643-3-schemas-of-type': ['RFC7643-7-schema-for-every-uri'],
  'RFC7643-6-type-schema': ['RFC7643-3-schemas-of-type', 'RFC7643-7-schema-for-every-uri'],
  'RFC7643-6-type-extension-schema': ['RFC7643-7-schema-for-every-uri'],
  'RFC7643-3.3-extension-named': ['RFC7644-3.5.2-schemas-extended'],
  'RFC7643-2.3-json-types': ['RFC7644-3.8-lists-as-arrays'],
  'RFC7643-2.3.6-base64': ['RFC7643-4.1.2-certificates'],
  'RFC7643-2.3.7-uri': [
    ...['RFC7643-2.3.7-base-uri', 'RFC7643-2.3.7-addressable', 'RFC7643-4.2-members-reference'],
  ],
  'RFC7643-2.4-one-primary': ['RFC7644-3.5.2-primary', 'RFC7644-3.5.2-primary-added'],
  'RFC7643-2.5-null': ['RFC7644-3.5.1-null-clears'],
  'RFC7643-2.5-empty-list': ['RFC7644-3.5.1-empty-list-clears'],
  'RFC7643-3.1-common-in-users': [
    ...['RFC7643-3.1-meta-ignored', 'RFC7643-3.1-meta-location', 'RFC7643-3.1-meta-resource-type'],
    ...['RFC7644-3.3.1-user-type', 'RFC7644-3.3-location-in-body', 'RFC7643-3-common-attributes'],
    ...['RFC7643-3.1-common-in-groups'],
  ],
  'RFC7643-3.1-meta-resource-type': ['RFC7644-3.3.1-user-type'],
  'RFC7643-3.1-meta-location': ['RFC7644-3.3-location-in-body'],
  'RFC7643-3.1-meta-version': ['RFC7644-3.14-meta-version'],
  'RFC7643-3.1-external-id-case-exact': ['RFC7644-3.4.2.2-case-exact'],
  'RFC7643-3.1-external-id-kept': ['RFC7643-7-case-preserved'],
  'RFC7643-3.1-meta-ignored': ['RFC7644-3.3-read-only-ignored', 'RFC7644-3.5.1-read-only-ignored'],
  'RFC7643-4.1.1-user-name-required': [
    ...['RFC7643-4.1.1-user-name-non-empty', 'RFC7644-3.12-400-missing', 'RFC7644-3.7-continue'],
    ...['RFC7644-3.7-fail-on-errors', 'RFC7644-3.7-error-response', 'RFC7644-3.7.3-location-failed-post'],
    ...['RFC7644-3.7.3-description'],
  ],
  'RFC7643-4.1.1-user-name-unique': [
    ...['RFC7643-4.1.1-user-name-case', 'RFC7643-7-unique-in-server', 'RFC7644-3.3-conflict'],
    ...['RFC7644-3.3-conflict-type', 'RFC7644-3.12-409-create', 'RFC7644-3.12-409-replace'],
    ...['RFC7644-3.12-409-patch', 'RFC7644-5-composed', 'RFC7644-5-width', 'RFC7644-5-case-mapped'],
  ],
  'RFC7643-4.1.1-user-name-case': ['RFC7644-5-case-mapped'],
  'RFC7644-3.3-created': ['RFC7644-3.7.3-status'],
  'RFC7644-3.6-no-content': ['RFC7644-3.7.3-status'],
  'RFC7644-3.3-location-header': ['RFC7644-3.3-location-in-body'],
  'RFC7644-3.3-conflict': [
    ...['RFC7644-3.12-409-create', 'RFC7644-3.12-409-replace', 'RFC7644-3.12-409-patch'],
  ],
  'RFC7644-3.3-conflict-type': [
    ...['RFC7644-3.12-409-create', 'RFC7644-3.12-409-replace', 'RFC7644-3.12-409-patch'],
  ],
  'RFC7643-4.1.1-password-not-returned': ['RFC7643-4.1.1-password-never', 'RFC7643-7-write-only'],
  'RFC7643-4.1.2-groups-value': [...['RFC7643-4.1.2-groups-reference', 'RFC7643-4.1.2-groups-direct']],
  'RFC7643-4.2-members-value': [
    ...['RFC7644-3.5-put-group', 'RFC7644-3.5.1-members-replaced', 'RFC7644-3.5.2.2-members'],
    ...['RFC7644-3.5.2.2-member', 'RFC7644-3.5.2.3-members', 'RFC7644-3.5.2.3-group-name'],
    ...['RFC7644-3.5.2.2-no-member', 'RFC7644-3.5.2.1-member-again', 'RFC7644-3.5.2-immutable'],
    ...['RFC7644-3.5.2.1-member', 'RFC7644-3.7.2-reference', 'RFC7644-3.9-of-groups'],
  ],
  'RFC7643-5-config-bulk': ['RFC7644-3.7.4-limits'],
  'RFC7643-7-read-only': ['RFC7644-3.5.2-read-only', 'RFC7644-3.12-400-mutability'],
  'RFC7644-3.5.2-read-only': ['RFC7644-3.12-400-mutability', 'RFC7644-3.5.2.2-read-only'],
  'RFC7644-3.9-attributes': [
    ...['RFC7643-7-returned-default', 'RFC7644-3.9-attributes-sub', 'RFC7644-3.9-on-create'],
    ...['RFC7644-3.10-qualified', 'RFC7644-3.10-case', 'RFC7644-3.10-extension', 'RFC7644-3.5.2-attributes'],
    ...['RFC7644-3.4.2.5-attributes', 'RFC7644-3.4.3-search-attributes', 'RFC7643-3-common-attributes'],
    ...['RFC7643-7-returned-always', 'RFC7643-7-returned-request'],
  ],
  'RFC7644-3.9-attributes-sub': ['RFC7644-3.10-qualified', 'RFC7644-3.10-case'],
  'RFC7644-3.9-excluded': [
    ...['RFC7644-3.9-on-replace', 'RFC7644-3.9-of-groups', 'RFC7644-3.4.2.5-excluded-attributes'],
    ...['RFC7644-3.4.3-search-excluded', 'RFC7644-3.4.2.5-excluded-always'],
  ],
  'RFC7644-3.10-qualified': ['RFC7644-3.10-case', 'RFC7644-3.10-extension'],
  'RFC7644-3.4.1-known-user': ['RFC7644-3.2-error-status', 'RFC7644-3.12-404-resource'],
  'RFC7644-3.4.2-resources': ['RFC7643-6-type-endpoint'],
  'RFC7644-3.4.2-list-urn': ['RFC7644-3.4.2-list-urn-groups'],
  'RFC7644-3.4.2-total-results': [
    ...['RFC7644-3.4.2.4-total', 'RFC7644-3.4.2.4-count-zero', 'RFC7644-3.4.2-nothing-found'],
    ...['RFC7644-3.4.2.4-pages', 'RFC7644-4-schemas-whole', 'RFC7644-3.4.3-search-page'],
  ],
  'RFC7644-3.4.2.2-only-matches': ['RFC7644-3.4.2.2-eq', 'RFC7644-3.4.2-nothing-found'],
  'RFC7644-3.4.2.2-case-insensitive': ['RFC7643-7-case-in-filters'],
  'RFC7644-3.4.2.2-invalid-filter': ['RFC7644-3.12-400-filter'],
  'RFC7644-3.4.2.2-any-value': ['RFC7644-3.4.2.2-group-members'],
  'RFC7644-3.4.2.2-no-value': ['RFC7644-3.4.3-search-invalid'],
  'RFC7644-3.4.2.4-count': [
    ...['RFC7644-3.4.2-start-index', 'RFC7644-3.4.2.4-start-index-below-1', 'RFC7644-3.4.2.4-count-zero'],
    ...['RFC7644-3.4.2.4-count-negative', 'RFC7644-3.4.2.4-pages', 'RFC7644-3.4.3-search-page'],
    ...['RFC9865-2-count', 'RFC9865-2-next', 'RFC9865-2-valueless', 'RFC9865-2.1-invalid-count'],
    ...['RFC9865-2.3-index', 'RFC9865-2.3-unspecified', 'RFC9865-3-search', 'RFC9865-3-search-next'],
  ],
  'RFC7644-3.4.2.4-count-zero': ['RFC7644-3.4.2.4-count-negative'],
  'RFC7644-3.4.2-start-index': ['RFC7644-3.4.2.4-start-index-below-1'],
  'RFC7644-3.4.2.3-sort-singular': ['RFC7644-3.4.2.3-sort-default', 'RFC7644-3.4.2.3-sort-descending'],
  'RFC7644-3.4.3-search': [
    ...['RFC7644-3.4.3-search-filter', 'RFC7644-3.4.3-search-attributes', 'RFC7644-3.4.3-search-excluded'],
    ...['RFC7644-3.4.3-search-sort', 'RFC7644-3.4.3-search-page', 'RFC7644-3.4.3-search-invalid'],
    ...['RFC7644-3.4.3-search-groups', 'RFC7644-3.4.3-search-root', 'RFC9865-3-search'],
    ...['RFC9865-3-search-next', 'RFC9865-3-search-invalid'],
  ],
  'RFC7644-3.4.3-search-filter': [
    ...['RFC7644-3.4.3-search-attributes', 'RFC7644-3.4.3-search-excluded', 'RFC7644-3.4.3-search-groups'],
    ...['RFC7644-3.4.3-search-sort', 'RFC7644-3.4.3-search-page', 'RFC7644-3.4.3-search-invalid'],
  ],
  'RFC7644-3.2-put-creates': ['RFC7644-3.5.1-put-creates'],
  'RFC7644-3.2-error-status': ['RFC7644-3.12-404-resource', 'RFC7644-3.6-gone-get', 'RFC7644-3.12-404-group'],
  'RFC7644-3.12-body': [
    ...['RFC7644-3.12-status', 'RFC7644-3.12-scim-type', 'RFC7644-3.12-detail', 'RFC7644-3.12-media-type'],
    ...['RFC7644-3.2-error-status-in-body'],
  ],
  'RFC7644-3.12-status': ['RFC7644-3.2-error-status-in-body'],
  'RFC7644-3.12-401-missing': ['RFC7644-3.12-401-wrong', 'RFC9865-5-authorized'],
  'RFC7644-3.6-gone-get': [
    ...['RFC7644-3.6-gone-put', 'RFC7644-3.6-gone-patch', 'RFC7644-3.6-gone-delete'],
    ...['RFC7644-3.6-gone-from-lists', 'RFC7644-3.6-gone-group', 'RFC7644-3.6-name-free'],
  ],
  'RFC7644-3.5-put-group': ['RFC7644-3.5.1-members-replaced'],
  'RFC7644-3.6-gone-delete': ['RFC7644-3.7.3-status'],
  'RFC7644-3.5.2-path': [
    ...['RFC7644-3.5.2-path-sub-attribute', 'RFC7644-3.5.2-path-case', 'RFC7644-3.5.2-path-qualified'],
    ...['RFC7644-3.5.2-order', 'RFC7644-3.5.2-schemas-kept', 'RFC7644-3.5.2-attributes'],
    ...['RFC7644-3.5.2.3-single-valued', 'RFC7644-3.5.2.3-absent', 'RFC7644-3.5.2-atomic'],
  ],
  'RFC7644-3.5.2-path-values': ['RFC7644-3.5.2.3-filter'],
  'RFC7644-3.5.2-path-value-sub-attribute': [
    ...['RFC7644-3.5.2-primary', 'RFC7644-3.5.2.3-filter-sub-attribute', 'RFC7644-3.5.2.3-no-match'],
  ],
  'RFC7644-3.5.2-path-malformed': ['RFC7644-3.12-400-path', 'RFC7644-3.12-400-path-filter'],
  'RFC7644-3.5.2-path-qualified': ['RFC7644-3.5.2-schemas-extended'],
  'RFC7644-3.5.2-operations': ['RFC7644-3.12-400-patch-syntax'],
  'RFC7644-3.5.2.1-new-attribute': ['RFC7644-3.5.2.1-single-valued', 'RFC7644-3.5.2.1-sub-attribute'],
  'RFC7644-3.5.2.2-path': ['RFC7644-3.12-400-no-target'],
  'RFC7644-3.5.2.2-single-valued': ['RFC7644-3.5.2.2-sub-attribute', 'RFC7644-3.5.2.2-multi-valued'],
  'RFC7644-3.5.2.2-filter': [
    ...['RFC7644-3.5.2.2-filter-sub-attributes', 'RFC7644-3.5.2.2-filter-last', 'RFC7644-3.5.2.2-member'],
  ],
  'RFC7644-3.5.2.3-multi-valued': ['RFC7644-3.5.2.3-multi-valued-no-path'],
  'RFC7644-3.5.2.3-no-path': ['RFC7644-3.5.2.3-multi-valued-no-path'],
  'RFC7644-3.5.1-values-replaced': ['RFC7643-2.5-null', 'RFC7643-2.5-empty-list'],
  'RFC7644-3.7-error-response': ['RFC7644-3.7.3-description'],
  'RFC7644-3.7.2-reference': [
    ...['RFC7644-3.7-out-of-order', 'RFC7644-3.7.1-circular', 'RFC7644-3.7.2-reference-extension'],
    ...['RFC7644-3.7.2-reference-patch'],
  ],
  'RFC7644-3.7-out-of-order': ['RFC7644-3.7.1-circular'],
  'RFC7644-3.7-continue': ['RFC7644-3.7.3-all-results', 'RFC7644-3.7-fail-on-errors'],
  'RFC7644-3.11-not-implemented': ['RFC7644-3.11-redirect', 'RFC7644-3.11-location'],
  'RFC7644-3.8-accept-scim': ['RFC7644-3.8-default-format'],
  'RFC7644-3.14-if-match-stale': ['RFC7644-3.14-if-match-patch', 'RFC7644-3.12-412', 'RFC7644-3.7-version'],
  'RFC7644-3.14-not-modified': ['RFC7644-3.14-group-etag'],
  'RFC7644-4-config': [
    ...['patch', 'bulk', 'filter', 'changepassword', 'sort', 'etag', 'authentication'].map(
      (name) => `RFC7643-5-config-${name}`,
    ),
    'RFC7643-5-config-public',
    'RFC7643-5-config-read-only',
    'RFC7644-3.5-patch',
    'RFC7644-3.7.4-limits',
    'RFC9865-4-config',
  ],
  'RFC7644-4-schemas': ['RFC7644-4-schemas-whole', 'RFC7644-4-parameters-ignored'],
  'RFC9865-2-next': [
    'RFC9865-2-complete',
    'RFC9865-2.3-chosen',
    'RFC9865-2.2-sorted',
    'RFC9865-2.2-sorted-missing',
  ],
  'RFC9865-2.1-error': ['RFC9865-2.1-invalid-cursor', 'RFC9865-2.1-detail', 'RFC9865-5-uniform'],
  'RFC9865-2.1-invalid-cursor': ['RFC9865-3-search-invalid'],
}

/** Requirements after whose finding this one is not tried. */
export function restsOf(id: string): readonly string[] {
  return Object.entries(repeated).flatMap(([cause, others]) => (others.includes(id) ? [cause] : []))
}

/** The requirements with their repetitions, for a test of the names. */
export const repetitions = repeated
