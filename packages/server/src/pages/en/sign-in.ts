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

  'notBuilt.title': 'Not built',
  'notBuilt.heading': 'The console is not built',
  'notBuilt.text': 'Run {command} and load this page again.',

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

  'choice.title': 'Where do you want to sign in?',

  'refused.title': 'You could not be signed in',
  'refused.text': 'Ask your administrator for help and name this reference.',
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
  'application.unknownAddress': 'There is no sign-in for this address. Check it, or ask your administrator.',
  'application.nobody': 'Nobody can sign in to this application yet. Ask its team.',
  'application.unknown':
    'The application asked for {what}. Enter your work e-mail instead, or tell its team.',
  'application.unknown.connection': 'a sign-in that is not there, or not for it: “{value}”',
  'application.unknown.organization':
    'an organization that is not there, has no sign-in, or was not given this application: “{value}”',
  'application.unknown.domain_hint': 'a domain that has no sign-in: “{value}”',
  'application.unknown.login_hint': 'an address that has no sign-in: “{value}”',
} as const
