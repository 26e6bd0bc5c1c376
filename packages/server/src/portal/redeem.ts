// Where a link's secret is taken out of the fragment, which no server and no log sees, and sent once.
import type { Page } from '../http/page.ts'

const portalScript = `
const say = (text) => { document.getElementById('state').textContent = text }
const token = new URLSearchParams(location.hash.slice(1)).get('token')
history.replaceState(null, '', location.pathname)
if (token === null) say('This address needs the link that you were given.')
else fetch('/api/v1/portal-sessions', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) })
  .then(async (response) => {
    const answer = await response.json()
    if (response.ok) location.replace(answer.returnUrl ?? (answer.organization === null ? '/' : '/organizations/' + answer.organization.slug + '/settings'))
    else say(answer.detail + '.')
  })
  .catch(() => say('The service cannot be reached. Try the link again in a moment.'))
`

export const portalPage: Page = {
  title: 'Opening the settings',
  body: '<div class="panel"><h1>Opening the settings</h1><p id="state" role="status">One moment…</p><noscript><p>This page needs JavaScript.</p></noscript></div>',
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
