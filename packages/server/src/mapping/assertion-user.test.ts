import { mappingTargets } from '@rollcall/api'
import { enterpriseUserUrn, findAttribute, userResourceType, userUrn } from '@rollcall/scim'
import { describe, expect, it } from 'vitest'
import { toNewUser } from './assertion-user.ts'

describe('toNewUser', () => {
  it("H12: keeps every target that is the person's, each once, and no other", () => {
    const values = Object.fromEntries(mappingTargets.map((target) => [target, `of ${target}`]))
    const made = toNewUser({ values, groups: null, sources: {} }, 'ada', 'ada@acme.test')
    const text = JSON.stringify(made)
    const kept = mappingTargets.filter((target) => text.split(`"of ${target}"`).length === 2)
    const decided = ['userName', 'email', 'groups']
    expect(kept).toEqual(mappingTargets.filter((target) => !decided.includes(target)))
    expect(made).toMatchObject({ userName: 'ada', schemas: [userUrn, enterpriseUserUrn] })
  })

  it('H12: puts every target where the schema has an attribute of its name', () => {
    const values = Object.fromEntries(mappingTargets.map((target) => [target, 'x']))
    const {
      name,
      [enterpriseUserUrn]: more,
      ...core
    } = toNewUser({ values, groups: null, sources: {} }, 'a', 'b')
    const paths = [
      ...Object.keys(core).filter((path) => path !== 'schemas'),
      ...Object.keys(name as object).map((path) => `name.${path}`),
      ...Object.keys(more as object).map((path) => `${enterpriseUserUrn}:${path}`),
    ]
    expect(paths.length).toBe(mappingTargets.length)
    expect(paths.filter((path) => findAttribute(userResourceType, path) === undefined)).toEqual([])
  })
})
