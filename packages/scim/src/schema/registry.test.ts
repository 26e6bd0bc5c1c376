import { describe, expect, it } from 'vitest'
import { enterpriseUserUrn, userUrn } from '../urn.ts'
import { findAttribute } from './registry.ts'
import { userResourceType } from './resource-types.ts'

const find = (path: string) => findAttribute(userResourceType, path)

describe('findAttribute', () => {
  it('finds attributes and sub-attributes in any case, also by URN (RFC 7643 §2.1)', () => {
    expect(find('USERNAME')?.name).toBe('userName')
    expect(find('Emails.Value')?.name).toBe('value')
    expect(find(`${userUrn}:name.givenName`)?.name).toBe('givenName')
    expect(find(`${enterpriseUserUrn.toUpperCase()}:Department`)?.name).toBe('department')
  })

  it('finds what every resource has (RFC 7643 §3.1)', () => {
    for (const path of ['id', 'externalId', 'meta.created', 'meta.lastModified', 'meta.version', 'schemas'])
      expect(find(path)?.name).toBe(path.split('.').at(-1))
  })

  it('finds no extension attribute without its URN, and nothing of a prototype', () => {
    for (const path of ['department', '__proto__', 'constructor', 'toString', 'emails.constructor', ''])
      expect(find(path)).toBeUndefined()
  })
})
