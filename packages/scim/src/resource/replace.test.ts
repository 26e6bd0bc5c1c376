import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ScimError } from '../error.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { attribute, type ResourceType } from '../schema/attribute.ts'
import { userResourceType } from '../schema/resource-types.ts'
import { userBody } from '../testing/arbitrary.ts'
import { barbara, refusal } from '../testing/users.ts'
import { type ProfileName, profiles } from '../tolerance.ts'
import { enterpriseUserUrn, userUrn } from '../urn.ts'
import { replaceResource } from './replace.ts'

const replace = (value: JsonValue, profile: ProfileName = 'auto', current = barbara) =>
  replaceResource(userResourceType, current, value, profiles[profile])

const badge: ResourceType = {
  name: 'Badge',
  endpoint: '/Badges',
  description: '',
  schema: {
    id: 'urn:x:Badge',
    name: 'Badge',
    description: '',
    attributes: [
      attribute('serial', '', { mutability: 'immutable' }),
      attribute('colour', ''),
      attribute('owner', '', {
        type: 'complex',
        subAttributes: [attribute('value', '', { mutability: 'immutable' }), attribute('note', '')],
      }),
    ],
  },
  extensions: [],
}

describe('replaceResource', () => {
  it('unassigns what the body leaves out (RFC 7644 §3.5.1)', () => {
    const { resource, isChanged } = replace({ schemas: [userUrn], userName: 'b' }, 'strict')
    expect(resource).toEqual({
      schemas: [userUrn],
      userName: 'b',
      id: barbara.id,
      meta: barbara.meta,
      active: true,
      externalId: '00u1',
    })
    expect(isChanged).toBe(true)
  })

  it('keeps active and externalId only when the body does not name them', () => {
    const inactive = { ...barbara, active: false }
    expect(replace({ userName: 'b' }, 'auto', inactive).resource).toMatchObject({
      active: false,
      externalId: '00u1',
    })
    expect(replace({ userName: 'b', externalId: null }).resource).not.toHaveProperty('externalId')
    expect(replace({ userName: 'b', active: null }, 'auto', inactive).resource.active).toBe(false)
    expect(replace({ userName: 'b', active: 'True' }, 'auto', inactive).resource.active).toBe(true)
  })

  it('Okta: changes nothing for an echo with id, groups and meta', () => {
    const { isChanged, resource } = replace(
      { ...barbara, groups: [], meta: { resourceType: 'User' } },
      'strict',
    )
    expect(isChanged).toBe(false)
    expect(resource).toEqual(barbara)
  })

  it('ignores another id, except in strict', () => {
    const other = { ...barbara, id: 'other' }
    expect(replace(other)).toMatchObject({ resource: { id: '2819c223' }, tolerated: ['ignore-read-only'] })
    expect(refusal(() => replace(other, 'strict'))).toBe('400 mutability')
    expect(replace({ ...barbara, id: null }, 'strict').isChanged).toBe(false)
  })

  it('unassigns a whole extension that is not in the body', () => {
    const { resource } = replace({ userName: 'b' })
    expect(resource).not.toHaveProperty([enterpriseUserUrn])
    expect(resource.schemas).toEqual([userUrn])
  })

  it('keeps immutable values and refuses to change them', () => {
    const current: JsonObject = { schemas: ['urn:x:Badge'], serial: '1', owner: { value: 'o' } }
    const put = (value: JsonObject) => replaceResource(badge, current, value, profiles.auto)
    expect(put({ colour: 'red' }).resource).toMatchObject({ serial: '1', colour: 'red' })
    expect(put({ serial: '1', owner: { value: 'o', note: 'n' } }).resource).toMatchObject({
      owner: { note: 'n' },
    })
    expect(refusal(() => put({ serial: '2' }))).toBe('400 mutability')
    expect(refusal(() => put({ owner: { value: 'p' } }))).toBe('400 mutability')
  })

  it('requires what POST requires', () => {
    expect(refusal(() => replace({ schemas: [userUrn], active: true }))).toBe('400 invalidValue')
  })

  it('never changes the current resource and throws nothing but a ScimError', () => {
    fc.assert(
      fc.property(userBody, fc.constantFrom(...Object.values(profiles)), (value, profile) => {
        const before = JSON.stringify(barbara)
        try {
          replaceResource(userResourceType, barbara, value, profile)
        } catch (error) {
          if (!(error instanceof ScimError)) throw error
        }
        expect(JSON.stringify(barbara)).toBe(before)
      }),
      { numRuns: 500 },
    )
  })
})
