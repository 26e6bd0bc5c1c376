import { toVendorAttributes, vendorShapes } from '@rollcall/simulator'
import { describe, expect, it } from 'vitest'
import { groupsLink, mapAttributes } from './attribute-rules.ts'

const nothing = { nameId: 'dana@acme.test', attributes: {} }

describe('mapAttributes', () => {
  it.each(Object.keys(vendorShapes) as (keyof typeof vendorShapes)[])(
    'reads a person as %s sends them, without any rule',
    (shape) => {
      const attributes = toVendorAttributes(shape, {
        email: ['dana@acme.test'],
        firstName: ['Dana'],
        lastName: ['Doe'],
        groups: ['Engineering'],
      })
      expect(mapAttributes({ nameId: 'opaque', attributes }, {}).values).toMatchObject({
        email: 'dana@acme.test',
        givenName: 'Dana',
        familyName: 'Doe',
      })
    },
  )

  it('takes the NameID for the address where nothing else is sent and it looks like one', () => {
    expect(mapAttributes(nothing, {})).toMatchObject({ values: { email: 'dana@acme.test' }, groups: null })
    expect(mapAttributes({ ...nothing, nameId: 'opaque' }, {}).values.email).toBeUndefined()
  })

  it('a rule replaces the defaults of its target, and an empty one switches it off', () => {
    const attributes = { email: ['a@acme.test'], workMail: ['b@acme.test'], firstName: ['Ada'] }
    const mapped = mapAttributes({ nameId: 'x', attributes }, { email: ['workMail'], givenName: [] })
    expect(mapped.values).toEqual({ email: 'b@acme.test', userName: 'x' })
    expect(mapped.sources).toEqual({ email: 'workMail', userName: 'NameID' })
  })

  it("Entra's groups link says that the groups are unknown", () => {
    const attributes = { groups: ['a'], [groupsLink]: ['https://graph.example.com'] }
    expect(mapAttributes({ nameId: 'x', attributes }, {}).groups).toBeNull()
  })

  it('an empty claim is no group; what is too long, or no address, is passed over', () => {
    expect(mapAttributes({ nameId: 'x', attributes: { groups: [] } }, {}).groups).toEqual([])
    const attributes = { email: ['not an address'], mail: ['c@acme.test'], firstName: ['x'.repeat(513)] }
    expect(mapAttributes({ nameId: 'x', attributes }, {}).values).toEqual({
      email: 'c@acme.test',
      userName: 'x',
    })
  })

  it('F35 takes nothing for an address that the one reader does not, and spells it as that does', () => {
    const of = (email: string) =>
      mapAttributes({ nameId: 'opaque', attributes: { email: [email] } }, {}).values.email
    expect(of('mailto:x@acme.test')).toBe('x@acme.test')
    expect(of('SMTP:x@ACME.test')).toBe('x@acme.test')
    expect(of('x@b\u00fccher.example')).toBe('x@xn--bcher-kva.example')
    for (const wrong of [
      'CN=x,E=x@acme.test',
      'ACME\\x@acme.test',
      'a;b@acme.test',
      'c\u200beo@acme.test',
      '..x@acme.test',
    ])
      expect(of(wrong), wrong).toBeUndefined()
    for (const space of [' ', '\n', '\u00a0', '\ufeff'])
      for (const one of [`${space}ceo@acme.test`, `ceo@acme.test${space}`]) expect(of(one)).toBeUndefined()
  })

  it('M6 a group name or a userName with a space at an end is taken as it is, or not at all', () => {
    const groups = ['Admins\u00a0', '\ufeffAdmins', ' Admins']
    const mapped = mapAttributes({ nameId: 'x', attributes: { groups, userName: ['\u00a0ceo'] } }, {})
    expect(mapped.groups).toEqual(groups)
    expect(mapped.values.userName).toBe('x')
    expect(mapAttributes({ nameId: 'x', attributes: { firstName: ['\n Ada '] } }, {}).values.givenName).toBe(
      'Ada',
    )
  })

  it('names of the prototype are only names', () => {
    const attributes = Object.assign(Object.create(null), { ['__proto__']: ['x'], constructor: ['y'] })
    expect(
      mapAttributes({ nameId: 'n', attributes }, { title: ['constructor'], nickName: ['toString'] }).values,
    ).toEqual({
      userName: 'n',
      title: 'y',
    })
  })
})
