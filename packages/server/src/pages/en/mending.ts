// Of linking an identity, of confirming a connection and of mending one.

/** In English. */
export const mending = {
  'unchanged.title': 'Nothing was changed',
  'unchanged.again': 'Start again',

  'connection.name': 'Connection',
  'connection.host': 'Identity provider',
  'connection.put': 'Put in place by',
  'connection.notRecorded': 'not recorded',
  'connection.at': 'At',
  'connection.changes': 'What changed',

  'account.here': 'Your account here',
  'account.there': 'At the identity provider',
  'account.address': 'Its address',
  'account.insteadOf': 'Instead of',
  'account.takenFrom': 'Taken from',
  'account.removed': 'an account that was removed',
  'account.recovery': 'Recovery address',

  'offer.title': 'Link this identity',
  'offer.heading': 'Is this you?',
  'offer.nothing': 'From then on, whoever signs in as that identity is you.',
  'offer.account':
    'An account of an owner is made for this address. From then on, whoever signs in as that identity is this owner.',
  'offer.ownership':
    'The account becomes an owner of this organization, and every other identity of it is dropped. From then on, whoever signs in as that identity is this owner.',
  'offer.recovery':
    'Where links are mailed by which an owner is recovered, they go to the recovery address: whoever reads that mailbox is taken for this owner.',
  'offer.confirms': 'You also say that this is your organization’s identity provider:',
  'offer.unconfirmed': 'nobody with your rights has confirmed it yet.',
  'offer.button': 'Link it to my account',

  'linked.title': 'Linked',
  'linked.heading': 'It is linked',
  'linked.text': '“{account}” is now linked to this identity.',
  'linked.over':
    'You were signed in by the identity that it replaces, and everything that came by that one has ended: sign in again.',

  'asleep.title': 'Waiting for a confirmation',
  'asleep.heading': 'Your sign-in waits for a confirmation',
  'asleep.text':
    'The connection “{connection}” was set up or changed, and nobody with your rights has confirmed it since. Until then it signs in nobody who owns or administers the organization.',
  'asleep.ask':
    'Ask the operator of this service for a link into your organization’s settings: it confirms the connection.',
  'asleep.mail':
    'We can mail you a link by which you confirm it. It goes to the address that was on your account when you were given your rights.',
  'asleep.others':
    'An owner or administrator who is signed in can confirm it too, under Single sign-on. Reference {reference}',

  'mail.button': 'Mail me a link',

  'mailed.title': 'Look into your mail',
  'mailed.text':
    'If this is the account of an owner or administrator here, and mail goes out to it, a link is on its way. It works once, for 30 minutes.',
  'mailed.limit':
    'At most three are sent an hour, and five a day. Nothing comes? Ask the operator of this service.',

  'mail.heading': 'For owners and administrators',
  'mail.text':
    'If your organization’s identity provider no longer signs you in, we can mail you a link by which you mend its connection.',
  'mail.label': 'Your recovery address',
  'mail.hint':
    'The address that was on your account when you were given your rights, unless you have changed it.',

  'mail.away':
    'Its metadata cannot be read at the moment either: the identity provider itself may be out of reach. Try again in some minutes first.',

  'noMail.title': 'Whom to ask',
  'noMail.text':
    'No links are mailed for this organization. If your identity provider no longer signs you in, ask the operator of this service for a link into your organization’s settings: there you mend its connection.',
  'noMail.others': 'An owner or administrator who is signed in can mend it too, under Single sign-on.',

  'anchor.confirm.title': 'Confirm the connection',
  'anchor.confirm.heading': 'Is this your organization’s identity provider?',
  'anchor.confirm.text': 'Confirming signs you in, and lets it sign in everybody with your rights.',
  'anchor.confirm.button': 'Confirm and sign in',
  'anchor.confirm.unknown':
    'If you do not recognise it, close this page and tell the operator of this service.',
  'anchor.confirm.unknownOrMend':
    'If you do not recognise it, close this page and tell the operator of this service, or {mend}.',
  'anchor.confirm.mend': 'say what your identity provider is instead',

  'mend.title': 'Mend how you sign in',
  'mend.heading': 'Can you still sign in?',
  'mend.text':
    'If your identity provider still signs you in, do so now. If the connection waits for somebody of your role to confirm it, you are asked next.',
  'mend.changed': 'Our identity provider has changed',
  'mend.secretEnded':
    'The client secret has ended or was replaced, or you have moved to another one. Say what it is now. Nothing that people sign in by changes before you have seen the difference, signed in there yourself, and said so.',
  'mend.certificateReplaced':
    'Its certificate was replaced, or you have moved to another one. Say what it is now. Nothing that people sign in by changes before you have seen the difference, signed in there yourself, and said so.',
  'mend.show': 'Show what would change',
  'mend.redirectUri': 'Our redirect URI',
  'mend.acsUrl': 'Our ACS URL',
  'mend.entityId': 'Our entity ID',
  'mend.issuer': 'Issuer',
  'mend.clientId': 'Client ID',
  'mend.clientSecret': 'Client secret',
  'mend.clientSecretHint': 'Empty: the one that is kept, where issuer and client ID stay as they are.',
  'mend.scopes': 'Scopes',
  'mend.metadataUrl': 'Metadata address',
  'mend.metadataXml': 'or metadata XML',
  'mend.stableId': 'Attribute that names a person for good',
  'mend.stableIdHint': 'Empty: the NameID does.',
  'mend.nothing': 'nothing',
  'mend.now': 'now',
  'mend.then': 'then',
  'mend.secretTaken': 'The client secret is taken away.',
  'mend.secretSet': 'A client secret is set.',
  'mend.secretReplaced': 'The client secret is replaced.',
  'mend.unconfirmed':
    'Nobody of your role has confirmed the identity provider at {host} yet.{put} Whoever puts this in place confirms it.',
  'mend.putBy': ' It was put in place by {who} on {at}.',
  'mend.quoted': '“{name}”',
  'mend.rung.operator': 'the operator of this service',
  'mend.rung.owner': 'an owner',
  'mend.rung.administrator': 'an administrator',
  'mend.rung.contact': 'somebody with a set-up link',
  'mend.rung.directory': 'the directory',
  'mend.rung.connection': 'the refresh of its metadata',
  'mend.rung.person': 'somebody',
  'mend.changes': 'What would change',
  'mend.asleep':
    '{count?one:One person above your role is refused there until they, or the operator of this service, confirm it.|other:# people above your role are refused there until one of them, or the operator of this service, confirms it.}',
  'mend.more': '{count?one:and one more|other:and # more}',
  'mend.moved':
    'People are called otherwise there, and every session through this connection ends. Of those who are linked:',
  'mend.relinked': 'Moved along',
  'mend.dropped': 'Unlinked',
  'mend.kept': 'Owners and administrators, who prove themselves anew',
  'mend.staged.heading': 'Is this your identity provider now?',
  'mend.staged.text':
    'If it is, sign in there as yourself. That opens no session and changes nothing: it shows that you are known there.',
  'mend.staged.button': 'Sign in there to test it',
  'mend.staged.again': 'Enter something else',
  'mend.hostThen': 'Identity provider then',
  'mend.nameIdThen': 'There you are',
  'mend.addressThen': 'Your address there',
  'mend.own': 'You came as yourself: this identity is linked to your account.',
  'mend.isYou': 'Is this you?',
  'mend.isYouText': 'From then on, whoever signs in as that identity is you.',
  'mend.place': 'Put it in place?',
  'mend.placeTitle': 'Put it in place',
  'mend.placeText': 'From then on everybody in the organization signs in there.',
  'mend.placeBack':
    'From then on everybody in the organization signs in there. What is in place now can be brought back within seven days, under Single sign-on.',
  'mend.placeButton': 'Put it in place and sign in',

  'part.entityId': 'Entity ID',
  'part.ssoUrl': 'Sign-in address',
  'part.ssoBinding': 'Binding',
  'part.sloUrl': 'Sign-out address',
  'part.endSessionEndpoint': 'Sign-out address',
  'part.sloBinding': 'Binding of a sign-out',
  'part.sloResponseUrl': 'Address of answers to a sign-out',
  'part.certificates': 'Certificates (SHA-256)',
  'part.metadataUrl': 'Metadata address',
  'part.metadataXml': 'Metadata XML',
  'part.issuer': 'Issuer',
  'part.clientId': 'Client ID',
  'part.clientSecret': 'Client secret',
  'part.authorizationEndpoint': 'Authorization endpoint',
  'part.tokenEndpoint': 'Token endpoint',
  'part.userinfoEndpoint': 'Userinfo endpoint',
  'part.jwksUri': 'Key set',
  'part.sendsIssuer': 'Names itself in answers',
  'part.stableIdAttribute': 'Attribute that names a person',
  'part.nameIdFormat': 'NameID format',
  'part.scopes': 'Scopes',
  'part.authentication': 'How we prove who we are',
} as const
