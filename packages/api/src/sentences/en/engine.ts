// English: what the SCIM engine refuses, tolerates and leaves aside, as `@rollcall/scim` says it. Made from it: `npm run contract`
// writes it anew.

/** Sentences of the SCIM engine. */
export const engine = {
  body_not_json: 'The body is not valid JSON.',
  body_not_object: 'The body must be a JSON object.',
  json_too_deep: 'JSON may be nested at most {most} levels deep.',
  numbers_too_many:
    'At most {most} numbers of a body may have more than 15 digits, a fraction or an exponent.',
  name_repeated: '"{name}" is named more than once.',
  name_twice: 'The name "{name}" stands twice in one object.',
  attribute_repeated: 'The attribute "{path}" is named more than once.',
  attribute_unknown: 'The body has "{name}", an attribute that the schema does not have.',
  schemas_not_list: 'The list "schemas" must be a list.',
  schemas_not_urns: 'The list "schemas" must hold URNs.',
  schemas_unknown: 'The list "schemas" names "{urn}", a schema that this resource type does not have.',
  schemas_lack_message: 'The list "schemas" must name {urn}.',
  schemas_lack_extension: 'The list "schemas" must name "{urn}": attributes of that schema are present.',
  value_required: 'The attribute "{path}" is required.',
  value_not_string: 'The attribute "{path}" must be a string.',
  value_not_text: 'The attribute "{path}" must not contain U+0000 or half of a surrogate pair.',
  value_not_boolean: 'The attribute "{path}" must be true or false.',
  value_not_number: 'The attribute "{path}" must be a number.',
  value_not_integer: 'The attribute "{path}" must be an integer below 2^53.',
  value_not_time: 'The attribute "{path}" must be a date and time such as 2024-01-31T12:00:00Z.',
  value_has_controls: 'The attribute "{path}" must be a URI without control characters.',
  value_has_spaces: 'The attribute "{path}" must be a URI without spaces.',
  value_not_base64: 'The attribute "{path}" must be base64.',
  value_not_object: 'The attribute "{path}" must be an object.',
  value_not_list: 'The attribute "{path}" must be a list.',
  value_many_primaries: 'The attribute "{path}" has more than one primary value.',
  value_lacks_value: 'The attribute "{path}" needs the "value" of each.',
  value_lacks_removals:
    'The attribute "{path}" needs the values to remove, or none at all to remove every one.',
  value_too_large: 'The attribute "{path}" has a value of more than {kilobytes} KB.',
  value_too_long: 'The attribute "{path}" is longer than {bytes} bytes of UTF-8.',
  resource_too_large: 'The attribute "{path}" makes the resource larger than {kilobytes} KB.',
  filters_too_many: 'At most {most} keys of a body may choose values by a filter.',
  key_without_value: 'The key "{path}[…]" describes no value.',
  not_removable: 'The attribute "{path}" can be changed but not removed.',
  required_not_removable: 'The attribute "{path}" is required and cannot be removed.',
  read_only: 'The attribute "{path}" is read-only.',
  immutable: 'The attribute "{path}" is immutable and already has a value.',
  unchangeable: 'The attribute "{path}" cannot be changed.',
  filter_attribute_unknown: 'The filter names "{name}", an attribute that the schema does not have.',
  filter_attribute_secret: 'The attribute "{path}" cannot be used in a filter.',
  filter_attribute_complex: 'The attribute "{path}" is complex: compare one of its sub-attributes.',
  filter_null: 'Only eq and ne compare with null.',
  filter_operator: 'The operator {operator} does not apply to "{path}", whose type is {type}.',
  filter_value: 'The filter compares "{path}" with a value that is no valid {type}.',
  filter_brackets: 'The attribute "{path}" has no values that brackets could choose among.',
  text_too_long:
    'The {what?path:path|filter:filter} is not valid at column {column}: at most {most} characters are read.',
  text_too_deep:
    'The {what?path:path|filter:filter} is not valid at column {column}: at most {most} levels are read.',
  text_too_many:
    'The {what?path:path|filter:filter} is not valid at column {column}: at most {most} comparisons are read.',
  text_lacks_operator:
    'The {what?path:path|filter:filter} is not valid at column {column}: an operator is expected (eq, ne, co, sw, ew, gt, ge, lt, le, pr).',
  text_lacks_attribute:
    'The {what?path:path|filter:filter} is not valid at column {column}: an attribute name is expected.',
  text_only_sub_attributes:
    'The {what?path:path|filter:filter} is not valid at column {column}: only sub-attributes are named inside brackets.',
  text_brackets_nested:
    'The {what?path:path|filter:filter} is not valid at column {column}: brackets stand directly after an attribute and not inside each other.',
  text_brackets_apart:
    'The {what?path:path|filter:filter} is not valid at column {column}: brackets stand directly after an attribute.',
  text_lacks_sub_attribute:
    'The {what?path:path|filter:filter} is not valid at column {column}: a sub-attribute is expected.',
  text_lacks_word:
    'The {what?path:path|filter:filter} is not valid at column {column}: "and", "or" or a closing bracket is expected.',
  text_bracket_open:
    'The {what?path:path|filter:filter} is not valid at column {column}: the bracket is never closed.',
  text_goes_on:
    'The {what?path:path|filter:filter} is not valid at column {column}: the path should end here.',
  text_lacks_urn:
    'The {what?path:path|filter:filter} is not valid at column {column}: a schema is named by its URN.',
  text_quote_open:
    'The {what?path:path|filter:filter} is not valid at column {column}: the quotation mark is never closed.',
  text_escape:
    'The {what?path:path|filter:filter} is not valid at column {column}: a string is escaped as in JSON.',
  text_lacks_value:
    'The {what?path:path|filter:filter} is not valid at column {column}: a value is expected.',
  text_lacks_quotes:
    'The {what?path:path|filter:filter} is not valid at column {column}: a string stands in double quotation marks.',
  text_single_quotes:
    'The {what?path:path|filter:filter} is not valid at column {column}: a string stands in double quotation marks, not single ones.',
  parameter_not_integer: 'The parameter "{name}" must be an integer below 2^53.',
  parameter_not_string: 'The parameter "{name}" must be a string.',
  parameter_not_strings: 'The parameter "{name}" must hold strings.',
  sort_order: 'The parameter "sortOrder" must be "ascending" or "descending".',
  sort_by: 'The parameter "sortBy" names "{name}", which is no attribute that can be sorted by.',
  start_with_cursor: 'The parameter "startIndex" does not go with a cursor.',
  selection_unknown: 'A selection names "{name}", an attribute that the schema does not have.',
  selection_both: 'Use either "attributes" or "excludedAttributes", not both.',
  patch_operation: 'Operation {number} of {count}:',
  patch_operation_at: 'Operation {number} of {count} ({op} "{path}"):',
  patch_operation_bare: 'Operation {number} of {count} ({op} without a path):',
  patch_too_many: 'A PATCH may have at most {most} operations.',
  patch_values_too_many: 'The PATCH operations look at too many values: send them in several requests.',
  patch_lacks_operations: 'The body must have a list "Operations".',
  patch_operation_not_object: 'A PATCH operation must be an object.',
  patch_op: 'The "op" of a PATCH operation must be "add", "replace" or "remove".',
  patch_path_not_string: 'The path of a PATCH operation must be a string.',
  patch_lacks_path: 'A PATCH operation must have a path.',
  patch_remove_lacks_path: 'A "remove" operation must have a path.',
  patch_lacks_value: 'A PATCH operation "{op}" must have a value.',
  patch_value_not_object: 'Without a path the value must be an object.',
  patch_path_of_schema: 'The path "{path}" names a whole schema and not an attribute.',
  patch_schema_removed: 'A whole schema cannot be removed.',
  patch_path_unknown: 'The path "{path}" names an attribute that the schema does not have.',
  patch_path_lacks_sub: 'The path "{path}[…]" needs a sub-attribute behind its brackets.',
  patch_nothing_chosen: 'No value of "{path}" satisfies the filter of the path.',
  patch_several_chosen: 'The filter of the path "{path}[…]" chooses more than one value.',
  bulk_too_many: 'A bulk request may have at most {most} operations.',
  bulk_id_not_string: 'A "bulkId" must be a string.',
  bulk_version_not_string: 'The "version" of a bulk operation must be a string.',
  bulk_operation_not_object: 'A bulk operation must be an object.',
  bulk_method: 'The "method" of a bulk operation must be POST, PUT, PATCH or DELETE.',
  bulk_path: 'A bulk {method} needs a path like {example}.',
  bulk_lacks_id: 'A bulk POST must have a "bulkId".',
  bulk_lacks_data: 'A bulk {method} must have "data".',
  bulk_fail_on_errors: '"failOnErrors" must be an integer, and not a negative one.',
  bulk_id_taken: 'Another operation has this bulkId already.',
  bulk_id_unknown: 'The operation refers to a bulkId that no POST of this request has.',
  bulk_circle: 'Operations of this request refer to each other in a circle.',
  'op-any-case': 'The PATCH operation was written in another case, such as "Replace"{names[]: }.',
  'boolean-strings': 'A boolean was sent as a string, such as "True"{names[]: }.',
  'boolean-numbers': 'A boolean was sent as 1 or 0{names[]: }.',
  'numbers-as-strings': 'A number was sent where the schema has a string{names[]: }.',
  'number-strings': 'A number was sent as a string, such as "7"{names[]: }.',
  'loose-dates':
    'A date and time was sent in another form than that of XML Schema, such as a date alone{names[]: }.',
  'base64-line-breaks': 'A base64 value contained white space, which was taken out{names[]: }.',
  'path-less-keys':
    'An object named an attribute by a path, such as "name.givenName" or a URN, as its key{names[]: }.',
  'dotted-urns': 'The URN of a schema was followed by a dot in place of a colon{names[]: }.',
  'unqualified-names': 'An attribute of an extension was named without the URN of its schema{names[]: }.',
  'query-names':
    'A query parameter was written in another case, sent more than once or without a value{names[]: }.',
  'manager-as-string':
    'A plain string, or a number, was sent for a complex attribute and was read as its "value"{names[]: }.',
  'wrapped-values':
    'A single value was sent inside a list or as an object with a "value", or a list as one value{names[]: }.',
  'simple-values-as-objects':
    'A simple value of a list was sent as an object with a "value", or chosen by "value" in brackets{names[]: }.',
  'json-in-string': 'A complex value was sent as JSON text inside a string{names[]: }.',
  'empty-string-clears': 'An empty string was read as no value{names[]: }.',
  'ignore-read-only': 'A read-only attribute was sent and ignored{names[]: }.',
  'ignore-unknown': 'An attribute that no schema has was sent and ignored{names[]: }.',
  'schemas-missing':
    'The list "schemas" was missing, incomplete or named a schema that is unknown here{names[]: }.',
  'scim1-urns': 'A schema was named by its SCIM 1 URN{names[]: }.',
  'patch-schemas-missing': 'The PATCH body did not name the PatchOp message in "schemas"{names[]: }.',
  'bulk-paths':
    'A bulk operation named its resource with the base URL, or its endpoint in another case{names[]: }.',
  'bulk-id-missing': 'A bulk operation that creates did not name a bulkId{names[]: }.',
  'unquoted-filter-values': 'A filter compared with a value without quotation marks{names[]: }.',
  'create-missing-target':
    'A value filter of a PATCH path matched nothing, so the value it describes was made{names[]: }.',
  'many-primaries': 'More than one value was marked primary; the first one kept the mark{names[]: }.',
  'other-names':
    'A sub-attribute was sent by the name that a vendor gives it, such as "displayName" in a role{names[]: }.',
  'loose-references': 'A reference contained spaces{names[]: }.',
  'members-by-reference':
    'A member was named by its address, as "$ref" or as "value", and not by its id{names[]: }.',
  'unnamed-members':
    'A member was sent with neither "value" nor "$ref" and was left out; the others were taken{names[]: }.',
  'unknown-members':
    'A member was named that is no user or group of the organization; the others were taken{names[]: }.',
  'circular-members':
    'A group was named as a member that this group is in, and was left out; the others were taken{names[]: }.',
  'relink-groups':
    'A create of a group that is there (same name and externalId, or none and the same client) changed it; its members stayed{names[]: }.',
  'loose-addresses':
    'The address was written in another way, such as "/users" or a schema\'s URN in lower case{names[]: }.',
  'loose-media-types':
    'The Content-Type was another name of JSON, such as "text/json", or a list of names{names[]: }.',
  'delete-deactivates':
    'A delete of an account from before the directory, which had never written it, deactivated it{names[]: }.',
  'relink-deactivated':
    'A create for a deactivated user of the same directory restored that user{names[]: }.',
  'read-only-left': 'A read-only attribute was sent and left as it is{names[]: }.',
  'computed-left': 'What the service works out itself was sent and dropped{names[]: }.',
  'not-kept': 'An attribute was accepted and is not kept{names[]: }.',
  'empty-values': 'A value without content was left out{names[]: }.',
  'unknown-removals': 'Nobody has an id that was to be removed{names[]: }.',
  'unmatched-removals': 'What was to be removed was not there{names[]: }.',
  'removal-values': 'A removal came with a value that it has no use for{names[]: }.',
  'unknown-parameters': 'A parameter that means nothing here was ignored{names[]: }.',
} as const
