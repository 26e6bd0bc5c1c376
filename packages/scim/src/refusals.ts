// Every refusal of this package: its code, HTTP status, scimType (RFC 7644 §3.12) and sentence. A code is stable, and so are the names
// of its parameters; the sentence may be worded anew. Whoever shows refusals in another language translates by code.

import { type Filling, fill, type RefusalSentence, ScimError, type ScimType } from './error.ts'

const row = <const Text extends string>(status: number, scimType: ScimType | undefined, text: Text) => ({
  status,
  scimType,
  text,
})
const syntax = <const Text extends string>(text: Text) => row(400, 'invalidSyntax', text)
const value = <const Text extends string>(text: Text) => row(400, 'invalidValue', text)
const filter = <const Text extends string>(text: Text) => row(400, 'invalidFilter', text)
const mutability = <const Text extends string>(text: Text) => row(400, 'mutability', text)
const path = <const Text extends string>(text: Text) => row(400, 'invalidPath', text)
const target = <const Text extends string>(text: Text) => row(400, 'noTarget', text)
/** Of a filter or a path at a column, from 1. */
const at = <const Text extends string>(text: Text) =>
  filter(`The {what?path:path|filter:filter} is not valid at column {column}: ${text}.`)

/** Code -> status, scimType, sentence. `{name}` is filled in, `{name?a:…|b:…}` is one of the texts. */
export const refusals = {
  body_not_json: syntax('The body is not valid JSON.'),
  body_not_object: syntax('The body must be a JSON object.'),
  json_too_deep: syntax('JSON may be nested at most {most} levels deep.'),
  numbers_too_many: syntax(
    'At most {most} numbers of a body may have more than 15 digits, a fraction or an exponent.',
  ),
  name_repeated: syntax('"{name}" is named more than once.'),
  name_twice: syntax('The name "{name}" stands twice in one object.'),
  attribute_repeated: syntax('The attribute "{path}" is named more than once.'),
  attribute_unknown: syntax('The body has "{name}", an attribute that the schema does not have.'),

  schemas_not_list: syntax('The list "schemas" must be a list.'),
  schemas_not_urns: syntax('The list "schemas" must hold URNs.'),
  schemas_unknown: syntax(
    'The list "schemas" names "{urn}", a schema that this resource type does not have.',
  ),
  schemas_lack_message: syntax('The list "schemas" must name {urn}.'),
  schemas_lack_extension: syntax(
    'The list "schemas" must name "{urn}": attributes of that schema are present.',
  ),

  value_required: value('The attribute "{path}" is required.'),
  value_not_string: value('The attribute "{path}" must be a string.'),
  value_not_text: value('The attribute "{path}" must not contain U+0000 or half of a surrogate pair.'),
  value_not_boolean: value('The attribute "{path}" must be true or false.'),
  value_not_number: value('The attribute "{path}" must be a number.'),
  value_not_integer: value('The attribute "{path}" must be an integer below 2^53.'),
  value_not_time: value('The attribute "{path}" must be a date and time such as 2024-01-31T12:00:00Z.'),
  value_has_controls: value('The attribute "{path}" must be a URI without control characters.'),
  value_has_spaces: value('The attribute "{path}" must be a URI without spaces.'),
  value_not_base64: value('The attribute "{path}" must be base64.'),
  value_not_object: value('The attribute "{path}" must be an object.'),
  value_not_list: value('The attribute "{path}" must be a list.'),
  value_many_primaries: value('The attribute "{path}" has more than one primary value.'),
  value_lacks_value: value('The attribute "{path}" needs the "value" of each.'),
  value_lacks_removals: value(
    'The attribute "{path}" needs the values to remove, or none at all to remove every one.',
  ),
  value_too_large: value('The attribute "{path}" has a value of more than {kilobytes} KB.'),
  value_too_long: value('The attribute "{path}" is longer than {bytes} bytes of UTF-8.'),
  resource_too_large: value('The attribute "{path}" makes the resource larger than {kilobytes} KB.'),
  filters_too_many: row(400, 'tooMany', 'At most {most} keys of a body may choose values by a filter.'),
  key_without_value: path('The key "{path}[…]" describes no value.'),

  not_removable: mutability('The attribute "{path}" can be changed but not removed.'),
  required_not_removable: mutability('The attribute "{path}" is required and cannot be removed.'),
  read_only: mutability('The attribute "{path}" is read-only.'),
  immutable: mutability('The attribute "{path}" is immutable and already has a value.'),
  unchangeable: mutability('The attribute "{path}" cannot be changed.'),

  filter_attribute_unknown: filter('The filter names "{name}", an attribute that the schema does not have.'),
  filter_attribute_secret: filter('The attribute "{path}" cannot be used in a filter.'),
  filter_attribute_complex: filter('The attribute "{path}" is complex: compare one of its sub-attributes.'),
  filter_null: filter('Only eq and ne compare with null.'),
  filter_operator: filter('The operator {operator} does not apply to "{path}", whose type is {type}.'),
  filter_value: filter('The filter compares "{path}" with a value that is no valid {type}.'),
  filter_brackets: filter('The attribute "{path}" has no values that brackets could choose among.'),
  text_too_long: at('at most {most} characters are read'),
  text_too_deep: at('at most {most} levels are read'),
  text_too_many: at('at most {most} comparisons are read'),
  text_lacks_operator: at('an operator is expected (eq, ne, co, sw, ew, gt, ge, lt, le, pr)'),
  text_lacks_attribute: at('an attribute name is expected'),
  text_only_sub_attributes: at('only sub-attributes are named inside brackets'),
  text_brackets_nested: at('brackets stand directly after an attribute and not inside each other'),
  text_brackets_apart: at('brackets stand directly after an attribute'),
  text_lacks_sub_attribute: at('a sub-attribute is expected'),
  text_lacks_word: at('"and", "or" or a closing bracket is expected'),
  text_bracket_open: at('the bracket is never closed'),
  text_goes_on: at('the path should end here'),
  text_lacks_urn: at('a schema is named by its URN'),
  text_quote_open: at('the quotation mark is never closed'),
  text_escape: at('a string is escaped as in JSON'),
  text_lacks_value: at('a value is expected'),
  text_lacks_quotes: at('a string stands in double quotation marks'),
  text_single_quotes: at('a string stands in double quotation marks, not single ones'),

  parameter_not_integer: value('The parameter "{name}" must be an integer below 2^53.'),
  parameter_not_string: value('The parameter "{name}" must be a string.'),
  parameter_not_strings: value('The parameter "{name}" must hold strings.'),
  sort_order: value('The parameter "sortOrder" must be "ascending" or "descending".'),
  sort_by: value('The parameter "sortBy" names "{name}", which is no attribute that can be sorted by.'),
  start_with_cursor: value('The parameter "startIndex" does not go with a cursor.'),
  selection_unknown: value('A selection names "{name}", an attribute that the schema does not have.'),
  selection_both: value('Use either "attributes" or "excludedAttributes", not both.'),

  patch_operation: value('Operation {number} of {count}:'),
  patch_operation_at: value('Operation {number} of {count} ({op} "{path}"):'),
  patch_operation_bare: value('Operation {number} of {count} ({op} without a path):'),
  patch_too_many: row(413, undefined, 'A PATCH may have at most {most} operations.'),
  patch_values_too_many: row(
    400,
    'tooMany',
    'The PATCH operations look at too many values: send them in several requests.',
  ),
  patch_lacks_operations: syntax('The body must have a list "Operations".'),
  patch_operation_not_object: syntax('A PATCH operation must be an object.'),
  patch_op: syntax('The "op" of a PATCH operation must be "add", "replace" or "remove".'),
  patch_path_not_string: path('The path of a PATCH operation must be a string.'),
  patch_lacks_path: syntax('A PATCH operation must have a path.'),
  patch_remove_lacks_path: target('A "remove" operation must have a path.'),
  patch_lacks_value: value('A PATCH operation "{op}" must have a value.'),
  patch_value_not_object: value('Without a path the value must be an object.'),
  patch_path_of_schema: path('The path "{path}" names a whole schema and not an attribute.'),
  patch_schema_removed: target('A whole schema cannot be removed.'),
  patch_path_unknown: path('The path "{path}" names an attribute that the schema does not have.'),
  patch_path_lacks_sub: path('The path "{path}[…]" needs a sub-attribute behind its brackets.'),
  patch_nothing_chosen: target('No value of "{path}" satisfies the filter of the path.'),
  patch_several_chosen: filter('The filter of the path "{path}[…]" chooses more than one value.'),

  bulk_too_many: row(413, undefined, 'A bulk request may have at most {most} operations.'),
  bulk_id_not_string: syntax('A "bulkId" must be a string.'),
  bulk_version_not_string: syntax('The "version" of a bulk operation must be a string.'),
  bulk_operation_not_object: syntax('A bulk operation must be an object.'),
  bulk_method: syntax('The "method" of a bulk operation must be POST, PUT, PATCH or DELETE.'),
  bulk_path: path('A bulk {method} needs a path like {example}.'),
  bulk_lacks_id: syntax('A bulk POST must have a "bulkId".'),
  bulk_lacks_data: syntax('A bulk {method} must have "data".'),
  bulk_fail_on_errors: value('"failOnErrors" must be an integer, and not a negative one.'),
  bulk_id_taken: value('Another operation has this bulkId already.'),
  bulk_id_unknown: value('The operation refers to a bulkId that no POST of this request has.'),
  bulk_circle: row(409, undefined, 'Operations of this request refer to each other in a circle.'),

  definition_invalid: value('{where} {reason}'),
} as const

