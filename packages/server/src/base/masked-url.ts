// An address as others are told of it: its path and its query may be a secret of whoever gave it, as those of chat services are.

/** The scheme and the host of a URL, and whether there is more. */
export function maskUrl(url: string): string {
  const { origin, pathname, search } = new URL(url)
  return pathname === '/' && search === '' ? origin : `${origin}/…`
}
