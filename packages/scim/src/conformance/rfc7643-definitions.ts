// RFC 7643 §7: schemas as the server describes itself, and whether it keeps to what it says.

import type { JsonObject } from '../json.ts'
import { enterpriseUserUrn, userUrn } from '../urn.ts'
import { pick, pickObjects, pickText } from './answer.ts'
import { ids } from './crowd-search.ts'
import { readAttributes, readSchemas } from './discovered.ts'
import { expectSame, expectSet, expectThat, expectUnchanged, Inapplicable, isSuccess } from './expectation.ts'
import { expectKept } from './kept.ts'
import { must, mustNot, section, should, unjudged } from './requirement.ts'
import {
  enterpriseUser,
  fullUser,
  fullUserWith,
  learnPut,
  makeUser,
  plainUser,
  read,
  rebody,
} from './samples.ts'
import type { Server } from './server.ts'
import { expectAnnounced } from './shape.ts'

const keywords: Readonly<Record<string, readonly string[]>> = {
  type: ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'binary', 'complex'],
  mutability: ['readOnly', 'readWrite', 'immutable', 'writeOnly'],
  returned: ['always', 'never', 'default', 'request'],
  uniqueness: ['none', 'server', 'global'],
}

async function described(server: Server): Promise<readonly JsonObject[]> {
  const attributes = (await readSchemas(server)).flatMap((schema) => pickObjects(schema, 'attributes'))
  return [...attributes, ...attributes.flatMap((one) => pickObjects(one, 'subAttributes'))]
}

async function expectKeyword(server: Server, name: string): Promise<void> {
  const wrong = (await described(server)).filter((one) => !keywords[name]?.includes(String(one[name])))
  // RFC 7643 §8.7.2 requires "type" alone of them; §2.2 has defaults for the others.
  const counted = name === 'type' ? wrong : wrong.filter((one) => one[name] !== undefined)
  expectThat(counted.length === 0, `"${name}" among ${keywords[name]?.join(', ')}`, counted.slice(0, 3))
}

