// RFC 7643 §3 and §3.3: what every resource has: "schemas", and extensions in their containers.

import type { JsonObject } from '../json.ts'
import { enterpriseUserUrn, groupUrn, userUrn } from '../urn.ts'
import { pick, pickObjects } from './answer.ts'
import { extensionsOf, findResourceType, readSchemas } from './discovered.ts'
import { Blocked, expectSame, expectSuccess, expectThat } from './expectation.ts'
import { requireKept } from './kept.ts'
import { must, mustNot, section, should, unjudged } from './requirement.ts'
import { enterpriseUser, fullUser, plainUser, read, userBody } from './samples.ts'

const schemas = section('RFC 7643 §3', [
  must(
    'schemas-non-empty',
    'users',
    'Every representation has a non-empty list "schemas".',
    async (server) => {
      const { path, answer } = await plainUser(server)
      for (const one of [answer, await server.get(path)]) {
        const named = pick(one.body, 'schemas')
        expectThat(Array.isArray(named) && named.length > 0, 'a non-empty list "schemas"', named, one)
      }
    },
  ),
  must(
    'schemas-of-type',
    ['users', 'discovery'],
    '"schemas" names only the schema and the extensions of the resource type.',
    async (server) => {
      const type = await findResourceType(server, '/Users')
      if (type === undefined) throw new Blocked('RFC7644-4-resource-types')
      const known = [pick(type, 'schema'), ...extensionsOf(type)]
      const named = (await fullUser(server)).body.schemas
      expectThat(
        Array.isArray(named) && named.every((urn) => known.includes(urn)),
        `schemas among ${known.join(', ')}`,
        named,
      )
    },
  ),
  mustNot('schemas-unique', 'enterprise', '"schemas" names nothing twice.', async (server) => {
    const named = (await enterpriseUser(server)).body.schemas
    const isUnique = Array.isArray(named) && new Set(named).size === named.length
    expectThat(isUnique, 'schemas without duplicates', named)
  }),
  mustNot('schemas-order', 'enterprise', 'The order of "schemas" is of no consequence.', async (server) => {
    await requireKept(server, { [enterpriseUserUrn]: { department: 'Tours' } })
    const body = await userBody(server, { [enterpriseUserUrn]: { department: 'Tours' } })
    const answer = await server.post('/Users', { ...body, schemas: [enterpriseUserUrn, userUrn] })
    expectSuccess(answer, 'the order of "schemas" is free')
    expectSame(pick(answer.body, enterpriseUserUrn, 'department'), 'Tours', 'department', answer)
  }),
  must(
    'common-attributes',
    'users',
    'The common attributes are there whatever "schemas" says.',
    async (server) => {
      const { path, body: made } = await fullUser(server)
      const body = await read(server, `${path}?attributes=id,externalId,meta`)
      for (const name of ['id', 'meta', ...(made.externalId === undefined ? [] : ['externalId'])])
        expectThat(pick(body, name) !== undefined, `the attribute "${name}"`, body)
    },
  ),
])

const extensions = section('RFC 7643 §3.3', [
  must(
    'base-schema',
    'enterprise',
    '"schemas" contains the base schema, also beside extensions.',
    async (server) => {
      const named = (await enterpriseUser(server)).body.schemas
      expectThat(Array.isArray(named) && named.includes(userUrn), `schemas with ${userUrn}`, named)
    },
  ),
  must('extension-named', 'enterprise', '"schemas" names an extension that is in use.', async (server) => {
    const named = (await read(server, (await enterpriseUser(server)).path)).schemas
    expectThat(
      Array.isArray(named) && named.includes(enterpriseUserUrn),
      `schemas with ${enterpriseUserUrn}`,
      named,
    )
  }),
  must(
    'extension-container',
    'enterprise',
    'Attributes of an extension are in an object named by its URI.',
    async (server) => {
      const body = await read(server, (await enterpriseUser(server)).path)
      expectSame(pick(body, enterpriseUserUrn, 'employeeNumber'), '701984', 'employeeNumber in its container')
      expectThat(pick(body, 'employeeNumber') === undefined, 'no employeeNumber outside', body.employeeNumber)
    },
  ),
  should(
    'no-redefinition',
    'discovery',
    'Extensions do not redefine attributes of the core schemas.',
    async (server) => {
      const all = await readSchemas(server)
      const names = (schema: JsonObject) => pickObjects(schema, 'attributes').map((one) => one.name)
      const core = all.filter((schema) => schema.id === userUrn || schema.id === groupUrn).flatMap(names)
      const extended = extensionsOf(await findResourceType(server, '/Users'))
      const others = all.filter((schema) => extended.includes(String(schema.id))).flatMap(names)
      const twice = others.filter((name) => core.includes(name))
      expectThat(twice.length === 0, 'no attribute of the core schemas in an extension', twice)
    },
  ),
  unjudged(
    'SHOULD',
    'conventions',
    'discovery',
    'Extensions follow the conventions of the specification.',
    'a convention is a matter of judgement',
  ),
])

export const resourceRequirements = [...schemas, ...extensions]
