// English: why the service refuses a request of a provisioning client, beside what the SCIM engine refuses (`engine.ts`).

/** Refusals of the SCIM door. */
export const scimRefusals = {
  refused: 'Refused:',
  about: 'It was about "{name}".',

  key_missing: 'Send the API key of the organization as "Authorization: Bearer <key>".',
  key_wrapped:
    'The key came with something around it, as a second "Bearer" or quotation marks, or without the word "Bearer". Paste the key alone, and send it as "Authorization: Bearer <key>".',
  key_unknown: 'This API key is not known. Check that the whole key was pasted.',
  key_revoked: 'This API key was revoked.',
  key_expired: 'This API key has expired.',
  scim_disabled: 'SCIM provisioning is not enabled for this organization.',
  mode_manual:
    'This organization is in manual provisioning mode: select SCIM under Security > User Provisioning.',
  rate_exceeded: 'Too many requests for this organization; wait as Retry-After says.',
  queue_full: 'Too many requests of this organization wait; try again as Retry-After says.',

  url_too_long: 'The URL is longer than 8 KB; POST /.search takes long filters.',
  headers_too_large: 'The headers are larger than 16 KB.',
  endpoint_not_offered:
    'This service does not offer this endpoint; /ServiceProviderConfig says what it offers.',
  endpoint_unknown: 'There is no such endpoint below the base URL {url}.',
  endpoint_of_bulk_unknown: 'There is no such endpoint under /scim/v2.',
  address_misplaced:
    'SCIM is not served at this address. Its base URL is {url}: enter it at the identity provider exactly so.',
  method_refused: 'This endpoint answers {methods}.',
  entry_unknown: 'There is no such entry in {endpoint}.',
  endpoint_unfiltered: '{endpoint} cannot be filtered.',

  media_type_refused: 'Send application/scim+json or application/json.',
  media_type_was: 'The Content-Type was "{type}".',
  body_missing: 'The request has no body.',
  body_too_large: 'The body{packed?no:|yes:, unpacked,} is larger than {megabytes} MB.',
  body_coding_refused:
    'The body is compressed in a way that is not read here: send it plain, or as gzip or deflate.',
  body_coding_was: 'Its Content-Encoding was "{coding}".',
  body_coding_broken: 'The body is not compressed as its Content-Encoding says.',
  body_coding_came: 'The body came compressed ({coding}) and was unpacked.',
  body_slow: 'The body did not come within {seconds} seconds.',
  body_cut:
    'The connection was cut off in the middle of the body: nothing was done. The client, or a proxy in between, ended it.',
  body_cut_at:
    'The connection was cut off in the middle of the body of {bytes} bytes: nothing was done. The client, or a proxy in between, ended it.',
  body_not_utf8: 'The body is not UTF-8.',
  text_unkeepable: 'A text holds the character U+0000, or half of a character, which can be kept nowhere.',
  store_away: 'The service cannot reach its store; try again shortly.',
  internal: 'Internal error; the operator finds it under {reference}.',

  query_written_otherwise: 'The query parameter "{name}" is written "{known}".',
  query_repeated: 'The query parameter "{name}" is sent more than once.',
  query_contradicts: 'The query parameter "{name}" is sent more than once, and not the same each time.',
  query_filter_of_write: 'Only GET has a filter in its URL.',
  filter_of_members: 'Members are filtered by "value" or "type" only.',
  sort_by_members: 'Groups are not sorted by their members.',
  sort_too_deep:
    'In the order of an attribute that no index keeps, a page so far from the beginning is not found by `startIndex`: ask for a cursor, or sort by `userName`.',
  name_of_no_resource: 'No resource has "{name}".',
  cursor_expired: 'This cursor has expired: begin again without it.',
  cursor_unknown: 'This is no cursor of this query: begin again without it.',
  cursor_of_one_type: 'Cursors are for one resource type: use /Users or /Groups.',
  operation_orphaned: 'The operation refers to one of this request that was not done.',

  user_not_found: 'There is no user with this id.',
  user_changed: 'The user has changed since the version named in If-Match.',
  user_name_held: 'Another user of this organization has this userName.',
  holder:
    'It is "{name}" ({id}), which is {state?active:active|blocked:blocked by an administrator|deactivated:deactivated}, {origin?invited:was invited|sso:came by signing in|imported:was imported|scim:was made by a directory} and is {owner?directory:managed by the directory|none:claimed by no directory yet}.',
  advise_take_over:
    'If both are one person, have the directory remove the account that it made and create the person anew: that takes the earlier account over. If they are two people, give one of them another userName.',
  advise_bring_back:
    'To bring that person back, send the externalId that the account has. If it is another person, have the directory remove the deactivated account, which frees its name, or give one of them another userName.',
  advise_one_person:
    'If both are one person, remove one of them in the directory; if they are two, give one of them another userName.',
  name_recycled:
    'name_recycled: this deactivated user is an owner or an administrator, and another externalId would hand the account to somebody else. Take the role away first.',
  user_unclaimed:
    'This user was not provisioned by SCIM and has not been claimed by an update; it is not removed.',
  unclaimed_has_access: 'The account still has access.',
  advise_people_from_before:
    'Under User Provisioning, "People from before" says that such a delete is refused: let it deactivate them instead, or block the person under Users.',
  advise_people_undecided:
    'Under User Provisioning, "People from before" says that such a delete is refused, as it was before there was this setting: let it deactivate them instead, or block the person under Users.',
  advise_other_profile:
    'Profile {profile} never deactivates on a delete: give the key another one, or block the person under Users.',

  group_not_found: 'There is no group with this id.',
  group_hidden:
    'It is "{name}", which a key made that nobody has confirmed: other keys do not see it. Confirm that key, or have the directory make a group of its own.',
  group_changed: 'The group has changed since the version named in If-Match.',
  group_name_held: 'Another group of this organization has this displayName.',
  group_holder:
    'It is "{name}" ({id}), externalId "{externalId}". Rename or remove one of the two in the directory.',
  group_holder_bare:
    'It is "{name}" ({id}), without an externalId. Rename or remove one of the two in the directory.',
  group_in_itself: 'A group cannot be inside itself.',
  group_inside: 'The group "{name}" ({id}) is inside what was to be put into it: {ids}.',
  nested_too_many: 'Groups of one organization have at most {most} groups as members.',
  nested_counted:
    'All of them together would have more than {most} groups as members. Members that are people are not counted.',
  members_unknown: '{count?one:A member is|other:# members are} no user or group of this organization.',
  members_unknown_are: 'No user or group has {ids[]}.',
  member_sub_attributes: 'The sub-attributes of a member cannot be changed.',
  members_not_chosen: 'No member satisfies the filter of the path.',

  provisional:
    'provisional: a set-up contact made this key, and no administrator has confirmed it yet; until then it {bound?no_privileged:changes no administrator and no owner|only_own:changes only whom it made or claimed|no_names:changes no userName, externalId and address of anybody whom it did not make|no_rename:renames nobody whom an administrator has blocked or given a role|no_such_names:calls nobody whom it did not make by such names|no_switch:deactivates and reactivates only whom it made|no_removal:removes only whom it made|no_claim:claims nobody whose name is taken by others, and no administrator|own_groups:changes only groups that it made|own_members:puts only those into groups whom it made or claimed, and no administrator|keeps_privileged:takes no administrator and no owner out of a group}.',
  provisional_limit_names:
    'provisional_limit: a set-up contact made this key, and until an administrator confirms it at most {most} accounts of its kind, there or removed, have the {what?name:userName or address|id:externalId} "{value}".',
  provisional_limit_addresses:
    'provisional_limit: a set-up contact made this key, and until an administrator confirms it nobody has more than {most} addresses by it.',
  provisional_limit_people:
    'provisional_limit: a set-up contact made this key, and until an administrator confirms it it has at most {most} people, and as many whom it removed within 30 days.',
  provisional_limit_groups:
    'provisional_limit: a set-up contact made this key, and until an administrator confirms it it has at most {most} groups.',
  provisional_limit_nested:
    'provisional_limit: a set-up contact made this key, and until an administrator confirms it at most {most} groups are members of its groups.',
  provisional_limit_memberships:
    'provisional_limit: a set-up contact made this key, and until an administrator confirms it nobody is in more than {most} of its groups.',
  advise_confirm_key:
    'An administrator confirms the key beside it under User Provisioning; what was refused comes with the next sync.',
} as const
