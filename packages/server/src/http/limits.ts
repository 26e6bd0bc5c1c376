// The limits that hold for every door, and the time-outs of the server.

export const maxUrlBytes = 8 * 1_024
export const maxHeaderBytes = 16 * 1_024
export const maxBodyBytes = 1_024 * 1_024
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
export const maxConnections = 5_000

/** What is too long, if anything is. */
export function findOversize(url: string, headers: Headers): 'url' | 'headers' | undefined {
  if (url.length > maxUrlBytes) return 'url'
  let size = 0
  headers.forEach((value, name) => {
    size += name.length + value.length + 4
  })
  return size > maxHeaderBytes ? 'headers' : undefined
}
