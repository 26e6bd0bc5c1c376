// What a door answers, said by the table that it looks requests up in: a route that is not in the list is not answered either.

/** A door with the list of what it answers: `METHOD /path`, a parameter as `{name}`, `*` for any method. */
export type WithRoutes<Door> = Door & { readonly routes: readonly string[] }

/** A door that says which routes it answers. */
export function withRoutes<Door extends object>(door: Door, routes: readonly string[]): WithRoutes<Door> {
  return Object.assign(door, { routes })
}

type Table = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** The routes of a table of paths with their methods, below `prefix`. */
export function listRoutes(prefix: string, table: Table): string[] {
  return Object.entries(table).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${prefix}${path}`),
  )
}

/** The route of a door's list that a request was answered by, without its method; undefined where it is none of them. */
export function findRoute(routes: readonly string[], method: string, path: string): string | undefined {
  const segments = path.split('/')
  const asked = method === 'HEAD' ? 'GET' : method
  for (const route of routes) {
    const [own, pattern = ''] = route.split(' ')
    if ((own === asked || own === '*') && isPathOf(pattern, segments)) return pattern
  }
  return undefined
}

/** Of each pattern that a table has; null stands for any segment. */
const partsOf = new Map<string, readonly (string | null)[]>()

function toParts(pattern: string): readonly (string | null)[] {
  let parts = partsOf.get(pattern)
  if (parts === undefined) {
    parts = pattern === '' ? [] : pattern.split('/').map((part) => (part.startsWith('{') ? null : part))
    partsOf.set(pattern, parts)
  }
  return parts
}

/** Whether these segments are one of `pattern`, which is of a door's table, and in which `{name}` stands for any one. */
export function isPathOf(pattern: string, segments: readonly string[]): boolean {
  const parts = toParts(pattern)
  if (parts.length !== segments.length) return false
  for (let at = 0; at < parts.length; at += 1)
    if (parts[at] !== null && parts[at] !== segments[at]) return false
  return true
}
