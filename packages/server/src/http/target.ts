// The target of a request as it came in, put into the one form that every door reads.

const encodedUnreserved = /%(?:2[de]|3\d|4[1-9a-f]|5[\daf]|6[1-9a-f]|7[\dae])/gi

/** `/Users/usr%5F1?a=%41` is `/Users/usr_1?a=%41`: an unreserved character means the same however it is written (RFC 3986 §6.2.2.2). */
export function normalizeTarget(target: string): string {
  const end = target.indexOf('?')
  const path = end < 0 ? target : target.slice(0, end)
  if (!path.includes('%')) return target
  const plain = path.replace(encodedUnreserved, (sent) =>
    String.fromCharCode(Number.parseInt(sent.slice(1), 16)),
  )
  return end < 0 ? plain : plain + target.slice(end)
}
