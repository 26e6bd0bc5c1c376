// RFC 7643 §2: names, types and values of attributes.

import { isJsonObject } from '../json.ts'
import { schemaUrn, userUrn } from '../urn.ts'
import { isUnassigned, pick, pickObjects, pickText, pickValues } from './answer.ts'
import { readSchemas } from './discovered.ts'
import { Blocked, expectSame, expectSuccess, expectThat, Inapplicable } from './expectation.ts'
import { requireKept } from './kept.ts'
import { must, mustNot, section, shouldNot, unjudged } from './requirement.ts'
import {
  freshMail,
  fullUserWith,
  makeUser,
  onlyKept,
  onlyMember,
  plainUser,
  read,
  replaced,
  requireClearable,
  userBody,
} from './samples.ts'
import type { Server } from './server.ts'
import { isObligatory } from './shape.ts'

const dataTypes = ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'binary', 'complex']
/** xsd:dateTime (XML Schema §3.3.7): a date and a time. */
export const dateTime = /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/
const base64 = /^[A-Za-z0-9+/_-]+={0,2}$/
// "$ref" is in every schema of the RFC and not in its ABNF.
const attributeName = /^(\$ref|[A-Za-z][A-Za-z0-9$_-]*)$/

async function everyAttribute(server: Server) {
  const attributes = (await readSchemas(server)).flatMap((schema) => pickObjects(schema, 'attributes'))
  return [...attributes, ...attributes.flatMap((one) => pickObjects(one, 'subAttributes'))]
}

async function firstMember(server: Server) {
  const { member, user } = await onlyMember(server)
  const reference = pickText(member, '$ref')
  if (reference === undefined) throw new Inapplicable('members have no "$ref", which is optional')
  return { reference, user }
}

const names = section('RFC 7643 §2.1', [
  must('schemas', 'users', 'Every resource names its schemas in "schemas".', async (server) => {
    const { path } = await plainUser(server)
    const { schemas } = await read(server, path)
    expectThat(Array.isArray(schemas) && schemas.includes(userUrn), `schemas with ${userUrn}`, schemas)
  }),
  must(
    'attribute-names',
    'discovery',
    'Names of attributes keep to the grammar ATTRNAME.',
    async (server) => {
      const wrong = (await everyAttribute(server)).filter((one) => !attributeName.test(String(one.name)))
      expectThat(
        wrong.length === 0,
        'names of letters, digits, "$", "-" and "_"',
        wrong.map((one) => one.name),
      )
    },
  ),
  must('case-insensitive', 'users', 'Names of attributes in a body are read in any case.', async (server) => {
    const { userName, ...body } = await userBody(server)
    const answer = await server.post('/Users', { ...body, USERNAME: userName })
    expectSuccess(answer, '"USERNAME" is "userName"')
    expectSame(pick(answer.body, 'userName'), userName, 'userName', answer)
  }),
])

const types = section('RFC 7643 §2.3', [
  shouldNot('new-types', 'discovery', 'Schemas introduce no data types of their own.', async (server) => {
    const unknown = (await everyAttribute(server))
      .map((one) => one.type)
      .filter((type) => !dataTypes.includes(String(type)))
    expectThat(unknown.length === 0, `types among ${dataTypes.join(', ')}`, unknown)
  }),
  must(
    'json-types',
    'users',
    'Values have the JSON type of their attribute: booleans, objects and lists are such.',
    async (server) => {
      const body = await read(server, (await fullUserWith(server)).path)
      const [active, name, emails] = ['active', 'name', 'emails'].map((one) => pick(body, one))
      expectThat(typeof pick(body, 'userName') === 'string', 'userName as a JSON string', body.userName)
      expectThat(active === undefined || typeof active === 'boolean', 'active as a JSON boolean', active)
      expectThat(name === undefined || isJsonObject(name), 'name as a JSON object', name)
      expectThat(emails === undefined || Array.isArray(emails), 'emails as a JSON list', emails)
    },
  ),
])

const integers = section('RFC 7643 §2.3.4', [
  mustNot('integer', 'discovery', 'Integers have neither a fraction nor an exponent.', async (server) => {
    const { text, status } = await server.get('/ServiceProviderConfig')
    if (status !== 200) throw new Blocked('RFC7644-4-config')
    const numbers = [...text.matchAll(/"(?:maxOperations|maxPayloadSize|maxResults)"\s*:\s*([^,}\s]+)/g)]
    const wrong = numbers.map((match) => match[1]).filter((number) => !/^-?\d+$/.test(String(number)))
    expectThat(wrong.length === 0, 'whole numbers', wrong)
  }),
])

const dateTimes = section('RFC 7643 §2.3.5', [
  must('date-time', 'users', 'A dateTime is a valid xsd:dateTime with a date and a time.', async (server) => {
    const { body } = await plainUser(server)
    for (const name of ['created', 'lastModified']) {
      const value = pickText(body, 'meta', name)
      if (value === undefined) throw new Blocked('RFC7643-3.1-common-in-users')
      expectThat(dateTime.test(value), `meta.${name} as xsd:dateTime`, value)
      expectThat(!Number.isNaN(Date.parse(value)), `meta.${name} as a time that exists`, value)
    }
  }),
])

const binaries = section('RFC 7643 §2.3.6', [
  must('base64', 'users', 'Binary values are base64.', async (server) => {
    const { path } = await makeUser(server, {
      x509Certificates: [{ value: 'MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcN' }],
    })
    const values = pickValues(await read(server, path), 'x509Certificates')
    const isRight = values.length === 1 && base64.test(String(values[0]))
    expectThat(isRight, 'one certificate in base64', values)
  }),
])

