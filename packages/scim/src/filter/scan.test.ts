import { describe, expect, it } from 'vitest'
import { refusal } from '../testing/users.ts'
import { parseFilter } from './parse.ts'

const strict = { allowUnquoted: false }
const loose = { allowUnquoted: true }

describe('a value', () => {
  it('is heard of when it has no quotation marks, and refused outside of the tolerated characters', () => {
    const heard: string[] = []
    const options = { allowUnquoted: true, onUnquoted: () => heard.push('unquoted') }
    expect(parseFilter('displayName eq a.b-c_d@x.org', options)).toMatchObject({ value: 'a.b-c_d@x.org' })
    expect(heard).toEqual(['unquoted'])
    expect(refusal(() => parseFilter('displayName eq a+b', loose))).toBe('400 invalidFilter')
  })

  it('F7: is a date with its time without quotation marks', () => {
    for (const text of [
      '2015-10-10T14:38:21.8617979-07:00',
      '2015-10-10T14:38:21Z',
      '2015-10-10T14:38:21+01:00',
    ]) {
      expect(parseFilter(`meta.created gt ${text}`, loose)).toMatchObject({ value: text })
      expect(refusal(() => parseFilter(`meta.created gt ${text}`, strict))).toBe('400 invalidFilter')
    }
    for (const text of ['urn:a:b', '14:38', '2015-10-10T14:38', 'a:1'])
      expect(refusal(() => parseFilter(`title eq ${text}`, loose))).toBe('400 invalidFilter')
  })

  it('stays text without quotation marks when a number would not give it back', () => {
    const value = (text: string) => parseFilter(`externalId eq ${text}`, loose)
    expect(value('42')).toMatchObject({ value: 42 })
    expect(value('007')).toMatchObject({ value: '007' })
    expect(value('1e5')).toMatchObject({ value: '1e5' })
    expect(value('12345678901234567890')).toMatchObject({ value: '12345678901234567890' })
    expect(parseFilter('externalId eq 1e5', strict)).toMatchObject({ value: { source: '1e5' } })
  })
})

describe('a mistake', () => {
  it.each([
    ['userName', 9],
    ['userName xx "a"', 10],
    ["userName eq 'a'", 13],
    ['userName eq "a', 13],
    ['userName eq "a" userName eq "b"', 17],
    ['(userName pr', 1],
    ['userName pr)', 12],
    ['emails[type pr', 7],
    ['emails[type pr)', 15],
    ['emails[a[b pr]]', 9],
    ['emails.value[b pr]', 13],
    ['emails[x.y pr]', 8],
    ['a.b.c pr', 1],
    ['1a pr', 1],
    ['foo:bar pr', 1],
    ['__proto__ pr', 1],
    ['a eq 1e999', 6],
  ])('in %j is found at column %i', (text, column) => {
    expect(() => parseFilter(text, strict)).toThrow(`column ${column}:`)
  })

  it('is told without any of the filter', () => {
    expect(() => parseFilter('userName eq s3cret', strict)).toThrow(/^(?!.*s3cret)/)
  })

  it('names double quotation marks to who used single ones', () => {
    expect(() => parseFilter("userName eq 'a'", loose)).toThrow('double quotation marks')
  })
})
