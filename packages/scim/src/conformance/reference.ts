// References that a server gives, as URLs and as paths below its base URL (RFC 7643 §2.3.7).

/** The URL of a reference: a relative one is resolved against the base URL (RFC 3986 §5.2). */
export function resolveReference(baseUrl: string, reference: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(reference)) return reference
  const [scheme = '', host = ''] = baseUrl.split('//')
  if (reference.startsWith('//')) return scheme + reference
  if (reference.startsWith('/')) return `${scheme}//${host.split('/')[0] ?? ''}${reference}`
  // RFC 7643 §8 writes "../Users/1" in its examples where it means "Users/1".
  return `${baseUrl}/${reference.replace(/^(\.\.?\/)+/, '')}`
}

/** A reference as a path below the base URL, where it is below it. */
export function toPath(baseUrl: string, reference: string): string {
  const url = resolveReference(baseUrl, reference)
  return url.startsWith(`${baseUrl}/`) ? url.slice(baseUrl.length) : url
}
