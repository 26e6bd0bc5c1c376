// Resource versions as weak entity tags (RFC 7644 §3.14, RFC 9110 §8.8.3).

/** `W/"3"`. */
export function renderETag(version: number): string {
  return `W/"${version}"`
}

// What stands before a tag: a comma after the first one, and W/ for a weak one.
function isLead(lead: string, isFirst: boolean): boolean {
  const trimmed = lead.trim()
  if (!isFirst && !trimmed.startsWith(',')) return false
  const mark = (isFirst ? trimmed : trimmed.slice(1)).trim()
  return mark === '' || mark === 'W/'
}

/** What a proxy that compresses answers adds to a tag, inside its quotes (RFC 9110 §8.8.3.3: Apache and Jetty do). */
const codingSuffix = /(?:--?|;)(?:gzip|deflate|br|zstd)"$/

/** Weak comparison (RFC 9110 §8.8.3.2) of an If-Match or If-None-Match list; `*` matches, what is malformed does not. A compressing proxy's mark is no part of a tag. */
export function matchesETag(header: string, etag: string): boolean {
  if (header.trim() === '*') return true
  const wanted = etag.startsWith('W/') ? etag.slice(2) : etag
  let position = 0
  while (position < header.length) {
    const open = header.indexOf('"', position)
    const close = open < 0 ? -1 : header.indexOf('"', open + 1)
    if (close < 0 || !isLead(header.slice(position, open), position === 0)) return false
    const tag = header.slice(open, close + 1)
    if (tag === wanted || tag.replace(codingSuffix, '"') === wanted) return true
    position = close + 1
  }
  return false
}
