// The one page of the product: who is signed in, and its users as it knows them. Server-made, escaped, light and dark.
import { createHash } from 'node:crypto'
import type { Session, User } from './database.ts'

const style = `:root { color-scheme: light dark } body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 0 auto; padding: 2rem 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.125rem; margin-top: 2rem } .bar { display: flex; gap: 1rem; align-items: center; flex-wrap: wrap }
a.button, button { font: inherit; padding: .5rem 1rem; border-radius: .5rem; border: 1px solid; background: none; color: inherit; text-decoration: none; cursor: pointer }
.scroll { overflow-x: auto } table { border-collapse: collapse; width: 100% } td, th { text-align: start; padding: .5rem .75rem .5rem 0; border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent) }
.off { opacity: .75 } .problem { border-inline-start: 4px solid light-dark(#a31d1d, #ff9d9d); padding-inline-start: .75rem }`

/** Allows the page's own style and nothing else. */
export const homePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; frame-ancestors 'none'`

export function renderHome(
  session: Session | undefined,
  users: readonly User[],
  problem: string | undefined,
): string {
  const who =
    session === undefined
      ? '<p>Nobody is signed in here.</p><p><a class="button" href="/login">Sign in</a></p>'
      : `<div class="bar"><p>Signed in as <strong>${escapeHtml(session.name)}</strong> (${escapeHtml(session.email)}), ${escapeHtml(session.role)} of ${escapeHtml(session.organization)}</p>
<form method="post" action="/logout"><button>Sign out</button></form></div>`
  const rows = users.map(
    (user) =>
      `<tr${user.active === 1 ? '' : ' class="off"'}><td>${escapeHtml(user.name)}</td><td>${escapeHtml(user.email ?? '')}</td><td>${escapeHtml(user.organization)}</td><td>${user.active === 1 ? 'Active' : 'Inactive'}</td></tr>`,
  )
  const table =
    rows.length === 0
      ? '<p>Nobody yet. Assign somebody in the identity provider, and they appear here.</p>'
      : `<div class="scroll"><table><thead><tr><th>Name</th><th>E-mail</th><th>Organization</th><th>State</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Example product</title><style>${style}</style></head>
<body><main><h1>Example product</h1>${problem === undefined ? '' : `<p class="problem" role="alert">${escapeHtml(problem)}</p>`}${who}<h2>Users of this product</h2>${table}</main></body></html>`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
