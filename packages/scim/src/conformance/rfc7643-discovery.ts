// RFC 7643 §5 and §6: configuration and resource types as the server describes itself.

import type { JsonObject } from '../json.ts'
import { pick, pickObjects, pickText } from './answer.ts'
import { extensionsOf, findResourceType, readResourceTypes, readSchemas } from './discovered.ts'
import { expectStatus, expectThat, expectUnchanged, readObject, restingOn } from './expectation.ts'
import { type Draft, must, section, should } from './requirement.ts'
import { fullUser, read } from './samples.ts'
import type { Server } from './server.ts'

async function readConfig(server: Server): Promise<JsonObject> {
  return server.once('config', () =>
    restingOn('RFC7644-4-config', async () => readObject(await server.get('/ServiceProviderConfig'))),
  )
}

/** An option of §5 with its members: `supported` and whole numbers. */
function option(name: string, ...numbers: readonly string[]): Draft {
  const members = ['supported', ...numbers].map((one) => `"${one}"`).join(', ')
  return must(
    `config-${name.toLowerCase()}`,
    'discovery',
    `The configuration has "${name}" with ${members}.`,
    async (server) => {
      const found = pick(await readConfig(server), name)
      expectThat(typeof pick(found, 'supported') === 'boolean', `${name}.supported as a boolean`, found)
      for (const number of numbers)
        expectThat(Number.isInteger(pick(found, number)), `${name}.${number} as an integer`, found)
    },
  )
}

const texts = ['name', 'endpoint', 'schema'] as const

const config = section('RFC 7643 §5', [
  option('patch'),
  option('bulk', 'maxOperations', 'maxPayloadSize'),
  option('filter', 'maxResults'),
  option('changePassword'),
  option('sort'),
  option('etag'),
  must(
    'config-authentication',
    'discovery',
    'The configuration lists authentication schemes with "type", "name" and "description".',
    async (server) => {
      const schemes = pickObjects(await readConfig(server), 'authenticationSchemes')
      expectThat(schemes.length > 0, 'at least one authentication scheme', schemes)
      for (const scheme of schemes)
        for (const name of ['type', 'name', 'description'])
          expectThat(pickText(scheme, name) !== undefined, `authenticationSchemes.${name}`, scheme)
    },
  ),
  should(
    'config-public',
    ['discovery', 'access'],
    'The authentication schemes can be read without authentication.',
    async (server) => {
      await readConfig(server)
      const answer = await server.ask('GET', '/ServiceProviderConfig', { isAnonymous: true })
      const schemes = pickObjects(readObject(answer), 'authenticationSchemes')
      expectThat(schemes.length > 0, 'authentication schemes', schemes, answer)
    },
  ),
  must('config-read-only', 'discovery', 'The configuration cannot be changed.', async (server) => {
    const body = await readConfig(server)
    expectUnchanged(await server.put('/ServiceProviderConfig', body), 'all its attributes are read-only')
  }),
])

const resourceTypes = section('RFC 7643 §6', [
  must(
    'type-attributes',
    'discovery',
    'Every resource type has "name", "endpoint" and "schema".',
    async (server) => {
      const types = await readResourceTypes(server)
      expectThat(types.length > 0, 'at least one resource type', types)
      for (const type of types)
        for (const name of texts)
          expectThat(pickText(type, name) !== undefined, `"${name}" of a resource type`, type)
    },
  ),
  must('type-description', 'discovery', 'Resource types have a description.', async (server) => {
    const without = (await readResourceTypes(server)).filter(
      (type) => pickText(type, 'description') === undefined,
    )
    expectThat(
      without.length === 0,
      'descriptions',
      without.map((type) => type.name),
    )
  }),
  must('type-schema', 'discovery', 'The schema of a resource type is the id of a schema.', async (server) => {
    const ids = (await readSchemas(server)).map((schema) => schema.id)
    const wrong = (await readResourceTypes(server))
      .map((type) => pick(type, 'schema'))
      .filter((urn) => !ids.includes(urn ?? null))
    expectThat(wrong.length === 0, `schemas among ${ids.join(', ')}`, wrong)
  }),
  must(
    'type-extension-schema',
    'discovery',
    'The schema of an extension is the id of a schema.',
    async (server) => {
      const ids = (await readSchemas(server)).map((schema) => schema.id)
      const wrong = (await readResourceTypes(server))
        .flatMap(extensionsOf)
        .filter((urn) => !ids.includes(urn))
      expectThat(wrong.length === 0, `extensions among ${ids.join(', ')}`, wrong)
    },
  ),
  must(
    'type-extension-required',
    'discovery',
    'Every extension says whether it is required.',
    async (server) => {
      const extensions = (await readResourceTypes(server)).flatMap((type) =>
        pickObjects(type, 'schemaExtensions'),
      )
      const wrong = extensions.filter((one) => typeof one.required !== 'boolean')
      expectThat(wrong.length === 0, '"required" as a boolean', wrong)
    },
  ),
  must(
    'type-extension-present',
    ['discovery', 'users'],
    'A resource includes the extensions that its type requires.',
    async (server) => {
      const type = await findResourceType(server, '/Users')
      const required = pickObjects(type, 'schemaExtensions').filter((one) => one.required === true)
      const { schemas } = await read(server, (await fullUser(server)).path)
      const wrong = required.filter((one) => !Array.isArray(schemas) || !schemas.includes(one.schema ?? null))
      expectThat(wrong.length === 0, 'the required extensions in "schemas"', schemas)
    },
  ),
  must(
    'type-endpoint',
    'discovery',
    'The endpoint of a resource type is below the base URL and answers.',
    async (server) => {
      for (const type of await readResourceTypes(server)) {
        const endpoint = pickText(type, 'endpoint')
        if (endpoint === undefined) continue
        // RFC 7643 §6: relative to the base URL, and "/Users" in its own example, so a slash in front is that of the base URL.
        const path = /^https?:/i.test(endpoint) ? endpoint : `/${endpoint.replace(/^\//, '')}`
        expectStatus(await server.get(`${path}?count=1`), 200)
      }
    },
  ),
  must('type-read-only', 'discovery', 'Resource types cannot be changed.', async (server) => {
    const [first] = await readResourceTypes(server)
    expectThat(first !== undefined, 'a resource type', first)
    const answer = await server.put(`/ResourceTypes/${pickText(first, 'name')}`, first)
    expectUnchanged(answer, 'resource types are read-only')
  }),
])

export const discoveryRequirements = [...config, ...resourceTypes]
