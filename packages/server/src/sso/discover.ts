// How somebody comes to their connection without an application: by their address, or by the organization's own address. What is not
// there is answered alike, whatever is missing.
import { domainOfAddress } from '../base/address.ts'
import { answerChoices, type Choice, listByDomain, listByOrganization } from '../home-realm/choices.ts'
import { readBody } from '../http/body.ts'
import { isUnkeepableForm } from '../http/unkeepable.ts'
import { unreadablePage } from '../pages/failures.ts'
import { renderPage } from '../pages/frame.ts'
import { questionPage, recoveryPage } from '../pages/home-realm.ts'
import { wordsOf } from '../pages/look.ts'
import { type HintWay, readHint, sealHint } from '../sign-ins/hint.ts'
import type { SsoOptions, Visit } from './visit.ts'

/** Whether somebody asks who cannot sign in: then the same ways lead to where links are mailed. */
function isRecovering(visit: Visit): boolean {
  return visit.url.searchParams.get('recover') === '1'
}

/** GET and POST /sso: without an address it asks for one. What our own page asks for comes in a form, and stands in no address. */
export async function discoverByAddress(options: SsoOptions, visit: Visit): Promise<Response> {
  const typed = await readTyped(visit)
  if (typed === undefined) return renderPage(unreadablePage(visit.look, visit.context.requestId), visit.look)
  if (typed === '') return renderQuestion(visit, '')
  // Whose address is of no proved domain names the organization.
  const slug = typed.toLowerCase()
  if (isRecovering(visit) && isSlug(slug)) {
    const named = await choose(options, visit, await listByOrganization(options.database, slug), null)
    if (named !== undefined) return named
  }
  const domain = typed.length > 320 ? undefined : domainOfAddress(typed)
  const choices = domain === undefined ? [] : await listByDomain(options.database, domain, options.clock())
  return (await choose(options, visit, choices, typed)) ?? renderQuestion(visit, typed)
}

/** Room for an address and where it came from. */
const maxFormBytes = 16_384

// Undefined for what can be kept nowhere.
async function readTyped({ request, url }: Visit): Promise<string | undefined> {
  if (request.method !== 'POST') return url.searchParams.get('email')?.trim() ?? ''
  const read = await readBody(request, maxFormBytes)
  if ('fault' in read) return ''
  if (isUnkeepableForm(read.text)) return undefined
  return new URLSearchParams(read.text).get('email')?.trim() ?? ''
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
  const hint = readHint(wayTo(options, 'discovery'), visit.url.searchParams.get('login_hint')) ?? null
  return choose(options, visit, choices, hint)
}

function choose(
  options: SsoOptions,
  visit: Visit,
  choices: readonly Choice[],
  /** The address of whoever asks. */
  hint: string | null,
): Promise<Response | undefined> {
  const isAsking = isRecovering(visit)
  const toHref = (connectionId: string): string =>
    isAsking ? toRecovery(options, connectionId, hint) : toLogin(options, visit, connectionId, hint)
  const also = { isRecovering: isAsking, recovery: isAsking ? null : recoveryOf(options, visit, hint) }
  return answerChoices({ look: visit.look, findBrand: options.findBrand }, choices, toHref, also)
}

// On from where they are: with the address that they gave, or in the organization that they chose.
function recoveryOf(options: SsoOptions, { url }: Visit, hint: string | null): string {
  const parameters = new URLSearchParams({ recover: '1' })
  const sealed = hint === null ? undefined : sealHint(wayTo(options, 'discovery'), hint)
  if (sealed !== undefined) parameters.set('login_hint', sealed)
  return `${url.pathname}?${parameters}`
}

function wayTo({ envelope, clock }: SsoOptions, to: string): HintWay {
  return { envelope, to, now: clock() }
}

function toRecovery(options: SsoOptions, connectionId: string, hint: string | null): string {
  const target = new URL(`${options.url}/saml/${connectionId}/mail-link`)
  const sealed = hint?.includes('@') === true ? sealHint(wayTo(options, connectionId), hint) : undefined
  if (sealed !== undefined) target.searchParams.set('login_hint', sealed)
  return target.href
}

function toLogin(options: SsoOptions, visit: Visit, connectionId: string, hint: string | null): string {
  const target = new URL(`${options.url}/saml/${connectionId}/login`)
  const returnTo = visit.url.searchParams.get('return_to')
  if (returnTo !== null) target.searchParams.set('return_to', returnTo)
  const sealed = hint === null ? undefined : sealHint(wayTo(options, connectionId), hint)
  if (sealed !== undefined) target.searchParams.set('login_hint', sealed)
  return target.href
}

// What nobody is found for is kept in the form, with a word of why.
function renderQuestion(visit: Visit, typed: string): Response {
  const { look, url } = visit
  const isUnknown = typed !== ''
  const shown = typed.slice(0, 320)
  if (isRecovering(visit)) return renderPage(recoveryPage(look, { text: shown, isUnknown }), look)
  const returnTo = url.searchParams.get('return_to')
  const page = questionPage(look, {
    action: returnTo === null ? '/sso' : `/sso?${new URLSearchParams({ return_to: returnTo })}`,
    along: {},
    email: shown,
    note: url.searchParams.has('ended') ? wordsOf(look)('question.ended') : null,
    why: isUnknown ? wordsOf(look)('question.unknown') : null,
    status: isUnknown ? 404 : 200,
    recovery: '/sso?recover=1',
  })
  return renderPage(page, look)
}
