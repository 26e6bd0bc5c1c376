import { describe, expect, it } from 'vitest'
import { userResourceType } from '../schema/resource-types.ts'
import { refusal } from '../testing/users.ts'
import { type ProfileName, profiles } from '../tolerance.ts'
import { enterpriseUserUrn, userUrn } from '../urn.ts'
import { parseFilter } from './parse.ts'
import { resolveFilter } from './resolve.ts'

const resolve = (text: string, profile: ProfileName = 'auto') =>
  resolveFilter(
    userResourceType,
    parseFilter(text, { allowUnquoted: profile !== 'strict' }),
    profiles[profile],
  )

describe('resolveFilter', () => {
  it('gives canonical paths, whatever the case', () => {
    expect(resolve('USERNAME eq "X"')).toMatchObject({
      path: 'userName',
      key: 'x',
      value: 'X',
      parent: undefined,
    })
    expect(resolve('Meta.Created gt "2015-10-10T00:00:00Z"')).toMatchObject({
      path: 'meta.created',
      key: 1444435200000,
    })
    expect(resolve(`${userUrn}:Name.FamilyName pr`)).toMatchObject({ path: 'name.familyName' })
    expect(resolve(`${enterpriseUserUrn}:Department eq "x"`)).toMatchObject({
      path: `${enterpriseUserUrn}:department`,
      extension: enterpriseUserUrn,
    })
  })

  it('takes a complex attribute for its value (RFC 7643 §2.4)', () => {
    expect(resolve('emails co "example.com"')).toMatchObject({
      path: 'emails.value',
      parent: { name: 'emails' },
    })
    expect(resolve(`${enterpriseUserUrn}:manager eq "x"`)).toMatchObject({
      path: `${enterpriseUserUrn}:manager.value`,
    })
    expect(refusal(() => resolve('name eq "x"'))).toBe('400 invalidFilter')
  })

  it('resolves names in brackets as sub-attributes, with complete paths', () => {
    expect(resolve('emails[type eq "Work"].value eq "X"')).toMatchObject({
      kind: 'valuePath',
      path: 'emails',
      filter: {
        kind: 'and',
        operands: [
          { path: 'emails.type', key: 'work' },
          { path: 'emails.value', key: 'x' },
        ],
      },
    })
    expect(refusal(() => resolve('emails[userName eq "x"]'))).toBe('400 invalidFilter')
    expect(refusal(() => resolve('name[givenName eq "x"]'))).toBe('400 invalidFilter')
    expect(refusal(() => resolve('userName[value eq "x"]'))).toBe('400 invalidFilter')
  })

  it('turns comparisons with null into presence', () => {
    expect(resolve('title eq null')).toMatchObject({
      kind: 'not',
      operand: { kind: 'present', path: 'title' },
    })
    expect(resolve('title ne null')).toMatchObject({ kind: 'present', path: 'title' })
    expect(refusal(() => resolve('title gt null'))).toBe('400 invalidFilter')
  })

  it.each(['unknown eq "x"', 'emails.unknown eq "x"', 'constructor pr', 'password eq "x"', 'password pr'])(
    'refuses %s in every profile',
    (text) => {
      for (const profile of ['auto', 'okta', 'entra', 'strict', 'interop'] as const)
        expect(refusal(() => resolve(text, profile))).toBe('400 invalidFilter')
    },
  )

  it.each([
    'active gt true',
    'active co "t"',
    'x509Certificates.value gt "x"',
    'meta.created sw "2015"',
    'meta.created gt "yesterday"',
    'active eq "yes"',
    'userName eq true',
    'userName eq "a\\u0000b"',
    'userName eq "\\ud800"',
  ])('refuses %s, which compares what cannot be compared (RFC 7644 §3.4.2.2)', (text) => {
    expect(refusal(() => resolve(text))).toBe('400 invalidFilter')
  })

  it('reads boolean strings and numbers as strings only where tolerated', () => {
    expect(resolve('active eq "True"')).toMatchObject({ value: true, key: true })
    expect(resolve('roles[primary eq "False"]')).toMatchObject({ filter: { value: false } })
    expect(resolve('externalId eq 42')).toMatchObject({ value: '42' })
    expect(refusal(() => resolve('active eq "True"', 'strict'))).toBe('400 invalidFilter')
    expect(refusal(() => resolve('externalId eq 42', 'strict'))).toBe('400 invalidFilter')
  })
})
