import { describe, expect, it } from 'vitest'
import { userResourceType } from '../schema/resource-types.ts'
import { barbara } from '../testing/users.ts'
import { profiles } from '../tolerance.ts'
import { enterpriseUserUrn } from '../urn.ts'
import { matchFilter } from './match.ts'
import { parseFilter } from './parse.ts'
import { resolveFilter } from './resolve.ts'

function matches(text: string, resource = barbara): boolean {
  const filter = parseFilter(text, { allowUnquoted: true })
  return matchFilter(resolveFilter(userResourceType, filter, profiles.auto), resource)
}

describe('matchFilter', () => {
  it.each([
    'userName eq "BJENSEN@example.com"',
    'name.familyName co "ENS"',
    'userName sw "bj" and userName ew ".COM"',
    'externalId eq "00u1"',
    'id eq "2819c223"',
    'active eq True',
    'title ne "x"',
    'not (title eq "x")',
    'title eq null',
    'displayName ne null',
    'emails pr and name pr and emails.type pr',
    'emails co "jensen.org"',
    'emails[type eq "work" and value co "example"]',
    'emails[type eq "home"].value eq "BABS@jensen.org"',
    'emails[not (primary eq true)]',
    'emails[primary ne true]',
    'emails.value gt "babs" and userName lt "c" and userName ge "bjensen@example.com" and userName le "bjensen@example.com"',
    'meta.created eq "2010-01-23T05:56:22.000+01:00"',
    'meta.created lt "2010-01-23T04:56:22.001Z"',
    'meta.resourceType eq "User"',
    'schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"',
    `${enterpriseUserUrn}:department sw "tour"`,
    `${enterpriseUserUrn}:manager eq "26118915"`,
    'name.FamilyName eq Jensen and (emails.Value co example.com or emails.Value co example.org)',
  ])('holds for %s', (text) => {
    expect(matches(text)).toBe(true)
  })

  it.each([
    'externalId eq "00U1"',
    'active eq false',
    'title pr',
    'title eq "x"',
    'title gt "a"',
    'displayName eq null',
    'emails.value ne "babs@jensen.org"',
    'emails[type eq "work" and value co "jensen.org"]',
    'emails[type eq "home"].value eq "bjensen@example.com"',
    'photos[value pr]',
    'photos[not (value pr)]',
    'meta.created gt "2010-01-23T04:56:22Z"',
    `${enterpriseUserUrn}:costCenter pr`,
    'userName sw O',
  ])('does not hold for %s', (text) => {
    expect(matches(text)).toBe(false)
  })

  it('takes ne for the negation of eq: no value is equal', () => {
    expect(matches('emails.type ne "work"')).toBe(false)
    expect(matches('emails.type ne "other"')).toBe(true)
    expect(matches('photos.type ne "photo"')).toBe(true)
  })

  it('does not count empty strings, lists and objects as present', () => {
    const resource = { title: '', emails: [{}], name: { givenName: '' } }
    for (const text of ['title pr', 'emails pr', 'name pr', 'name.givenName pr'])
      expect(matches(text, resource)).toBe(false)
  })

  it('orders strings by code point', () => {
    expect(matches('displayName gt "\uffee"', { displayName: '\u{1f600}' })).toBe(true)
  })

  it('finds nothing where the resource has another type than the schema', () => {
    expect(matches('name.givenName eq "x"', { name: 'x' })).toBe(false)
    expect(matches('emails.value eq "x"', { emails: ['x', null] })).toBe(false)
    expect(matches('meta.created gt "2010-01-23T04:56:22Z"', { meta: { created: 'never' } })).toBe(false)
  })
})
