import { describe, expect, it } from 'vitest'
import { ScimError } from '../error.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { extendResourceType, readExtensionSchema } from '../schema/extension.ts'
import { groupResourceType, userResourceType } from '../schema/resource-types.ts'
import { profiles } from '../tolerance.ts'
import { bulkRequestUrn, enterpriseUserUrn, patchOpUrn, userUrn } from '../urn.ts'
import { planBulk } from './plan-bulk.ts'
import { readBulk } from './read-bulk.ts'
import { listReferences, resolveReferences } from './references.ts'
import { renderBulkResponse } from './render-bulk.ts'

const message = (operations: JsonValue, more: JsonObject = {}): JsonObject => ({
  schemas: [bulkRequestUrn],
  Operations: operations,
  ...more,
})
const read = (operations: JsonValue, more?: JsonObject) =>
  readBulk(message(operations, more), profiles.strict, 10)
const post = (bulkId: string, ...references: string[]): JsonObject => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: { displayName: bulkId, members: references.map((name) => ({ value: `bulkId:${name}` })) },
})
const plan = (...operations: JsonObject[]) => {
  const { order, faults } = planBulk(read(operations).operations)
  return { order, faults: Object.fromEntries([...faults].map(([index, { status }]) => [index, status])) }
}
const refusal = (body: JsonValue): string => {
  try {
    readBulk(body, profiles.strict, 10)
    return 'read'
  } catch (error) {
    return error instanceof ScimError ? `${error.status} ${error.scimType}` : 'no ScimError'
  }
}

describe('readBulk (RFC 7644 §3.7)', () => {
  it('N01: refuses a list that is there twice, and of operations the one alone that has a member twice', () => {
    expect(refusal(message([post('a')], { operations: [] }))).toBe('400 invalidSyntax')
    const { operations } = read([{ ...post('a'), Data: {} }, post('b')])
    expect(operations.map(({ fault }) => fault?.scimType)).toEqual(['invalidSyntax', undefined])
  })

  it('reads methods, paths, bulkIds, versions and data', () => {
    const { operations, failOnErrors } = read(
      [
        { method: 'put', path: '/Users/1', version: 'W/"2"', data: { a: 1 } },
        { Method: 'DELETE', path: '/Groups/bulkId:x' },
      ],
      { failOnErrors: 2 },
    )
    expect(failOnErrors).toBe(2)
    expect(operations).toMatchObject([
      { method: 'PUT', endpoint: 'Users', id: '1', version: 'W/"2"', data: { a: 1 }, fault: undefined },
      { method: 'DELETE', endpoint: 'Groups', id: 'bulkId:x', fault: undefined },
    ])
  })

  it('keeps what is wrong with one operation beside it', () => {
    const { operations } = read([
      { method: 'GET', path: '/Users' },
      { method: 'POST', path: '/Users', data: {} },
      { method: 'POST', path: '/Users/1', bulkId: 'a', data: {} },
      { method: 'PATCH', path: '/Users/1' },
      { method: 'DELETE', path: '/Users' },
      7,
    ])
    expect(operations.map(({ fault }) => fault?.scimType)).toEqual([
      'invalidSyntax',
      'invalidSyntax',
      'invalidPath',
      'invalidSyntax',
      'invalidPath',
      'invalidSyntax',
    ])
  })

  it('throws out a message that is none, and one of too many operations', () => {
    expect(refusal([])).toBe('400 invalidSyntax')
    expect(refusal({ schemas: [], Operations: [] })).toBe('400 invalidSyntax')
    expect(refusal(message({}))).toBe('400 invalidSyntax')
    expect(refusal(message(Array(11).fill({})))).toBe('413 undefined')
    for (const failOnErrors of [-1, 1.5, '1', true, {}])
      expect(refusal(message([], { failOnErrors }))).toBe('400 invalidValue')
  })
})

