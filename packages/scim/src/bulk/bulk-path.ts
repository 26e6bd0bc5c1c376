// The path of a bulk operation (RFC 7644 §3.7): relative to the base URL, or with it before.

import type { ResourceType } from '../schema/attribute.ts'
import { mayTolerate, type Reading } from '../tolerance.ts'

/** `segments` is how many the path has below the base URL; with another number than its method wants it is a fault. */
export interface BulkPath {
  readonly endpoint: string
  readonly type: ResourceType | undefined
  readonly id: string | undefined
  readonly segments: number
}

const origin = /^https?:\/\/[^/]*/i

/** Only what the profile takes is read as it was meant. */
export function readBulkPath(
  text: string,
  types: readonly ResourceType[],
  baseUrl: string,
  reading: Reading,
): BulkPath {
  const below = withoutBase(text, baseUrl)
  const path = below === undefined || !mayTolerate(reading, 'bulk-paths', text) ? text : below
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decode)
  const [sent = '', id] = segments
  const exact = types.find(({ endpoint }) => endpoint === `/${sent}`)
  const meant = exact ?? types.find(({ endpoint }) => endpoint.toLowerCase() === `/${sent.toLowerCase()}`)
  const type = exact ?? (meant !== undefined && mayTolerate(reading, 'bulk-paths', text) ? meant : undefined)
  return { endpoint: type?.endpoint.slice(1) ?? sent, type, id, segments: segments.length }
}

// Behind a proxy this service has hosts that it does not know, so the path of the base URL is what counts.
function withoutBase(text: string, baseUrl: string): string | undefined {
  const path = text.replace(origin, '').split(/[?#]/, 1)[0] as string
  const base = baseUrl.replace(origin, '')
  const lead = base === '' ? undefined : [`${base}/`, `${base.slice(1)}/`].find((one) => path.startsWith(one))
  return lead === undefined ? undefined : path.slice(lead.length)
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
