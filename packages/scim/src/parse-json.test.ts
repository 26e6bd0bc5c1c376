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

describe('a name that stands twice in one object (RFC 8259 §4)', () => {
  it.each([
    ['active', '{"active":true,"active":false}'],
    ['active', '{"active":true,"active":true}'],
    ['a', '{"b":{"a":1},"c":[{"x":{}},{"a":1, "\\u0061" : 2}]}'],
    ['active', '{"active" :null,"x":"active", \n"active"\t:[]}'],
    ['__proto__', '{"__proto__":1,"__proto__":{}}'],
    ['constructor', '{"constructor":1,"b":{"a":2},"constructor":2}'],
    ['1', '{"1":1.50,"1":1.50}'],
    ['say \\"x\\":', '{"say \\"x\\":":1,"say \\"x\\":":2}'],
  ])('is refused and named: %s in %s', (name, text) => {
    expect(() => parseJson(text, 8)).toThrow(
      expect.objectContaining({
        status: 400,
        scimType: 'invalidSyntax',
        detail: `The name "${name}" stands twice in one object.`,
      }),
    )
  })

  it.each([
    '{"a":{"a":1},"b":[{"a":1},{"a":1}]}',
    '{"a":"\\":1,\\"a\\":2","b":":::{[\\\\"}',
    '[]',
    '"a:b"',
    '7',
    'null',
    '{"__proto__":{"a":1},"prototype":{"a":1}}',
    '{"a":1.50,"b":[1e400,{"c":-0}]}',
    '{"":{"":{"":[]}}}',
  ])('is not seen in %s', (text) => {
    expect(JSON.stringify(parseJson(text, 8)).length).toBeGreaterThan(0)
  })

  it('is found among many, in steps that grow as the text does', () => {
    const bodyOf = (count: number) =>
      `{${Array.from({ length: count }, (_, at) => `"k${at}":[{"k${at}":""}]`).join(',')},"k1":0}`
    const stepsOf = (count: number) =>
      countSteps(() => expect(() => parseJson(bodyOf(count), 8)).toThrow('"k1" stands twice'))
    expect(stepsOf(20_000)).toBeLessThan(3 * stepsOf(10_000))
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
