import { describe, expect, it } from 'vitest'
import { createApiKeyToken, createOperatorKey, createToken } from '../base/secret.ts'
import { isSecretName } from '../base/secret-names.ts'
import { toRoute } from '../http/request-log.ts'
import { maxKeptCharacters, redactBody, redactResponse, redactTarget } from './redact.ts'

const canary = 'CANARY'
const names = [
  'password',
  'Password',
  'PASSWORD',
  'userPwd',
  'UserPassword',
  'unicodePwd',
  'passwd',
  'pass_word',
  'passphrase',
  'userPass',
  'pwdLastValue',
  'clientSecret',
  'urn:ietf:params:scim:schemas:core:2.0:User:password',
]
const spellings: readonly (readonly [string, string])[] = [
  ['path', 'value'],
  ['Path', 'Value'],
  ['PATH', 'VALUE'],
  ['path', 'Value'],
  ['pAtH', 'vAlUe'],
]

const patch = (...operations: readonly object[]): object => ({ schemas: ['x'], Operations: operations })

const bodiesOf = (name: string): object[] => [
  { [name]: canary },
  { [name]: [canary] },
  { [name]: { value: canary } },
  { name: { [name]: canary } },
  patch({ op: 'replace', value: { [name]: canary } }),
  patch({ op: 'replace', value: JSON.stringify({ [name]: canary }) }),
  patch({ op: 'replace', path: `emails[${name} eq "${canary}"].value`, value: 'x' }),
  patch({ op: 'replace', path: `emails[type eq "work" and ${name} eq '${canary} ${canary}']`, value: 'x' }),
  { filter: `${name} eq "${canary}"` },
  { Filter: `userName eq "a" and ${name} sw "${canary}` },
  { attributes: [{ name, value: canary }] },
  {
    Operations: [{ method: 'POST', path: '/Users', bulkId: 'q', data: { userName: 'u', [name]: canary } }],
  },
  {
    Operations: [
      { method: 'PATCH', path: '/Users/1', data: patch({ op: 'add', PATH: name, VALUE: canary }) },
    ],
  },
  { Operations: [{ method: 'GET', path: `/Users?filter=${name}%20eq%20%22${canary}%22` }] },
  ...spellings.map(([path, value]) => patch({ op: 'replace', [path]: name, [value]: canary })),
  ...spellings.map(([path]) => patch({ op: 'replace', [path]: name, val: canary })),
  patch({ op: 'replace', path: 'title', Path: name, value: canary }),
]

/** Whatever proves who calls, in a body, a path or a query. */
const proofs = [
  ...[
    'access_token',
    'token',
    'ACCESS_TOKEN',
    'id_token',
    'xToken',
    'refreshToken',
    'api_key',
    'apiKey',
    'apikey',
  ],
  ...[
    'x-api-key',
    'X-API-KEY',
    'key',
    'Keys',
    'auth',
    'authorization',
    'Authorization',
    'bearer',
    'jwt',
    'secret',
    'client_secret',
  ],
  ...[
    'CLIENTSECRET',
    'client_assertion',
    'sig',
    'X-Amz-Signature',
    'code',
    'SAMLResponse',
    'subscription-key',
    'privateKey',
  ],
  ...['pass', 'session', 'sid', 'credentials', 'otp', 'Cookie', 'urn:acme:params:2.0:User:apiToken'],
]

describe('M19 password-in-activity: a body', () => {
  const bodies = names.flatMap(bodiesOf)

  it.each(bodies.map((body) => JSON.stringify(body)))('%s loses it', (body) => {
    expect(redactBody(body)).not.toContain(canary)
    const escaped = body.replace('pass', 'p\\u0061ss').replace('Pwd', '\\u0050wd')
    expect(redactBody(escaped)).not.toContain(canary)
    expect(redactBody(`${body},`)).not.toContain(canary)
  })

  it('keeps everything else as it was', () => {
    const body = {
      userName: 'ada',
      title: 'Secretary, password manager',
      emails: [{ value: 'ada@acme.test', type: 'work' }],
      Operations: [{ op: 'replace', path: 'title', value: 'Compass' }],
    }
    expect(JSON.parse(redactBody(JSON.stringify(body)) ?? '')).toEqual(body)
    expect(redactBody('{"userName":"a"}')).toBe('{"userName":"a"}')
    expect(redactBody('')).toBeNull()
    expect(redactBody(null)).toBeNull()
    for (const name of ['passport', 'compass', 'secretary', 'bypass'])
      expect(isSecretName(name), name).toBe(false)
  })
})

