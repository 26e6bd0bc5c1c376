// A stored user as SCIM: the stored JSON with `id` and `meta` put in. The common case never parses what is stored.
import {
  type JsonObject,
  projectResource,
  type ResourceType,
  renderETag,
  type Selection,
  userResourceType,
} from '@rollcall/scim'
import { toTime } from '../base/clock.ts'
import type { RenderedRow } from '../users/users.ts'
import { groupLocation } from './render-group.ts'

/** JSON text of the resource. Location comes from the configured public URL, never from the request. */
export function renderUser(
  row: RenderedRow,
  scimBaseUrl: string,
  selection: Selection | undefined,
  type: ResourceType = userResourceType,
): string {
  if (selection !== undefined)
    return JSON.stringify(projectResource(type, toResource(row, scimBaseUrl), selection))
  const meta = `"meta":{"resourceType":"User","created":"${toTime(row.created_at)}","lastModified":"${toTime(row.updated_at)}"`
  const version = renderETag(row.version).replaceAll('"', '\\"')
  const groups = listGroups(row, scimBaseUrl)
  const shown = groups.length === 0 ? '' : `,"groups":${JSON.stringify(groups)}`
  return `${row.resource.slice(0, -1)}${shown},"id":"${row.id}",${meta},"location":"${userLocation(row.id, scimBaseUrl)}","version":"${version}"}}`
}

/** The whole resource as a value, for the matcher, for PATCH and for projection. */
export function toResource(row: RenderedRow, scimBaseUrl: string): JsonObject {
  const groups = listGroups(row, scimBaseUrl)
  return {
    ...(JSON.parse(row.resource) as JsonObject),
    ...(groups.length === 0 ? {} : { groups }),
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

// RFC 7643 §4.1.2: only the groups that the user is in directly, not those around them.
function listGroups({ groups }: RenderedRow, scimBaseUrl: string): readonly JsonObject[] {
  if (groups === undefined || groups === null || groups === '[]') return []
  return (JSON.parse(groups) as [string, string][]).map(([id, display]) => ({
    value: id,
    $ref: groupLocation(id, scimBaseUrl),
    display,
    type: 'direct',
  }))
}

export function userLocation(id: string, scimBaseUrl: string): string {
  return `${scimBaseUrl}/Users/${id}`
}
