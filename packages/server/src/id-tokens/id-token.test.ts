import { describe, expect, it } from 'vitest'
import { areGroupsElsewhere, mapAttributes } from '../mapping/attribute-rules.ts'
import { toVerifiedIdentity } from './id-token.ts'
import { readTrust, toIssuerUrl } from './trust.ts'

const tenant = '11111111-2222-3333-4444-555555555555'
const document = (issuer: string) =>
  JSON.stringify({
    issuer,
    authorization_endpoint: `${issuer}/a`,
    token_endpoint: `${issuer}/t`,
    jwks_uri: `${issuer}/k`,
  })
const trustOf = (issuer: string) => readTrust(document(issuer), issuer, { clientId: 'c' }, false)

describe('who a person is', () => {
  it('is sub; for Entra ID oid within tid of its own tenant', () => {
    const plain = toVerifiedIdentity(
      { sub: 'abc', oid: 'x', tid: 'y' },
      trustOf('https://id.example.com'),
      'r',
    )
    expect(plain.stableId).toBe('abc')
    const entra = trustOf(toIssuerUrl({ preset: 'entra', domain: tenant }))
    expect(toVerifiedIdentity({ sub: 'abc', oid: 'o1', tid: tenant }, entra, 'r').stableId).toBe(
      `${tenant}.o1`,
    )
    expect(() => toVerifiedIdentity({ sub: 'abc', oid: 'o1', tid: 'other' }, entra, 'r')).toThrow(
      'oid and tid',
    )
    expect(() => toVerifiedIdentity({ sub: 'abc', tid: tenant }, entra, 'r')).toThrow('oid and tid')
  })

  it('is nobody at Google without a hosted domain: a private account outlives an employment', () => {
    const google = trustOf(toIssuerUrl({ preset: 'google' }))
    expect(() => toVerifiedIdentity({ sub: '1', email: 'ada@acme.test' }, google, 'r')).toThrow('hd')
    expect(toVerifiedIdentity({ sub: '1', hd: 'acme.test' }, google, 'r').stableId).toBe('1')
  })

  it.each(['\u00a0abc', 'abc\ufeff', ' abc', 'abc\n'])('M6 name-id-spaces: is never %j', (sub) => {
    expect(() => toVerifiedIdentity({ sub }, trustOf('https://id.example.com'), 'r')).toThrow('white space')
  })

  it('has no address that its issuer does not vouch for, and no claim of the protocol as an attribute', () => {
    const trust = trustOf('https://id.example.com')
    const claims = {
      sub: 's',
      nonce: 'n',
      email: 'a@acme.test',
      email_verified: false,
      groups: ['x', { y: 1 }, 'z'],
    }
    const { attributes } = toVerifiedIdentity(claims, trust, 'r')
    expect(attributes).toEqual({ sub: ['s'], email_verified: ['false'], groups: ['x', 'z'] })
    expect(Object.getPrototypeOf(attributes)).toBeNull()
  })
})

describe('email_verified', () => {
  const trust = trustOf('https://id.example.com')
  const of = (claims: object) =>
    mapAttributes(
      toVerifiedIdentity({ sub: 'ceo@acme.test', email: 'ceo@acme.test', ...claims }, trust, 'r'),
      {},
    ).values.email

  it.each([[true], ['true'], [undefined]])('M8 F14 email-verified-words: %j leaves the address', (word) => {
    expect(of({ email_verified: word })).toBe('ceo@acme.test')
  })

  it.each([
    [false],
    ['false'],
    ['False'],
    ['TRUE'],
    ['True'],
    [0],
    [1],
    ['0'],
    ['1'],
    [''],
    [null],
    [[]],
    [[true]],
    [{}],
  ])('M8 F14 email-verified-words: %j vouches for no address, nor for a subject that is one', (word) => {
    expect(of({ email_verified: word })).toBeUndefined()
    expect(
      of({ email_verified: word, mail: 'ceo@acme.test', preferred_username: 'ceo@acme.test' }),
    ).toBeUndefined()
  })
})

describe('groups that are too many (Entra)', () => {
  const trust = trustOf(toIssuerUrl({ preset: 'entra', domain: tenant }))
  const person = { sub: 's', oid: 'o', tid: tenant }

  it.each([
    [
      {
        _claim_names: { groups: 'src1' },
        _claim_sources: { src1: { endpoint: 'https://graph.example.com' } },
      },
    ],
    [{ hasgroups: true }],
    [{ hasgroups: 'true' }],
    [{ 'groups:src1': 'https://graph.example.com' }],
  ])('F15 overage: %j says that they are unknown', (claims) => {
    const { attributes } = toVerifiedIdentity({ ...person, ...claims }, trust, 'r')
    expect(areGroupsElsewhere(attributes)).toBe(true)
    expect(mapAttributes({ nameId: 'x', attributes }, {}).groups).toBeNull()
  })

  it.each([[{ _claim_names: { roles: 'src1' } }], [{ hasgroups: false }], [{ _claim_names: null }], [{}]])(
    'F15 overage: %j says nothing of the kind',
    (claims) => {
      const { attributes } = toVerifiedIdentity({ ...person, groups: ['a'], ...claims }, trust, 'r')
      expect(mapAttributes({ nameId: 'x', attributes }, {}).groups).toEqual(['a'])
    },
  )
})

describe('a discovery document', () => {
  it('must be of the issuer that was asked, offer codes, and name https addresses', () => {
    const issuer = 'https://id.example.com'
    const read = (change: object) =>
      readTrust(
        JSON.stringify({ ...JSON.parse(document(issuer)), ...change }),
        issuer,
        { clientId: 'c' },
        false,
      )
    expect(read({}).jwksUri).toBe(`${issuer}/k`)
    expect(() => read({ issuer: 'https://evil.example.com' })).toThrow('not of')
    expect(() => read({ response_types_supported: ['id_token'] })).toThrow('code flow')
    for (const wrong of [
      'http://id.example.com/t',
      'javascript:alert(1)',
      '',
      7,
      null,
      'https://id.example.com/t#x',
    ])
      expect(() => read({ token_endpoint: wrong })).toThrow('token_endpoint')
    expect(() => readTrust('<html>', issuer, { clientId: 'c' }, false)).toThrow('not JSON')
  })
})
