// The lockfile of `rollcall` for those who install it: npm reads a package's npm-shrinkwrap.json where it is installed, so
// that everybody has the bytes that were tested here. What goes beyond a package's own word, `overrides`, is in it as well.

export interface LockEntry {
  readonly version?: string
  readonly dev?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
  readonly [field: string]: unknown
}

export interface Lock {
  readonly lockfileVersion: number
  readonly packages: Readonly<Record<string, LockEntry>>
}

interface Root {
  readonly name: string
  readonly version: string
  readonly [field: string]: unknown
}

/** The place of what `name` is for a package at `from`, as Node finds it. */
function findPlace(packages: Lock['packages'], from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const place = `${at === '' ? '' : `${at}/`}node_modules/${name}`
    if (packages[place] !== undefined) return place
    if (at === '') return undefined
  }
}

function namesOf(entry: LockEntry): string[] {
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = entry
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta?.[name]?.optional)
  return [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]
}

/** The part of a lockfile that a package needs, with the package as its root. */
export function lockFor(root: Root, { lockfileVersion, packages }: Lock): Lock & Root {
  const reached = new Set<string>()
  const visit = (from: string, entry: LockEntry): void => {
    for (const name of namesOf(entry)) {
      const place = findPlace(packages, from, name)
      if (place === undefined) throw new Error(`the lockfile has no ${name} for ${from || root.name}`)
      if (reached.has(place)) continue
      reached.add(place)
      visit(place, packages[place] ?? {})
    }
  }
  const { name, version, license, dependencies, optionalDependencies, bin, engines } = root as Root &
    LockEntry
  const own = { name, version, license, dependencies, optionalDependencies, bin, engines } as LockEntry
  visit('', own)
  const entries = [...reached].toSorted().map((place) => {
    const { dev: _, ...entry } = packages[place] ?? {}
    return [place, entry] as const
  })
  const all = { '': own, ...Object.fromEntries(entries) }
  return { name, version, lockfileVersion, requires: true, packages: all }
}
