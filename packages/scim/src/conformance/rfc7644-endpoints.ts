// RFC 7644 §4 and §5: discovery endpoints and the comparison of international strings.

import { resourceTypeUrn, schemaUrn, serviceProviderConfigUrn, userUrn } from '../urn.ts'
import { pick, pickText } from './answer.ts'
import { readResourceTypes, readSchemas } from './discovered.ts'
import {
  expectRefusal,
  expectSame,
  expectSet,
  expectStatus,
  expectSuccess,
  expectThat,
  Inapplicable,
  readList,
  readObject,
} from './expectation.ts'
import { must, mustNot, section, should, unjudged } from './requirement.ts'
import { userBody, userNamed } from './samples.ts'
import type { Server } from './server.ts'

/** A user of this name is made; what goes wrong then is the matter of RFC 7644 §3.3. */
async function makeNamed(server: Server, userName: string): Promise<void> {
  const answer = await server.post('/Users', await userNamed(server, userName))
  if (answer.status >= 400)
    throw new Inapplicable(`this server takes no userName such as "${userName}" (${answer.status})`)
  expectSuccess(answer, 'the user is created')
}

async function expectTaken(server: Server, userName: string): Promise<void> {
  expectRefusal(await server.post('/Users', await userNamed(server, userName)), 'userName is taken')
}

const endpoints = section('RFC 7644 §4', [
  must('config', 'discovery', '/ServiceProviderConfig answers an object with its schema.', async (server) => {
    const answer = await server.get('/ServiceProviderConfig')
    const { schemas } = readObject(answer)
    const isNamed = Array.isArray(schemas) && schemas.includes(serviceProviderConfigUrn)
    expectThat(isNamed, `schemas with ${serviceProviderConfigUrn}`, schemas, answer)
  }),
  must('schemas', 'discovery', '/Schemas answers all schemas as a list.', async (server) => {
    const ids = (await readSchemas(server)).map((one) => one.id)
    expectThat(ids.includes(userUrn), `a list with ${userUrn}`, ids)
  }),
  must('schemas-whole', 'discovery', '/Schemas answers all schemas at once.', async (server) => {
    const answer = await server.get('/Schemas')
    expectSame(pick(answer.body, 'totalResults'), readList(answer).length, 'totalResults', answer)
  }),
  must('schemas-schema', 'discovery', 'Schemas have the schema of schemas.', async (server) => {
    for (const one of await readSchemas(server)) {
      const isRight = Array.isArray(one.schemas) && one.schemas.includes(schemaUrn)
      expectThat(one.schemas === undefined || isRight, `schemas with ${schemaUrn}`, one.schemas)
    }
  }),
  must('schema', 'discovery', 'One schema is answered below /Schemas by its URI.', async (server) => {
    for (const { id } of await readSchemas(server))
      expectSame(readObject(await server.get(`/Schemas/${String(id)}`)).id, id, 'id')
  }),
  must('schema-unknown', 'discovery', 'A schema that there is not answers 404.', async (server) => {
    await readSchemas(server)
    expectStatus(await server.get('/Schemas/urn:example:none'), 404)
  }),
  must(
    'resource-types',
    'discovery',
    '/ResourceTypes answers all resource types as a list.',
    async (server) => {
      const names = (await readResourceTypes(server)).map((one) => one.name)
      expectThat(names.includes('User'), 'a list with User', names)
    },
  ),
  must(
    'resource-types-schema',
    'discovery',
    'Resource types have the schema of resource types.',
    async (server) => {
      for (const one of await readResourceTypes(server)) {
        const isRight = Array.isArray(one.schemas) && one.schemas.includes(resourceTypeUrn)
        expectThat(isRight, `schemas with ${resourceTypeUrn}`, one.schemas)
      }
    },
  ),
  must(
    'resource-type',
    'discovery',
    'One resource type is answered below /ResourceTypes.',
    async (server) => {
      for (const one of await readResourceTypes(server)) {
        const id = pickText(one, 'id') ?? pickText(one, 'name') ?? ''
        expectSame(readObject(await server.get(`/ResourceTypes/${id}`)).name, one.name, 'name')
      }
    },
  ),
  must('parameters-ignored', 'discovery', 'Order and pages are ignored in discovery.', async (server) => {
    const all = (await readSchemas(server)).map((one) => String(one.id))
    const asked = readList(await server.get('/Schemas?sortBy=id&sortOrder=descending&startIndex=2&count=1'))
    expectSet(
      asked.map((one) => one.id),
      all,
      'ids',
    )
  }),
  should('filter-forbidden', 'discovery', 'A filter in discovery is refused with 403.', async (server) => {
    for (const path of ['/Schemas', '/ResourceTypes'])
      if ((await server.get(path)).status === 200)
        expectStatus(await server.query(path, { filter: 'id eq "x"' }), 403)
  }),
])

const international = section('RFC 7644 §5', [
  must(
    'composed',
    'users',
    'Names that differ in Unicode composition only are the same userName.',
    async (server) => {
      const name = server.unique('zo')
      await makeNamed(server, `${name}\u00eb`)
      await expectTaken(server, `${name}e\u0308`)
    },
  ),
  must(
    'width',
    'users',
    'Names that differ in the width of letters only are the same userName.',
    async (server) => {
      const { userName } = await userBody(server, { userName: `w${server.unique('wide')}@example.com` })
      await makeNamed(server, userName)
      await expectTaken(server, userName.replace(/^w/, '\uff57'))
    },
  ),
  must(
    'case-mapped',
    'users',
    'Names that differ in case only are the same userName, in any script.',
    async (server) => {
      const name = server.unique('x')
      await makeNamed(server, `${name}-\u00e4\u03b4\u0434`)
      await expectTaken(server, `${name}-\u00c4\u0394\u0414`)
    },
  ),
  mustNot('stored-as-sent', 'users', 'Distinct names stay distinct.', async (server) => {
    const name = server.unique('x')
    await makeNamed(server, `${name}-a`)
    const answer = await server.post('/Users', await userNamed(server, `${name}-\u00e1`))
    expectThat(answer.status !== 409, 'no conflict', answer.status, answer)
  }),
  unjudged(
    'MUST',
    'passwords',
    'password',
    'Passwords are prepared before they are compared.',
    'a comparison inside the server',
  ),
])

export const endpointRequirements = [...endpoints, ...international]
