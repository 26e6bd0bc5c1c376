// What the server says about itself beyond its configuration: resource types, schemas and their attributes.

import type { JsonObject } from '../json.ts'
import { enterpriseUserUrn, type groupUrn, type userUrn } from '../urn.ts'
import { pick, pickObjects, pickText } from './answer.ts'
import { expectThat, Inapplicable, readList } from './expectation.ts'
import type { Server } from './server.ts'

/** /ResourceTypes; throws Mismatch where it is no list. */
export function readResourceTypes(server: Server): Promise<readonly JsonObject[]> {
  return server.once('ResourceTypes', async () => readList(await server.get('/ResourceTypes')))
}

/** /Schemas; throws Mismatch where it is no list. */
export function readSchemas(server: Server): Promise<readonly JsonObject[]> {
  return server.once('Schemas', async () => readList(await server.get('/Schemas')))
}

/** Of the discovered schema with this id; throws Mismatch when there is none. */
export async function readAttributes(server: Server, urn: string): Promise<readonly JsonObject[]> {
  const schemas = await readSchemas(server)
  const found = schemas.find((schema) => pick(schema, 'id') === urn)
  expectThat(
    found !== undefined,
    `/Schemas to describe ${urn}`,
    schemas.map((schema) => pick(schema, 'id')),
  )
  return pickObjects(found, 'attributes')
}

/** The resource type at an endpoint such as `/Users`; undefined when it is not offered or nothing is discoverable. */
export async function findResourceType(server: Server, endpoint: string): Promise<JsonObject | undefined> {
  const types = await readResourceTypes(server).catch(() => [])
  const bare = (text: string | undefined) => text?.replace(/^\//, '').toLowerCase()
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

export async function hasEnterprise(server: Server): Promise<boolean> {
  const types = await readResourceTypes(server).catch(() => undefined)
  return (
    types === undefined || extensionsOf(await findResourceType(server, '/Users')).includes(enterpriseUserUrn)
  )
}

// Of every schema, and not described by any.
const alwaysKnown = ['schemas', 'id', 'externalid', 'meta', 'password']

/** Throws Inapplicable when the server's schema has no such attribute: RFC 7644 §3.1 lets it support a part. */
export async function requireAttributes(
  server: Server,
  urn: typeof userUrn | typeof groupUrn,
  names: readonly string[],
): Promise<void> {
  const attributes = await readAttributes(server, urn).catch(() => undefined)
  if (attributes === undefined) return
  const known = new Set([...alwaysKnown, ...attributes.map((one) => pickText(one, 'name')?.toLowerCase())])
  for (const name of names) {
    if (name === enterpriseUserUrn && !(await hasEnterprise(server)))
      throw new Inapplicable('the server does not offer the enterprise extension')
    if (!name.startsWith('urn:') && !known.has(name.toLowerCase()))
      throw new Inapplicable(`the server's schema has no attribute "${name}"`)
  }
}
