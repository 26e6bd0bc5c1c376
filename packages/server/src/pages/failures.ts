// The pages of a request that comes to nothing, whoever asked and whatever for.

import type { Page } from './frame.ts'
import { html } from './html.ts'
import { type Look, wordsOf } from './look.ts'
import { codeAndReference, reference } from './parts.ts'

/** 429, for a network that began too much. */
export function tooManyPage(look: Look, waitSeconds: number, requestId: string): Page {
  const say = wordsOf(look)
  const body = html`<div class="panel"><h1>${say('tooMany.heading')}</h1><p>${say('tooMany.text')}</p>${reference(look, requestId)}</div>`
  return { title: say('tooMany.title'), body, status: 429, headers: [['retry-after', String(waitSeconds)]] }
}

/** 414 or 431. */
export function tooLongPage(look: Look, status: 414 | 431): Page {
  const say = wordsOf(look)
  const body = html`<div class="panel"><h1>${say('tooLong.heading')}</h1></div>`
  return { title: say('tooLong.title'), body, status }
}

/** 405. */
export function wrongMethodPage(look: Look, methods: readonly string[]): Page {
  const say = wordsOf(look)
  const allow = methods.join(', ')
  const body = html`<div class="panel"><h1>${say('wrongMethod.heading', { methods: allow })}</h1></div>`
  return { title: say('wrongMethod.title'), body, status: 405, headers: [['allow', allow]] }
}

/** 400 for characters that can be kept nowhere. Nobody is led to such an address: it is a mistake, or an attempt. */
export function unreadablePage(look: Look, requestId: string): Page {
  const say = wordsOf(look)
  const body = html`<div class="panel"><h1>${say('unreadable.heading')}</h1><p>${say('unreadable.text')}</p>
${codeAndReference(look, 'malformed', requestId)}</div>`
  return { title: say('unreadable.title'), body, status: 400 }
}

/** 503 with when to come again, or 500 where that is not known. */
export function failedPage(look: Look, retryAfterSeconds: number | null, requestId: string): Page {
  const say = wordsOf(look)
  const isAway = retryAfterSeconds !== null
  const title = say(isAway ? 'away.title' : 'failed.title')
  const body = html`<div class="panel"><h1>${title}</h1><p>${say('tryAgain')}</p>${reference(look, requestId)}</div>`
  const headers = isAway ? ([['retry-after', String(retryAfterSeconds)]] as const) : []
  return { title, body, status: isAway ? 503 : 500, headers }
}

/** 404 for an address of nothing at all. */
export function unknownPage(look: Look, requestId: string): Page {
  const say = wordsOf(look)
  const title = say('unknown.title')
  const body = html`<div class="panel"><h1>${title}</h1><p>${say('unknown.text')}</p>
<p class="ways"><a class="button" href="/sso">${say('unknown.signIn')}</a></p>${reference(look, requestId)}</div>`
  return { title, body, status: 404, headers: [['vary', 'Accept']] }
}

/** The console's files are not there. */
export function notBuiltPage(look: Look): Page {
  const say = wordsOf(look)
  const body = html`<div class="panel"><h1>${say('notBuilt.heading')}</h1><p>${say('notBuilt.text')}</p></div>`
  return { title: say('notBuilt.title'), body, status: 503 }
}

/** 403: the page of a frame was opened in a window of its own, or at an address that nobody made. */
export function notFramedPage(look: Look): Page {
  const say = wordsOf(look)
  const body = html`<div class="panel"><h1>${say('notFramed.heading')}</h1><p>${say('notFramed.text')}</p></div>`
  return { title: say('notFramed.title'), body, status: 403 }
}
