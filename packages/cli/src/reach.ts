// Reaches the running service: through the control socket in the data folder, or by its URL with the operator key.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, createClient } from '@rollcall/api/client'
import { createRollcall } from '@rollcall/client'
import {
  controlSocketName,
  explainLongSocket,
  readConfig,
  readSecret,
  StoreRefusal,
  shortest,
} from '@rollcall/server/offline'
import { Agent, fetch, request } from 'undici'
import { UsageError } from './arguments.ts'

/** That no service is reached: what is the matter, and what to do, each without a full stop. */
export interface Absence {
  readonly what: string
  readonly remedy: string
}

/** Known before anything was asked. */
class NoService extends UsageError {
  readonly absence: Absence
  constructor(absence: Absence) {
    super(`${absence.what}: ${absence.remedy}`)
    this.absence = absence
  }
}

/** Known because nobody answered. */
class ServiceGone extends StoreRefusal {
  readonly absence: Absence
  constructor(absence: Absence, cause: unknown) {
    super(`${absence.what}: ${absence.remedy}`, cause)
    this.absence = absence
  }
}

/** What an error of `reachService`, or of a call by what it gave, says of the service; undefined where it is about something else. */
export function absenceOf(error: unknown): Absence | undefined {
  return error instanceof NoService || error instanceof ServiceGone ? error.absence : undefined
}

const startOrName = 'start it, or name it with --url and ROLLCALL_OPERATOR_KEY'
const notHere = 'no service runs on this data folder (ROLLCALL_DATA)'

export interface Reach {
  readonly client: Client
  close(): Promise<void>
}

/** The path of the control socket, whether or not anybody listens there. */
export function controlSocketPath(): string {
  return shortest(join(readConfig(process.env, { opensSecrets: false }).dataFolder, controlSocketName))
}

/**
 * What only the control socket answers. Undefined when nobody listens there: the service may have been killed, and its socket left.
 * Throws StoreRefusal with the service's own words.
 */
export async function askControl<T>(
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<T | undefined> {
  const dispatcher = new Agent({
    connect: { socketPath: controlSocketPath() },
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  try {
    const answer = await request(`http://localhost${path}`, { dispatcher, method, ...sent })
    const text = await answer.body.text()
    if (answer.statusCode === 200) return JSON.parse(text) as T
    throw new StoreRefusal(readDetail(text) ?? `the service answered ${answer.statusCode}`)
  } catch (error) {
    if (isNobody(error)) return undefined
    throw error
  } finally {
    await dispatcher.close()
  }
}

/** Whether an error says that nobody listens at a socket. */
export function isNobody(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException
  return code === 'ECONNREFUSED' || code === 'ENOENT'
}

function readDetail(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { detail?: string }).detail
  } catch {
    return undefined
  }
}

/** Throws UsageError when there is neither a socket nor a URL with a key. */
export function reachService(named: string | undefined): Reach {
  const url = named ?? findUrl()
  if (url !== undefined) {
    const operatorKey = readOperatorKey()
    if (operatorKey === undefined)
      throw new NoService({
        what: 'with --url the operator key is read from ROLLCALL_OPERATOR_KEY, which is not set',
        remedy: 'set it to the operator key of that service',
      })
    const isGone = { what: `nothing answers at ${url}`, remedy: 'start the service, or name another address' }
    return reach(new Agent(), url.replace(/\/+$/, ''), operatorKey, isGone)
  }
  const socketPath = controlSocketPath()
  const tooLong = explainLongSocket(socketPath)
  if (tooLong !== undefined)
    throw new UsageError(`${tooLong} Or name the service with --url and ROLLCALL_OPERATOR_KEY`)
  if (!existsSync(socketPath)) throw new NoService({ what: notHere, remedy: startOrName })
  const isGone = {
    what: `${notHere}, and the socket in it was left by one that was killed`,
    remedy: startOrName,
  }
  return reach(new Agent({ connect: { socketPath } }), 'http://localhost', undefined, isGone)
}

/** Where the service runs elsewhere, both settings say where it is. A service of this data folder comes first. */
function findUrl(): string | undefined {
  const { ROLLCALL_URL: url } = process.env
  if (url === undefined || url === '' || existsSync(controlSocketPath())) return undefined
  return readOperatorKey() === undefined ? undefined : url
}

function readOperatorKey(): string | undefined {
  try {
    return readSecret(process.env, 'ROLLCALL_OPERATOR_KEY')
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function reach(dispatcher: Agent, baseUrl: string, operatorKey: string | undefined, isGone: Absence): Reach {
  const send = async (request: Request): Promise<Response> => {
    const body = request.body === null ? null : await request.text()
    const headers = Object.fromEntries(request.headers)
    try {
      const { method } = request
      return (await fetch(request.url, { method, headers, body, dispatcher })) as unknown as Response
    } catch (error) {
      const { cause } = error as { cause?: Error }
      if (isNobody(cause)) throw new ServiceGone(isGone, error)
      throw new StoreRefusal(`the service could not be asked: ${cause?.message ?? String(error)}`, error)
    }
  }
  const client =
    operatorKey === undefined
      ? createClient({ baseUrl, send })
      : createRollcall({ url: baseUrl, operatorKey, fetch: send })
  return { client, close: () => dispatcher.close() }
}

/** The slugs of all organizations, in the order of creation. */
export async function listSlugs(client: Client): Promise<string[]> {
  const slugs: string[] = []
  for (let cursor: string | undefined, isMore = true; isMore; ) {
    const page = await client.call('listOrganizations', { query: { cursor, limit: 200 } })
    slugs.push(...page.items.map(({ slug }) => slug))
    cursor = page.nextCursor ?? undefined
    isMore = cursor !== undefined
  }
  return slugs
}
