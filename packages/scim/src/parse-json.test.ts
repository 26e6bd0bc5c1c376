import { describe, expect, it } from 'vitest'
import { ScimError } from './error.ts'
import { NumberLiteral } from './json.ts'
import { assertJsonDepth, parseJson } from './parse-json.ts'
import { countSteps } from './testing/count-steps.ts'

describe('assertJsonDepth', () => {
  it('allows the limit and refuses one more, brackets and braces alike', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const nested = (depth: number) =>
        `${open.repeat(depth)}${open === '[' ? '' : '1'}${close.repeat(depth)}`
      expect(() => assertJsonDepth(nested(32), 32)).not.toThrow()
      expect(() => assertJsonDepth(nested(33), 32)).toThrow(ScimError)
    }
  })
  it('does not count brackets in strings, escaped quotes included', () => {
    expect(() => assertJsonDepth(JSON.stringify(`${'['.repeat(100)}"\\`), 1)).not.toThrow()
    expect(() => assertJsonDepth('"\\\\"[[', 1)).toThrow(ScimError)
  })
  it('ends a string at the first quote behind an even number of backslashes', () => {
    expect(() => assertJsonDepth(String.raw`["[[[[", "\"[[[[", "\\", "\\\"[[["]`, 1)).not.toThrow()
    expect(() => assertJsonDepth(String.raw`["\\[", [1]]`, 1)).toThrow(ScimError)
    expect(() => assertJsonDepth(String.raw`["\\", [1]]`, 1)).toThrow(ScimError)
  })
  it('takes as many steps as there are escapes in a string, closed or not', () => {
    for (const end of ['"', '', '\\']) {
      const stepsOf = (count: number) => countSteps(() => assertJsonDepth(`"${'\\"'.repeat(count)}${end}`, 1))
      expect(stepsOf(200_000)).toBeLessThan(3 * stepsOf(100_000))
    }
  })
  it('refuses a depth of 1,000,000 without parsing it, in as many steps as one of 1,000', () => {
    const stepsOf = (depth: number) =>
      countSteps(() => expect(() => parseJson('['.repeat(depth), 32)).toThrow(ScimError))
    expect(stepsOf(1_000_000)).toBeLessThan(2 * stepsOf(1_000))
  })
  it('refuses what is not JSON without echoing it', () => {
    expect(() => parseJson('{"secret":', 32)).toThrow(
      expect.objectContaining({ scimType: 'invalidSyntax', detail: expect.not.stringContaining('secret') }),
    )
  })
})

describe('a number', () => {
  it.each([
    '1e400',
    '1e+21',
    '9007199254740992',
    '-0',
    '1.50',
    '1E3',
    '-1.5e-2',
    '12345678901234567',
    '1043123456789123456789',
    '0.10',
  ])('keeps the digits of %s, wherever it stands', (digits) => {
    for (const text of [`[${digits}]`, `{"a": ${digits} }`, `[1,\n${digits}\n,2]`, `{"a":[{"b":${digits}}]}`])
      expect(JSON.stringify(parseJson(text, 8))).toContain(
        JSON.stringify(new NumberLiteral(digits)).replaceAll('"', ''),
      )
    expect(parseJson(`[${digits}]`, 2)).toEqual([new NumberLiteral(digits)])
  })

  it.each(['0', '7', '-7', '1.5', '9007199254740991'])('is the number that %s is', (digits) => {
    expect(parseJson(`[${digits}]`, 2)).toEqual([Number(digits)])
  })

  it('is kept at most 10,000 times', () => {
    const list = (count: number) => `[${Array(count).fill('1.50').join(',')}]`
    expect(parseJson(list(10_000), 2)).toHaveLength(10_000)
    expect(() => parseJson(list(10_001), 2)).toThrow('At most 10000 numbers')
  })

  it('is not looked for in texts', () => {
    expect(parseJson('{"schemas":["urn:a:2.0:User"],"a":",1.50,"}', 2)).toEqual({
      schemas: ['urn:a:2.0:User'],
      a: ',1.50,',
    })
  })
})

it('H04: a byte order mark is no part of the text (RFC 8259 §8.1)', () => {
  expect(parseJson('\ufeff{"a":1}', 2)).toEqual({ a: 1 })
  expect(() => parseJson('\ufeff\ufeff{"a":1}', 2)).toThrow('not valid JSON')
})
