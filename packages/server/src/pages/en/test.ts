// Of the result of a test sign-in.

/** In English. */
export const test = {
  'test.title': 'Test sign-in',
  'test.heading': 'The test sign-in succeeded',
  'test.headingRefused': 'The connection works; this person would be refused',
  'test.toDomains': 'Go to Verified Domains',
  'test.toProvisioning': 'Go to User Provisioning',
  'test.toUsers': 'Go to Users',
  'test.close': 'You can close this window: the settings know of the test.',
  'test.staged':
    'It was made against the staged trust anchor. Nobody was signed in, nobody was linked; the anchor in place is as it was.',
  'test.checks': 'Checks',
  'test.sent': 'What was sent',
  'test.read': 'What was read from it',
  'test.may': 'The person may sign in',
  'test.mayNot': 'The person may not sign in: see above',
  'test.nameId': 'NameID',
  'test.nameIdFormat': 'NameID format',
  'test.notStated': 'not stated',
  'test.stableId': 'Stable id',
  'test.saml.signed': 'Signed with a certificate of this connection; no signature in it fails',
  'test.saml.issued': 'Issued by the identity provider of this connection',
  'test.saml.meant': 'Meant for this connection: audience, recipient and destination',
  'test.saml.inTime': 'In time: not before, not on or after, session',
  'test.saml.answers': 'Answers the request that this window sent',
  'test.openid.signed': 'Signed with a key of the issuer’s key set',
  'test.openid.issued': 'Issued by the issuer of this connection',
  'test.openid.meant': 'Meant for this connection: audience and authorized party',
  'test.openid.inTime': 'In time: issued just now, not expired',
  'test.openid.answers': 'Answers the request that this window sent: state, nonce and PKCE',
  'test.once': 'Not used before',
  'test.signsIn': 'This person has an account and would be signed in.',
  'test.links': 'This person has an account; the first sign-in would link it to this identity.',
  'test.respells':
    'This person has an account, is known by this name in other upper and lower case, and would be signed in.',
  'test.creates': 'The first sign-in would create an account for this person.',
  'test.createsBlocked':
    'The first sign-in would create an account for this person, which would be blocked: an administrator blocked them before the directory removed them.',
  'test.refusesUnnamed': 'Why: what their account here is. A test by an administrator shows more.',
  'test.refuses': '{why}',
} as const
