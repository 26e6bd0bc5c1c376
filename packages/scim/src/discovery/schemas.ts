// Schemas as clients read them (RFC 7643 §7, §8.7). Characteristics of our own are not shown.

import type { JsonObject } from '../json.ts'
import type { Attribute, ResourceType, Schema } from '../schema/attribute.ts'
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
    mutability,
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

function renderSchema(schema: Schema, baseUrl: string): JsonObject {
  return {
    schemas: [schemaUrn],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: renderAttributes(schema.attributes),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${schema.id}` },
  }
}

/** Each schema of the types once; dropped attributes are absent and Entra: nothing inside is null. */
export function renderSchemas(types: readonly ResourceType[], baseUrl: string): readonly JsonObject[] {
  const schemas = new Set(
    types.flatMap((type) => [type.schema, ...type.extensions.map((each) => each.schema)]),
  )
  return [...schemas].map((schema) => renderSchema(schema, baseUrl))
}
