// Of mails: plain text, of which the page beside it is made. Paragraphs stand between empty lines; an address has a line of its own.

/** In English. */
export const mails = {
  'mail.about': 'This is about the organization {organization}:\n{url}',
  'mail.item': '- {text}',
  'mail.asWritten': '{text}',
  'mail.between': ', ',

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

  'mail.confirm.subject': 'A link to confirm how you sign in',
  'mail.confirm.text': `A link was asked for by which an owner or administrator confirms how the organization that calls itself {organization} signs people in, or mends it.

It works once, for 30 minutes. It shows what was changed, or would be, before anything happens:
{url}

If you did not ask for it, do nothing: without this link nothing changes.
`,
  'mail.recovery.subject': 'Confirm your recovery address',
  'mail.recovery.text': `Somebody who is signed in to the organization that calls itself {organization} wants to be recovered by this address.

Confirm it within the hour:
{url}

If it was not you, do nothing.
`,
  'mail.recoveryChanged.subject': 'Your recovery address was changed',
  'mail.recoveryChanged.text': `{actor} changed the address by which you are recovered in the organization that calls itself {organization}. This address is told for the last time.

If it was not you, tell an owner of the organization or the operator of the service.
`,
  'mail.recoveryChanged.operator': 'The operator of the service',
  'mail.recoveryChanged.person': 'Somebody signed in as you',

  'mail.ask.subject': 'Please confirm the set-up of sign-in and user provisioning',
  'mail.ask.text':
    '{actor} asks that an owner or administrator of the organization looks at what they set up and confirms it. Until then it counts for little.',
  'mail.ask.list': 'What waits for a confirmation:',
  'mail.ask.connection': 'the connection {name}, which trusts the identity provider at {host}',
  'mail.ask.sync': 'the first sync: from then on only people of the directory come in',
  'mail.ask.more': '{count?one:and # more|other:and # more}',
  'mail.ask.advice':
    'Sign in as you always do, look at each, and confirm only what you know. This mail confirms nothing, and is sent once a day at most. If you did not expect it, tell the operator of the service.',

  'mail.actor.operator': 'The operator',
  'mail.actor.owner': 'An owner',
  'mail.actor.administrator': 'An administrator',
  'mail.actor.contact': 'Somebody with a set-up link',
  'mail.actor.refresh': 'The refresh of its metadata',
  'mail.actor.named': '{actor} ({name})',
  'mail.actor.byLink': '{actor}, by a link that was mailed to them,',

  'mail.secret.set': 'Client secret (set)',
  'mail.secret.replaced': 'Client secret (replaced)',
  'mail.secret.taken': 'Client secret (taken away)',

  'mail.anchor.subject': 'What sign-ins rest on has changed',
  'mail.anchor.applied': '{actor} put a new trust anchor in place for the connection {connection} on {at}.',
  'mail.anchor.refreshed': '{actor} took in new certificates for the connection {connection} on {at}.',
  'mail.anchor.restored':
    '{actor} brought back the earlier trust anchor of the connection {connection} on {at}.',
  'mail.anchor.now': 'It trusts the identity provider at {host}. Changed: {changes}.',
  'mail.anchor.asleep':
    '{count?one:One owner or administrator is refused there until somebody of their role, or the operator, confirms it.|other:# owners and administrators are refused there until somebody of their role, or the operator, confirms it.}',
  'mail.anchor.back':
    'If nobody of you meant this, look at the connection: what it trusted before can be brought back until {until}.',

  'mail.client.subject': 'How a connection signs people in has changed',
  'mail.client.changed': '{actor} changed the connection {connection} on {at}: {changes}.',
  'mail.client.asBefore':
    'It trusts the identity provider at {host}, as before. If nobody of you meant this, look at the connection.',

  'mail.staged.anchor': 'A new trust anchor waits for an administrator',
  'mail.staged.client': 'A change of its client waits for an administrator',
  'mail.staged.anchorByLink': 'A mailed link staged a new trust anchor',
  'mail.staged.clientByLink': 'A mailed link staged a change of its client',
  'mail.staged.anchorText':
    '{actor} staged a new trust anchor for the connection {connection}: the identity provider at {host}. What would change: {changes}.',
  'mail.staged.clientText':
    '{actor} staged a change of its client for the connection {connection}: the identity provider at {host}. What would change: {changes}.',
  'mail.staged.advice':
    'Nothing that people sign in by has changed. Look at the difference, test it, and put it in place or discard it.',

  'mail.days': '{days?one:a day|other:# days}',
  'mail.key.one': 'An API key ends in {days}',
  'mail.key.many': '{count?one:# API key ends, the first in|other:# API keys end, the first in} {days}',
  'mail.key.item': 'the API key {name} on {on}',
  'mail.key.text': 'The API key {name} of your provisioning client ends on {on}.',
  'mail.key.advice':
    'Rotate it and paste the new token at your identity provider: with an overlap nothing is missed.',
  'mail.certificate.one': 'A signing certificate ends in {days}',
  'mail.certificate.many':
    '{count?one:# signing certificate ends, the first in|other:# signing certificates end, the first in} {days}',
  'mail.certificate.item': 'the certificate of the connection {name} on {on}',
  'mail.certificate.text': 'The signing certificate of the connection {name} ends on {on}.',
  'mail.certificate.advice':
    'Add the new one of your identity provider before: afterwards nobody can sign in through it.',
  'mail.ending.all': 'These end soon:',
  'mail.ending.some': 'These end soon, and {count?one:# more|other:# more}:',

  'mail.failing.subject': 'Provisioning has been failing for an hour',
  'mail.failing.text':
    'Of the newest {judged?one:# request|other:# requests} of your provisioning client {refused?one:# was|other:# were} refused. Activity shows each of them, with what to change.',

  'mail.makers.subject': 'Somebody who may know keys or connections is out',
  'mail.makers.line':
    'Somebody is out who made {count?one:a key, client or connection that works on|other:# keys, clients or connections that work on}.',
  'mail.makers.text': 'They work on until somebody changes them:',
  'mail.makers.connection': 'the connection {name}',
  'mail.makers.key': 'the API key {name}',
  'mail.makers.client': 'the OAuth client {name}',
  'mail.makers.keyBy': 'the API key {name}, made by {maker}',
  'mail.makers.clientBy': 'the OAuth client {name}, made by {maker}',
  'mail.makers.advice': 'Rotate keys and look at connections that this person may know.',

  'mail.ownership.subject': 'Somebody is back, and no longer an owner',
  'mail.ownership.text': '{user} was an owner and is back with the role {role}. {way}',
  'mail.ownership.claimed': 'The directory claimed the account and activated it.',
  'mail.ownership.reactivated':
    'The directory activated the account more than 7 days after it was deactivated, or by another way than its own.',
  'mail.ownership.unblocked': 'An administrator lifted the block.',
  'mail.ownership.restored': 'An administrator restored the people of an alert.',
  'mail.ownership.advice':
    'Giving ownership back is giving it: if they are to be an owner, another owner or the operator makes them one. If nobody expected them, block the account.',
  'mail.role.owner': 'owner',
  'mail.role.admin': 'administrator',
  'mail.role.member': 'member',

  'mail.guard.subject': '{people?one:# person was|other:# people were} deactivated',
  'mail.guard.text':
    '{people?one:# person|other:# people} ({percent} %) were deactivated or deleted within {minutes?one:# minute|other:# minutes}. They are signed out and cannot sign in.',
  'mail.guard.advice':
    'Nothing of them is removed for good until you say so: restore them all in one act, or confirm that they were meant to leave.',

  'mail.gathered.subject': '{count?one:One more notice|other:# more notices}',
  'mail.gathered.text':
    'Notices that follow one upon another are gathered and told in one mail. Since the last ones:',
  'mail.gathered.many': '{count?one:# time|other:# times}, the latest: {line}',
  'mail.gathered.more': 'and notices about {count?one:# more thing|other:# more things}',
  'mail.gathered.log':
    'Each is in the audit log of the organization, with when it was and whose word it was.',

  'mail.damage.subject': 'The store is damaged',
  'mail.damage.text': 'A look at the store of this service found damage:',
  'mail.damage.advice':
    'It goes on serving. Backups are refused from now on; keep those that you have, and restore one into another folder.',

  'mail.endpoint.off': 'A webhook endpoint was switched off',
  'mail.endpoint.offGone': 'No more webhooks are sent to {url}. It answered 410 Gone.',
  'mail.endpoint.offFailing': 'No more webhooks are sent to {url}. It has accepted nothing for three days.',
  'mail.endpoint.offAdvice':
    'Switch it on again in the console under Webhooks; what waits goes out then, and what was missed can be sent again by its time.',
  'mail.endpoint.trouble': 'A webhook endpoint accepts nothing',
  'mail.endpoint.troubleText': 'The webhook endpoint {url} has accepted nothing since {since}. {how}',
  'mail.endpoint.refused':
    'It refuses them: the last answer was {status}. Its secret, its address or its own rules may have changed.',
  'mail.endpoint.silent': 'It does not answer.',
  'mail.endpoint.fails': 'It fails: the last answer was {status}.',
  'mail.endpoint.troubleAdvice':
    'Events wait for it for up to three days; one at a time is tried. The first that it accepts lets the others go.',
} as const
