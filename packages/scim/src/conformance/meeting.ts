// The first words with a server: whether it can be judged at all, and what a report says once for the whole run.

import { isJsonObject, type JsonObject } from '../json.ts'
import { errorUrn, serviceProviderConfigUrn, userUrn } from '../urn.ts'
import { type Answer, pick, pickText } from './answer.ts'
import type { Connection } from './connection.ts'
import { findAttributes, readResourceTypes } from './discovered.ts'
import { Mismatch } from './expectation.ts'
import type { Server } from './server.ts'
import { learnShape } from './shape.ts'

/** The server cannot be judged at all: it does not answer, or not to this key, or is no SCIM service. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError'
}

const names = ({ body }: Answer, urn: string): boolean => {
  const schemas = pick(body, 'schemas')
  return Array.isArray(schemas) && schemas.includes(urn)
}

function isConfig(answer: Answer): boolean {
  const options = ['patch', 'bulk', 'filter', 'authenticationSchemes', 'pagination']
  return (
    answer.status === 200 &&
    (names(answer, serviceProviderConfigUrn) || options.some((one) => pick(answer.body, one) !== undefined))
  )
}

const isList = ({ status, body }: Answer): boolean =>
  status === 200 && (Array.isArray(pick(body, 'Resources')) || pick(body, 'totalResults') !== undefined)

function describe({ asked, status, header }: Answer): string {
  const type = header('content-type')?.split(';')[0]
  const target = status >= 300 && status < 400 ? header('location') : undefined
  const details = [...(type === undefined ? [] : [type]), ...(target === undefined ? [] : [`to ${target}`])]
  return `GET ${asked.path} answers ${status}${details.length === 0 ? '' : ` (${details.join(', ')})`}`
}

/** What an error says, for it may say where the service is. */
function saying({ body }: Answer): string {
  const detail = pickText(body, 'detail')
  return detail === undefined ? '' : `: ${detail.slice(0, 300)}`
}

/** The configuration, undefined where there is none; throws ConformanceError when nothing can be asked. */
export async function meet({ ask }: Connection, baseUrl: string): Promise<JsonObject | undefined> {
  try {
    const config = await ask('GET', '/ServiceProviderConfig')
    const users = await ask('GET', '/Users?count=1')
    if (users.status === 401 || users.status === 403)
      throw new ConformanceError(`${baseUrl} refuses the key (${users.status})`)
    const isScim = isConfig(config) || isList(users) || (users.status !== 404 && names(users, errorUrn))
    if (!isScim)
      throw new ConformanceError(
        `${baseUrl} is not the base URL of a SCIM service: ${describe(config)}, ${describe(users)}${saying(users)}`,
      )
    return isConfig(config) && isJsonObject(config.body) ? config.body : undefined
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error
    throw new ConformanceError(`${baseUrl} does not answer: ${error.came}`, { cause: error })
  }
}

/** What holds for many results and is said once. */
export async function writeNotes(server: Server, config: JsonObject | undefined): Promise<readonly string[]> {
  const shape = await learnShape(server).catch(() => undefined)
  const types = await readResourceTypes(server).catch(() => undefined)
  const attributes = await findAttributes(server, userUrn)
  return [
    ...(config === undefined
      ? ['There is no /ServiceProviderConfig, so every feature counts as offered.']
      : []),
    ...(types === undefined
      ? ['There is no /ResourceTypes, so groups and extensions count as offered.']
      : []),
    ...(attributes === undefined
      ? ['No schema describes users, so an attribute that is not kept counts as not offered.']
      : []),
    ...(server.user === undefined ? [] : ['Users were made with what the caller of the run gave.']),
    ...(shape === undefined || shape.needed.length === 0
      ? []
      : [`Users were made with ${shape.needed.join(', ')} as well, without which this server takes none.`]),
  ]
}
