import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../json.ts'
import { groupResourceType, userResourceType } from '../schema/resource-types.ts'
import { enterpriseUserUrn, groupUrn, userUrn } from '../urn.ts'
import { renderResourceTypes } from './resource-types.ts'
import { renderSchemas } from './schemas.ts'
import { renderServiceProviderConfig } from './service-provider-config.ts'

const baseUrl = 'https://example.com/scim/v2'
const types = [userResourceType, groupResourceType]

describe('renderServiceProviderConfig', () => {
  it('says what is supported and within which limits (RFC 7643 §5)', () => {
    const config = renderServiceProviderConfig({
      baseUrl,
      maxResults: 1000,
      maxOperations: 500,
      maxPayloadSize: 1_000_000,
      defaultPageSize: 100,
      cursorTimeoutSeconds: 3_600,
      hasOAuth: false,
    })
    expect(config).toMatchObject({
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 500, maxPayloadSize: 1_000_000 },
      pagination: { cursor: true, index: true, defaultPaginationMethod: 'index', cursorTimeout: 3_600 },
      filter: { supported: true, maxResults: 1000 },
      changePassword: { supported: false },
      sort: { supported: true },
      etag: { supported: true },
      authenticationSchemes: [{ type: 'oauthbearertoken' }],
      meta: { location: `${baseUrl}/ServiceProviderConfig` },
    })
    expect(config).not.toHaveProperty('documentationUri')
  })
})

describe('renderResourceTypes', () => {
  it('names each type exactly, with its extensions (RFC 7643 §6)', () => {
    expect(renderResourceTypes(types, baseUrl)).toMatchObject([
      {
        id: 'User',
        endpoint: '/Users',
        schema: userUrn,
        schemaExtensions: [{ schema: enterpriseUserUrn, required: false }],
      },
      {
        id: 'Group',
        endpoint: '/Groups',
        schema: groupUrn,
        meta: { location: `${baseUrl}/ResourceTypes/Group` },
      },
    ])
  })
})

describe('renderSchemas', () => {
  const schemas = renderSchemas(types, baseUrl)
  const attributesOf = (schema: JsonObject | undefined) => schema?.attributes as JsonObject[]
  const named = (name: string) => attributesOf(schemas[0]).find((each) => each.name === name)

  it('shows each schema once, with its location', () => {
    expect(schemas.map((each) => each.id)).toEqual([userUrn, enterpriseUserUrn, groupUrn])
    expect(renderSchemas([userResourceType, userResourceType], baseUrl)).toHaveLength(2)
    expect(schemas[0]?.meta).toEqual({ resourceType: 'Schema', location: `${baseUrl}/Schemas/${userUrn}` })
  })

  it('shows the characteristics of RFC 7643 §8.7.1 and none of our own', () => {
    expect(named('userName')).toEqual({
      name: 'userName',
      type: 'string',
      multiValued: false,
      description: expect.any(String),
      required: true,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'server',
    })
    expect(named('groups')).toMatchObject({ mutability: 'readOnly', multiValued: true, type: 'complex' })
    expect(named('active')).not.toHaveProperty('defaultOnCreate')
    expect(named('active')).not.toHaveProperty('caseExact')
  })

  it('does not show a password that nobody stores, and has no null inside for Entra', () => {
    expect(named('password')).toBeUndefined()
    expect(JSON.stringify(schemas)).not.toMatch(/null|undefined/)
  })
})
