// Where a link's secret is taken out of the fragment, which no server and no log sees, and sent once: by a click, never by opening
// the page, so that nobody who is lured here loses a session or acts in somebody else's place unasked. The pages stand directly below the
// public URL: their scripts name everything relative to it.
import type { Page } from '../http/page.ts'

const portalScript = `
const state = document.getElementById('state')
const button = document.querySelector('button')
const token = new URLSearchParams(location.hash.slice(1)).get('token')
let replace = false
if (token === null) { state.textContent = 'This address needs the link that you were given.'; button.hidden = true }
button.addEventListener('click', async () => {
  button.disabled = true
  try {
    const response = await fetch('api/v1/portal-sessions', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token, replace }) })
    const answer = await response.json()
    if (response.ok) {
      history.replaceState(null, '', location.pathname)
      location.replace(answer.returnUrl ?? (answer.organization === null ? './' : 'organizations/' + answer.organization.slug + '/settings'))
      return
    }
    state.textContent = answer.detail + '.'
    if (response.status === 409) {
      replace = true
      button.textContent = 'End that session and open the link'
      button.disabled = false
    } else button.hidden = true
  } catch {
    button.disabled = false
    state.textContent = 'The service cannot be reached. Try again in a moment.'
  }
})
`

export const portalPage: Page = {
  title: 'Opening the settings',
  body: '<div class="panel"><h1>Opening the settings</h1><p id="state" role="status">Open this link only if you asked for it, or expected it from whoever sent it.</p><button>Open the link</button><noscript><p>This page needs JavaScript.</p></noscript></div>',
  script: portalScript,
}

/** A page with one button that sends the secret; `done` is what the script does with a good answer. */
function toRedeemPage(page: {
  readonly title: string
  readonly heading: string
  readonly about: string
  readonly button: string
  /** Below /api/v1. */
  readonly path: string
  readonly done: string
}): Page {
  const script = `
const state = document.getElementById('state')
const button = document.querySelector('button')
const token = new URLSearchParams(location.hash.slice(1)).get('token')
if (token === null) { state.textContent = 'This address needs the link that you were given.'; button.hidden = true }
button.addEventListener('click', async () => {
  button.disabled = true
  try {
    const response = await fetch('api/v1/${page.path}', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) })
    const answer = response.status === 204 ? {} : await response.json()
    button.hidden = true
    history.replaceState(null, '', location.pathname)
    if (!response.ok) { state.textContent = answer.detail + '.'; return }
    ${page.done}
  } catch {
    button.disabled = false
    state.textContent = 'The service cannot be reached. Try again in a moment.'
  }
})
`
  const body = `<div class="panel"><h1>${page.heading}</h1><p id="state" role="status">${page.about}</p><button>${page.button}</button><noscript><p>This page needs JavaScript.</p></noscript></div>`
  return { title: page.title, body, script }
}

export const invitationPage = toRedeemPage({
  title: 'Invitation',
  heading: 'You are invited',
  about: 'Accept to have an account made for your address.',
  button: 'Accept the invitation',
  path: 'invitation-acceptances',
  done: `state.textContent = 'Your account at ' + answer.organization + ' is ready. '
    const link = document.createElement('a')
    link.href = answer.signInUrl
    link.textContent = 'Sign in'
    state.append(link)`,
})

export const confirmPage = toRedeemPage({
  title: 'Confirm how you sign in',
  heading: 'Confirm how you sign in',
  about: 'You sign in first. Then you see what was changed, by whom and when, before anything happens.',
  button: 'Go on',
  path: 'anchor-confirmations',
  done: 'location.replace(answer.url)',
})

export const recoveryPage = toRedeemPage({
  title: 'Confirm your recovery address',
  heading: 'Confirm your recovery address',
  about: 'Whoever reads this mailbox can recover your account. Confirm it only if it is yours.',
  button: 'It is mine',
  path: 'recovery-address-confirmations',
  done: "state.textContent = 'From now on you are recovered by this address.'",
})
