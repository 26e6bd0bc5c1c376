import { describe, expect, it } from 'vitest'
import { countSteps } from '../testing/count-steps.ts'
import { refusal } from '../testing/users.ts'
import { parseFilter, parsePath } from './parse.ts'

const strict = { allowUnquoted: false }

describe('parsePath', () => {
  it('reads every form of RFC 7644 §3.5.2', () => {
    expect(parsePath('members', strict)).toEqual({ path: { name: 'members' }, filter: undefined })
    expect(parsePath('name.familyName', strict).path).toEqual({ name: 'name', subName: 'familyName' })
    expect(parsePath('urn:x:2.0:User:a.b', strict).path).toEqual({
      urn: 'urn:x:2.0:User',
      name: 'a',
      subName: 'b',
    })
    expect(parsePath('addresses[type eq "work"]', strict)).toMatchObject({
      path: { name: 'addresses' },
      filter: { kind: 'compare', path: { name: 'type' }, value: 'work' },
    })
    expect(parsePath('a[(b pr) and not (c pr)].d', strict)).toMatchObject({
      path: { name: 'a', subName: 'd' },
      filter: { kind: 'and' },
    })
  })

  it.each([
    '',
    ' ',
    'a.',
    '.a',
    'a..b',
    'a.b.c',
    'a[b pr].',
    'a[b pr].c.d',
    'a[b pr] c',
    'a b',
    'a.b[c pr]',
    'a]',
    '__proto__',
  ])('refuses %j as invalidPath', (text) => {
    expect(refusal(() => parsePath(text, strict))).toBe('400 invalidPath')
  })

  it.each(['a[', 'a[]', 'a[b]', 'a[b pr', 'a[b eq x]', 'a[b[c pr]]', 'a[(b pr]'])(
    'refuses %j as invalidFilter',
    (text) => {
      expect(refusal(() => parsePath(text, strict))).toBe('400 invalidFilter')
    },
  )

  it.each(['a.', 'a[', 'a[(', 'a[not (', '"'])('refuses 100,000 times %j in a few steps', (piece) => {
    const steps = countSteps(() =>
      expect(refusal(() => parsePath(piece.repeat(100_000), strict))).toMatch(/^400 invalid(Path|Filter)$/),
    )
    expect(steps).toBeLessThan(1_000)
  })
})

describe('the depth of a filter', () => {
  it.each(['(', 'not ('])('is at most 32 levels of %j', (opening) => {
    const nested = (depth: number) => `${opening.repeat(depth)}a pr${')'.repeat(depth)}`
    expect(() => parseFilter(nested(32), strict)).not.toThrow()
    expect(refusal(() => parseFilter(nested(33), strict))).toBe('400 invalidFilter')
  })
})
