// What an act of the ladder's table is given, and how it asks.

import { type OperationId, operations } from '@rollcall/api'
import type { SamlProvider } from '@rollcall/simulator'
import type { AnchorRung } from '../../packages/server/src/base/rung.ts'
import { type Browser, createBrowser } from '../harness/browser.ts'
import type { Service } from '../harness/service.ts'
import type { CallerName, Cell, Dimension } from './ladder-rows.ts'

export interface Input {
  readonly params?: Record<string, string>
  readonly body?: unknown
}

export interface Asked {
  readonly status: number
  readonly answer: Record<string, unknown>
}

/** By a browser's session, by a token, or else by the operator's key. */
export interface Credential {
  readonly browser?: Browser | undefined
  readonly token?: string | undefined
}

/** An organization in the state that a square asks for. */
export interface Ground {
  readonly service: Service
  readonly slug: string
  readonly connectionId: string
  readonly secondId: string
  readonly domainId: string
  readonly targetId: string
  /** Made by the operator. */
  readonly keyId: string
  readonly directoryToken: string
  readonly clientId: string
  readonly domain: string
  /** The connections' identity provider. */
  readonly provider: SamlProvider
  /** Others: with its names and another key; with another key and other names. */
  readonly twins: { readonly moved: SamlProvider; readonly renamed: SamlProvider }
  /** What these say of themselves. */
  readonly metadata: { readonly moved: string; readonly renamed: string }
  ask(operation: OperationId, input: Input, by: Credential): Promise<Asked>
  /** By the operator's key, to prepare what an act needs. */
  prepare(operation: OperationId, input: Input, browser?: Browser): Promise<Record<string, unknown>>
  /** An administrator's session: who stages what others meet. */
  administrator(operation: OperationId, input: Input): Promise<Record<string, unknown>>
  /** The administrator who made the set-up link, in a session of their own. */
  maker(operation: OperationId, input: Input): Promise<Record<string, unknown>>
  /** Where the square says so. */
  makerLeaves(): Promise<void>
  /** A new session of that caller; undefined where they have none. */
  openAs(caller: CallerName): Promise<Browser | undefined>
  /** The same one each time. */
  browserOf(caller: CallerName): Promise<Browser | undefined>
  /** A session of somebody of the organization, as a sign-in leaves it. */
  enter(name: 'target' | 'spare' | 'maker' | 'plain', role: string): Promise<Browser>
  /** What no API sets at will, of all connections. */
  setConnections(set: { anchor_rung?: AnchorRung; anchor_url_rung?: AnchorRung }): Promise<void>
  prove(name: string, value: string): void
}

export interface Act {
  /** Of the management API, or a route that `doorRows` names. */
  readonly operation: string
  /** Which of several acts of the operation. */
  readonly variant?: string
  /** Those of the management API where nothing is said. */
  readonly callers?: readonly CallerName[]
  readonly over: readonly Dimension[]
  /** Where it makes sense only in some squares. */
  readonly only?: Partial<Cell>
  /** What it sends; may prepare. */
  readonly input?: (ground: Ground, cell: Cell) => Promise<Input> | Input
  /** Instead: the whole of the act, and what it came to. */
  readonly run?: (ground: Ground, cell: Cell) => Promise<string>
  /** `allowed`, `staged`, the code of the refusal; or what `run` says. */
  readonly wanted: (cell: Cell) => string
  /** The target's role afterwards, where it is another one. */
  readonly roleAfter?: (cell: Cell) => string
}

export function createAsk(service: Service): Ground['ask'] {
  return async (operation, { params = {}, body }, { browser, token }) => {
    const { method, path } = operations[operation]
    const target = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
    const headers: Record<string, string> = {
      ...(browser === undefined
        ? { authorization: `Bearer ${token ?? service.operatorKey}` }
        : { cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; ') }),
      origin: service.url,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const init = {
      method: method.toUpperCase(),
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }
    const response = await service.send(new Request(`${service.url}/api/v1${target}`, init))
    const text = await response.text()
    const answer = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
    return { status: response.status, answer }
  }
}

export const org = ({ slug }: Ground): Record<string, string> => ({ slug })
export const at = ({ slug }: Ground, id: string): Record<string, string> => ({ slug, id })
export const nameIn = ({ domain }: Ground, name: string): string => `${name}@${domain}`

/** Whose session this is: their role, `contact`, or `nobody`. */
export async function roleOf(browser: Browser): Promise<string> {
  const response = await browser.call('GET', '/session')
  if (!response.ok) return 'nobody'
  const { kind, role } = (await response.json()) as { kind: string; role: string }
  return kind === 'setup' ? 'contact' : role
}

interface SignIn {
  readonly nameId: string
  readonly attributes?: Record<string, string[]>
  readonly connectionId?: string
  readonly provider?: SamlProvider
  readonly browser?: Browser
}

/** A whole sign-in by SAML: the role of the session, or the code of the refusal. */
export async function signIn(ground: Ground, how: SignIn): Promise<string> {
  const { service } = ground
  const { provider = ground.provider, browser = createBrowser(service.url, service.send) } = how
  const left = await browser.open(`/saml/${how.connectionId ?? ground.connectionId}/login`)
  const person = { nameId: how.nameId, attributes: how.attributes ?? {} }
  if (!left.url.startsWith(service.url)) {
    const answer = await provider.answer(left.url, person)
    const landed = await browser.postFromElsewhere(answer.acsUrl, answer.form)
    if (landed.status < 400) return roleOf(browser)
  }
  return refusalOf(ground)
}

/** The code of the newest refusal. */
export async function refusalOf(ground: Ground): Promise<string> {
  await ground.service.flushActivity()
  const { answer } = await ground.ask('listActivity', { params: org(ground) }, {})
  const [newest] = answer.items as { code: string | null }[]
  return newest?.code ?? 'no code'
}

/** A call of a provisioning client: its status and its answer. */
export async function callScim(
  { service }: Ground,
  token: string,
  method: string,
  path: string,
  body?: object,
): Promise<{ readonly status: number; readonly id: string; readonly body: Record<string, unknown> }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const response = await service.send(new Request(`${service.url}/scim/v2${path}`, init))
  const text = await response.text()
  const read = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
  return { status: response.status, id: String(read.id ?? ''), body: read }
}
