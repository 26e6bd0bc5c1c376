// Whether a document is one that Kubernetes, or the Prometheus operator, takes: its types by the schemas of `kubernetes-models`, and every
// field known to them. A cluster would drop a field that it does not know without a word.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
}

/** Names of fields that were read, by the path of what has them. */
type Reads = Map<string, Set<string>>

/** What is wrong with a document, one sentence a fault. `modules`: where the schemas are installed. */
export async function findFaults(document: Manifest, modules: string): Promise<readonly string[]> {
  const { apiVersion, kind } = document
  const own = apiVersion.startsWith('monitoring.coreos.com/')
    ? '@kubernetes-models/prometheus-operator'
    : 'kubernetes-models'
  const file = join(modules, own, apiVersion, `${kind}.js`)
  if (!existsSync(file)) return [`there is no ${kind} of ${apiVersion}`]
  const loaded: Readonly<Record<string, { readonly prototype: { validate(this: unknown): void } }>> =
    await import(pathToFileURL(file).href)
  const reads: Reads = new Map()
  try {
    // A model of its own would be a copy, whose reads nobody sees.
    loaded[kind]?.prototype.validate.call(noteReads(document, '', reads))
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
  return listUnread(document, '', reads)
}

/** The same value, which notes what a validator reads of it. */
function noteReads<T>(value: T, path: string, reads: Reads): T {
  if (typeof value !== 'object' || value === null) return value
  const read = reads.get(path) ?? new Set()
  reads.set(path, read)
  return new Proxy(value, {
    get(target, name, receiver) {
      const found: unknown = Reflect.get(target, name, receiver)
      if (typeof name !== 'string') return found
      read.add(name)
      return noteReads(found, `${path}/${name}`, reads)
    },
  })
}

/** A validator reads every field that its schema knows, and every key where it allows any. */
function listUnread(value: unknown, path: string, reads: Reads): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  const read = reads.get(path)
  // Of what a schema leaves open nothing is read.
  if (read === undefined || (read.size === 0 && !path.includes('/'))) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    read.has(name) ? listUnread(inner, `${path}/${name}`, reads) : [`${path}/${name} is no field of it`],
  )
}
