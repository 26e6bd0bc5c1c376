// The store on PostgreSQL 15 or newer: reached, brought to this version, looked at, served.
import type { ObserveStore, ObserveWait } from './database.ts'
import { StoreUnavailable } from './errors.ts'
import type { Store } from './fair.ts'
import { migrations } from './migrations/index.ts'
import { type ConnectionTimes, createConnections } from './postgres-connections.ts'
import { toStartRefusal } from './postgres-errors.ts'
import { createLink } from './postgres-link.ts'
import { migratePostgres, readLogin } from './postgres-migrate.ts'
import { startNode } from './postgres-nodes.ts'
import { type Clients, createClients, type Tell, untilReachable } from './postgres-start.ts'
import { assertGuarded, serveUnits } from './postgres-units.ts'
import { contractPostgres, type UpgradeOptions } from './postgres-upgrade.ts'
import type { PostgresAddress } from './postgres-url.ts'

/** Where the database is, and as whom. */
export interface PostgresAddresses {
  /** As whom requests are served. */
  readonly serve: PostgresAddress
  /** Who owns the tables, where that is somebody else. */
  readonly migrate?: PostgresAddress | undefined
}

/** How the store is opened. */
export interface PostgresOptions extends PostgresAddresses {
  /** How long a database that is still starting is waited for. */
  readonly waitMs: number
  readonly isMigrating: boolean
  readonly observe: ObserveStore
  readonly observeWait?: ObserveWait
  readonly onConnectionLoss: (error: unknown) => void
  /** What the operator should know. */
  readonly tell: Tell
  /** Of a node that serves; absent: a command, or a test. */
  readonly version?: string
  readonly now: () => number
  readonly times?: ConnectionTimes
  /** How many connections it holds at most; absent: all that a node may. */
  readonly places?: ConnectionPlaces | undefined
}

/** How many connections of each kind. */
export interface ConnectionPlaces {
  /** Shared by short units, which follow each other without waiting. */
  readonly shared: number
  /** Each lent to one unit at a time. */
  readonly own: number
}

const placesOfNode: ConnectionPlaces = { shared: 4, own: 8 }

/**
 * A worker's places where a node has so many workers: its share of the node's, and no fewer than it takes to go on while one
 * connection is held up. The main thread of such a node, which runs the jobs, has those of one of two workers.
 */
export function placesOfWorker(workers: number): ConnectionPlaces {
  const share = (all: number, least: number): number => Math.max(least, Math.ceil(all / workers))
  return { shared: share(placesOfNode.shared, 1), own: share(placesOfNode.own, 2) }
}

/** Contracts what no older node needs any more, where migrations are a step of their own; returns the nodes that the rest waits for. */
export async function contractStore({ serve, migrate }: PostgresAddresses): Promise<readonly string[]> {
  const clients = createClients(migrate ?? serve)
  // Finds out as well whether the server has TLS, where the mode leaves that open.
  const setting = migrate === undefined ? 'DATABASE_URL' : 'ROLLCALL_MIGRATE_URL'
  await untilReachable(setting, clients, { waitMs: 0, tell: () => undefined })
  return contractPostgres({ isMigrating: true, create: clients.create })
}

/** Connects, brings the database to this version and serves; throws StoreRefusal with what the operator must do. */
export async function openPostgres(options: PostgresOptions): Promise<Store> {
  const clients = createClients(options.serve)
  await untilReachable('DATABASE_URL', clients, options)
  const { schema, upgrade } = await prepare(clients, options)
  const connections = createConnections({
    create: () => clients.create({ isPipelined: true }),
    schema,
    ...(options.places ?? placesOfNode),
    onLoss: options.onConnectionLoss,
    // Where the mode leaves it open, the server that has taken over may want TLS, or have none.
    onRefused: clients.mayDiffer,
    ...(options.times === undefined ? {} : { times: options.times }),
    ...(options.observeWait === undefined ? {} : { onWait: options.observeWait }),
  })
  const link = createLink(connections, schema, options.tell)
  try {
    await assertGuarded(link)
    const store = serveUnits(link, options.observe)
    return options.version === undefined ? store : await asNode(store, options.version, options.tell, upgrade)
  } catch (error) {
    await connections.close()
    throw toStartRefusal('DATABASE_URL', error)
  }
}

interface Prepared {
  /** That the tables are in. */
  readonly schema: string
  /** How this node may change them; undefined where it may not. */
  readonly upgrade: UpgradeOptions | undefined
}

/** Migrates, as the owner where there is one beside. */
async function prepare(clients: Clients, options: PostgresOptions): Promise<Prepared> {
  const { isMigrating, tell, migrate: owner } = options
  const login = owner === undefined ? undefined : await readLogin(clients)
  const owners = owner === undefined ? clients : createClients(owner)
  if (owner !== undefined) await untilReachable('ROLLCALL_MIGRATE_URL', owners, options)
  const upgrade: UpgradeOptions = { isMigrating, tell, create: owners.create }
  const { schema, mayMigrate } = await migratePostgres(login === undefined ? upgrade : { ...upgrade, login })
  return { schema, upgrade: mayMigrate && isMigrating ? upgrade : undefined }
}

/** Of a stop: a database that does not answer learns later that the node is gone. */
const goodbyeMs = 500

/** The store of a node that other nodes know of. */
async function asNode(
  store: Store,
  version: string,
  tell: Tell,
  upgrade: UpgradeOptions | undefined,
): Promise<Store> {
  const node = await startNode({
    run: (work) => store.inInstallation('jobs', work),
    version,
    migration: migrations.length,
    tell,
    ...(upgrade === undefined ? {} : { contract: () => contractPostgres(upgrade) }),
  })
  return {
    ...store,
    ping: () =>
      node.isGivenUp()
        ? Promise.reject(new StoreUnavailable('a newer version has taken this node for gone', undefined))
        : store.ping(),
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, goodbyeMs)
      await Promise.race([node.stop(), promise])
      clearTimeout(timer)
      await store.close()
    },
  }
}