const references = section('RFC 7643 §2.3.7', [
  must('uri', 'groups', 'A reference is an absolute or relative URI.', async (server) => {
    const { reference } = await firstMember(server)
    expectThat(/^[^\s<>"{}|\\^`]+$/.test(reference), 'a URI in members.$ref', reference)
  }),
  must(
    'base-uri',
    'groups',
    'A relative reference is resolved against the base URL of the service.',
    async (server) => {
      const { reference, user } = await firstMember(server)
      if (/^https?:/i.test(reference)) throw new Inapplicable('references are absolute')
      expectSame((await read(server, server.resolve(reference))).id, user.id, 'the id behind members.$ref')
    },
  ),
  must('addressable', 'groups', 'GET of a reference to a resource answers that resource.', async (server) => {
    const { reference, user } = await firstMember(server)
    if (!/^https?:/i.test(reference)) throw new Inapplicable('references are relative')
    expectSame((await read(server, reference)).id, user.id, 'the id behind members.$ref')
  }),
])

const complexes = section('RFC 7643 §2.3.8', [
  mustNot('order', 'users', 'The order of names in an object is of no consequence.', async (server) => {
    const { userName, schemas, ...others } = await userBody(server)
    const answer = await server.post('/Users', { userName, ...others, schemas: schemas ?? [] })
    expectSuccess(answer, '"schemas" may come last')
    expectSame(pick(answer.body, 'userName'), userName, 'userName', answer)
  }),
  mustNot(
    'nesting',
    'discovery',
    'Sub-attributes of a complex attribute are not complex themselves.',
    async (server) => {
      const schemas = (await readSchemas(server)).filter((schema) => schema.id !== schemaUrn)
      const parts = schemas
        .flatMap((schema) => pickObjects(schema, 'attributes'))
        .flatMap((one) => pickObjects(one, 'subAttributes'))
      const wrong = parts.filter((part) => part.type === 'complex').map((part) => part.name)
      expectThat(wrong.length === 0, 'no complex sub-attribute', wrong)
    },
  ),
])

const multiValued = section('RFC 7643 §2.4', [
  unjudged(
    'MUST',
    'meanings',
    'users',
    'The default sub-attributes "type", "primary", "display", "value" and "$ref" keep their meanings.',
    'a meaning cannot be seen from outside',
  ),
  must('one-primary', 'users', 'At most one value of an attribute is primary.', async (server) => {
    const mail = freshMail(server)
    await requireKept(server, { emails: mail.two })
    const emails = [
      { value: mail.work, primary: true },
      { value: mail.home, primary: true },
    ]
    const answer = await server.post('/Users', await userBody(server, { emails }))
    if (answer.status >= 400 && answer.status < 500) return
    expectSuccess(answer, 'a refusal, or one primary value')
    const primaries = pickObjects(answer.body, 'emails').filter((one) => one.primary === true)
    expectThat(primaries.length <= 1, 'a refusal, or at most one primary value', primaries, answer)
  }),
  unjudged(
    'MUST',
    'primary-default',
    'users',
    '"primary" that is not given counts as false.',
    'a server may choose a default of its own for what is not given (RFC 7644 §3.3)',
  ),
  unjudged(
    'MUST',
    'versioned-uris',
    'users',
    'URIs with and without an API version count as the same.',
    'a comparison inside the server',
  ),
  unjudged(
    'SHOULD',
    'canonical',
    'users',
    'Values are returned in canonical form where that is appropriate.',
    'what is appropriate is left to the server; §4.1.2 has the cases that can be seen',
  ),
  shouldNot(
    'same-twice',
    'users',
    'The same type and value are not returned twice in one attribute.',
    async (server) => {
      const email = { value: freshMail(server).work, type: 'work' }
      await requireKept(server, { emails: [email] })
      const answer = await server.post('/Users', await userBody(server, { emails: [email, email] }))
      if (answer.status >= 400 && answer.status < 500) return
      expectSuccess(answer, 'a refusal, or one value')
      expectThat(
        pickObjects(answer.body, 'emails').length === 1,
        'one value',
        pick(answer.body, 'emails'),
        answer,
      )
    },
  ),
])

const unassigned = section('RFC 7643 §2.5', [
  must('null', 'users', 'null unassigns an attribute.', async (server) => {
    const user = await makeUser(server, { nickName: 'Nick' })
    const { nickName } = await replaced(server, user, { nickName: null })
    expectThat(isUnassigned(nickName), 'no nickName after PUT with null', nickName)
  }),
  must('empty-list', 'users', 'An empty list unassigns a multi-valued attribute.', async (server) => {
    const mail = freshMail(server)
    await requireClearable(server, 'emails')
    const user = await makeUser(server, { emails: mail.two })
    const { emails } = await replaced(server, user, { emails: [] })
    expectThat(isUnassigned(emails), 'no emails after PUT with []', emails)
  }),
  must(
    'null-on-create',
    'users',
    'null and an empty list in a create are the same as nothing.',
    async (server) => {
      await requireKept(server, { nickName: 'Nick' })
      const more = { ...(await onlyKept(server, [{ emails: [{ value: 'x' }] }])), nickName: null }
      const isFree = 'emails' in more && !(await isObligatory(server, 'emails'))
      const body = isFree ? { nickName: null, emails: [] } : { nickName: null }
      const answer = await server.post('/Users', await userBody(server, body))
      expectSuccess(answer, '"nickName": null is the same as nothing')
      const nickName = pick(answer.body, 'nickName')
      expectThat(isUnassigned(nickName), 'no nickName', nickName, answer)
    },
  ),
])

export const attributeRequirements = [
  ...names,
  ...types,
  ...integers,
  ...dateTimes,
  ...binaries,
  ...references,
  ...complexes,
  ...multiValued,
  ...unassigned,
]