type Row = typeof refusals
/** The code of a refusal of this package. */
export type RefusalCode = keyof Row

type Branches<Text> = Text extends `${infer First}|${infer More}`
  ? Branches<First> | Branches<More>
  : Text extends `${infer Key}:${string}`
    ? Key
    : never
type Place<Text extends string> = Text extends `${infer Name}?${infer Choice}`
  ? { readonly [K in Name]: Branches<Choice> }
  : { readonly [K in Text]: string | number }
type Places<Text> = Text extends `${string}{${infer Inner}}${infer Rest}`
  ? Place<Inner> & Places<Rest>
  : unknown
type Arguments<Code extends RefusalCode> =
  unknown extends Places<Row[Code]['text']> ? [] : [parameters: Places<Row[Code]['text']>]

/** The sentence of a code, filled in. */
export function toRefusalSentence<Code extends RefusalCode>(
  code: Code,
  ...parameters: Arguments<Code>
): RefusalSentence
export function toRefusalSentence(code: RefusalCode, parameters: Filling = {}): RefusalSentence {
  return { code, parameters, text: fill(refusals[code].text, parameters) }
}

/** The refusal of that code, to be thrown. */
export function refuse<Code extends RefusalCode>(code: Code, ...parameters: Arguments<Code>): ScimError
export function refuse(code: RefusalCode, parameters: Filling = {}): ScimError {
  const { status, scimType, text } = refusals[code]
  return new ScimError(status, scimType, [{ code, parameters, text: fill(text, parameters) }])
}
