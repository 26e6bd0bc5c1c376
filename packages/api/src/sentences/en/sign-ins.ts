// English: what became of a sign-in, of a logout and of a link, and why a person was refused.

/** Sign-ins, beside what is wrong with an answer (`sign-in-faults`). */
export const signIns = {
  denied_connection_inactive: 'The connection is not active. Enable it under Single Sign-On.',
  denied_user_deleted:
    'The person was deprovisioned; a sign-in brings nobody back. Assign them again in {name()}: {assignment()}.',
  denied_user_deactivated:
    'The person is deactivated; a sign-in brings nobody back. Reactivate them where they are managed.',
  denied_user_blocked: 'An administrator has blocked this person. Unblock them under Users.',
  denied_user_blocked_anew:
    'An administrator blocked this person before the directory removed them, and a new account ends no block: the one that this sign-in made is blocked. Unblock them under Users.',
  denied_owner_must_link:
    'An owner is never linked by address, externalId or userName: the owner opens the settings through a portal link that the operator makes, and makes a test sign-in.',
  denied_administrator_must_link:
    'Somebody gave this person the role of an administrator by hand, and what this sign-in brings (address, externalId, userName) came to the account since then, so it proves nothing of them. If it is they, an owner or administrator takes the role away under Users and gives it again, which confirms what the account says now; or the operator writes their recovery address, or makes a portal link of role admin that names their address. If it is not, correct the directory.',
  denied_not_followed:
    "The directory provisioned a person of this externalId or userName, but this connection does not follow the directory, so what it sends is not taken for the directory's. If its people are the directory's, an administrator sets followsDirectory of the connection.",
  denied_address_ambiguous: 'Several users have this address, so it links nobody. Correct the addresses.',
  denied_address_unverified:
    '{name()} calls the address of this person unverified (email_verified is not true), so it is not used. Have it verified there ({person()}).',
  denied_address_missing_saml:
    'There is no usable e-mail address in what came. Let {name()} send one as the attribute "email" ({attributes()}), or name the one that bears it in the attribute mapping.',
  denied_address_missing_openid:
    'There is no usable e-mail address in what came. Let {name()} send one as the claim (scope email) "email" ({attributes()}), or name the one that bears it in the attribute mapping.',
  inexact_privileged:
    'The address leads to somebody who administers, and it was found where an address only seems to be: under a name that counts in other letters, in what somebody is called there (upn, preferred_username), behind other values, or in white space. Nobody who administers is known by that.',
  inexact_known:
    'The address, or a name like it, is that of an account, an open invitation or somebody who was removed, and it was found where an address only seems to be: under a name that counts in other letters, in what somebody is called there (upn, preferred_username), behind other values, or in white space. People may often write that themselves, so nobody is taken for another by it.',
  advise_exact_address:
    'Have {name()} send the address as "email" ({attributes()}), or name its attribute exactly in the attribute mapping.',
  advise_exact_address_or_link:
    'Have {name()} send the address as "email" ({attributes()}), or name its attribute exactly in the attribute mapping, or let the person link the identity in a session of their own.',
  denied_domain_not_verified:
    "The address is in no domain that this organization has proved. Add and verify the domain, or correct the person's address.",
  denied_domain_not_tied:
    'The address is in a domain that this organization has proved, but the domain is not tied to this connection. If the connection speaks for it, an administrator ties it under Verified Domains (connectionIds in the API).',
  denied_user_name_taken: 'Another user has this userName. Correct it, or map another userName.',
  denied_not_provisioned:
    'SCIM mode: the person has not been provisioned. Assign them to the application in {name()}: {assignment()}.',
  denied_identity_changed: 'The person is known by another identity of this connection.',
  denied_identity_respelled:
    'The person is known by another spelling of this name: "{known}" and what came differ in upper and lower case alone, and names are compared exactly. Have {name()} send what does not change ({nameId()}), or let the connection take both for one name, of people who administer nothing (ignoreNameIdCase).',
  advise_unlink:
    'If it is the same person, {who?owner:an owner or the operator|administrator:an administrator} unlinks the old identity under Users, or the person links the new one in a session of their own.',
  anchor_entered: 'What this connection trusts was entered when the connection was made, on {day}.',
  anchor_put:
    'What this connection trusts was put in place by {rung?person:a person|connection:the identity provider|directory:the directory|contact:a set-up contact|administrator:an administrator|owner:an owner|operator:the operator} on {day}.',
  anchor_put_by:
    'What this connection trusts was put in place by {rung?person:a person|connection:the identity provider|directory:the directory|contact:a set-up contact|administrator:an administrator|owner:an owner|operator:the operator} ({by}) on {day}.',
  unconfirmed_directory:
    'And no administrator has confirmed it: externalId and userName of the directory do not count here until then. An administrator, an owner or the operator compares it with the identity provider and confirms it under Single Sign-On.',
  unconfirmed_administrator:
    'And no administrator has confirmed it, so it signs in nobody who is an administrator. An administrator, an owner or the operator compares it with the identity provider and confirms it under Single Sign-On. Until then the person signs in by another connection, or opens the settings through a portal link that the operator makes.',
  unconfirmed_owner:
    'And no owner has confirmed it, so it signs in nobody who is an owner. An owner or the operator compares it with the identity provider and confirms it under Single Sign-On. Until then the person signs in by another connection, or opens the settings through a portal link that the operator makes.',
  came_by_saml: 'What came: NameID{names[], }.',
  came_by_openid: 'What came: {names[]}.',

  state_request_unknown:
    'The response answers a request that was not made here for this connection. An old bookmark of a page of {name()} leads to that, and the person can start again.',
  advise_tile_openid:
    'If a tile leads to it, let the tile open the sign-in address of the connection, and not the redirect URI ({redirectUri()}).',
  advise_tile_saml:
    'If every click on a tile leads to it, its responses name requests of their own: see {app()}, or allow unsolicited responses in the connection (allowUnsolicited).',
  state_request_expired:
    'The sign-in was begun more than an hour ago, or not finished in time. The person can start again.',
  state_request_spent:
    'The request behind this response has been answered before. The person can start again.',
  state_replayed: 'This message was used before. If nobody went back in their browser, somebody replayed it.',
  state_other_browser:
    'The response was finished in another browser than the one that began, or cookies are blocked.',
  state_anchor_changed:
    'The trust anchor that was asked is not the one that is there now: it was replaced or discarded meanwhile. The person can start again; a test is begun anew from the connection.',
  state_answer_before_request:
    'The answer was issued before the request that it answers, so it is of another sign-in, or the clocks differ. Check the clocks of {name()} and of this service, or raise the clock skew of the connection.',
  state_proof_over:
    'The sessions of this person, or of this connection, ended after this sign-in was proven, so it opens nothing. The person can sign in again.',
  state_not_asked_again_openid:
    'The application, or the connection, asked for a fresh sign-in, and {name()} did not ask the person again, or does not say when it did (auth_time). Let it honour prompt=login and max_age, and send that time ({attributes()}). The option forceAuthn of the connection asks for the same.',
  state_not_asked_again_saml:
    'The application, or the connection, asked for a fresh sign-in, and {name()} did not ask the person again, or does not say when it did (AuthnInstant). Let it honour ForceAuthn, and send that time ({freshness()}). The option forceAuthn of the connection asks for the same.',
  state_loop:
    '{name()} answers our requests with unsolicited responses. Let it answer the request (InResponseTo; {app()}), or allow unsolicited responses in the connection.',

  sign_in_created: 'Created an account for "{name}".',
  sign_in_done: 'Signed in "{name}".',
  values_withheld: 'Not kept, because it is too large: {names}.',
  address_outranked:
    '{names[]} {count?one:has|other:have} the same address, which counts for less there: correct it where these accounts come from.',
  address_soft:
    'The address was found in "{attribute}", which does not plainly say it (another name than those that count, a further value, or white space): applications are told that it is unverified, and it leads to nobody who administers. Have it sent as "email", or name the attribute in the attribute mapping.',
  identity_respelled:
    'The NameID came in other upper and lower case than before ("{before}"); the connection takes both for one name (ignoreNameIdCase).',
  groups_missing:
    'Rules for roles name groups, and no groups came: have {name()} send them as "groups" ({attributes()}), or name the attribute in the attribute mapping.',
  test_succeeded: 'A test sign-in succeeded.',
  test_would_refuse: 'A test sign-in: the connection works, and its person would be refused.',
  staged_test_succeeded:
    'A test sign-in against the staged anchor succeeded. It signed nobody in and linked nobody.',
  mended_test_succeeded:
    'A test sign-in against the staged anchor, begun by a mailed link, succeeded. It signed nobody in and linked nobody.',
  identity_linked: 'Linked "{name}" to the identity that the person proved.',
  unsolicited: 'An unsolicited response (a click on a tile) was not used; the sign-in was begun from here.',
  mending_staged:
    'A change was staged by a mailed link: {changes}. Nothing that people sign in by has changed.',
  mending_refused: 'Nothing was staged by a mailed link: {detail}.',

  connection_incomplete: 'The connection has no identity provider yet. Finish its set-up.',
  test_without_session:
    "A test sign-in begins in the organization's settings, by the button of the connection.",
  return_to_too_long:
    'return_to is longer than {most} bytes. Keep the long address in the product, and send a short one.',
  return_to_unknown:
    'return_to "{address}" is at no origin that is registered for this organization. Register it in the organization\'s settings.',
  form_from_elsewhere: 'The form was sent from another site, and nothing was done.',
  form_unreadable: 'The form cannot be read.',
  pending_gone:
    'What was to be confirmed has ended, was used, or was begun in another browser. The person can start again.',
  pending_changed:
    'The connection was changed after this sign-in was proven. The person can start again and sees what is in place now.',
  identity_taken: 'The identity belongs to another account of this organization. Unlink it there first.',
  mending_changed:
    'What was staged with this link was replaced, discarded or put in place by somebody else. Look at what is there now.',
  mending_gone:
    'No link that mends this connection is open in this browser: it was used, has ended, or holds no longer. Ask for a new one.',
  mending_inactive:
    'The connection was switched off. Somebody who is signed in, or the operator, switches it on.',
  mending_overtaken:
    'The connection was changed after this link was mailed. Ask for a new one, and see what is in place now.',
  mending_failed: '{detail}.',
  mending_other_test:
    'This test was not begun by the link that is open in this browser, or another one was begun after it. Begin it again.',
  mending_other_identity:
    'The test sign-in gave "{name}", which is not the identity of the account that the link was mailed for. Sign in there as yourself.',

  logout_done: 'The identity provider signed out {people?one:1 session holder|other:# session holders}.',
  logout_spared:
    'What {people?one:1 of them has|other:# of them have} goes on: it began under another trust anchor, and whoever vouches for that stands above whoever vouches for the one in place. An owner or the operator confirms the trust anchor, or ends their sessions under Users.',
  logout_denied: 'It was answered that nobody was.',
  logout_misplaced:
    'A message of single logout came to the ACS, where only sign-ins are taken: nobody was signed out by it. They go to {url}: {logout()} in {name()}.',
  logout_without_address:
    'Single logout: the metadata of the identity provider has no SingleLogoutService with the HTTP-Redirect or the HTTP-POST binding.',
  logout_too_large: 'Single logout: the message is larger than 128 KB.',
  logout_broken: 'Single logout: the message is not whole, or not UTF-8.',
  logout_unreadable:
    'Single logout: the message could not be read, or the connection has no identity provider.',
  logout_replayed: 'Single logout:',
} as const
