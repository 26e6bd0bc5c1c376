import { describe, expect, it } from 'vitest'
import { isJsonEqual, isJsonObject } from './json.ts'

describe('isJsonEqual', () => {
  it('ignores the order of names and heeds the order of lists', () => {
    expect(isJsonEqual({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true)
    expect(isJsonEqual([1, 2], [2, 1])).toBe(false)
  })

  it('tells lists, objects, null and missing names apart', () => {
    expect(isJsonEqual([], {})).toBe(false)
    expect(isJsonEqual({}, [])).toBe(false)
    expect(isJsonEqual(null, {})).toBe(false)
    expect(isJsonEqual({ a: 1 }, { b: 1 })).toBe(false)
    expect(isJsonEqual({ a: 1 }, { a: 1, b: 2 })).toBe(false)
    expect(isJsonEqual([1], [1, 2])).toBe(false)
    expect(isJsonEqual({ toString: 1 }, { a: 1 })).toBe(false)
  })
})

describe('isJsonObject', () => {
  it('is neither null nor a list', () => {
    expect([{}, null, [], 'x', undefined].map(isJsonObject)).toEqual([true, false, false, false, false])
  })
})