describe('what a bulk request may be read from', () => {
  const hr = 'urn:acme:params:scim:schemas:extension:hr:2.0:User'
  const people = extendResourceType(userResourceType, [
    readExtensionSchema({ id: hr, attributes: [{ name: 'mentor' }, { name: 'grade', type: 'integer' }] }),
  ])
  const around = { types: [people, groupResourceType], baseUrl: 'https://id.acme.test/base/scim/v2' }
  const readOne = (operation: JsonObject, profile: 'auto' | 'strict' = 'auto') =>
    readBulk(message([operation]), profiles[profile], 10, around).operations[0]!

  it('B01, F14: failOnErrors 0 is no limit, in every profile', () => {
    expect(read([], { failOnErrors: 0 }).failOnErrors).toBeUndefined()
    expect(readBulk(message([], { failOnErrors: '2' }), profiles.auto, 10).failOnErrors).toBe(2)
  })

  it('B03: a bulkId that is a number comes back as the number, and is referred to as a text', () => {
    const creation = { method: 'POST', path: '/Users', bulkId: 7, data: { userName: 'a' } }
    const [one, two] = readBulk(message([creation, post('g', '7')]), profiles.auto, 10).operations
    expect(planBulk([one!, two!])).toMatchObject({ order: [0, 1], faults: new Map() })
    expect(renderBulkResponse([{ operation: one!, status: 201 }]).Operations).toMatchObject([{ bulkId: 7 }])
    expect(readOne(creation, 'strict').fault?.scimType).toBe('invalidSyntax')
    expect(readOne({ ...creation, bulkId: {} }).fault?.scimType).toBe('invalidSyntax')
    expect(readOne({ ...creation, version: 3 }).fault?.scimType).toBe('invalidSyntax')
  })

  it.each([
    'https://id.acme.test/base/scim/v2/Users/u1',
    'http://10.0.0.1:8080/base/scim/v2/Users/u1',
    '/base/scim/v2/Users/u1',
    'base/scim/v2/Users/u1/',
    '/users/u1',
    '/USERS/u1',
  ])('reads the path %s, which strict refuses', (path) => {
    const operation = { method: 'DELETE', path }
    expect(readOne(operation)).toMatchObject({ endpoint: 'Users', id: 'u1', fault: undefined })
    const strict = readOne(operation, 'strict')
    expect(strict.fault !== undefined || strict.type === undefined).toBe(true)
  })

  it.each(['https://id.acme.test/Users/u1', '/other/scim/v2/Users/u1', '/Users/u1/x', '/scim/v2/Users/u1'])(
    'refuses the path %s',
    (path) => expect(readOne({ method: 'DELETE', path }).fault?.scimType).toBe('invalidPath'),
  )

  it('reads the operations of a PATCH alone as its data, as RFC 7644 §3.7 shows them', () => {
    const data = [{ op: 'replace', path: 'title', value: 'T' }]
    for (const profile of ['auto', 'strict'] as const)
      expect(readOne({ method: 'PATCH', path: '/Users/u1', data }, profile)).toMatchObject({
        data: { schemas: [patchOpUrn], Operations: data },
        fault: undefined,
      })
    const creation = { method: 'POST', path: '/Users', bulkId: 'a', data: [{ userName: 'a' }] }
    expect(readOne(creation).data).toEqual({ userName: 'a' })
    expect(readOne(creation, 'strict').fault?.scimType).toBe('invalidSyntax')
  })

  const references = (method: string, path: string, data: JsonValue) =>
    Object.fromEntries(listReferences(readOne({ method, path, bulkId: 'x', data })))

  it.each<[string, JsonObject]>([
    ['a title (B04)', { title: 'bulkId: the book' }],
    ['a userName', { userName: 'bulkId:a' }],
    ['a name under the core URN', { [userUrn]: { displayName: 'bulkId:a' } }],
    ['an e-mail address', { emails: [{ value: 'bulkId:a', type: 'bulkId:a' }] }],
    ['a department', { [enterpriseUserUrn]: { department: 'bulkId:a' } }],
    ['what nobody knows', { nobody: 'bulkId:a' }],
  ])('takes no text of %s for a reference', (_name, data) => {
    expect(references('POST', '/Users', data)).toEqual({})
    expect(references('PATCH', '/Users/u1', { Operations: [{ op: 'add', value: data }] })).toEqual({})
    for (const [path, value] of Object.entries(data))
      expect(references('PATCH', '/Users/u1', { Operations: [{ op: 'add', path, value }] })).toEqual({})
  })

  it.each<[string, JsonObject]>([
    ['a manager', { [enterpriseUserUrn]: { manager: { value: 'bulkId:a' } } }],
    ['a manager in a list', { [enterpriseUserUrn]: [{ manager: [{ value: 'bulkId:a' }] }] }],
    ['a manager as a text', { [`${enterpriseUserUrn}:manager`]: 'bulkId:a' }],
    ['a manager by a path', { [`${enterpriseUserUrn}:manager.value`]: 'bulkId:a' }],
    ['a manager without a URN', { manager: 'bulkId:a' }],
    ['a manager by $ref', { [enterpriseUserUrn]: { manager: { $ref: '../Users/bulkId:a' } } }],
  ])('finds the reference of %s', (_name, data) => {
    expect(references('POST', '/Users', data)).toEqual({ a: 'certain' })
    const operation = readOne({ method: 'POST', path: '/Users', bulkId: 'x', data })
    const resolved = JSON.stringify(resolveReferences(operation, new Map([['a', 'u9']])))
    expect(resolved).toContain('u9')
    expect(resolved).not.toContain('bulkId')
    expect(references('PATCH', '/Users/u1', { Operations: [{ op: 'add', value: data }] })).toEqual({
      a: 'certain',
    })
  })

  it('takes a text of an own schema for a reference only where there is such a POST', () => {
    const data = { userName: 'b', [hr]: { mentor: 'bulkId:a', grade: 1 } }
    expect(references('POST', '/Users', data)).toEqual({ a: 'possible' })
    const other = { method: 'POST', path: '/Users', bulkId: 'b', data }
    const creation = { method: 'POST', path: '/Users', bulkId: 'a', data: { userName: 'a' } }
    const planned = (...operations: JsonObject[]) =>
      planBulk(readBulk(message(operations), profiles.auto, 10, around).operations)
    expect(planned(other)).toMatchObject({ order: [0], faults: new Map() })
    expect(planned(other, creation)).toMatchObject({ order: [1, 0], faults: new Map() })
  })
})

