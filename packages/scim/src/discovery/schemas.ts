// The room `scim/discovery`: schemas, resource types and the configuration, as clients read them. All of it is made of `schema/` and of the
// profile.
//
// Schemas as clients read them (RFC 7643 §7, §8.7). Characteristics of our own are not shown.

import type { JsonObject } from '../json.ts'
import { type Attribute, attribute, type ResourceType, type Schema } from '../schema/attribute.ts'
import { schemaUrn } from '../urn.ts'

const typesWithCase: ReadonlySet<string> = new Set(['string', 'reference', 'binary', 'dateTime'])

function renderAttribute(attribute: Attribute): JsonObject {
  const { name, type, multiValued, description, required, mutability, returned, uniqueness } = attribute
  return {
    name,
    type,
    multiValued,
    description,
    required,
    ...(typesWithCase.has(type) ? { caseExact: attribute.caseExact } : {}),
    mutability: attribute.isComputed === true ? 'readOnly' : mutability,
    returned,
    uniqueness,
    ...(attribute.canonicalValues === undefined ? {} : { canonicalValues: attribute.canonicalValues }),
    ...(attribute.referenceTypes === undefined ? {} : { referenceTypes: attribute.referenceTypes }),
    ...(attribute.subAttributes === undefined
      ? {}
      : { subAttributes: renderAttributes(attribute.subAttributes) }),
  }
}

function renderAttributes(attributes: readonly Attribute[]): readonly JsonObject[] {
  return attributes.filter((each) => each.isDropped !== true).map(renderAttribute)
}

/**
 * Whether every multi-valued attribute that has a `type` says which types it takes, as the interoperability profile demands; an operator's own
 * need not.
 */
export function declaresEveryType(types: readonly ResourceType[]): boolean {
  const schemas = types.flatMap((type) => [type.schema, ...type.extensions.map((each) => each.schema)])
  return schemas
    .flatMap(({ attributes }) => attributes)
    .filter(({ multiValued }) => multiValued)
    .flatMap(({ subAttributes }) => subAttributes ?? [])
    .every(({ name, canonicalValues = [] }) => name.toLowerCase() !== 'type' || canonicalValues.length > 0)
}

const externalId = attribute('externalId', 'The id that the directory has for the resource.', {
  caseExact: true,
})

function renderSchema(schema: Schema, baseUrl: string, isCommon: boolean): JsonObject {
  return {
    schemas: [schemaUrn],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: renderAttributes(isCommon ? [externalId, ...schema.attributes] : schema.attributes),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${schema.id}` },
  }
}

/**
 * Each schema of the types once; dropped attributes are absent and Entra: nothing inside is null. `listsExternalId`: in the schema of each
 * type, where RFC 7643 §3.1 does not list what all resources have, for clients that map to nothing that no schema lists.
 */
export function renderSchemas(
  types: readonly ResourceType[],
  baseUrl: string,
  listsExternalId = false,
): readonly JsonObject[] {
  const schemas = new Set(
    types.flatMap((type) => [type.schema, ...type.extensions.map((each) => each.schema)]),
  )
  const cores = new Set(listsExternalId ? types.map((type) => type.schema) : [])
  return [...schemas].map((schema) => renderSchema(schema, baseUrl, cores.has(schema)))
}
