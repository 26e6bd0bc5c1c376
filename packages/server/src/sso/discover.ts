// How somebody comes to their connection without an application: by their address, or by the organization's own address. What is not
// there is answered alike, whatever is missing.
import { domainOfAddress } from '../base/address.ts'
import { answerChoices, type Choice, listByDomain, listByOrganization } from '../home-realm/choices.ts'
import { renderPage } from '../pages/frame.ts'
import { questionPage, recoveryPage } from '../pages/home-realm.ts'
import { renderNothing, type SsoOptions, type Visit } from './visit.ts'

/** Whether somebody asks who cannot sign in: then the same ways lead to where links are mailed. */
function isRecovering(visit: Visit): boolean {
  return visit.url.searchParams.get('recover') === '1'
}

/** GET /sso: without an address it asks for one. */
export async function discoverByAddress(options: SsoOptions, visit: Visit): Promise<Response> {
  const { look } = visit
  const email = visit.url.searchParams.get('email')?.trim() ?? ''
  if (email === '') return isRecovering(visit) ? renderPage(recoveryPage(look), look) : renderQuestion(visit)
  // Whose address is of no proved domain names the organization.
  const named = isRecovering(visit) ? await discoverBySlug(options, visit, email.toLowerCase()) : undefined
  if (named !== undefined) return named
  const domain = domainOfAddress(email)
  if (domain === undefined || email.length > 320) return renderNothing(visit)
  return choose(options, visit, await listByDomain(options.database, domain, options.clock()), email)
}

function isSlug(text: string): boolean {
  return /^[a-z0-9-]{1,50}$/.test(text)
}

/** GET /sso/{slug}. */
export async function discoverBySlug(
  options: SsoOptions,
  visit: Visit,
  slug: string,
): Promise<Response | undefined> {
  if (!isSlug(slug)) return undefined
  const choices = await listByOrganization(options.database, slug)
  return choose(options, visit, choices, visit.url.searchParams.get('login_hint'))
}

function choose(
  options: SsoOptions,
  visit: Visit,
  choices: readonly Choice[],
  hint: string | null,
): Response {
  const isAsking = isRecovering(visit)
  const toHref = (connectionId: string): string =>
    isAsking ? toRecovery(options, connectionId, hint) : toLogin(options, visit, connectionId, hint)
  const also = { isRecovering: isAsking, recovery: isAsking ? null : recoveryOf(visit) }
  return answerChoices(visit.look, choices, toHref, also) ?? renderNothing(visit)
}

// On from where they are: with the address that they gave, or in the organization that they chose.
function recoveryOf({ url }: Visit): string {
  const parameters = new URLSearchParams()
  for (const name of ['email', 'login_hint']) {
    const value = url.searchParams.get(name)
    if (value !== null) parameters.set(name, value)
  }
  parameters.set('recover', '1')
  return `${url.pathname}?${parameters}`
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

function renderQuestion(visit: Visit): Response {
  const returnTo = visit.url.searchParams.get('return_to')
  const page = questionPage(visit.look, {
    action: '/sso',
    along: returnTo === null ? {} : { return_to: returnTo },
    email: '',
    why: null,
    recovery: recoveryOf(visit),
  })
  return renderPage(page, visit.look)
}
