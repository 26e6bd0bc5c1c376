// A stored user as SCIM: the stored JSON with `id` and `meta` put in. The common case never parses what is stored.
import {
  type JsonObject,
  projectResource,
  renderETag,
  type Selection,
  userResourceType,
} from '@rollcall/scim'
import { toTime } from '../base/clock.ts'
import type { RenderedRow } from '../users/users.ts'

/** JSON text of the resource. Location comes from the configured public URL, never from the request. */
export function renderUser(row: RenderedRow, scimBaseUrl: string, selection: Selection | undefined): string {
  if (selection !== undefined)
    return JSON.stringify(projectResource(userResourceType, toResource(row, scimBaseUrl), selection))
  const meta = `"meta":{"resourceType":"User","created":"${toTime(row.created_at)}","lastModified":"${toTime(row.updated_at)}"`
  const version = renderETag(row.version).replaceAll('"', '\\"')
  return `${row.resource.slice(0, -1)},"id":"${row.id}",${meta},"location":"${userLocation(row.id, scimBaseUrl)}","version":"${version}"}}`
}

/** The whole resource as a value, for the matcher, for PATCH and for projection. */
export function toResource(row: RenderedRow, scimBaseUrl: string): JsonObject {
  return {
    ...(JSON.parse(row.resource) as JsonObject),
    id: row.id,
    meta: {
      resourceType: 'User',
      created: toTime(row.created_at),
      lastModified: toTime(row.updated_at),
      location: userLocation(row.id, scimBaseUrl),
      version: renderETag(row.version),
    },
  }
}

export function userLocation(id: string, scimBaseUrl: string): string {
  return `${scimBaseUrl}/Users/${id}`
}
