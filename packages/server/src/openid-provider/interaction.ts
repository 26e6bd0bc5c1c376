// A sign-in that an application began: which connection it goes to, and how it comes back. The person sees no page of ours
// unless nobody can know where they belong.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { decodeJwt } from 'jose'
import type { Provider } from 'oidc-provider'
import { mayUseApplication } from '../applications/applications.ts'
import { domainOfAddress } from '../base/address.ts'
import { hashSecret } from '../base/secret.ts'
import { placeAccount } from '../holdings/records.ts'
import {
  answerChoices,
  type Choice,
  listByConnection,
  listByDomain,
  listByOrganization,
} from '../home-realm/choices.ts'
import { readCookies, sessionCookie } from '../http/cookies.ts'
import { redirect } from '../http/redirect.ts'
import { selectOwnName } from '../organizations/own.ts'
import { renderPage } from '../pages/frame.ts'
import { questionPage } from '../pages/home-realm.ts'
import type { Html } from '../pages/html.ts'
import { type Look, wordsOf } from '../pages/look.ts'
import { applicationRefusedPage } from '../pages/sessions.ts'
import { findSession, type Session } from '../sessions/sessions.ts'
import { sealHint } from '../sign-ins/hint.ts'
import { readLeftAt, renderLeftAt } from '../sign-ins/left-at.ts'
import { libraryCookies } from './cookies.ts'
import { loadLibrary } from './library.ts'
import { lookOfRequest } from './look.ts'
import { type ProviderOptions, unknownTime } from './provider-options.ts'
import { toSource } from './source.ts'

/** Below /oidc/interaction/{uid}. */
export const interactionPath = /^\/oidc\/interaction\/([\w-]{1,64})$/

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

/** GET and POST /oidc/interaction/{uid}: to the identity provider, and from there back to the application. */
export async function interact(
  door: ProviderOptions,
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  /** What our own page asked for. */
  typed: string,
): Promise<Response> {
  const url = new URL(request.url ?? '', door.url)
  let interaction: Interaction
  try {
    interaction = await provider.interactionDetails(request, response)
  } catch (error) {
    const options = { ...door, look: lookOfRequest(door, request) }
    const { errors } = await loadLibrary()
    if (error instanceof errors.SessionNotFound) return beginAnew(options, provider, request, url)
    throw error
  }
  const plain = lookOfRequest(door, request, interaction.params.ui_locales)
  const place = { applicationId: String(interaction.params.client_id), organizationId: null }
  const { brand } = await door.findBrand(place, plain.brand)
  const options = { ...door, look: { ...plain, brand } }
  if (interaction.uid !== interactionPath.exec(url.pathname)?.[1]) return renderEnded(options, 'over')
  if (typed !== '') {
    const asked = { options, interaction, url, typed }
    return choose(asked, await findChoices(asked))
  }
  // Signed in a moment ago, and asked for again: the identity provider gives somebody else than is wanted, and would for ever.
  if (interaction.lastSubmission?.login !== undefined && interaction.prompt.name === 'login')
    return answerError(provider, request, response)
  const since = readSince(options, interaction.uid, url)
  const session = await findUsableSession(options, request, interaction, since)
  if (typeof session === 'object' && isWanted(session, interaction))
    return finish(options, provider, request, response, session)
  if (typeof session === 'object' && since !== undefined) return answerError(provider, request, response)
  if (since !== undefined) return renderEnded(options, session === 'stale' ? 'stale' : 'refused')
  const asked = { options, interaction, url, typed: '' }
  return choose(asked, await findChoices(asked))
}

// The person's sessions ended while they were away, perhaps by this very sign-in, which gave them another role. What the application
// asked for is asked once more; of what has been done by now nothing is left to ask.
async function beginAnew(
  options: ProviderOptions,
  provider: Provider,
  request: IncomingMessage,
  url: URL,
): Promise<Response> {
  const uid = interactionPath.exec(url.pathname)?.[1] ?? ''
  const isOwn = (request.headers.cookie ?? '').includes(`${libraryCookies.interaction}=${uid}`)
  const begun = isOwn ? await provider.Interaction.find(uid) : undefined
  if (begun === undefined) return renderEnded(options, 'over')
  await begun.destroy()
  const since = readSince(options, uid, url)
  const isDone = typeof (await findUsableSession(options, request, begun, since)) === 'object'
  const target = new URL(`${options.url}/oidc/auth`)
  for (const [name, value] of Object.entries(begun.params))
    if (value !== undefined && !(isDone && since !== undefined && repeated.has(name)))
      target.searchParams.set(name, String(value))
  return redirect(target.href)
}

