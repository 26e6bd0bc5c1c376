// PostgreSQL's error codes, turned into the store's words.
import { codeOf, memberOf, messageOf } from '../base/unknown.ts'
import {
  StoreConflict,
  StoreKept,
  StoreRefusal,
  StoreUnavailable,
  StoreUnkeepable,
  type UniqueConstraint,
} from './errors.ts'

const constraints: readonly (readonly [string, UniqueConstraint])[] = [
  ['user_user_name_unique', 'user_name'],
  ['organization_slug_unique', 'organization_slug'],
  ['domain_name_unique', 'domain'],
  ['identity_', 'identity'],
  ['connection_place_acs_path', 'acs_path'],
  ['group_unique_name', 'group_name'],
  ['deleted_user_', 'kept_word'],
]

/** An open connection on which no answer came: whether what was asked there was done, nobody knows. */
export class ConnectionSilent extends Error {
  readonly code = 'ETIMEDOUT'
  constructor(milliseconds: number) {
    super(`no answer came for ${(milliseconds / 1_000).toFixed(1)} s`)
    this.name = 'ConnectionSilent'
  }
}

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
])

function stateOf(error: unknown): string {
  return codeOf(error) ?? ''
}

/** Whether the connection is gone, not the statement wrong: class 08, 57P0x, 25P03, or a fault of the network. */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return false
  const code = stateOf(error)
  if (code.startsWith('08') || code.startsWith('57P') || code === '25P03' || networkCodes.has(code))
    return true
  return code === '' && /connection|not queryable|timeout expired/i.test(messageOf(error))
}

/**
 * Whether the server rolled the unit back through no fault of its own, so that it may run again: deadlock,
 * serialization failure, and a prepared statement whose first Parse fell into another unit's failed transaction.
 */
export function isRolledBack(error: unknown): boolean {
  return ['40P01', '40001', ...nameCodes].includes(stateOf(error))
}

// What a server says of a prepared statement's name that it does not know, or knows already.
const nameCodes = ['26000', '42P05']

/** A pooler gave the unit another server than the one that the statement's name was made on. */
export function isNameUnknown(error: unknown): boolean {
  return nameCodes.includes(stateOf(error))
}

/** The server takes no writes: it has become a replica, or was made so. */
export function isReadOnly(error: unknown): boolean {
  return stateOf(error) === '25006'
}

// A right, the role of requests, a table, its schema or a column: somebody has taken away what was there at the start.
const withdrawnCodes = new Set(['42501', '42P01', '42703', '3F000'])
/** A row of another organization was to be written: that is a fault of ours, and no state of the store. */
const isForeignRow = (error: unknown): boolean => /violates row-level security/.test(messageOf(error))
const isRoleGone = ({ code, message }: { readonly code?: unknown; readonly message?: string }): boolean =>
  code === '22023' && /^role ".*" does not exist$/.test(message ?? '')

/** The store is away because the service has lost a right: who asks is told to try again in ten seconds. */
export const withdrawn = (cause: unknown): StoreUnavailable =>
  new StoreUnavailable('the database does not let the service do its work', cause, 10)

const own = [StoreUnavailable, StoreConflict, StoreKept, StoreUnkeepable] as const

// Constraint names carry a suffix on distributed tables, hence startsWith.
/** The store's own error for an error of PostgreSQL; any other is left as it is. */
export function mapPostgresError(error: unknown): unknown {
  if (own.some((kind) => error instanceof kind)) return error
  const code = stateOf(error)
  if (code === '23505') {
    const name = String(memberOf(error, 'constraint') ?? '')
    return new StoreConflict(constraints.find(([prefix]) => name.startsWith(prefix))?.[1] ?? 'other', error)
  }
  // A character that its encoding has not: U+0000, in a text or in JSON.
  if (code === '22021' || code === '22P05') return new StoreUnkeepable(error)
  if (isConnectionLoss(error) || isRolledBack(error))
    return new StoreUnavailable('the database cannot be reached', error)
  if (code === '57014' || code === '55P03')
    return new StoreUnavailable('the database did not answer in time', error)
  if (code.startsWith('53')) return new StoreUnavailable('the database is out of resources', error, 10)
  // What a trigger of ours says is about one change, not about the store (migration 29).
  if (code === '42501' && memberOf(error, 'routine') === 'exec_stmt_raise')
    return new StoreKept(messageOf(error), error)
  if ((withdrawnCodes.has(code) && !isForeignRow(error)) || isRoleGone(error as Error))
    return withdrawn(error)
  if (code === '25006') return new StoreUnavailable('the database is read-only', error, 5)
  return error
}

/** Why the database cannot be used, in words for the operator; never with the URL, which may hold a password. */
export function toStartRefusal(setting: string, error: unknown): StoreRefusal {
  if (error instanceof StoreRefusal) return error
  const cause = error instanceof StoreUnavailable && error.cause !== undefined ? error.cause : error
  const code = stateOf(cause)
  const reason = messageOf(cause) || code
  const advice = startAdvice.find(({ matches }) => matches.test(code) || matches.test(reason))?.text
  return new StoreRefusal(
    `${setting}: PostgreSQL cannot be used: ${reason}${advice === undefined ? '' : `. ${advice}`}`,
    error,
  )
}

const tlsAdvice = 'docs/postgresql.md says which certificates hosted databases have'
const startAdvice: readonly { readonly matches: RegExp; readonly text: string }[] = [
  {
    matches: /^(?:UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|CERT_)/,
    text: `The server's certificate is not signed by an authority that is known here: name the file with the authority's certificates in sslrootcert; ${tlsAdvice}`,
  },
  {
    matches: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    text: `The server's certificate is for another name: connect by that name, or take sslmode=verify-ca with sslrootcert; ${tlsAdvice}`,
  },
  {
    matches: /does not support SSL/,
    text: 'The server takes no TLS: switch it on there, or, in a network that you trust, take sslmode=disable',
  },
  {
    matches: /no encryption|SSL off/,
    text: 'The server takes connections with TLS only: take sslmode=require or stricter',
  },
  {
    matches: /^25006$/,
    text: 'The server is a replica, or default_transaction_read_only is set for the database or its user: name the server that takes writes, or take that setting away',
  },
  {
    matches: /^53300$/,
    text: 'A node holds up to 13 connections, more with workers, and who migrates takes two more: raise max_connections or the CONNECTION LIMIT, or put a pooler between',
  },
  {
    matches: /unsupported startup parameter/,
    text: 'The pooler takes no such parameter: leave it out of the URL, or name it in its ignore_startup_parameters',
  },
]
