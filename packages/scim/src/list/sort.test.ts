import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../json.ts'
import { userResourceType } from '../schema/resource-types.ts'
import { barbara } from '../testing/users.ts'
import { profiles } from '../tolerance.ts'
import { enterpriseUserUrn } from '../urn.ts'
import { readListQuery } from './list-query.ts'
import { compareSortKeys, sortKey } from './sort.ts'

function keyBy(path: string, resource: JsonObject = barbara) {
  const parameters = new Map([['sortBy', path]])
  const { sortBy } = readListQuery(
    userResourceType,
    { get: (name) => parameters.get(name) ?? null },
    profiles.strict,
    { defaultCount: 100, maxCount: 1000 },
  )
  return sortKey(sortBy!, resource)
}

describe('sortKey', () => {
  it('takes the primary value, else the first (RFC 7644 §3.4.2.3)', () => {
    const emails = [{ value: 'B' }, { value: 'A', primary: true }]
    expect(keyBy('emails', { emails })).toBe('a')
    expect(keyBy('emails.value', { emails: [emails[0]!] })).toBe('b')
    expect(keyBy('emails', {})).toBeUndefined()
  })

  it('has the type that sorts: dates as instants, booleans as numbers, text folded', () => {
    expect(keyBy('meta.created')).toBe(Date.parse('2010-01-23T04:56:22Z'))
    expect(keyBy('active')).toBe(1)
    expect(keyBy('name.familyName')).toBe('jensen')
    expect(keyBy(`${enterpriseUserUrn}:department`)).toBe('tour operations')
    expect(keyBy('title')).toBeUndefined()
  })
})

describe('compareSortKeys', () => {
  it('puts what has no value last when ascending and first when descending', () => {
    const keys = ['b', undefined, 'a']
    expect(keys.map((key) => [key]).sort(([a], [b]) => compareSortKeys(a, b, 'ascending'))).toEqual([
      ['a'],
      ['b'],
      [undefined],
    ])
    expect(keys.map((key) => [key]).sort(([a], [b]) => compareSortKeys(a, b, 'descending'))).toEqual([
      [undefined],
      ['b'],
      ['a'],
    ])
  })

  it('orders numbers as numbers and text by code point', () => {
    expect(compareSortKeys(9, 10, 'ascending')).toBeLessThan(0)
    expect(compareSortKeys('\u{1f600}', '\uffee', 'ascending')).toBeGreaterThan(0)
    expect(compareSortKeys('a', 'a', 'descending')).toBe(0)
  })
})
