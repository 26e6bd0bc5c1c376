// How long an address on the web may be that we keep: each answer that leads there carries it.

/** The most bytes of such an address. */
export const maxStoredUrlBytes = 2_048

/** Whether it is short enough to be kept. */
export function isStorable(url: string): boolean {
  return Buffer.byteLength(url) <= maxStoredUrlBytes
}