const definitions = section('RFC 7643 §7', [
  must('schema-id', 'discovery', 'Every schema has its URI as "id", each another one.', async (server) => {
    const ids = (await readSchemas(server)).map((schema) => String(schema.id))
    expectThat(ids.length > 0 && ids.every((id) => id.startsWith('urn:')), 'URIs as ids', ids)
    expectThat(new Set(ids).size === ids.length, 'different ids', ids)
  }),
  must('schema-name', 'discovery', 'Every schema has a name.', async (server) => {
    const without = (await readSchemas(server)).filter((one) => pickText(one, 'name') === undefined)
    expectThat(
      without.length === 0,
      'names',
      without.map((one) => one.id),
    )
  }),
  must('schema-description', 'discovery', 'Every schema has a description.', async (server) => {
    const without = (await readSchemas(server)).filter((one) => pickText(one, 'description') === undefined)
    expectThat(
      without.length === 0,
      'descriptions',
      without.map((one) => one.id),
    )
  }),
  must(
    'schema-for-every-uri',
    ['discovery', 'users'],
    'Every schema that a resource names is described.',
    async (server) => {
      const ids = (await readSchemas(server)).map((schema) => schema.id)
      const { schemas } = (await fullUser(server)).body
      expectThat(
        Array.isArray(schemas) && schemas.every((urn) => ids.includes(urn)),
        `schemas among ${ids.join(', ')}`,
        schemas,
      )
    },
  ),
  must('schema-read-only', 'discovery', 'Schemas cannot be changed.', async (server) => {
    const [first] = await readSchemas(server)
    expectThat(first !== undefined, 'a schema', first)
    expectUnchanged(await server.put(`/Schemas/${pickText(first, 'id')}`, first), 'schemas are read-only')
  }),
  must(
    'attribute-names',
    'discovery',
    'Every attribute has a name and "multiValued"; "required", where it is given, is a boolean.',
    async (server) => {
      for (const one of await described(server)) {
        expectThat(pickText(one, 'name') !== undefined, 'a name', one)
        expectThat(typeof one.multiValued === 'boolean', 'multiValued as a boolean', one)
        const isRight = one.required === undefined || typeof one.required === 'boolean'
        expectThat(isRight, 'required as a boolean', one)
      }
    },
  ),
  // §7 requires all of them, and §8.7.2 describes them as not required, with the defaults of §2.2.
  should(
    'attribute-complete',
    'discovery',
    'Every attribute says whether it is required, its mutability and when it is returned; strings say their case.',
    async (server) => {
      const without = (await described(server)).flatMap((one) => {
        const wanted = ['required', 'mutability', 'returned', ...(one.type === 'string' ? ['caseExact'] : [])]
        const missing = wanted.filter((name) => one[name] === undefined)
        return missing.length === 0 ? [] : [`${String(one.name)}: ${missing.join(', ')}`]
      })
      expectThat(without.length === 0, 'required, mutability, returned and caseExact', without)
    },
  ),
  must('attribute-description', 'discovery', 'Every attribute has a description.', async (server) => {
    const without = (await described(server)).filter((one) => pickText(one, 'description') === undefined)
    expectThat(
      without.length === 0,
      'descriptions',
      without.map((one) => one.name),
    )
  }),
  must('attribute-type', 'discovery', '"type" of an attribute is one of the data types.', (server) =>
    expectKeyword(server, 'type'),
  ),
  must(
    'attribute-mutability',
    'discovery',
    '"mutability" of an attribute is one of the keywords.',
    (server) => expectKeyword(server, 'mutability'),
  ),
  must('attribute-returned', 'discovery', '"returned" of an attribute is one of the keywords.', (server) =>
    expectKeyword(server, 'returned'),
  ),
  must(
    'attribute-uniqueness',
    'discovery',
    '"uniqueness" of an attribute is one of the keywords.',
    (server) => expectKeyword(server, 'uniqueness'),
  ),
  must(
    'attribute-case-exact',
    'discovery',
    '"caseExact", where it is given, is a boolean.',
    async (server) => {
      const without = (await described(server)).filter(
        (one) => one.caseExact !== undefined && typeof one.caseExact !== 'boolean',
      )
      expectThat(
        without.length === 0,
        'caseExact as a boolean',
        without.map((one) => one.name),
      )
    },
  ),
  must('attribute-reference-types', 'discovery', 'References say what they may refer to.', async (server) => {
    const without = (await described(server)).filter(
      (one) => one.type === 'reference' && !Array.isArray(one.referenceTypes),
    )
    expectThat(
      without.length === 0,
      'referenceTypes as a list',
      without.map((one) => one.name),
    )
  }),
  should('sub-attributes', 'discovery', 'Complex attributes list their sub-attributes.', async (server) => {
    const complex = (await described(server)).filter((one) => one.type === 'complex')
    const without = complex.filter((one) => pickObjects(one, 'subAttributes').length === 0)
    expectThat(
      without.length === 0,
      'subAttributes',
      without.map((one) => one.name),
    )
  }),
  must('case-preserved', 'users', 'The case of a case-exact value is kept.', async (server) => {
    const externalId = server.unique('MiXeD')
    const { path } = await makeUser(server, { externalId })
    expectSame((await read(server, path)).externalId, externalId, 'externalId')
  }),
  must(
    'case-in-filters',
    'filter',
    'Filters compare as the case sensitivity of the attribute says.',
    async (server) => {
      const { id, name } = await plainUser(server)
      const answer = await server.query('/Users', { filter: `userName eq "${name.toUpperCase()}"` })
      expectSet(ids(answer), [id], 'the user, found by its name in capitals', answer)
    },
  ),
  mustNot('read-only', 'patch', 'A read-only attribute is not modified.', async (server) => {
    const { id, path } = await makeUser(server)
    await server.patch(path, { op: 'replace', path: 'id', value: 'other' })
    expectSame((await read(server, path)).id, id, 'id')
  }),
  unjudged(
    'MUST NOT',
    'immutable',
    'users',
    'An immutable attribute is not updated once it has a value.',
    'the core schemas have none but the sub-attributes of members (§4.2, RFC 7644 §3.5.2)',
  ),
  mustNot(
    'write-only',
    ['discovery', 'users'],
    'Values of write-only attributes, and of those that are never returned, are not returned.',
    async (server) => {
      const hidden = (await readAttributes(server, userUrn)).filter(
        (one) => one.mutability === 'writeOnly' || one.returned === 'never',
      )
      const body = await read(server, (await fullUser(server)).path)
      for (const one of hidden)
        expectThat(pick(body, String(one.name)) === undefined, `no "${one.name}"`, body)
    },
  ),
  must(
    'returned-always',
    ['discovery', 'users'],
    'What is "always" returned is there whatever "attributes" asks for.',
    async (server) => {
      const always = (await readAttributes(server, userUrn))
        .filter((one) => one.returned === 'always')
        .map((one) => String(one.name))
      const { path, body: whole } = await fullUser(server)
      const body = await read(server, `${path}?attributes=active`)
      const given = always.filter((name) => pick(whole, name) !== undefined)
      for (const name of ['id', ...given]) expectThat(pick(body, name) !== undefined, `"${name}"`, body)
    },
  ),
  must(
    'returned-default',
    'users',
    'What is returned by "default" is absent when "attributes" does not ask for it.',
    async (server) => {
      const body = await read(server, `${(await fullUserWith(server, 'emails')).path}?attributes=userName`)
      expectThat(pick(body, 'emails') === undefined, 'no emails', body)
    },
  ),
  must(
    'returned-request',
    ['discovery', 'users'],
    'What is returned on "request" is absent until "attributes" asks for it.',
    async (server) => {
      const onRequest = (await readAttributes(server, userUrn)).filter((one) => one.returned === 'request')
      const body = await read(server, (await fullUser(server)).path)
      for (const one of onRequest)
        expectThat(pick(body, String(one.name)) === undefined, `no "${one.name}"`, body)
    },
  ),
  should(
    'unique-in-server',
    'users',
    'No two resources share a value that is unique in the server, also by a change.',
    async (server) => {
      const { name } = await plainUser(server)
      const other = await makeUser(server)
      await learnPut(server)
      const answer = await server.put(other.path, await rebody(server, other, { userName: name }))
      const after = await read(server, other.path)
      if (isSuccess(answer) && after.userName === other.name)
        throw new Inapplicable('the server does not rename users, and ignores another "userName"')
      expectUnchanged(answer, 'userName is taken')
      expectSame(after.userName, other.name, 'userName')
    },
  ),
  unjudged(
    'SHOULD',
    'unique-globally',
    'users',
    'No two resources anywhere share a value that is unique globally.',
    'it takes all servers to see',
  ),
  must(
    'required',
    ['users', 'discovery'],
    '"required" is true of what is required: a user with that much is taken.',
    expectAnnounced,
  ),
  must(
    'read-write',
    ['users', 'discovery'],
    'An attribute that can be written is taken in a create and returned.',
    expectKept,
  ),
  must(
    'extension-described',
    'enterprise',
    'The enterprise extension is described with the attributes that it has.',
    async (server) => {
      const names = (await readAttributes(server, enterpriseUserUrn)).map((one) => one.name)
      const used = pick((await enterpriseUser(server)).body, enterpriseUserUrn)
      if (used === undefined) throw new Inapplicable('the answer to POST has no body')
      const wrong = Object.keys(used as JsonObject).filter((name) => !names.includes(name))
      expectThat(wrong.length === 0, `attributes among ${names.join(', ')}`, wrong)
    },
  ),
])

export const definitionRequirements = [...definitions]
