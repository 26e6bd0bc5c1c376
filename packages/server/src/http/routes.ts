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

/** Whether these segments are one of `pattern`, in which `{name}` stands for any one. */
export function isPathOf(pattern: string, segments: readonly string[]): boolean {
  const parts = pattern === '' ? [] : pattern.split('/')
  return (
    parts.length === segments.length &&
    parts.every((part, at) => part.startsWith('{') || part === segments[at])
  )
}
