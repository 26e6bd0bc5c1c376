// What SCIM refuses by itself: the code of each refusal with its HTTP status and its scimType (RFC 7644 §3.12). Its sentence
// stands in the catalogue of `@rollcall/api`. What the engine refuses is in the engine's own table.

import type { Needs, Sentence, SentenceCode } from '@rollcall/api/sentences'
import { type Filling, ScimError, type ScimType } from '@rollcall/scim'
import { toEnglish } from '../base/english.ts'

const rows = {
  key_missing: [401],
  key_wrapped: [401],
  key_unknown: [401],
  key_revoked: [401],
  key_expired: [401],
  scim_disabled: [403],
  mode_manual: [403],
  rate_exceeded: [429],
  queue_full: [429],
  url_too_long: [414],
  headers_too_large: [431],
  endpoint_not_offered: [501],
  endpoint_unknown: [404],
  endpoint_of_bulk_unknown: [404],
  address_misplaced: [404],
  method_refused: [405],
  entry_unknown: [404],
  endpoint_unfiltered: [403],
  media_type_refused: [415],
  body_missing: [400, 'invalidSyntax'],
  body_too_large: [413],
  body_coding_refused: [415],
  body_coding_broken: [400, 'invalidSyntax'],
  body_slow: [408],
  body_cut: [400, 'invalidSyntax'],
  body_cut_at: [400, 'invalidSyntax'],
  body_not_utf8: [400, 'invalidSyntax'],
  text_unkeepable: [400, 'invalidValue'],
  store_away: [503],
  internal: [500],
  query_written_otherwise: [400, 'invalidValue'],
  query_repeated: [400, 'invalidValue'],
  query_contradicts: [400, 'invalidValue'],
  query_filter_of_write: [400, 'invalidFilter'],
  filter_of_members: [400, 'invalidFilter'],
  sort_by_members: [400, 'invalidValue'],
  sort_too_deep: [400, 'tooMany'],
  name_of_no_resource: [400, 'invalidValue'],
  cursor_expired: [400, 'expiredCursor'],
  cursor_unknown: [400, 'invalidCursor'],
  cursor_of_one_type: [400, 'invalidCursor'],
  operation_orphaned: [400, 'invalidValue'],
  user_not_found: [404],
  user_changed: [412],
  user_name_held: [409, 'uniqueness'],
  name_recycled: [409],
  user_unclaimed: [403],
  group_not_found: [404],
  group_changed: [412],
  group_name_held: [409, 'uniqueness'],
  group_in_itself: [400, 'invalidValue'],
  nested_too_many: [400, 'invalidValue'],
  members_unknown: [400, 'invalidValue'],
  member_sub_attributes: [400, 'mutability'],
  members_not_chosen: [400, 'noTarget'],
  provisional: [403],
  provisional_limit_names: [403],
  provisional_limit_addresses: [403],
  provisional_limit_people: [403],
  provisional_limit_groups: [403],
  provisional_limit_nested: [403],
  provisional_limit_memberships: [403],
} as const satisfies Partial<Record<SentenceCode, readonly [status: number, scimType?: ScimType]>>

/** The code of a refusal of this door. */
export type DoorRefusal = keyof typeof rows

/** A refusal of this door; the administrator is told `hints` besides, which echo what was sent, and name people. */
export class HintedError extends ScimError {
  readonly hints: readonly Sentence[]
  constructor(code: DoorRefusal, parameters: Filling, hints: readonly Sentence[]) {
    const [status, scimType] = rows[code]
    super(status, scimType, [{ code, parameters, text: toEnglish([{ code, parameters }]) }])
    this.hints = hints
  }
}

/** The refusal of that code, to be thrown. */
export function refuse<Code extends DoorRefusal>(code: Code, ...parameters: Needs<Code>): ScimError
export function refuse(code: DoorRefusal, parameters: Filling = {}): ScimError {
  return new HintedError(code, parameters, [])
}

/** The same, with what only the administrator is told. */
export function refuseWith<Code extends DoorRefusal>(
  hints: readonly Sentence[],
  code: Code,
  ...parameters: Needs<Code>
): ScimError
export function refuseWith(
  hints: readonly Sentence[],
  code: DoorRefusal,
  parameters: Filling = {},
): ScimError {
  return new HintedError(code, parameters, hints)
}
