import { describe, expect, it } from 'vitest'
import { inventPerson } from '../base/person.ts'
import { vendors } from '../vendors/vendors.ts'
import { fillBody, toRequest } from './ask.ts'

const person = { ...inventPerson(7, 1), userName: 'test.user@okta.local', objectId: 'b8e7a1c0-7f51' }
const line = { baseUrl: 'https://scim.test/scim/v2/', key: 'secret' }

const stepsOf = (name: 'okta' | 'entra') => [
  ...vendors[name].opening(person),
  ...vendors[name].conversation(person),
]
const toSent = (name: 'okta' | 'entra', step: string) =>
  toRequest(
    stepsOf(name).find((one) => one.name === step)!,
    person,
    { id: '23a35c27' },
    { ...line, vendor: vendors[name] },
  )

describe('a request as the vendor sends it', () => {
  it('Okta: encodes a space as %20 and @ as %40 in the match', () => {
    expect(toSent('okta', 'match').url).toBe(
      'https://scim.test/scim/v2/Users?filter=userName%20eq%20%22test.user%40okta.local%22&startIndex=1&count=100',
    )
  })

  it('Entra: encodes a space as + in the match', () => {
    expect(toSent('entra', 'test').url).toBe(
      'https://scim.test/scim/v2/Users?filter=userName+eq+%22b8e7a1c0-7f51%22',
    )
  })

  it('Okta: carries its own User-Agent, Accept, Accept-Charset and the bearer key', () => {
    expect(Object.fromEntries(toSent('okta', 'create').headers)).toEqual({
      accept: 'application/scim+json',
      'accept-charset': 'utf-8',
      authorization: 'Bearer secret',
      'content-type': 'application/scim+json; charset=utf-8',
      'user-agent': 'Okta SCIM Client 1.0.0',
    })
  })

  it('has no Content-Type where it has no body', () => {
    expect(toSent('okta', 'match').headers.has('content-type')).toBe(false)
  })

  it('Okta: presents something else than the key when it probes for the 401', () => {
    expect(toSent('okta', 'test without a key').headers.get('authorization')).toBe('non-token')
  })

  it('Okta: deactivates with a path-less replace below the id', async () => {
    const sent = toSent('okta', 'deactivate')
    expect([sent.method, sent.url]).toEqual(['PATCH', 'https://scim.test/scim/v2/Users/23a35c27'])
    expect(await sent.json()).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', value: { active: false } }],
    })
  })

  it('fills what is known into the strings of a body, and leaves what is not', () => {
    expect(
      fillBody({ id: '{id}', note: 'an {id} here', list: [{ value: '{id}' }], none: null }, { id: 'u1' }),
    ).toEqual({
      id: 'u1',
      note: 'an u1 here',
      list: [{ value: 'u1' }],
      none: null,
    })
  })
})

describe('the people of a simulation', () => {
  it('have addresses that are obviously invented, and their own', () => {
    const names = Array.from({ length: 500 }, (_, index) => inventPerson(7, index + 1).userName)
    expect(names[16]).toBe('person-17-7@acme.test')
    expect(new Set(names).size).toBe(500)
  })

  it('do not share ids with the people of another seed', () => {
    const ids = [1, 2, 3].flatMap((seed) =>
      Array.from({ length: 200 }, (_, index) => [
        inventPerson(seed, index).oktaId,
        inventPerson(seed, index).objectId,
      ]),
    )
    expect(new Set(ids.flat()).size).toBe(1200)
  })

  it('have a GUID for Entra and an id of 20 characters for Okta', () => {
    expect(inventPerson(9, 9).objectId).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    expect(inventPerson(9, 9).oktaId).toMatch(/^00u[0-9A-Za-z]{17}$/)
  })
})

describe('the shapes of a conversation', () => {
  const formsOf = (name: 'okta' | 'entra', count: number) =>
    Array.from({ length: count }, (_, index) => vendors[name].conversation(inventPerson(7, index + 1)))

  it('Okta: PATCH, PUT and a new POST take turns, and none deletes a user', () => {
    const [patching, putting, posting, again] = formsOf('okta', 4)
    expect(patching?.find(({ name }) => name === 'reactivate')?.method).toBe('PATCH')
    expect(putting?.find(({ name }) => name === 'reactivate')?.method).toBe('PUT')
    expect(posting?.find(({ name }) => name === 'reactivate')?.method).toBe('POST')
    expect(again?.find(({ name }) => name === 'reactivate')?.method).toBe('PATCH')
    expect(
      formsOf('okta', 9)
        .flat()
        .filter(({ method }) => method === 'DELETE'),
    ).toEqual([])
  })

  it('Entra: all four forms of disabling occur among four people', () => {
    const disabling = formsOf('entra', 4).flatMap((steps) => steps.filter(({ name }) => name === 'disable'))
    const operations = disabling.map(({ body }) =>
      JSON.stringify((body as { Operations: unknown }).Operations),
    )
    expect(operations.sort()).toEqual([
      '[{"op":"Add","path":"active","value":"False"}]',
      '[{"op":"Replace","path":"active","value":"False"}]',
      '[{"op":"Replace","path":"active","value":false}]',
      '[{"op":"replace","value":{"active":false}}]',
    ])
  })

  it('Entra: every fifth person is deleted, read and deleted again', () => {
    const ends = formsOf('entra', 10).map((steps) => steps.at(-1)?.name)
    expect(ends.map((name) => name === 'delete twice')).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => n % 5 === 0),
    )
  })
})
