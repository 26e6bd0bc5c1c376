// Home-realm discovery: from an address or an organization to a connection. Where several could be meant, the person
// chooses. What is not there is answered alike, whatever is missing.
import { domainOfAddress } from '../base/address.ts'
import { listUsableConnections } from '../connections/find.ts'
import { listTiedTo } from '../connections/ties.ts'
import { escapeHtml, redirect, renderPage, type Site } from '../http/page.ts'
import { findOrganizationsOfDomain } from '../organizations/domains.ts'
import { findOrganization } from '../organizations/organizations.ts'
import { renderNothing, type SsoOptions, type Visit } from './visit.ts'

interface Choice {
  readonly connectionId: string
  readonly label: string
}

/** Whether somebody asks who cannot sign in: then the same ways lead to where links are mailed. */
function isRecovering(visit: Visit): boolean {
  return visit.url.searchParams.get('recover') === '1'
}

/** GET /sso: without an address it asks for one. */
export async function discoverByAddress(options: SsoOptions, visit: Visit): Promise<Response> {
  const site = options.cookies
  const email = visit.url.searchParams.get('email')?.trim() ?? ''
  if (email === '') return isRecovering(visit) ? renderRecovery(site) : renderQuestion(visit, site)
  // Whose address is of no proved domain names the organization.
  if (isRecovering(visit) && isSlug(email.toLowerCase()))
    return discoverBySlug(options, visit, email.toLowerCase())
  const domain = domainOfAddress(email)
  if (domain === undefined || email.length > 320) return renderNothing(visit.context.requestId, site)
  const choices: Choice[] = []
  for (const { slug, name } of await findOrganizationsOfDomain(options.database, domain, options.clock()))
    choices.push(...(await listChoices(options, slug, { name, domain })))
  return choose(options, visit, choices, email)
}

export function isSlug(text: string): boolean {
  return /^[a-z0-9-]{1,50}$/.test(text)
}

/** GET /sso/{slug}. */
export async function discoverBySlug(options: SsoOptions, visit: Visit, slug: string): Promise<Response> {
  return choose(
    options,
    visit,
    await listChoices(options, slug, undefined),
    visit.url.searchParams.get('login_hint'),
  )
}

// By an address: the connections that speak for its domain, where any does; whoever signed in by another one may still choose it.
async function listChoices(
  options: SsoOptions,
  slug: string,
  asked: { readonly name: string; readonly domain: string } | undefined,
): Promise<Choice[]> {
  const name = asked?.name
  const found = await findOrganization(options.database, slug)
  if (found === undefined) return []
  const { scope } = found
  const usable = await listUsableConnections(options.database, scope)
  const tied =
    asked === undefined ? [] : await listTiedTo(options.database, scope, asked.domain, options.clock())
  const speaking = usable.filter(({ id }) => tied.includes(id))
  const rows = speaking.length === 0 ? usable : speaking
  return rows.map((row) => ({
    connectionId: row.id,
    label: name === undefined ? row.name : rows.length === 1 ? name : `${name} · ${row.name}`,
  }))
}

async function choose(
  options: SsoOptions,
  visit: Visit,
  choices: readonly Choice[],
  hint: string | null,
): Promise<Response> {
  const site = options.cookies
  const [only] = choices
  if (only === undefined) return renderNothing(visit.context.requestId, site)
  const locations = choices.map(({ connectionId, label }) => ({
    href: isRecovering(visit)
      ? toRecovery(options, connectionId, hint)
      : toLogin(options, visit, connectionId, hint),
    label,
  }))
  if (choices.length === 1) return redirect(locations[0]?.href ?? '')
  const items = locations.map(
    ({ href, label }) => `<li><a class="button" href="${escapeHtml(href)}">${escapeHtml(label)}</a></li>`,
  )
  const title = isRecovering(visit) ? 'Where can’t you sign in?' : 'Where do you want to sign in?'
  const body = `<div class="panel"><h1>${title}</h1><ul class="plain">${items.join('')}</ul>${isRecovering(visit) ? '' : toRecoverLink(visit)}</div>`
  return renderPage({ title, body }, site)
}

// On from where they are: with the address that they gave, or in the organization that they chose.
function toRecoverLink({ url }: Visit): string {
  const parameters = new URLSearchParams()
  for (const name of ['email', 'login_hint']) {
    const value = url.searchParams.get(name)
    if (value !== null) parameters.set(name, value)
  }
  parameters.set('recover', '1')
  return `<p class="soft">You own or administer an organization here? <a href="${escapeHtml(`${url.pathname}?${parameters}`)}">Can’t sign in?</a></p>`
}

function toRecovery(options: SsoOptions, connectionId: string, hint: string | null): string {
  const target = new URL(`${options.url}/saml/${connectionId}/mail-link`)
  if (hint?.includes('@') === true) target.searchParams.set('login_hint', hint)
  return target.href
}

function toLogin(options: SsoOptions, visit: Visit, connectionId: string, hint: string | null): string {
  const target = new URL(`${options.url}/saml/${connectionId}/login`)
  const returnTo = visit.url.searchParams.get('return_to')
  if (returnTo !== null) target.searchParams.set('return_to', returnTo)
  if (hint !== null) target.searchParams.set('login_hint', hint)
  return target.href
}

function renderQuestion(visit: Visit, site: Site): Response {
  const returnTo = visit.url.searchParams.get('return_to')
  const hidden =
    returnTo === null ? '' : `<input type="hidden" name="return_to" value="${escapeHtml(returnTo)}">`
  const body = `<div class="panel"><h1>Sign in</h1><form method="get" action="/sso"><label for="email">Work e-mail</label>
<input id="email" name="email" type="email" autocomplete="username" required maxlength="320">${hidden}<button>Continue</button></form>${toRecoverLink(visit)}</div>`
  return renderPage({ title: 'Sign in', body, mayLeave: true }, site)
}

function renderRecovery(site: Site): Response {
  const body = `<div class="panel"><h1>Can’t sign in?</h1><p>Owners and administrators can have a link mailed by which they mend how their organization signs in. Everybody else asks them.</p>
<form method="get" action="/sso"><label for="email">Work e-mail, or the short name of your organization</label>
<input id="email" name="email" type="text" autocomplete="username" required maxlength="320"><input type="hidden" name="recover" value="1"><button>Continue</button></form></div>`
  return renderPage({ title: 'Can’t sign in?', body }, site)
}
