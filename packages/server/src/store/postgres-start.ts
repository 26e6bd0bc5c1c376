// The first connection to PostgreSQL: how clients are made from the URL, which of plain and TLS the server takes where the mode
// leaves it open, and waiting for a database that is still starting.

import { Client, type ClientConfig, types } from 'pg'
import { codeOf, messageOf } from '../base/unknown.ts'
import { isConnectionLoss, toStartRefusal } from './postgres-errors.ts'
import type { PostgresAddress } from './postgres-url.ts'

/** What the operator should know while the service does not serve yet. */
export type Tell = (what: Readonly<Record<string, unknown>>, message: string) => void

/** Makes clients of the driver. */
export interface Clients {
  create(options?: { readonly isPipelined?: boolean }): Client
  /** After a refused attempt: whether another one, with TLS or without it, is what the mode asks for. */
  mayDiffer(error: unknown): boolean
}

/** Times and counts fit a JavaScript number; the driver would hand them out as text. */
const bigintOid = 20

/** Clients for this address. */
export function createClients(address: PostgresAddress): Clients {
  const { host, port, user, password, database, mode, tls, extra } = address
  const isSocket = host?.startsWith('/') === true
  let isTls = !isSocket && mode !== 'disable' && mode !== 'allow'
  const settings: ClientConfig = {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // The one start-up parameter beside user and database: poolers know it.
    application_name: 'rollcall',
    ...extra,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === bigintOid ? Number : types.getTypeParser(oid, format),
    },
  }
  return {
    create: ({ isPipelined = false } = {}) =>
      new Client({ ...settings, ssl: isTls ? tls : false, pipeline: isPipelined }),
    mayDiffer(error) {
      const isOpen =
        (mode === 'prefer' && isTls && /does not support SSL/.test(messageOf(error))) ||
        (mode === 'allow' && !isSocket && !isTls && codeOf(error) === '28000')
      if (!isOpen) return false
      isTls = !isTls
      return true
    },
  }
}

const pauseMs = 500

/** Resolves when the database takes a connection; throws StoreRefusal with why it does not, after `waitMs` where that may pass. */
export async function untilReachable(
  setting: string,
  clients: Clients,
  {
    waitMs,
    tell,
    tellMs = 5_000,
  }: { readonly waitMs: number; readonly tell: Tell; readonly tellMs?: number },
): Promise<void> {
  const startedAt = performance.now()
  let toldAt = startedAt
  for (;;) {
    const error = await tryConnect(clients)
    if (error === undefined) return
    if (clients.mayDiffer(error)) continue
    const now = performance.now()
    if (!mayPass(error) || now - startedAt >= waitMs) throw toStartRefusal(setting, error)
    if (now - toldAt >= tellMs) {
      toldAt = now
      const seconds = Math.round((now - startedAt) / 1_000)
      tell({ setting, reason: messageOf(error), seconds }, 'waiting for the database')
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

async function tryConnect(clients: Clients): Promise<unknown> {
  const client = clients.create()
  client.on('error', () => undefined)
  try {
    await client.connect()
    return undefined
  } catch (error) {
    return error
  } finally {
    await client.end().catch(() => undefined)
  }
}

// A server that is away, starting or without a place for us, and a name that is not known yet; never a wrong password.
function mayPass(error: unknown): boolean {
  const code = codeOf(error) ?? ''
  return isConnectionLoss(error) || code === '53300' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH'
}