describe('secret-like names in activity: a body', () => {
  it.each(proofs)('loses what %s says, as it does in a path and a query', (name) => {
    for (const made of bodiesOf(name)) {
      const body = JSON.stringify(made)
      expect(redactBody(body), body).not.toContain(canary)
      const first = name.slice(-1)
      const escaped = body.replaceAll(name, `${name.slice(0, -1)}\\u00${first.charCodeAt(0).toString(16)}`)
      expect(redactBody(escaped), escaped).not.toContain(canary)
      expect(redactResponse(body), body).not.toContain(canary)
    }
    for (const held of [{ [name]: canary }, { n: { [name]: [canary] } }])
      expect(redactResponse(JSON.stringify(held).slice(0, -1))).not.toContain(canary)
    const twice = JSON.stringify({ value: JSON.stringify(JSON.stringify({ [name]: canary })) })
    expect(redactBody(twice)).not.toContain(canary)
  })

  it('loses what is told by its form, under whatever name', () => {
    const token = createToken('rc_at_')
    for (const text of [`Bearer ${canary}`, `see ${token}`, `https://a.test/?access_token=${canary}`])
      for (const made of [
        { title: text },
        { photos: [{ value: text }] },
        patch({ op: 'add', path: 'title', value: text }),
      ]) {
        const body = JSON.stringify(made)
        for (const kept of [redactBody(body), redactResponse(body), redactResponse(body.slice(0, -1))])
          for (const secret of [canary, token.slice(-20)]) expect(kept).not.toContain(secret)
      }
  })

  it('an attribute of the operator’s own schema that is named like one is redacted, and no other', () => {
    const urn = 'urn:acme:params:scim:schemas:2.0:User'
    expect(redactBody(JSON.stringify({ [urn]: { parkingKey: 1, badge_code: 'x', floor: 2 } }))).toBe(
      JSON.stringify({ [urn]: { parkingKey: 1, badge_code: '[redacted]', floor: 2 } }),
    )
    for (const body of [
      {
        addresses: [{ postalCode: '1', type: 'work' }],
        displayName: 'Monkeys and Authors',
        externalId: 'key-7',
      },
      { members: [{ value: 'usr_1', display: 'John Key' }] },
      { filter: 'userName eq "john.key@acme.test"' },
      { Operations: [{ op: 'remove', path: 'members[value eq "usr_01k6z"]' }] },
      { Operations: [{ op: 'replace', path: 'addresses[type eq "work"].postalCode', value: '12345' }] },
    ])
      expect(redactBody(JSON.stringify(body))).toBe(JSON.stringify(body))
  })
})

describe('M19 a query', () => {
  it.each([
    `/scim/v2/Users?filter=password%20eq%20%22${canary}%22`,
    `/scim/v2/Users?filter=password+eq+%22${canary}+${canary}%22&count=1`,
    `/scim/v2/Users?FILTER=userName%20eq%20%22a%22%20and%20user%50wd%20eq%20%22${canary}%22`,
    `/scim/v2/Users?password=${canary}`,
    `/scim/v2/Users?%70assword=${canary}`,
    `/scim/v2/Users?filter=%ff${canary}`,
  ])('%s loses it', (target) => {
    expect(redactTarget(target)).not.toContain(canary)
    expect(redactTarget(target)).toMatch(/^\/scim\/v2\/Users\?/)
  })

  it.each(proofs.filter((name) => !name.includes(':')))('loses what %s says, wherever it stands', (name) => {
    for (const target of [
      `/scim/v2/Users?${name}=${canary}`,
      `/scim/v2/Users?count=1&${name}=${canary}&startIndex=1`,
      `/scim/v2/Users?%${name.charCodeAt(0).toString(16)}${name.slice(1)}=${canary}`,
      `/scim/v2/Users?count=1;${name}=${canary}`,
      `/scim/v2/Users?count=1%26${name}%3D${canary}`,
      `/scim/v2/Users?next=https://a.test/?${name}=${canary}`,
      `/scim/v2/Users?next=https://a.test/%253F${name}%253D${canary}`,
      `/scim/v2/Users?a=b=${name}=${canary}`,
      `/scim/v2/Users?a=Bearer%20${canary}`,
      `/scim/v2/Users;${name}=${canary}`,
      `/scim/v2/Users/${name}=${canary}`,
      `/scim/v2/Users/${name}%3D${canary}?count=1`,
      `/scim/v2/Users#${name}=${canary}`,
    ])
      expect(redactTarget(target), target).not.toContain(canary)
    for (const path of [`/x;${name}=${canary}`, `/x/${name}=${canary}/y`])
      expect(toRoute(path)).not.toContain(canary)
  })

  it('loses tokens of ours by their form', () => {
    for (const token of [
      createApiKeyToken(),
      createToken('rc_at_'),
      createToken('rc_cs_'),
      createOperatorKey(),
    ]) {
      for (const target of [`/scim/v2/${token}`, `/scim/v2/Users?x=${token}`, `/scim/v2/Users?${token}`])
        expect(redactTarget(target), target).not.toContain(token.slice(-20))
    }
  })

  it('keeps what an organization asked', () => {
    for (const target of [
      '/scim/v2/Users?attributes=userName,groups&excludedAttributes=members&sortBy=name.familyName&sortOrder=ascending',
      '/scim/v2/Users?startIndex=1&count=100&cursor=eyJhIjoxfQ&api-version=2&aadOptscim062020',
      '/scim/v2/Groups?filter=displayName%20eq%20%22Monkeys%20and%20Authors%22',
      '/scim/v2/Users/usr_01k6z?sortKey=1&monkey=2&author=3&postcode=4',
    ])
      expect(redactTarget(target)).toBe(target)
  })

  it('is read once, however long it is', () => {
    const long = redactTarget(`/x?${'a'.repeat(500_000)}&y=${'b;'.repeat(200_000)}`)
    expect(long).toHaveLength(2_048)
  })

  it('without a password stays as it came, and is not longer than is kept', () => {
    const target = '/scim/v2/Users?filter=userName%20eq%20%22a%22&count=1'
    expect(redactTarget(target)).toBe(target)
    expect(redactTarget('/scim/v2/Users/1')).toBe('/scim/v2/Users/1')
    expect(redactTarget(`/x?a=${'b'.repeat(9_999)}`)).toHaveLength(2_048)
  })
})

