// Where the library does otherwise than we need: each adjustment by itself.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage } from 'node:http'
import type { Provider } from 'oidc-provider'
import { isClientSecret } from '../applications/client-metadata.ts'
import type { Clock } from '../base/clock.ts'
import { listUsableJwks } from '../base/public-keys.ts'
import { isRecord, memberOf } from '../base/unknown.ts'
import type { Site } from '../http/site.ts'
import { pageHeaders } from '../pages/frame.ts'
import { UsedBefore } from './adapter.ts'
import { hidden, type Library } from './library.ts'
import { hour, unknownTime } from './provider-options.ts'
import { type Source, sourceOf } from './source.ts'

/** The library tries each key of a set that an assertion may mean. What is no set is the library's to refuse. */
export function onlyUsable(text: string): string {
  try {
    const set: unknown = JSON.parse(text)
    const keys = memberOf(set, 'keys')
    if (!isRecord(set) || !Array.isArray(keys)) return text
    const isSet = keys.every((key) => typeof key === 'object' && key !== null)
    return isSet ? JSON.stringify({ ...set, keys: listUsableJwks(keys) }) : text
  } catch {
    return text
  }
}

/** Of a session that belongs to nobody yet, an hour. */
export function secondsLeft(kept: unknown, now: number): number {
  const source = sourceOf(kept)
  return source === undefined ? hour : Math.max(1, Math.floor((source.endsAt - now) / 1_000))
}

/**
 * Both remember our session; whoever signs in anew comes by another one. Of a sign-in whose identity provider does not say when it
 * asked, no time is told.
 */
export function keepSources(provider: Provider): void {
  for (const model of [provider.Session, provider.Grant]) {
    const names = hidden<{ IN_PAYLOAD: readonly string[] }>(model).IN_PAYLOAD
    Object.defineProperty(model, 'IN_PAYLOAD', { value: [...names, 'source'] })
  }
  const prototype = hidden<{
    loginTs?: number
    source?: Source | undefined
    authTime(): number | undefined
    loginAccount(details: unknown): void
  }>(provider.Session.prototype)
  const { loginAccount } = prototype
  prototype.loginAccount = function login(details) {
    loginAccount.call(this, details)
    this.source = undefined
  }
  prototype.authTime = function authTime() {
    return this.loginTs === unknownTime ? undefined : this.loginTs
  }
}

/** Core §9, RFC 9449 §11.1: an assertion or a proof counts once. The library looks and then writes; the store decides. */
export function takeOnce(provider: Provider): void {
  const model = hidden<{ unique(...args: unknown[]): Promise<boolean> }>(provider.ReplayDetection)
  const { unique } = model
  model.unique = async function once(...args) {
    try {
      return await unique.apply(this, args)
    } catch (error) {
      if (error instanceof UsedBefore) return false
      throw error
    }
  }
}

// Whether or not prompt=consent is said: applications are the operator's own, so that offline_access needs no question.
class Prompts extends Set<string> {
  override has(name: string): boolean {
    return name === 'consent' || super.has(name)
  }
}

/** Asks nobody for consent. */
export function implyConsent(provider: Provider): void {
  const { OIDCContext } = hidden<{ OIDCContext: { prototype: object } }>(provider)
  Object.defineProperty(OIDCContext.prototype, 'prompts', {
    get(this: { params: { prompt?: string } }) {
      return new Prompts(this.params.prompt ? this.params.prompt.split(' ') : [])
    },
  })
}

/** The library would find out from the request where it is mounted, in which the path of the public URL may stand or not. */
export function nameByPublicUrl(provider: Provider, url: string): void {
  const { OIDCContext } = hidden<{ OIDCContext: { prototype: object } }>(provider)
  const { pathFor } = hidden<{ pathFor(name: string, options?: object): string }>(provider)
  Object.defineProperty(OIDCContext.prototype, 'urlFor', {
    value: (name: string, options?: object) => new URL(pathFor.call(provider, name, options), url).href,
  })
}

/** What of the library's clients is replaced. */
export interface ClientPrototype {
  clientId: string
  clientAuthMethod?: string
  clientSecret?: string
  compareClientSecret(actual: string): Promise<boolean>
  backchannelLogout(accountId: string, sid: string): Promise<void>
}

/** The request under way, where the library hands on nothing but the client. */
const underWay = new AsyncLocalStorage<IncomingMessage>()

/** Secrets of applications are kept as hashes, and come as the application was registered (Core §9): by Basic, or in the body. */
export function hashSecrets({ errors }: Library, provider: Provider, clock: Clock): void {
  provider.use((context, next) => underWay.run(context.req, next))
  const prototype = hidden<ClientPrototype>(provider.Client.prototype)
  prototype.compareClientSecret = async function compare(this: ClientPrototype, actual) {
    const isBasic = underWay.getStore()?.headers.authorization !== undefined
    if ((this.clientAuthMethod === 'client_secret_basic') !== isBasic)
      throw new errors.InvalidClientAuth(
        'the secret came in another way than the application is registered for',
      )
    return isClientSecret(this.clientSecret ?? '', actual, clock())
  }
}

const inlineScript = /<script>([\s\S]*?)<\/script>/

/** The library's page that sends an answer on by itself (form_post) holds a code: it has what every other page has. */
export function protectForms(provider: Provider, site: Site): void {
  provider.use(async (context, next) => {
    await next()
    const body = memberOf(context, 'body')
    const isPage = typeof body === 'string' && context.response.is('html') !== false
    if (!isPage || context.response.get('content-security-policy')) return
    const script = inlineScript.exec(body)?.[1]
    for (const [name, value] of Object.entries(pageHeaders({ script, mayLeave: true }, site)))
      context.set(name, value)
  })
}
