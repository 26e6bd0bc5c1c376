// Where a link's secret is taken out of the fragment, which no server and no log sees, and sent once: by a click, never by opening
// the page, so that nobody who is lured here loses a session or acts in somebody else's place unasked. The pages stand directly below the
// public URL: their scripts name everything relative to it.
import type { Page } from './frame.ts'
import { type Html, html } from './html.ts'
import { type Look, type PlainKey, textOf, wordsOf } from './look.ts'
import type { WordKey } from './words.ts'

/** A sentence as a script's own text. */
function quoted(look: Look, key: WordKey): string {
  return toScript(textOf(look, key))
}

// Nothing in it may end the script, or be taken for markup.
function toScript(text: string): string {
  return JSON.stringify(text).replaceAll('<', '\\u003c')
}

function beginScript(look: Look): string {
  return `
const state = document.getElementById('state')
const button = document.querySelector('button')
const token = new URLSearchParams(location.hash.slice(1)).get('token')
if (token === null) { state.textContent = ${quoted(look, 'link.needsSecret')}; button.hidden = true }
const texts = { link_gone: ${quoted(look, 'link.gone')}, session_exists: ${quoted(look, 'link.sessionExists')} }
// Why another one was not taken the service says in English.
const tell = ({ code, detail }) => {
  const ask = document.getElementById('ask')
  if (ask !== null) ask.hidden = code !== 'link_gone'
  if (texts[code] !== undefined) { state.textContent = texts[code]; return }
  state.lang = 'en'
  state.dir = 'ltr'
  state.textContent = detail + '.'
}`
}

function failScript(look: Look): string {
  return `  } catch {
    button.disabled = false
    state.textContent = ${quoted(look, 'link.unreachable')}
  }`
}

/** A page with one button, and what it says. */
function toPage(
  look: Look,
  keys: Readonly<Record<'title' | 'heading' | 'button', PlainKey>>,
  text: Html,
): Page {
  const say = wordsOf(look)
  const body = html`<div class="panel"><h1>${say(keys.heading)}</h1>
<p id="state" role="status">${text}</p>
<button>${say(keys.button)}</button>${renderAsk(look)}<noscript><p>${say('needsScript')}</p></noscript></div>`
  return { title: say(keys.title), body }
}

// Shown where the link is over: whoever helps gives another one.
function renderAsk(look: Look): Html | '' {
  const { supportEmail, supportUrl } = look.brand
  const href = supportUrl ?? (supportEmail === null ? null : `mailto:${supportEmail}`)
  if (href === null) return ''
  return html`<p class="ways" id="ask" hidden><a class="button" href="${href}">${wordsOf(look)('link.ask')}</a></p>`
}

/** Where a link into the settings is opened. */
export function portalPage(look: Look): Page {
  const script = `${beginScript(look)}
let replace = false
button.addEventListener('click', async () => {
  button.disabled = true
  try {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ token, replace })
    const response = await fetch('api/v1/portal-sessions', { method: 'POST', headers, body })
    const answer = await response.json()
    if (response.ok) {
      history.replaceState(null, '', location.pathname)
      const { organization } = answer
      location.replace(organization === null ? './' : 'organizations/' + organization.slug + '/settings')
      return
    }
    tell(answer)
    if (response.status === 409) {
      replace = true
      button.textContent = ${quoted(look, 'portal.replace')}
      button.disabled = false
    } else button.hidden = true
${failScript(look)}
})
`
  const keys = { title: 'portal.title', heading: 'portal.title', button: 'portal.button' } as const
  return { ...toPage(look, keys, wordsOf(look)('portal.text')), script }
}

/** `path`: below /api/v1, where the secret is sent. `done`: what the script does with a good answer. */
function redeemScript(look: Look, path: string, done: string): string {
  return `${beginScript(look)}
button.addEventListener('click', async () => {
  button.disabled = true
  try {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch('api/v1/${path}', { method: 'POST', headers, body: JSON.stringify({ token }) })
    const answer = response.status === 204 ? {} : await response.json()
    button.hidden = true
    history.replaceState(null, '', location.pathname)
    if (!response.ok) { tell(answer); return }
    ${done}
${failScript(look)}
})
`
}

/** Where an invitation is accepted. */
export function invitationPage(look: Look): Page {
  const done = `state.textContent = ${quoted(look, 'invitation.done')}.replace('{organization}', () => '\\u2068' + answer.organization + '\\u2069') + ' '
    const link = document.createElement('a')
    link.href = answer.signInUrl
    link.textContent = ${quoted(look, 'signIn')}
    state.append(link)`
  const say = wordsOf(look)
  const { productName } = look.brand
  const text =
    productName === null ? say('invitation.text') : say('invitation.textFor', { product: productName })
  const keys = {
    title: 'invitation.title',
    heading: 'invitation.heading',
    button: 'invitation.button',
  } as const
  return {
    ...toPage(look, keys, text),
    script: redeemScript(look, 'invitation-acceptances', done),
  }
}

/** Where a mailed link begins by which an anchor is confirmed. */
export function confirmPage(look: Look): Page {
  const keys = { title: 'confirm.title', heading: 'confirm.title', button: 'confirm.button' } as const
  return {
    ...toPage(look, keys, wordsOf(look)('confirm.text')),
    script: redeemScript(look, 'anchor-confirmations', 'location.replace(answer.url)'),
  }
}

/** Where a recovery address is confirmed. */
export function recoveryAddressPage(look: Look): Page {
  const keys = {
    title: 'recoveryAddress.title',
    heading: 'recoveryAddress.title',
    button: 'recoveryAddress.button',
  } as const
  return {
    ...toPage(look, keys, wordsOf(look)('recoveryAddress.text')),
    script: redeemScript(
      look,
      'recovery-address-confirmations',
      `state.textContent = ${quoted(look, 'recoveryAddress.done')}`,
    ),
  }
}