const repeated = new Set(['prompt', 'max_age'])

function readSince({ envelope }: ProviderOptions, uid: string, url: URL): number | undefined {
  return readLeftAt(envelope, uid, url.searchParams.get('after'))
}

type UsableSession = Session & { readonly userId: string; readonly hash: string }

// Somebody who is signed in here already, by the organization that is asked for, need not go to the identity provider again.
// `stale`: where the application asks for more than this session is.
async function findUsableSession(
  options: ProviderOptions,
  request: IncomingMessage,
  interaction: Interaction,
  since: number | undefined,
): Promise<UsableSession | 'stale' | undefined> {
  const headers = new Headers({ cookie: request.headers.cookie ?? '' })
  const token = readCookies(headers, options.cookies).get(sessionCookie)
  const session = await findSession(options.database, token, options.clock())
  if (session === undefined || session.userId === null || token === undefined) return undefined
  const [own] = await options.database.readOrganization(session.scope, selectOwnName, {})
  const { organization, connection, client_id: clientId } = interaction.params
  const isOther =
    (organization !== undefined &&
      organization !== own?.slug &&
      organization !== session.scope.organizationId) ||
    (connection !== undefined && connection !== session.connectionId)
  if (isOther || !(await mayUseApplication(options.database, String(clientId), session.scope.organizationId)))
    return undefined
  if (!isFreshEnough(session, interaction, since, options.clock())) return 'stale'
  return { ...session, userId: session.userId, hash: hashSecret(token) }
}

interface Wish {
  readonly isLogin: boolean
  readonly isChoice: boolean
  /** In seconds. */
  readonly maxAge: number | undefined
}

// All that the request asks for, not only what the library stumbled over first.
function readWish({ params }: Interaction): Wish {
  const prompts = String(params.prompt ?? '').split(' ')
  return {
    isLogin: prompts.includes('login'),
    isChoice: prompts.includes('select_account'),
    maxAge: params.max_age === undefined ? undefined : Number(params.max_age),
  }
}

// A fresh sign-in is one that was begun after this left for the identity provider, and of which the identity provider said that it
// asked the person again (sso/prove.ts holds it to that).
function isFreshEnough(
  session: Session,
  interaction: Interaction,
  since: number | undefined,
  now: number,
): boolean {
  const { isLogin, isChoice, maxAge } = readWish(interaction)
  const isNew = since !== undefined && session.createdAt >= since
  const isAskedAfter = (bound: number): boolean =>
    isNew && session.freshAfter !== null && session.freshAfter >= bound
  const isOfAge = (seconds: number): boolean =>
    (session.authAt !== null && now - session.authAt <= seconds * 1_000) ||
    isAskedAfter((since ?? 0) - seconds * 1_000)
  if (isLogin && !isAskedAfter(since ?? 0)) return false
  if (maxAge !== undefined && !isOfAge(maxAge)) return false
  // Another person is wanted than the library's session is of, or a choice.
  return isNew || !(isChoice || interaction.prompt.reasons.includes('id_token_hint'))
}

async function finish(
  options: ProviderOptions,
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  session: UsableSession,
): Promise<Response> {
  await placeAccount(options.database, session.scope, session.userId)
  const login = {
    accountId: session.userId,
    remember: true,
    // Core §2: when the person was asked, which only the identity provider knows.
    ts: session.authAt === null ? unknownTime : Math.floor(session.authAt / 1_000),
    source: toSource(session, session.hash),
  }
  const result = { login, select_account: {}, consent: {} }
  const returnTo = await provider.interactionResult(request, response, result, {
    mergeWithLastSubmission: false,
  })
  return redirect(returnTo)
}

// Core §3.1.2.1: id_token_hint names whom the application has in mind. The library has verified it before this began.
function isWanted({ userId }: UsableSession, { params }: Interaction): boolean {
  if (typeof params.id_token_hint !== 'string') return true
  return decodeJwt(params.id_token_hint).sub === userId
}

