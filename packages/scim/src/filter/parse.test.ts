import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ScimError } from '../error.ts'
import { countSteps } from '../testing/count-steps.ts'
import { parseFilter } from './parse.ts'
import { printFilter } from './print.ts'

const strict = { allowUnquoted: false }
const parse = (text: string) => parseFilter(text, strict)

describe('parseFilter (RFC 7644 §3.4.2.2)', () => {
  it.each([
    'userName eq "bjensen"',
    'name.familyName co "O\'Malley"',
    'userName sw "J"',
    'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"',
    'title pr',
    'meta.lastModified gt "2011-05-13T04:42:34Z"',
    'title pr and userType eq "Employee"',
    'title pr or userType eq "Intern"',
    'schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"',
    'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")',
    'userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")',
    'userType eq "Employee" and (emails.type eq "work")',
    'userType eq "Employee" and emails[type eq "work" and value co "@example.com"]',
    'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]',
  ])('reads the example %s of the RFC, and prints what parses to the same', (text) => {
    const filter = parse(text)
    expect(parse(printFilter(filter))).toEqual(filter)
  })

  it('binds and tighter than or, and not tighter than both', () => {
    expect(parse('a pr or b pr and c pr')).toEqual(parse('a pr or (b pr and c pr)'))
    expect(parse('a pr or b pr and c pr')).not.toEqual(parse('(a pr or b pr) and c pr'))
    expect(parse('not (a pr) and b pr')).toEqual(parse('(not (a pr)) and b pr'))
  })

  it('takes operators and keywords in any case, and names that begin like keywords', () => {
    expect(parse('a EQ "x" AND NOT (b Pr)')).toEqual(parse('a eq "x" and not (b pr)'))
    expect(parse('organization eq "x" or note pr or android pr')).toMatchObject({ kind: 'or' })
  })

  it('reads numbers, booleans, null and JSON escapes as values', () => {
    const readValue = (text: string) => (parse(`a eq ${text}`) as { value?: unknown }).value
    expect(readValue('-150')).toBe(-150)
    expect(readValue('-1.5e2')).toMatchObject({ source: '-1.5e2', value: -150 })
    expect(readValue('true')).toBe(true)
    expect(readValue('null')).toBeNull()
    expect(readValue('"R & D - \\"Admins\\" \\u00e9"')).toBe('R & D - "Admins" é')
  })

  it('reads emails[type eq "work"].value eq "x" as Entra sends it', () => {
    expect(parse('emails[type eq "work"].value eq "x"')).toEqual(
      parse('emails[type eq "work" and value eq "x"]'),
    )
  })

  it('reads unquoted values only where they are tolerated', () => {
    expect(parseFilter('name.FamilyName eq Employee', { allowUnquoted: true })).toMatchObject({
      value: 'Employee',
    })
    expect(() => parse('name.FamilyName eq Employee')).toThrow(ScimError)
  })

  it.each([
    '',
    ' ',
    'a',
    'a eq',
    'eq "x"',
    'a eq "x',
    "a eq 'x'",
    '(a pr',
    'a pr)',
    'a pr b pr',
    'a pr and',
    'not a pr',
    'a[b pr',
    'a[]',
    'a xx "y"',
    'a eq "x" "y"',
    'a..b pr',
    '.a pr',
    'a eq {}',
    'a eq "\\x"',
  ])('refuses %j as invalidFilter, and does not echo it', (text) => {
    const error = catchError(() => parse(text))
    expect(error).toMatchObject({ status: 400, scimType: 'invalidFilter' })
    if (text.trim().length > 6) expect((error as ScimError).detail).not.toContain(text)
  })

  it.each([
    '('.repeat(100_000),
    'not ('.repeat(100_000),
    'a['.repeat(100_000),
    `${'a.'.repeat(50_000)}a pr`,
    'a pr and '.repeat(50_000),
  ])('refuses a hostile filter of 100,000 parts in a few steps (CVE-2026-46689)', (text) => {
    const steps = countSteps(() =>
      expect(catchError(() => parse(text))).toMatchObject({ scimType: 'invalidFilter' }),
    )
    expect(steps).toBeLessThan(1_000)
  })

  it('holds its limits exactly: 4,096 characters, 32 levels, 100 terms', () => {
    const ofLength = (length: number) => `a eq "${'x'.repeat(length - 7)}"`
    expect(() => parse(ofLength(4_096))).not.toThrow()
    expect(() => parse(ofLength(4_097))).toThrow(ScimError)
    const terms = (count: number) => Array(count).fill('a pr').join(' or ')
    expect(() => parse(terms(100))).not.toThrow()
    expect(() => parse(terms(101))).toThrow(ScimError)
  })

  it('prints every filter so that it parses to the same (random trees)', () => {
    const name = fc.constantFrom(
      'a',
      'userName',
      'name.familyName',
      'urn:ietf:params:scim:schemas:core:2.0:User:title',
    )
    const value = fc
      .oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
      .map((one) => JSON.stringify(one))
    const leaf = fc.oneof(
      fc.tuple(name, fc.constantFrom('eq', 'ne', 'co', 'gt'), value).map((parts) => parts.join(' ')),
      name.map((one) => `${one} pr`),
    )
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc
          .tuple(tie('tree'), fc.constantFrom('and', 'or'), tie('tree'))
          .map(([left, word, right]) => `(${left}) ${word} (${right})`),
        tie('tree').map((inner) => `not (${inner})`),
        leaf.map((inner) => `emails[${inner.replaceAll('name.', '').replaceAll(/urn\S*:/g, '')}]`),
      ),
    }))
    fc.assert(
      fc.property(tree, (text) => {
        const filter = parse(text)
        expect(parse(printFilter(filter))).toEqual(filter)
      }),
      { numRuns: 500 },
    )
  })

  it('throws nothing but ScimError for arbitrary text', () => {
    const word = fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.constantFrom(
        '(',
        ')',
        '[',
        ']',
        ' and ',
        ' or ',
        'not ',
        'a',
        ' eq ',
        ' pr',
        '"x"',
        '.',
        ':',
        '\\',
        '"',
      ),
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        const error = catchError(() => parseFilter(words.join(''), { allowUnquoted: true }))
        expect(error === undefined || error instanceof ScimError).toBe(true)
      }),
      { numRuns: 3_000 },
    )
  })
})

function catchError(work: () => unknown): unknown {
  try {
    work()
    return undefined
  } catch (error) {
    return error
  }
}
