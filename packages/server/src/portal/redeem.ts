// Where a link's secret is taken out of the fragment, which no server and no log sees, and sent once: by a click, never by opening
// the page, so that nobody who is lured here loses a session or acts in somebody else's place unasked.
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
    const response = await fetch('/api/v1/portal-sessions', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token, replace }) })
    const answer = await response.json()
    if (response.ok) {
      history.replaceState(null, '', location.pathname)
      location.replace(answer.returnUrl ?? (answer.organization === null ? '/' : '/organizations/' + answer.organization.slug + '/settings'))
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

const invitationScript = `
const state = document.getElementById('state')
const button = document.querySelector('button')
const token = new URLSearchParams(location.hash.slice(1)).get('token')
if (token === null) { state.textContent = 'This address needs the link that you were given.'; button.hidden = true }
button.addEventListener('click', async () => {
  button.disabled = true
  try {
    const response = await fetch('/api/v1/invitation-acceptances', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) })
    const answer = await response.json()
    button.hidden = true
    history.replaceState(null, '', location.pathname)
    if (!response.ok) { state.textContent = answer.detail + '.'; return }
    state.textContent = 'Your account at ' + answer.organization + ' is ready. '
    const link = document.createElement('a')
    link.href = answer.signInUrl
    link.textContent = 'Sign in'
    state.append(link)
  } catch {
    button.disabled = false
    state.textContent = 'The service cannot be reached. Try again in a moment.'
  }
})
`

export const invitationPage: Page = {
  title: 'Invitation',
  body: '<div class="panel"><h1>You are invited</h1><p id="state" role="status">Accept to have an account made for your address.</p><button>Accept the invitation</button><noscript><p>This page needs JavaScript.</p></noscript></div>',
  script: invitationScript,
}

const confirmScript = `
const state = document.getElementById('state')
const button = document.querySelector('button')
const token = new URLSearchParams(location.hash.slice(1)).get('token')
history.replaceState(null, '', location.pathname)
if (token === null) { state.textContent = 'This address needs the link that you were mailed.'; button.hidden = true }
button.addEventListener('click', async () => {
  button.disabled = true
  try {
    const response = await fetch('/api/v1/anchor-confirmations', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) })
    const answer = await response.json()
    if (response.ok) { location.replace(answer.url); return }
    button.hidden = true
    state.textContent = answer.detail + '.'
  } catch {
    button.disabled = false
    state.textContent = 'The service cannot be reached. Try again in a moment.'
  }
})
`

export const confirmPage: Page = {
  title: 'Confirm how you sign in',
  body: '<div class="panel"><h1>Confirm how you sign in</h1><p id="state" role="status">You sign in first. Then you see what was changed, by whom and when, before anything happens.</p><button>Go on</button><noscript><p>This page needs JavaScript.</p></noscript></div>',
  script: confirmScript,
}

const recoveryScript = `
const state = document.getElementById('state')
const button = document.querySelector('button')
const token = new URLSearchParams(location.hash.slice(1)).get('token')
history.replaceState(null, '', location.pathname)
if (token === null) { state.textContent = 'This address needs the link that you were mailed.'; button.hidden = true }
button.addEventListener('click', async () => {
  button.disabled = true
  try {
    const response = await fetch('/api/v1/recovery-address-confirmations', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) })
    button.hidden = true
    state.textContent = response.ok ? 'From now on you are recovered by this address.' : (await response.json()).detail + '.'
  } catch {
    button.disabled = false
    state.textContent = 'The service cannot be reached. Try again in a moment.'
  }
})
`

export const recoveryPage: Page = {
  title: 'Confirm your recovery address',
  body: '<div class="panel"><h1>Confirm your recovery address</h1><p id="state" role="status">Whoever reads this mailbox can recover your account. Confirm it only if it is yours.</p><button>It is mine</button><noscript><p>This page needs JavaScript.</p></noscript></div>',
  script: recoveryScript,
}