describe('M19 a response', () => {
  it('loses what a schema of the operator calls a password, also where it was cut', () => {
    const text = JSON.stringify({ userName: 'ada', 'urn:x:2.0:User': { userPwd: `a"${canary}` }, title: 'x' })
    expect(redactResponse(text)).toBe(text.replace(JSON.stringify(`a"${canary}`), '"[redacted]"'))
    const cut = text.slice(0, text.indexOf(canary) + canary.length)
    expect(redactResponse(cut)).not.toContain(canary)
    expect(redactResponse('{"userName":"a"}')).toBe('{"userName":"a"}')
  })
})

describe('an answer', () => {
  const bodies = [
    ...names.flatMap((name) => [{ [name]: [canary] }, { [name]: 5, n: { [name]: { value: canary } } }]),
    {
      Operations: [
        { location: `https://x.test/scim/v2/Users/1?password=${canary}`, method: 'PUT', status: '404' },
      ],
    },
    { emails: [{ type: 'password', value: canary }] },
  ]

  it.each(bodies.map((body) => JSON.stringify(body)))('%s loses it, whole or cut', (body) => {
    expect(body).toContain(canary)
    expect(redactResponse(body)).not.toContain(canary)
    if (!body.includes('"type"')) expect(redactResponse(body.slice(0, -1))).not.toContain(canary)
  })

  it('keeps what only looks like it', () => {
    const body = JSON.stringify({
      title: 'Keeper of the password',
      meta: { location: 'https://x.test/Users/1' },
    })
    expect(redactResponse(body)).toBe(body)
    expect(redactResponse(body.slice(0, -1))).toBe(body.slice(0, -1))
  })
})

it('an object is looked through once, however many members it has', () => {
  const members = Array.from({ length: 20_000 }, (_, at) => `"k${at}":1`).join()
  let looks = 0
  const isName = RegExp.prototype.test
  RegExp.prototype.test = function test(text: string): boolean {
    looks += 1
    return isName.call(this, text)
  }
  try {
    expect(redactBody(`{"pass":1,"path":"password","x":2,${members}}`)).toContain('"x":"')
  } finally {
    RegExp.prototype.test = isName
  }
  expect(looks).toBeLessThan(20_000 * 10)
})

describe('of a long body', () => {
  const long = Array.from({ length: 20_000 }, (_, at) => ({ value: `usr_${at}` }))
  const canary = 'kangaroo-7'
  const bodies: readonly [string, object][] = [
    ['a secret before', { password: canary, members: long }],
    ['a secret behind', { members: long, password: canary }],
    ['values before their path', { Operations: [{ value: [canary, long], path: 'password' }] }],
    [
      'an operation behind a long one',
      { Operations: [{ value: long }, { path: 'password', value: canary }] },
    ],
    ['a secret that is long itself', { password: canary.repeat(40_000), members: long }],
    ['a list of secrets', { Operations: long.map(() => ({ path: 'password', value: canary })) }],
    ['a deep one', { a: { b: [{ c: long, d: { secret: canary } }] } }],
  ]

  it.each(bodies)(
    'nothing of %s is kept, and its beginning is what a short one would have',
    (_name, body) => {
      const text = JSON.stringify(body)
      const kept = redactBody(text) ?? ''
      expect(kept).not.toContain(canary)
      expect(kept).toMatch(new RegExp(`… \\(${text.length} characters\\)$`))
      expect(kept.length).toBeLessThan(maxKeptCharacters + 40)
      const whole = JSON.stringify(body, (name, value: unknown) =>
        name === 'password' || name === 'secret' || value === canary ? '[redacted]' : value,
      )
      if (!text.includes(canary.repeat(2)) && !text.includes(`["${canary}"`))
        expect(kept.slice(0, maxKeptCharacters)).toBe(whole.slice(0, maxKeptCharacters))
    },
  )
})

describe('a response that was cut inside of a text', () => {
  const quotes = String.raw`\"`.repeat(80_000)
  it('is looked through once, whatever quotation marks it has', () => {
    const cut = `{"password":"x","displayName":"${quotes}`
    expect(redactResponse(cut)).toBe(`{"password":"[redacted]","displayName":"${quotes}`)
  })
})
