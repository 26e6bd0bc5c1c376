import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../json.ts'
import { userResourceType } from '../schema/resource-types.ts'
import { refusal } from '../testing/users.ts'
import { type ProfileName, profiles } from '../tolerance.ts'
import { searchRequestUrn } from '../urn.ts'
import { readListQuery, readSearchRequest } from './list-query.ts'

const limits = { defaultCount: 100, maxCount: 1000 }

function read(parameters: Record<string, string>, profile: ProfileName = 'auto') {
  const map = new Map(Object.entries(parameters))
  return readListQuery(userResourceType, { get: (name) => map.get(name) ?? null }, profiles[profile], limits)
}

const search = (body: JsonObject, profile: ProfileName = 'auto') =>
  readSearchRequest(userResourceType, body, profiles[profile], limits)

describe('readListQuery', () => {
  it('has defaults for all that is not asked', () => {
    expect(read({})).toEqual({
      filter: undefined,
      sortBy: undefined,
      sortOrder: 'ascending',
      startIndex: 1,
      count: 100,
      selection: undefined,
    })
  })

  it.each([
    ['1', '2', 1, 2],
    ['0', '0', 1, 0],
    ['-5', '-1', 1, 0],
    ['101', '5000', 101, 1000],
    ['9007199254740991', '1000', 9007199254740991, 1000],
    ['+3', '007', 3, 7],
  ])('reads startIndex %s and count %s (RFC 7644 §3.4.2.4)', (startIndex, count, first, size) => {
    expect(read({ startIndex, count })).toMatchObject({ startIndex: first, count: size })
  })

  it.each(['', 'x', '1.5', '1e3', ' 1', '0x10', '9007199254740992', '9'.repeat(400)])(
    'refuses the number %j',
    (number) => {
      expect(refusal(() => read({ startIndex: number }))).toBe('400 invalidValue')
      expect(refusal(() => read({ count: number }))).toBe('400 invalidValue')
    },
  )

  it('reads filters, and refuses an empty one instead of finding everybody', () => {
    expect(read({ filter: 'userName eq "X"' }).filter).toMatchObject({ path: 'userName', key: 'x' })
    expect(read({ filter: 'userName eq x' }).filter).toMatchObject({ key: 'x' })
    expect(refusal(() => read({ filter: 'userName eq x' }, 'strict'))).toBe('400 invalidFilter')
    expect(refusal(() => read({ filter: '' }))).toBe('400 invalidFilter')
    expect(refusal(() => read({ filter: 'nope eq "x"' }))).toBe('400 invalidFilter')
  })

  it('reads sortBy and sortOrder in any case', () => {
    expect(read({ sortBy: 'NAME.familyName', sortOrder: 'DESCENDING' })).toMatchObject({
      sortBy: { path: 'name.familyName' },
      sortOrder: 'descending',
    })
    expect(read({ sortBy: 'emails' }).sortBy).toMatchObject({
      path: 'emails.value',
      parent: { name: 'emails' },
    })
    expect(refusal(() => read({ sortOrder: 'up' }))).toBe('400 invalidValue')
  })

  it.each(['nope', 'name', 'password', 'constructor'])('does not sort by %s', (sortBy) => {
    for (const profile of ['auto', 'strict'] as const)
      expect(refusal(() => read({ sortBy }, profile))).toBe('400 invalidValue')
  })

  it('reads attributes or excludedAttributes', () => {
    expect(read({ attributes: 'userName' }).selection?.kind).toBe('only')
    expect(read({ excludedAttributes: 'emails' }).selection?.kind).toBe('except')
    expect(refusal(() => read({ attributes: 'id', excludedAttributes: 'emails' }))).toBe('400 invalidValue')
  })
})

describe('readSearchRequest', () => {
  it('reads what a query string says from a body (RFC 7644 §3.4.3)', () => {
    const body = {
      schemas: [searchRequestUrn],
      attributes: ['displayName', 'userName'],
      filter: 'displayName sw "smith"',
      sortBy: 'userName',
      sortOrder: 'descending',
      startIndex: 1,
      count: '10',
    }
    const { attributes, schemas: _schemas, ...parameters } = body
    expect(search(body, 'strict')).toEqual(
      read({ ...parameters, startIndex: '1', attributes: attributes.join(',') }, 'strict'),
    )
  })

  it('N01: refuses a parameter that is there twice', () => {
    expect(refusal(() => search({ filter: 'userName eq "a"', Filter: 'userName eq "b"' }))).toBe(
      '400 invalidSyntax',
    )
  })

  it('names its message, except where that is tolerated', () => {
    expect(search({ Count: 5 }).count).toBe(5)
    expect(refusal(() => search({ count: 5 }, 'strict'))).toBe('400 invalidSyntax')
  })

  it.each<JsonObject>([
    { filter: 5 },
    { attributes: [5] },
    { attributes: 5 },
    { count: 1.5 },
    { sortBy: {} },
    { startIndex: true },
  ])('refuses %j', (body) => {
    expect(refusal(() => search(body))).toBe('400 invalidValue')
  })

  it('refuses what is not an object', () => {
    expect(refusal(() => readSearchRequest(userResourceType, [], profiles.auto, limits))).toBe(
      '400 invalidSyntax',
    )
  })
})
