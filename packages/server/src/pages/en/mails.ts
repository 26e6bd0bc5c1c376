// Of mails: plain text, of which the page beside it is made. Paragraphs stand between empty lines; an address has a line of its own.

/** In English. */
export const mails = {
  'mail.setUp.subject': 'Set up single sign-on and user provisioning',
  'mail.setUp.text': `You are asked to set up single sign-on and user provisioning for the organization that calls itself {organization}.

Begin here. You can leave and come back until {until}:
{url}

Whoever has this link can change these settings until then. If you did not expect this, do nothing.
`,
  'mail.invitation.subject': 'You have an invitation',
  'mail.invitation.text': `You are invited to join the organization that calls itself {organization}.

Accept here, until {until}:
{url}

If you did not expect this, do nothing.
`,
} as const
