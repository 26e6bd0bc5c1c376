// Home-realm discovery: from an address or an organization to a connection. Where several could be meant, the person
// chooses. What is not there is answered alike, whatever is missing.
import { domainOfAddress } from '../base/address.ts'
import { listUsableConnections } from '../connections/find.ts'
import { listTiedTo } from '../connections/ties.ts'
import { escapeHtml, redirect, renderPage } from '../http/page.ts'
import { Problem } from '../http/problem.ts'
import { findOrganizationsOfDomain } from '../organizations/domains.ts'
import { getOrganization } from '../organizations/organizations.ts'
import { renderNothing, type SsoOptions, type Visit } from './visit.ts'

interface Choice {
  readonly connectionId: string
  readonly label: string
}

/** GET /sso: without an address it asks for one. */
export async function discoverByAddress(options: SsoOptions, visit: Visit): Promise<Response> {
  const { isSecure } = options.cookies
  const email = visit.url.searchParams.get('email')?.trim() ?? ''
  if (email === '') return renderQuestion(visit, isSecure)
  const domain = domainOfAddress(email)
  if (domain === undefined || email.length > 320) return renderNothing(visit.context.requestId, isSecure)
  const choices: Choice[] = []
  for (const { slug, name } of await findOrganizationsOfDomain(options.database, domain))
    choices.push(...(await listChoices(options, slug, { name, domain })))
  return choose(options, visit, choices, email)
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
  try {
    const { scope } = await getOrganization(options.database, slug)
    const usable = await listUsableConnections(options.database, scope)
    const tied = asked === undefined ? [] : await listTiedTo(options.database, scope, asked.domain)
    const speaking = usable.filter(({ id }) => tied.includes(id))
    const rows = speaking.length === 0 ? usable : speaking
    return rows.map((row) => ({
      connectionId: row.id,
      label: name === undefined ? row.name : rows.length === 1 ? name : `${name} · ${row.name}`,
    }))
  } catch (error) {
    if (error instanceof Problem) return []
    throw error
  }
}

async function choose(
  options: SsoOptions,
  visit: Visit,
  choices: readonly Choice[],
  hint: string | null,
): Promise<Response> {
  const { isSecure } = options.cookies
  const [only] = choices
  if (only === undefined) return renderNothing(visit.context.requestId, isSecure)
  const locations = choices.map(({ connectionId, label }) => ({
    href: toLogin(options, visit, connectionId, hint),
    label,
  }))
  if (choices.length === 1) return redirect(locations[0]?.href ?? '')
  const items = locations.map(
    ({ href, label }) => `<li><a class="button" href="${escapeHtml(href)}">${escapeHtml(label)}</a></li>`,
  )
  const body = `<div class="panel"><h1>Where do you want to sign in?</h1><ul class="plain">${items.join('')}</ul></div>`
  return renderPage({ title: 'Choose where to sign in', body }, isSecure)
}

function toLogin(options: SsoOptions, visit: Visit, connectionId: string, hint: string | null): string {
  const target = new URL(`${options.url}/saml/${connectionId}/login`)
  const returnTo = visit.url.searchParams.get('return_to')
  if (returnTo !== null) target.searchParams.set('return_to', returnTo)
  if (hint !== null) target.searchParams.set('login_hint', hint)
  return target.href
}

function renderQuestion(visit: Visit, isSecure: boolean): Response {
  const returnTo = visit.url.searchParams.get('return_to')
  const hidden =
    returnTo === null ? '' : `<input type="hidden" name="return_to" value="${escapeHtml(returnTo)}">`
  const body = `<div class="panel"><h1>Sign in</h1><form method="get" action="/sso"><label for="email">Work e-mail</label>
<input id="email" name="email" type="email" autocomplete="username" required maxlength="320">${hidden}<button>Continue</button></form></div>`
  return renderPage({ title: 'Sign in', body, mayLeave: true }, isSecure)
}
