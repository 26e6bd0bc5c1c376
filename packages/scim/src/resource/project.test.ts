import { describe, expect, it } from 'vitest'
import { attribute, type ResourceType } from '../schema/attribute.ts'
import { userResourceType } from '../schema/resource-types.ts'
import { barbara, refusal } from '../testing/users.ts'
import { profiles } from '../tolerance.ts'
import { enterpriseUserUrn, userUrn } from '../urn.ts'
import { projectResource, readSelection } from './project.ts'

type Names = string | readonly string[] | undefined

function project(only: Names, except?: Names) {
  const selection = readSelection(userResourceType, only, except, profiles.auto)
  return projectResource(userResourceType, barbara, selection)
}

const always = { schemas: barbara.schemas, id: barbara.id }

const vault: ResourceType = {
  name: 'Vault',
  endpoint: '/Vaults',
  description: '',
  schema: {
    id: 'urn:x:Vault',
    name: 'Vault',
    description: '',
    attributes: [
      attribute('label', ''),
      attribute('secret', '', { returned: 'never' }),
      attribute('history', '', { returned: 'request' }),
      attribute('keys', '', {
        type: 'complex',
        multiValued: true,
        subAttributes: [
          attribute('value', '', { returned: 'always' }),
          attribute('note', ''),
          attribute('use', '', { returned: 'request' }),
        ],
      }),
    ],
  },
  extensions: [],
}

describe('projectResource', () => {
  it('gives the very resource when there is nothing to hide', () => {
    expect(project(undefined)).toBe(barbara)
    expect(project('')).toBe(barbara)
  })

  it('shows only what attributes names, and what is always returned (RFC 7644 §3.9)', () => {
    expect(project('userName,EMAILS.value')).toEqual({
      ...always,
      userName: barbara.userName,
      emails: [{ value: 'bjensen@example.com' }, { value: 'babs@jensen.org' }],
    })
    expect(project(['name.givenName', 'name'])).toEqual({ ...always, name: barbara.name })
  })

  it('shows extensions, whole or in part', () => {
    expect(project(enterpriseUserUrn)).toEqual({ ...always, [enterpriseUserUrn]: barbara[enterpriseUserUrn] })
    expect(project(`${enterpriseUserUrn}:manager.value`)).toEqual({
      ...always,
      [enterpriseUserUrn]: { manager: { value: '26118915' } },
    })
    expect(project(userUrn)).not.toHaveProperty([enterpriseUserUrn])
    expect(project(userUrn)).toHaveProperty('name')
  })

  it('hides what excludedAttributes names, but never id and schemas', () => {
    const { emails: _emails, ...rest } = barbara
    expect(project(undefined, 'id,schemas,emails')).toEqual(rest)
    expect(project(undefined, 'name.givenName')).toMatchObject({ name: { familyName: 'Jensen' } })
    expect(project(undefined, 'name.givenName').name).not.toHaveProperty('givenName')
    expect(project(undefined, enterpriseUserUrn)).not.toHaveProperty([enterpriseUserUrn])
    expect(project(undefined, `${enterpriseUserUrn}:manager`)).toMatchObject({
      [enterpriseUserUrn]: { department: 'Tour Operations' },
    })
  })

  it('Entra: takes emails[type eq "work"] for emails', () => {
    expect(project('emails[type eq "work"]')).toEqual({ ...always, emails: barbara.emails })
  })

  it('lets unknown names select nothing, and refuses them in strict', () => {
    expect(project('unknown,__proto__,constructor')).toEqual(always)
    expect(refusal(() => readSelection(userResourceType, 'unknown', undefined, profiles.strict))).toBe(
      '400 invalidValue',
    )
  })

  it('refuses both parameters at once', () => {
    expect(refusal(() => project('id', 'emails'))).toBe('400 invalidValue')
  })

  it('honours returned of attributes and sub-attributes (RFC 7643 §2.2)', () => {
    const resource = { label: 'l', secret: 's', history: 'h', keys: [{ value: 'v', note: 'n', use: 'u' }] }
    const show = (only?: string, except?: string) =>
      projectResource(vault, resource, readSelection(vault, only, except, profiles.auto))
    expect(show()).toEqual({ label: 'l', keys: [{ value: 'v', note: 'n' }] })
    expect(show('history,secret')).toEqual({ history: 'h' })
    expect(show('keys')).toEqual({ keys: [{ value: 'v', note: 'n' }] })
    expect(show('keys.use')).toEqual({ keys: [{ value: 'v', use: 'u' }] })
    expect(show(undefined, 'label,keys.value')).toEqual({ keys: [{ value: 'v', note: 'n' }] })
  })
})
