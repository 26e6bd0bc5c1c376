// The limits that hold for every door, and the time-outs of the server.
import type { Asked } from './asked.ts'

/** The most bytes of an address. */
export const maxUrlBytes = 8 * 1_024
/** The most bytes of all header fields of a request. */
export const maxHeaderBytes = 16 * 1_024
/** The most bytes of a body, unless a route says otherwise. */
export const maxBodyBytes = 1_024 * 1_024
/** Of a request that anybody may send: what waits in memory for a credential is small. */
export const maxOpenBodyBytes = 64 * 1_024
/** The form around a SAML message of 128 KB, in base64 and URL-encoded. */
export const maxSamlFormBytes = 256 * 1_024
/** Of group and bulk requests. */
export const maxLargeBodyBytes = 32 * 1_024 * 1_024
/** How deep JSON may be nested. */
export const maxJsonDepth = 32

/** Milliseconds. A client that sends its head or its body slower than this is cut off. */
export const serverTimeouts = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
}

/** Node's own guard, above ours, so that ours can answer in the door's words. */
export const maxParsedHeaderBytes = 64 * 1_024
/** How many connections one process holds. */
export const maxConnections = 5_000
/** Of one network, or of one credential, person or link. */
export const maxConnectionsOfOne = 200
/** Of one organization, whatever its credentials and addresses: a quarter. */
export const maxConnectionsOfOrganization = maxConnections / 4
/** Milliseconds. Whoever takes no byte of an answer for so long is cut off. */
export const stallMs = 30_000
/** Whoever reads nothing beyond so many is cut off within seconds, the longest first: what waits for them is in memory. */
export const maxStanding = 100

/** What of a request was too large to be read. */
export type Oversize = 'url' | 'headers'

/** What is too long, if anything is; `headerBytes` is what the listener counted, or undefined where there is none. */
export function findOversize(request: Asked, headerBytes: number | undefined): Oversize | undefined {
  if (request.url.length > maxUrlBytes) return 'url'
  return (headerBytes ?? countHeaders(request)) > maxHeaderBytes ? 'headers' : undefined
}

function countHeaders(request: Asked): number {
  if ('incoming' in request) return countRawHeaders(request.incoming.rawHeaders)
  let size = 0
  request.headers.forEach((value, name) => {
    size += name.length + value.length + 4
  })
  return size
}

/** Bytes of the headers as they came in: names and values in turn. */
export function countRawHeaders(rawHeaders: readonly string[]): number {
  let size = 0
  for (const part of rawHeaders) size += part.length + 2
  return size
}
