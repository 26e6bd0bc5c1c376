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
import { readJson } from '../base/json.ts'
import type { RenderedRow } from '../users/user-row.ts'
import { renderManager, showManager } from './manager-reference.ts'
import { isForeign, toForeignUser } from './provisional.ts'
import { groupLocation } from './render-group.ts'

/** How a user is to be shown. */
export interface UserView {
  readonly scimBaseUrl: string
  readonly selection: Selection | undefined
  readonly type?: ResourceType
  /** Of a provisional key: of whom it neither made nor claimed only who it is is shown, and no groups but its own. */
  readonly provisionalKeyId?: string | undefined
  /** Of a list: many are in the same groups, which are rendered once. By what the store says of them. */
  readonly renderedGroups?: Map<string, string>
}

/** JSON text of the resource. Location comes from the configured public URL, never from the request. */
export function renderUser(row: RenderedRow, view: UserView): string {
  const { scimBaseUrl, selection, type = userResourceType, provisionalKeyId } = view
  if (isForeign(row, provisionalKeyId)) {
    const resource = toForeignUser(row)
    return JSON.stringify(selection === undefined ? resource : projectResource(type, resource, selection))
  }
  if (selection !== undefined)
    return JSON.stringify(projectResource(type, toResource(row, scimBaseUrl, provisionalKeyId), selection))
  const meta = `"meta":{"resourceType":"User","created":"${toTime(row.created_at)}","lastModified":"${toTime(row.updated_at)}"`
  const version = renderETag(row.version).replaceAll('"', '\\"')
  const shown = renderGroups(row, view)
  const stored = renderManager(row.resource, scimBaseUrl)
  return `${stored.slice(0, -1)}${shown},"id":"${row.id}",${meta},"location":"${userLocation(row.id, scimBaseUrl)}","version":"${version}"}}`
}

/** The whole resource as a value, for the matcher, for PATCH and for projection. */
export function toResource(row: RenderedRow, scimBaseUrl: string, provisionalKeyId?: string): JsonObject {
  const groups = listGroups(row, scimBaseUrl, provisionalKeyId)
  return {
    ...showManager(readJson(row.resource), scimBaseUrl),
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

function renderGroups(row: RenderedRow, view: UserView): string {
  const { groups } = row
  if (groups === undefined || groups === null) return ''
  let shown = view.renderedGroups?.get(groups)
  if (shown === undefined) {
    const list = listGroups(row, view.scimBaseUrl, view.provisionalKeyId)
    shown = list.length === 0 ? '' : `,"groups":${JSON.stringify(list)}`
    view.renderedGroups?.set(groups, shown)
  }
  return shown
}

// RFC 7643 §4.1.2: only the groups that the user is in directly, not those around them.
function listGroups(
  { groups }: RenderedRow,
  scimBaseUrl: string,
  provisionalKeyId: string | undefined,
): readonly JsonObject[] {
  if (groups === undefined || groups === null || groups === '[]') return []
  const all = readJson<[string, string, string | null][]>(groups)
  const shown = provisionalKeyId === undefined ? all : all.filter(([, , keyId]) => keyId === provisionalKeyId)
  return shown.map(([id, display]) => ({
    value: id,
    $ref: groupLocation(id, scimBaseUrl),
    display,
    type: 'direct',
  }))
}

/** The address of a user. */
export function userLocation(id: string, scimBaseUrl: string): string {
  return `${scimBaseUrl}/Users/${id}`
}
