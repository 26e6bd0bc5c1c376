// Resource versions as weak entity tags (RFC 7644 §3.14, RFC 9110 §8.8.3).

/** `W/"3"`. */
export function renderETag(version: number): string {
  return `W/"${version}"`
}

/** Weak comparison (RFC 9110 §8.8.3.2) of an If-Match or If-None-Match list; `*` matches, a malformed list does not. */
export function matchesETag(header: string, etag: string): boolean {
  if (header.trim() === '*') return true
  const wanted = etag.startsWith('W/') ? etag.slice(2) : etag
  let position = 0
  while (position < header.length) {
    const open = header.indexOf('"', position)
    const close = open < 0 ? -1 : header.indexOf('"', open + 1)
    if (close < 0) return false
    const lead = header.slice(position, open).trim()
    if (lead !== '' && lead !== ',' && lead !== 'W/' && !/^,\s{0,64}W\/$/.test(lead)) return false
    if (header.slice(open, close + 1) === wanted) return true
    position = close + 1
  }
  return false
}
