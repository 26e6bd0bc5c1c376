// What the server says about itself beyond its configuration: resource types, schemas and their attributes.

import type { JsonObject } from '../json.ts'
import { enterpriseUserUrn, type groupUrn, type userUrn } from '../urn.ts'
import { pick, pickObjects, pickText } from './answer.ts'
import { expectThat, Inapplicable, readList, restingOn } from './expectation.ts'
import type { Server } from './server.ts'

/** /ResourceTypes; throws Blocked where it is no list. */
export function readResourceTypes(server: Server): Promise<readonly JsonObject[]> {
  return server.once('ResourceTypes', () =>
    restingOn('RFC7644-4-resource-types', async () => readList(await server.get('/ResourceTypes'))),
  )
}

/** /Schemas; throws Blocked where it is no list. */
export function readSchemas(server: Server): Promise<readonly JsonObject[]> {
  return server.once('Schemas', () =>
    restingOn('RFC7644-4-schemas', async () => readList(await server.get('/Schemas'))),
  )
}

/** Of the discovered schema with this id; throws Blocked when there is none. */
export async function readAttributes(server: Server, urn: string): Promise<readonly JsonObject[]> {
  const schemas = await readSchemas(server)
  const found = schemas.find((schema) => pick(schema, 'id') === urn)
  const because = urn === enterpriseUserUrn ? 'RFC7643-6-type-extension-schema' : 'RFC7644-4-schemas'
  await restingOn(because, () =>
    expectThat(
      found !== undefined,
      `/Schemas to describe ${urn}`,
      schemas.map((schema) => pick(schema, 'id')),
    ),
  )
  return pickObjects(found, 'attributes')
}

/** As `readAttributes`; undefined where nothing is described. */
export async function findAttributes(
  server: Server,
  urn: string,
): Promise<readonly JsonObject[] | undefined> {
  return readAttributes(server, urn).catch(() => undefined)
}

/** The resource type at an endpoint such as `/Users`; undefined when it is not offered or nothing is discoverable. */
export async function findResourceType(server: Server, endpoint: string): Promise<JsonObject | undefined> {
  const types = await readResourceTypes(server).catch(() => [])
  const bare = (text: string | undefined) => text?.replace(/^.*\//, '').toLowerCase()
  return types.find((type) => bare(pickText(type, 'endpoint')) === bare(endpoint))
}

/** Schemas that a resource type extends its own with. */
export function extensionsOf(type: JsonObject | undefined): readonly string[] {
  return pickObjects(type, 'schemaExtensions').flatMap((one) => pickText(one, 'schema') ?? [])
}

/** Whether groups are offered; so they are when nothing is discoverable, and the checks then tell. */
export async function hasGroups(server: Server): Promise<boolean> {
  const types = await readResourceTypes(server).catch(() => undefined)
  return types === undefined || (await findResourceType(server, '/Groups')) !== undefined
}

/** Whether users may have the enterprise extension; so they may when nothing is discoverable. */
export async function hasEnterprise(server: Server): Promise<boolean> {
  const types = await readResourceTypes(server).catch(() => undefined)
  return (
    types === undefined || extensionsOf(await findResourceType(server, '/Users')).includes(enterpriseUserUrn)
  )
}

// Of every schema, and not described by any.
const alwaysKnown = ['schemas', 'id', 'externalid', 'meta', 'password']

/** An attribute such as `title` or a sub-attribute such as `name.givenName`, as a list of attributes describes it. */
export function describedAs(attributes: readonly JsonObject[], name: string): JsonObject | undefined {
  const [head = '', part] = name.toLowerCase().split('.')
  const found = attributes.find((one) => pickText(one, 'name')?.toLowerCase() === head)
  if (part === undefined || found === undefined) return found
  return pickObjects(found, 'subAttributes').find((one) => pickText(one, 'name')?.toLowerCase() === part)
}

/**
 * Throws Inapplicable when the server's schema has no such attribute, or has it read-only: RFC 7643 §7 lets it describe
 * what it supports. A complex attribute that lists no sub-attributes has all of them.
 */
export async function requireAttributes(
  server: Server,
  urn: typeof userUrn | typeof groupUrn,
  names: readonly string[],
): Promise<void> {
  const attributes = await findAttributes(server, urn)
  if (attributes === undefined) return
  for (const name of names) {
    const bare = name.toLowerCase()
    if (name.startsWith(enterpriseUserUrn)) {
      if (!(await hasEnterprise(server)))
        throw new Inapplicable('the server does not offer the enterprise extension')
      const part = name.slice(enterpriseUserUrn.length + 1)
      const extended = await readAttributes(server, enterpriseUserUrn)
      if (part !== '' && describedAs(extended, part) === undefined)
        throw new Inapplicable(`the enterprise extension has no attribute "${part}" here`)
      continue
    }
    if (name.startsWith('urn:') || alwaysKnown.includes(bare)) continue
    const [head = ''] = name.split('.')
    const whole = describedAs(attributes, head)
    const isOpaque = pickObjects(whole, 'subAttributes').length === 0
    const one = name.includes('.') && isOpaque ? whole : describedAs(attributes, name)
    if (one === undefined) throw new Inapplicable(`the server's schema has no attribute "${name}"`)
    if (one.mutability === 'readOnly') throw new Inapplicable(`"${name}" is read-only in the server's schema`)
  }
}

/** Throws Inapplicable when the attribute keeps its first value (RFC 7643 §7, "immutable"). */
export async function requireChangeable(server: Server, urn: typeof userUrn, name: string): Promise<void> {
  const attributes = await findAttributes(server, urn)
  const one = attributes && describedAs(attributes, name)
  if (one?.mutability === 'immutable') throw new Inapplicable(`"${name}" is immutable in the server's schema`)
}

/** Names of attributes that the schema requires; undefined where nothing is described. */
export async function requiredNames(server: Server, urn: string): Promise<readonly string[] | undefined> {
  const attributes = await findAttributes(server, urn)
  return attributes
    ?.filter((one) => one.required === true && one.mutability !== 'readOnly')
    .map((one) => String(one.name))
}
