import { describe, expect, it } from 'vitest'
import { ScimError } from '../error.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { profiles } from '../tolerance.ts'
import { bulkRequestUrn } from '../urn.ts'
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
    for (const failOnErrors of [0, -1, 1.5, '1', true])
      expect(refusal(message([], { failOnErrors }))).toBe('400 invalidValue')
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
    expect([...listReferences(data)]).toEqual(['a', 'b'])
    expect(plan({ method: 'PATCH', path: '/Groups/bulkId:a', data }, post('a'), post('b')).order).toEqual([
      1, 2, 0,
    ])
    const ids = new Map([
      ['a', '1'],
      ['b', '2'],
    ])
    expect(resolveReferences(data, ids)).toEqual({
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
