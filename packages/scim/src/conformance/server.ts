// The server as checks see it: requests, names of their own, and what is made once for many checks.

import type { JsonObject, JsonValue } from '../json.ts'
import { patchOpUrn } from '../urn.ts'
import type { Answer } from './answer.ts'
import type { AskOptions, Connection } from './connection.ts'
import { resolveReference } from './reference.ts'

export interface Server {
  /** Without a slash at its end. */
  readonly baseUrl: string
  /** /ServiceProviderConfig as it was answered; empty where it was not. */
  readonly config: JsonObject
  /** What every user is made with, as the caller of the run gave it; "{unique}" in a text stands for a fresh word. */
  readonly user: JsonObject | undefined
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>
  get(path: string): Promise<Answer>
  post(path: string, body: JsonValue): Promise<Answer>
  put(path: string, body: JsonValue): Promise<Answer>
  /** RFC 7644 §3.5.2, with the message's schema. */
  patch(path: string, ...operations: readonly JsonObject[]): Promise<Answer>
  remove(path: string): Promise<Answer>
  /** GET with query parameters. */
  query(path: string, parameters: Readonly<Record<string, string>>): Promise<Answer>
  /** The URL of a reference: relative ones are resolved against the base URL (RFC 7643 §2.3.7, RFC 3986 §5.2). */
  resolve(reference: string): string
  /** A name that nothing else in this run has; it begins with the prefix of the run. */
  unique(label: string): string
  /** What the name stands for, made at its first use. */
  once<T>(name: string, make: () => Promise<T>): Promise<T>
}

/** `prefix` should be unlike that of any other run against the same server. */
export function createServer(
  connection: Connection,
  baseUrl: string,
  config: JsonObject,
  prefix: string,
  user?: JsonObject,
): Server {
  const kept = new Map<string, Promise<unknown>>()
  let names = 0
  const { ask } = connection
  return {
    baseUrl,
    config,
    user,
    ask,
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, { body }),
    put: (path, body) => ask('PUT', path, { body }),
    patch: (path, ...Operations) => ask('PATCH', path, { body: { schemas: [patchOpUrn], Operations } }),
    remove: (path) => ask('DELETE', path),
    query: (path, parameters) => ask('GET', `${path}?${toQuery(parameters)}`),
    resolve: (reference) => resolveReference(baseUrl, reference),
    unique(label) {
      names += 1
      return `${prefix}-${names}-${label}`
    },
    once<T>(name: string, make: () => Promise<T>): Promise<T> {
      const known = kept.get(name) ?? make()
      kept.set(name, known)
      return known as Promise<T>
    },
  }
}

function toQuery(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
}
