import { expect, it } from 'vitest'
import { findClash, withoutBasePath } from './base-path.ts'

it('takes the path of the public URL off once, and nothing that only begins like it', () => {
  const cases = [
    ['/rollcall', '/'],
    ['/rollcall?a=b', '/?a=b'],
    ['/rollcall/', '/'],
    ['/rollcall/sso?email=a', '/sso?email=a'],
    ['/rollcall/rollcall/sso', '/rollcall/sso'],
    ['/rollcallx/sso', '/rollcallx/sso'],
    ['/sso', '/sso'],
    ['/', '/'],
    ['*', '*'],
  ]
  expect(cases.map(([target = '']) => [target, withoutBasePath(target, '/rollcall')])).toEqual(cases)
  expect(withoutBasePath('/rollcall/sso', '')).toBe('/rollcall/sso')
})

it('finds a path that is above or below a place of the service', () => {
  expect(['/api', '/api/v1/x', '/sso', '/scim'].map(findClash)).toEqual([
    '/api/v1',
    '/api/v1',
    '/sso',
    '/scim/oauth',
  ])
  expect(['/rollcall', '/ssot', '/api/v2', '/scimitar'].map(findClash)).toEqual(Array(4).fill(undefined))
})