describe('planBulk (RFC 7644 §3.7.2)', () => {
  it('puts who is referred to first, and leaves the rest in its order', () => {
    expect(plan(post('a', 'c'), post('b'), post('c'), post('d', 'a'))).toEqual({
      order: [2, 0, 1, 3],
      faults: {},
    })
  })

  it('refuses circles with 409, and who waits for one, and does the others (§3.7.1)', () => {
    expect(plan(post('a', 'b'), post('b', 'a'), post('c'), post('d', 'a'), post('e', 'e'))).toEqual({
      order: [2],
      faults: { 0: 409, 1: 409, 3: 409, 4: 409 },
    })
  })

  it('refuses references to nobody and a bulkId that is there twice', () => {
    expect(plan(post('a', 'nobody'), post('b'), post('b'))).toEqual({
      order: [1],
      faults: { 0: 400, 2: 400 },
    })
  })

  it('knows references in paths of operations and in paths of a PATCH', () => {
    const data = {
      Operations: [{ op: 'remove', path: 'members[value eq "bulkId:a" or value eq "bulkId:b"]' }],
      title: 'about bulkId:c',
    }
    const operation = { method: 'PATCH', type: groupResourceType, data }
    expect([...listReferences(operation).keys()]).toEqual(['a', 'b'])
    expect(plan({ method: 'PATCH', path: '/Groups/bulkId:a', data }, post('a'), post('b')).order).toEqual([
      1, 2, 0,
    ])
    const ids = new Map([
      ['a', '1'],
      ['b', '2'],
    ])
    expect(resolveReferences(operation, ids)).toEqual({
      Operations: [{ op: 'remove', path: 'members[value eq "1" or value eq "2"]' }],
      title: 'about bulkId:c',
    })
  })

  it('takes a chain as long as a request may be', () => {
    const chain = Array.from({ length: 1_000 }, (_unused, at) =>
      post(`n${at}`, ...(at < 999 ? [`n${at + 1}`] : [])),
    )
    const { operations } = readBulk(message(chain), profiles.strict, 1_000)
    expect(planBulk(operations).order).toEqual(Array.from({ length: 1_000 }, (_unused, at) => 999 - at))
  })
})

describe('renderBulkResponse (RFC 7644 §3.7.3)', () => {
  it('says each status as a string and leaves out what is not there', () => {
    const [operation] = read([post('a')]).operations
    expect(
      renderBulkResponse([{ operation: operation!, status: 201, location: 'x', version: 'W/"1"' }])
        .Operations,
    ).toEqual([{ location: 'x', method: 'POST', bulkId: 'a', version: 'W/"1"', status: '201' }])
  })
})
