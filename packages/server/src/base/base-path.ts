// The path of the public URL, where it has one: the proxy in front may take it off or leave it on, and everything behind it
// reads addresses without. What a browser is told has it again.

/** First segments, or more, of everything that the service answers by a name of its own. */
const ownPlaces = [
  '/api/v1',
  '/assets',
  '/brand',
  '/embed',
  '/confirm',
  '/healthz',
  '/installation',
  '/invitation',
  '/me',
  '/metrics',
  '/oidc',
  '/organizations',
  '/portal',
  '/readyz',
  '/recovery',
  '/saml',
  '/scim/oauth',
  '/scim/v2',
  '/sign-out',
  '/signed-out',
  '/sso',
  '/.well-known',
] as const

/** Without a slash at its end; empty for a public URL at the root of its host. */
export function basePathOf(url: string): string {
  return new URL(url).pathname.replace(/\/+$/, '')
}

/** Which of the service's own places such a path could be taken for, were it taken off by one proxy and left on by another. */
export function findClash(basePath: string): string | undefined {
  return ownPlaces.find((place) => isUnder(basePath, place) || isUnder(place, basePath))
}

/** Of a request, `GET /rollcall/sso?email=…` or `GET /sso?email=…`: without the path of the public URL, which may have been taken off. */
export function withoutBasePath(target: string, basePath: string): string {
  if (basePath === '' || !target.startsWith(basePath)) return target
  const rest = target.slice(basePath.length)
  if (rest === '' || rest.startsWith('?')) return `/${rest}`
  return rest.startsWith('/') ? rest : target
}

/** Whether a path is a place, or lies below it. */
export function isUnder(path: string, place: string): boolean {
  return path.startsWith(place) && (path.length === place.length || path[place.length] === '/')
}
