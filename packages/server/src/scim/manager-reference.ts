// `manager.$ref` (RFC 7643 §4.3): shown for a manager whom the directory named by `value` alone, where that has the form of our ids. It follows
// from the value, so it is not stored; whoever sends back what they read changes nothing.

import { enterpriseUserUrn, isJsonObject, type JsonObject, type JsonValue } from '@rollcall/scim'
import { readJson } from '../base/json.ts'

/** What stored JSON has of a manager with a `value` of ours and nothing else; inside a text its quotation marks would be escaped. */
const bare = /"manager":\{"value":"(usr_[0-9a-z]{26})"\}/
const lead = `${JSON.stringify(enterpriseUserUrn)}:{`
const userId = /^usr_[0-9a-z]{26}$/

/** The same JSON of a stored resource, or one that shows the reference. A schema of the operator may have a `manager` of its own. */
export function renderManager(json: string, scimBaseUrl: string): string {
  const found = bare.exec(json)
  if (found === null) return json
  // What is under the name of the schema needs no parse.
  if (!json.startsWith(lead, json.lastIndexOf('"urn:', found.index)))
    return JSON.stringify(showManager(readJson<JsonObject>(json), scimBaseUrl))
  const [text, id = ''] = found
  const end = found.index + text.length - 1
  return `${json.slice(0, end)},"$ref":${JSON.stringify(location(id, scimBaseUrl))}${json.slice(end)}`
}

/** The same resource, or one that shows the reference. */
export function showManager(resource: JsonObject, scimBaseUrl: string): JsonObject {
  const [extension, manager] = managerOf(resource)
  const { value, $ref } = manager ?? {}
  if ($ref !== undefined || typeof value !== 'string' || !userId.test(value)) return resource
  return withManager(resource, extension, { ...manager, $ref: location(value, scimBaseUrl) })
}

/** What a client wants a user to be, without the reference that it read and that is not stored: to the manager of now, or of before. */
export function dropShownManager(before: JsonObject, wanted: JsonObject, scimBaseUrl: string): JsonObject {
  const [extension, manager] = managerOf(wanted)
  const { value, $ref, ...rest } = manager ?? {}
  const [, was] = managerOf(before)
  const isShown = [value, was?.value].some(
    (id) => typeof id === 'string' && $ref === location(id, scimBaseUrl),
  )
  if (value === undefined || !isShown || was?.$ref !== undefined) return wanted
  return withManager(wanted, extension, { value, ...rest })
}

function managerOf(resource: JsonObject): readonly [JsonObject | undefined, JsonObject | undefined] {
  const extension = toObject(resource[enterpriseUserUrn])
  return [extension, toObject(extension?.manager)]
}

function toObject(value: JsonValue | undefined): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined
}

function withManager(
  resource: JsonObject,
  extension: JsonObject | undefined,
  manager: JsonObject,
): JsonObject {
  return { ...resource, [enterpriseUserUrn]: { ...extension, manager } }
}

function location(id: string, scimBaseUrl: string): string {
  return `${scimBaseUrl}/Users/${id}`
}
