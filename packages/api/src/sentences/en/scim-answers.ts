// English: what was done for a provisioning client.

/** What became of a request that was not refused, and what is to be known of it. */
export const scimAnswers = {
  user_created: 'Created "{name}".',
  user_updated: 'Updated "{name}".',
  user_deactivated: 'Deactivated "{name}".',
  user_reactivated: 'Reactivated "{name}".',
  user_removed: 'Removed "{name}".',
  user_unchanged: 'Nothing to change for "{name}".',
  user_linked: 'Linked the existing user "{name}".',
  user_linked_as: 'Linked the existing user, now "{name}".',
  user_was: 'It was "{name}" and has the same {same?id:externalId|address:e-mail address}.',
  user_read: 'Read "{name}".',
  user_read_same: 'Read "{name}": unchanged.',
  user_read_who: 'Read who "{name}" is.',
  user_deactivated_instead:
    '{was?active:Deactivated|out:Left deactivated} "{name}", whom the directory asked to remove. The directory manages the account from now on, and removes it with another delete.',
  switched_on: 'The account was deactivated, and is active again.',
  switched_off: 'The account was active, and is deactivated: the request says "active": false.',
  block_stands:
    'An administrator has blocked this person, and that stands: they stay out until it is lifted in the console.',
  kept_block:
    'It is blocked: an administrator blocked another account of this person, removed or still there, and no account beside it ends a block. An administrator unblocks it under Users.',
  kept_role:
    'Its role is {role}, whatever rules say: an administrator gave it by hand to another account of this person, removed or still there.',
  kept_withheld:
    "It is an owner's, and not blocked: an administrator blocked another account that is called so, and no administrator blocks an owner. An owner, or the operator, does under Users.",
  block_passed_on:
    'It is no longer blocked: the block was said of another account, and passed on by names that a key wrote before anybody confirmed that key. The directory says now who the person is.',
  alike:
    'Another account has the same {same?id:externalId|address:e-mail address}: "{name}" ({id}), which is {state?active:active|blocked:blocked by an administrator|deactivated:deactivated}, {origin?invited:was invited|sso:came by signing in|imported:was imported|scim:was made by a directory} and is {owner?directory:managed by the directory|none:claimed by no directory yet}.',
  alike_unclaimed:
    'If both are one person, have the directory send the userName of the earlier account, or let equal addresses link (User Provisioning, "People from before").',
  alike_claimed: 'If both are one person, remove one of them in the directory.',

  group_created: 'Created the group "{name}".',
  group_updated: 'Updated the group "{name}".',
  group_removed: 'Removed the group "{name}".',
  group_unchanged: 'Nothing to change for the group "{name}".',
  group_linked: 'Linked the existing group "{name}".',
  group_read: 'Read the group "{name}".',
  group_read_same: 'Read the group "{name}": unchanged.',
  group_read_which: 'Read which group "{name}" is.',
  roles_follow: 'The roles of {count?one:1 person|other:# people} follow in slices.',
  members_left_out: 'No user or group has these ids, so they were not added: {ids[]}.',

  read_endpoint: 'Read {endpoint}.',
  listed_users: 'Listed users: {found?one:1 user|other:# users}.',
  listed_groups: 'Listed groups: {found?one:1 group|other:# groups}.',
  listed_resources: 'Listed resources: {found?one:1 resource|other:# resources}.',
  looked_for_users: 'Looked for users where {filter}: found {found?one:1 user|other:# users}.',
  looked_for_groups: 'Looked for groups where {filter}: found {found?one:1 group|other:# groups}.',
  looked_for_resources:
    'Looked for resources where {filter}: found {found?one:1 resource|other:# resources}.',

  bulk: 'Bulk request of {operations?one:1 operation|other:# operations}: {done} done, {failed} refused.',
  bulk_stopped:
    'Bulk request of {operations?one:1 operation|other:# operations}: {done} done, {failed} refused, {untried} not tried (failOnErrors).',
  bulk_operation: 'Operation {number} ({method} {path}):',
  bulk_operation_named: 'Operation {number} ({method} {path}, bulkId "{bulkId}"):',
  bulk_operations: 'Operation {number} ({method} {path}) and {more} more:',
  bulk_operations_named: 'Operation {number} ({method} {path}, bulkId "{bulkId}") and {more} more:',
  bulk_more: 'The answer has {count?one:1 more reason|other:# more reasons}.',

  client_named: 'This client is {client}: its requests are answered as it expects from now on.',
  client_named_plain: 'This client is {client}: it goes on being answered as any client is.',
  client_formed:
    "This client's requests have the form of {client}'s: its requests are answered as those are from now on.",
  client_formed_plain:
    "This client's requests have the form of {client}'s: it goes on being answered as any client is.",
} as const