async function answerError(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Response> {
  const result = {
    error: 'login_required',
    error_description: 'the identity provider signed in somebody else than was asked for',
  }
  return redirect(
    await provider.interactionResult(request, response, result, { mergeWithLastSubmission: false }),
  )
}

/** A sign-in for which somebody is asked where they belong; `typed` is the address that they gave, or empty. */
interface Asking {
  readonly options: ProviderOptions
  readonly interaction: Interaction
  readonly url: URL
  readonly typed: string
}

/** By connection, organization, address or domain, in this order; undefined when nothing was said. */
async function findChoices({
  options,
  interaction: { params },
  typed,
}: Asking): Promise<readonly Choice[] | undefined> {
  const text = (name: string): string | undefined => {
    const value = params[name]
    return typeof value === 'string' && value !== '' && value.length <= 320 ? value : undefined
  }
  const allowed = async (choices: readonly Choice[]): Promise<Choice[]> => {
    const kept: Choice[] = []
    for (const one of choices)
      if (await mayUseApplication(options.database, String(params.client_id), one.organizationId))
        kept.push(one)
    return kept
  }
  if (typed !== '') return allowed(await listByDomainOf(options, domainOfAddress(typed)))
  const connection = text('connection')
  if (connection !== undefined) return allowed(await listByConnection(options.database, connection))
  const organization = text('organization')
  if (organization !== undefined) return allowed(await listByOrganization(options.database, organization))
  const hint = text('login_hint')
  const domain = text('domain_hint') ?? (hint === undefined ? undefined : domainOfAddress(hint))
  return domain === undefined ? undefined : allowed(await listByDomainOf(options, domain))
}

function listByDomainOf(options: ProviderOptions, domain: string | undefined): Promise<Choice[]> {
  return domain === undefined ? Promise.resolve([]) : listByDomain(options.database, domain, options.clock())
}

async function choose(asked: Asking, choices: readonly Choice[] | undefined): Promise<Response> {
  const { look } = asked.options
  if (choices === undefined) return renderQuestion(asked, null)
  const toHref = (connectionId: string): string => toLogin(asked, connectionId)
  const also = { isRecovering: false, recovery: null }
  const answer = await answerChoices(asked.options, choices, toHref, also)
  return answer ?? renderQuestion(asked, describeUnknown(look, asked))
}

function toLogin({ options, interaction, url, typed }: Asking, connectionId: string): string {
  const { params, uid } = interaction
  const { isLogin, isChoice, maxAge } = readWish(interaction)
  const target = new URL(`${options.url}/saml/${connectionId}/login`)
  const back = new URL(`${options.url}${url.pathname}`)
  back.searchParams.set('after', renderLeftAt(options.envelope, uid, options.clock()))
  // Whose sign-in it is: who is refused is shown the way back to it.
  back.searchParams.set('application', String(params.client_id))
  target.searchParams.set('return_to', back.href)
  if (isLogin || isChoice) target.searchParams.set('prompt', isLogin ? 'login' : 'select_account')
  if (maxAge !== undefined) target.searchParams.set('max_age', String(maxAge))
  if (typeof params.ui_locales === 'string')
    target.searchParams.set('ui_locales', params.ui_locales.slice(0, 100))
  const hint =
    typed === ''
      ? params.login_hint
      : sealHint({ envelope: options.envelope, to: connectionId, now: options.clock() }, typed)
  if (typeof hint === 'string' && hint !== '') target.searchParams.set('login_hint', hint)
  return target.href
}

// Of what was said, that which led nowhere: what the person typed, or what the application named.
function describeUnknown(look: Look, { interaction: { params }, typed }: Asking): Html {
  const say = wordsOf(look)
  if (typed !== '') return say('question.unknown')
  const named = (['connection', 'organization', 'domain_hint', 'login_hint'] as const).find(
    (name) => typeof params[name] === 'string' && params[name] !== '',
  )
  if (named === undefined) return say('application.nobody')
  const value = String(params[named]).slice(0, 100)
  return say('application.unknown', { what: say(`application.unknown.${named}`, { value }) })
}

function renderQuestion({ options: { look }, url, typed }: Asking, why: Html | null): Response {
  const page = questionPage(look, { action: url.pathname, along: {}, email: typed, why, recovery: null })
  return renderPage(page, look)
}

/** Shows why this sign-in cannot go on. */
function renderEnded({ look }: ProviderOptions, why: Parameters<typeof applicationRefusedPage>[1]): Response {
  return renderPage(applicationRefusedPage(look, why), look)
}
