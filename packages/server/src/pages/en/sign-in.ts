// Of every page, of signing in and out, of what refuses somebody, and of requests that come to nothing.

/** In English. */
export const signIn = {
  reference: 'Reference {reference}',
  codeAndReference: 'Code {code}, reference {reference}',
  continue: 'Continue',
  signIn: 'Sign in',
  signOut: 'Sign out',
  needsScript: 'This page needs JavaScript.',
  tryAgain: 'Please try again in a moment.',
  settings: 'Organization settings',

  'brand.support': 'Help',
  'brand.privacy': 'Privacy',
  'brand.terms': 'Terms',

  'tooMany.title': 'Too many requests',
  'tooMany.heading': 'Too many requests at once',
  'tooMany.text':
    'More sign-ins than expected were begun from this network, or from everywhere. Please try again in a moment.',

  'tooLong.title': 'Too long',
  'tooLong.heading': 'The request is too long',

  'wrongMethod.title': 'Method not allowed',
  'wrongMethod.heading': 'This address takes {methods}',

  'unreadable.title': 'Not readable',
  'unreadable.heading': 'This cannot be read',
  'unreadable.text': 'A text holds the character U+0000, or half of a character, which can be kept nowhere.',

  'away.title': 'Sign-in is not available at the moment',

  'failed.title': 'Something went wrong here',

  'notFramed.title': 'Opens inside the product',
  'notFramed.heading': 'These settings open inside the product',
  'notFramed.text':
    'This address is no page of its own. Go back to the product, and open the settings there.',
  'notBuilt.title': 'Not there',
  'notBuilt.heading': 'The settings are not there',
  'notBuilt.text':
    'This service was started without its settings pages. Its operator finds in its log what to do.',
  'unknown.title': 'There is nothing at this address',
  'unknown.text': 'Check the address, or go back to where you came from.',
  'unknown.signIn': 'Go to the sign-in',
  'nothing.title': 'There is no sign-in at this address',
  'nothing.heading': 'There is no {signIn} at this address',
  'nothing.signIn': 'sign-in',
  'nothing.text': 'Check the link, or ask your administrator for it.',

  'recover.offer': 'You own or administer an organization here?',
  'recover.offerHere': 'You own or administer this organization here?',
  'recover.title': 'Can’t sign in?',
  'recover.text':
    'Owners and administrators can have a link mailed by which they mend how their organization signs in. Everybody else asks them.',
  'recover.where': 'Where can’t you sign in?',
  'recover.label': 'Work e-mail, or the short name of your organization',

  'question.label': 'Work e-mail',

  'question.ended':
    'Your session is over, or was ended. Sign in again; if you are refused, the page says why.',
  'question.unknown': 'There is no sign-in for this address. Check it, or ask your administrator.',
  'choice.title': 'Where do you want to sign in?',

  'action.otherAccount': 'Use another account',
  'action.again': 'Try again',
  'action.back': 'Back to {product}',
  'action.continue': 'Continue to {product}',
  'action.support': 'Ask for help',
  'action.copy': 'Copy the reference',
  'action.copied': 'Copied',
  'refused.title': 'You could not be signed in',
  'refused.text': 'Ask your administrator for help and name this reference.',
  'refused.blocked.title': 'Your access was switched off',
  'refused.blocked':
    'Your organization has switched off or ended your access. Only your administrator can give it back.',
  'refused.misconfigured.title': 'The sign-in of your company is not set up correctly',
  'refused.misconfigured':
    'What came from its identity provider could not be accepted. You cannot mend that yourself: tell your administrator, and name this reference.',
  'refused.wrongAccount.title': 'You need another account',
  'refused.wrongAccount':
    'The account that you signed in with does not belong to this organization. Use the one that your organization gave you.',
  'refused.again.title': 'This sign-in cannot go on',
  'refused.again': 'It took too long, was begun in another browser, or is finished already. Start again.',
  'refused.provider.title': 'Your identity provider did not sign you in',
  'refused.provider':
    'Often that means that you have not been given this application there. Ask your administrator, or use another account.',
  'refused.away.title': 'Your identity provider cannot be reached',
  'refused.away': 'It did not answer us, and until it does it signs nobody in. Try again in some minutes.',
  'refused.away.operator':
    'If it lasts, an owner or administrator of your organization asks the operator of this service for a link into the settings, which needs no identity provider.',
  'refused.away.product':
    'If it lasts, an owner or administrator of your organization asks the team of {product} for a link into the settings, which needs no identity provider.',
  'refused.notProvisioned.title': 'Your account is not ready yet',
  'refused.notProvisioned':
    'Your account has not been provisioned yet. Ask your administrator to assign you to this application.',
  'refused.notAskedAgain':
    'A fresh sign-in was asked for, and your identity provider did not ask you again. Sign out there and try once more, or ask your administrator for help and name this reference.',
  'refused.proofOver':
    'Your sessions, or those of this way to sign in, were ended after you had proven who you are. Nothing came of what was begun before: sign in again.',
  'refused.anchorChanged':
    'How your organization signs people in was changed meanwhile. Nothing came of what was begun before: start again.',

  'notSignedOut.byProvider': 'Your identity provider did not sign you out here',
  'notSignedOut.byProviderText':
    'It sent a message to do so that could not be taken. If you are signed in here, you can sign out yourself.',
  'notSignedOut.title': 'Not signed out',
  'notSignedOut.text': 'The request did not come from our own page.',

  'going.heading': 'Going to your identity provider',

  'me.title': 'Signed in',
  'me.heading': 'You are signed in',
  'me.as': 'Signed in as',
  'me.organization': 'Organization',
  'me.role': 'Role',
  'me.role.owner': 'Owner',
  'me.role.admin': 'Administrator',
  'me.role.member': 'Member',
  'me.until': 'Until',
  'me.everywhere': 'Sign out everywhere',

  'signedOut.title': 'Signed out',
  'signedOut.heading': 'You are signed out',
  'signedOut.here': 'You are signed out here',
  'signedOut.hereText':
    'Your identity provider did not say that it has signed you out as well. Close your browser, or sign out there, if others use it.',
  'signedOut.again': 'Sign in again',
  'signedOut.still': 'You are still signed in here',

  'application.over': 'This sign-in is over',
  'application.overText':
    'It was begun too long ago, in another browser, or is finished already. Go back to the application and sign in again.',
  'application.stale': 'You were not asked again',
  'application.staleText':
    'The application asked for a fresh sign-in, and this one was not. Go back to the application and sign in again.',
  'application.refused': 'You cannot use this application',
  'application.refusedText':
    'Your organization has not been given this application, or you signed in for another organization. Ask your administrator.',
  'application.wrong': 'The application asked for something that it may not have. Its team can read why:',
  'application.redirectUri': 'The redirect URI that came, which is compared letter by letter: {uri}',
  'application.nobody': 'Nobody can sign in to this application yet. Ask its team.',
  'application.unknown':
    'The application asked for {what}. Enter your work e-mail instead, or tell its team.',
  'application.unknown.connection': 'a sign-in that is not there, or not for it: “{value}”',
  'application.unknown.organization':
    'an organization that is not there, has no sign-in, or was not given this application: “{value}”',
  'application.unknown.domain_hint': 'a domain that has no sign-in: “{value}”',
  'application.unknown.login_hint': 'an address that has no sign-in: “{value}”',
} as const
