import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findOversize, resourceBounds, utf8Length } from './bounds.ts'

const find = (resource: object, before?: object) =>
  findOversize(resource as never, JSON.stringify(resource), before as never)?.path
const long = 'x'.repeat(resourceBounds.textBytes + 1)

describe('the bounds of a resource', () => {
  it('counts bytes as UTF-8 has them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => utf8Length(text) === Buffer.byteLength(text)),
    )
  })

  it.each([
    ['title', { title: long }],
    ['name.familyName', { name: { familyName: long } }],
    ['emails.value', { emails: [{ value: 'a' }, { value: long }] }],
    ['urn:example:1:User:badge', { 'urn:example:1:User': { badge: long } }],
  ])('finds a long text as %s', (path, resource) => {
    expect(find(resource)).toBe(path)
    expect(find(resource, resource)).toBeUndefined()
    expect(find({ ...resource, nickName: 'new' }, resource)).toBeUndefined()
  })

  it('names the largest of what grew, and lets what was too large shrink', () => {
    const many = (count: number) => Array.from({ length: count }, () => 'y'.repeat(8_000))
    expect(find({ a: many(8), b: 'short' })).toBeUndefined()
    expect(find({ a: many(8), b: many(3) })).toBe('a')
    expect(find({ a: many(8), b: many(3) }, { a: many(8) })).toBe('b')
    expect(find({ a: many(19), b: 'new' }, { a: many(20) })).toBeUndefined()
    expect(find({ a: many(21) }, { a: many(20) })).toBe('a')
  })
})
