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
    for (const space of ['\u00a0', '\ufeff', '\u2003', '\u200b'])
      expect(of(`${space}ceo@acme.test`)).toBeUndefined()
    for (const space of ['\u00a0', '\ufeff', '\u2003']) expect(of(`ceo@acme.test${space}`)).toBeUndefined()
  })

  it('F50 takes off the white space of XML round an address, and says that it was there', () => {
    for (const space of [' ', '\n', '\t', ' \r\n  ']) {
      const sent = { nameId: 'opaque', attributes: { email: [`${space}ceo@acme.test${space}`] } }
      expect(mapAttributes(sent, {})).toMatchObject({ values: { email: 'ceo@acme.test' }, soft: ['email'] })
    }
    expect(mapAttributes({ nameId: 'x', attributes: { email: ['c eo@acme.test'] } }, {}).values.email).toBe(
      undefined,
    )
  })

  it('F37 of several values of an address the first that is one counts; every one is named', () => {
    const of = (...email: string[]) => mapAttributes({ nameId: 'opaque', attributes: { email } }, {})
    expect(of('', 'ada@acme.test', 'SMTP:countess@Acme.test', 'nobody')).toMatchObject({
      values: { email: 'ada@acme.test' },
      addresses: ['ada@acme.test', 'countess@acme.test'],
      soft: ['email'],
    })
    expect(of('ada@acme.test', 'x')).not.toHaveProperty('soft')
  })

  const alike = [
    'emailAddress',
    'EmailAddress',
    'emailaddress',
    'EMAIL',
    'E-Mail',
    'user.email',
    'User.Mail',
    'email_address',
    'Email Address',
    'http://schemas.xmlsoap.org/claims/EmailAddress',
    'https://acme.test/claims/email',
    'urn:acme:attribute:mail',
    'https://acme.test/claims#upn',
    'upn',
    'userPrincipalName',
    'preferred_username',
  ]
  it.each(alike)('F36 F17 finds the address under %s, as a name that only looks like one', (name) => {
    const sent = { nameId: 'opaque', attributes: { [name]: ['dana@acme.test'] } }
    expect(mapAttributes(sent, {})).toMatchObject({
      values: { email: 'dana@acme.test' },
      sources: { email: name },
      soft: ['email'],
    })
  })

  it.each([
    'contactAddress',
    'manager.email',
    'http://acme.test/manager/emailaddress',
    'secondary-email',
    'company.email',
    'alternateEmail',
    'emailDomain',
    'urn:oid:1.2.3.4',
    '',
  ])('F36 finds no address of the person under %j', (name) => {
    expect(
      mapAttributes({ nameId: 'opaque', attributes: { [name]: ['dana@acme.test'] } }, {}).values.email,
    ).toBe(undefined)
  })

  it('F36 takes neither of two names that mean the same and say different things', () => {
    const of = (attributes: Record<string, string[]>) =>
      mapAttributes({ nameId: 'opaque', attributes }, {}).values.email
    expect(of({ EMAIL: ['a@acme.test'], 'user.email': ['b@acme.test'] })).toBe(undefined)
    expect(of({ EMAIL: ['a@acme.test'], 'user.email': ['A@acme.test'] })).toBe('a@acme.test')
    // A name that counts comes first, whatever looks like it.
    expect(of({ EMAIL: ['a@acme.test'], mail: ['b@acme.test'] })).toBe('b@acme.test')
    expect(of({ EMAIL: ['a@acme.test'], email_verified: ['false'] })).toBe(undefined)
  })

  it('F36 a rule is compared without case where its own name did not come, and no further', () => {
    const attributes = { WorkMail: ['a@acme.test'], EMAIL: ['b@acme.test'] }
    const mapped = mapAttributes({ nameId: 'x', attributes }, { email: ['workMail'], groups: ['Teams'] })
    expect(mapped).toMatchObject({ values: { email: 'a@acme.test' }, soft: ['email'] })
    expect(mapAttributes({ nameId: 'x', attributes }, { email: ['mail'] }).values.email).toBe(undefined)
    expect(mapAttributes({ nameId: 'x', attributes }, { email: [] }).values.email).toBe(undefined)
  })

  it.each(['http://schemas.auth0.com/groups', 'urn:oid:1.3.6.1.4.1.5923.1.1.1.1', 'eduPersonAffiliation'])(
    'm4 finds groups under %s',
    (name) => {
      const mapped = mapAttributes({ nameId: 'x', attributes: { [name]: ['Admins'] } }, {})
      expect(mapped).toMatchObject({ groups: ['Admins'], sources: { groups: name } })
      expect(mapped).not.toHaveProperty('soft')
    },
  )

  it('m4 finds groups under a name that looks like one of theirs, and says so', () => {
    const of = (attributes: Record<string, string[]>) => mapAttributes({ nameId: 'x', attributes }, {})
    expect(of({ 'https://acme.test/claims/Groups': ['Admins'] })).toMatchObject({
      groups: ['Admins'],
      soft: ['groups'],
    })
    expect(of({ Groups: ['a'], GROUP: ['b'] }).groups).toBeNull()
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
