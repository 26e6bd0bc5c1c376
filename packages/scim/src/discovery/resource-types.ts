// Resource types as clients read them (RFC 7643 §6).

import type { JsonObject } from '../json.ts'
import type { ResourceType } from '../schema/attribute.ts'
import { resourceTypeUrn } from '../urn.ts'

/** One resource for each type, whose `id` is exactly its name; Entra: no nulls inside. */
export function renderResourceTypes(types: readonly ResourceType[], baseUrl: string): readonly JsonObject[] {
  return types.map((type) => ({
    schemas: [resourceTypeUrn],
    id: type.name,
    name: type.name,
    endpoint: type.endpoint,
    description: type.description,
    schema: type.schema.id,
    ...(type.extensions.length === 0
      ? {}
      : {
          schemaExtensions: type.extensions.map((each) => ({
            schema: each.schema.id,
            required: each.required,
          })),
        }),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${type.name}` },
  }))
}
