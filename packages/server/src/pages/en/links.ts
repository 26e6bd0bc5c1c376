// Of the pages where the secret of a link is redeemed.

/** In English. */
export const links = {
  'link.needsSecret': 'This address needs the link that you were given.',
  'link.unreachable': 'The service cannot be reached. Try again in a moment.',

  'link.gone': 'This link was used before, has ended or was revoked. Ask for a new one.',
  'link.sessionExists': 'This browser has another session, which the link would end.',
  'link.ask': 'Ask for a new link',
  'portal.title': 'Opening the settings',
  'portal.text': 'Open this link only if you asked for it, or expected it from whoever sent it.',
  'portal.button': 'Open the link',
  'portal.replace': 'End that session and open the link',

  'invitation.title': 'Invitation',
  'invitation.heading': 'You are invited',
  'invitation.text': 'Accept to have an account made for your address.',
  'invitation.textFor': 'Accept to have an account of {product} made for your address.',
  'invitation.button': 'Accept the invitation',
  'invitation.done': 'Your account at {organization} is ready.',

  'confirm.title': 'Confirm how you sign in',
  'confirm.text':
    'You sign in first. Then you see what was changed, by whom and when, before anything happens.',
  'confirm.button': 'Go on',

  'recoveryAddress.title': 'Confirm your recovery address',
  'recoveryAddress.text':
    'Whoever reads this mailbox can recover your account. Confirm it only if it is yours.',
  'recoveryAddress.button': 'It is mine',
  'recoveryAddress.done': 'From now on you are recovered by this address.',
} as const
