// The room `server/store`: the one way to the rows, with two dialects behind one interface. It knows tables and transactions, and no rule
// of the product.
//
// 1. A room writes a statement once (`statement.ts`); it is compiled for each dialect and prepared for each connection.
// 2. `inOrganization(scope, work)` opens a unit of work; the queue of the organization lets it in (`fair`, `waiting`).
// 3. Inside it, reads are answered at once; writes leave with the next read or with COMMIT.
// 4. `sqlite.ts` puts units that arrive together into one COMMIT; `postgres-units.ts` sends a flush, or takes a connection.
// 5. What the database says no to comes out in our words (`errors.ts`). What must be looked after later is in `due.ts`.
// Where the dialects differ, a statement asks `dialect` (`dialect.ts`). Tables are described in `schema.ts` and made by `migrations/`.
//
// The one way to the rows. Inside an organization one needs its scope, and a scope comes only from authentication.
// Owns the interface; sqlite.ts and postgres.ts are the two ways to keep its promises.
import type { Comer } from './comer.ts'
import type { Statement } from './statement.ts'

declare const scopeBrand: unique symbol

/** The right to work inside one organization. */
export interface OrganizationScope {
  readonly organizationId: string
  readonly [scopeBrand]: true
}

/** Called by what authenticates a credential or checks a permission, and by jobs; nowhere else (a test counts them). */
export function createScope(organizationId: string): OrganizationScope {
  if (!/^org_[0-9a-z]{26}$/.test(organizationId)) throw new Error('not the id of an organization')
  return { organizationId } as OrganizationScope
}

/** Why somebody works outside any organization. The whole list. */
export type Purpose =
  | 'authenticate' // API key secrets by hash, with their organization
  | 'organizations' // organizations by slug, and lists of them
  | 'sign-in' // the organization of a connection, a session or a link
  | 'discovery' // the organizations that proved a domain
  | 'operator' // the operator's links and sessions
  | 'feed' // events of all organizations, for the operator's product
  | 'deliveries' // webhook endpoints, what waits for them, what they answered
  | 'applications' // OpenID Connect: clients, codes, tokens, signing keys, whose subject it is
  | 'settings' // the operator's key, the check of the secret key
  | 'jobs' // leases, the nodes that serve, and the organizations that a job visits

/** A unit of work. `write` is sent with the next read or with the COMMIT; what fails there fails the whole unit. */
export interface Tx<R extends 'organization' | 'installation'> {
  first<Args, Row>(statement: Statement<R, Args, Row>, args: NoInfer<Args>): Promise<Row | undefined>
  all<Args, Row>(statement: Statement<R, Args, Row>, args: NoInfer<Args>): Promise<readonly Row[]>
  /** A write whose rows (RETURNING) are needed before COMMIT. */
  change<Args, Row>(statement: Statement<R, Args, Row>, args: NoInfer<Args>): Promise<readonly Row[]>
  write<Args>(statement: Statement<R, Args, unknown>, args: NoInfer<Args>): void
}

/** A unit of work inside one organization. */
export interface OrganizationTx extends Tx<'organization'> {
  readonly organizationId: string
}
/** A unit of work of either reach, as a store carries it out; the id is empty outside any organization. */
export interface UnitTx extends Tx<'organization' | 'installation'> {
  readonly organizationId: string
}
/** A unit of work outside any organization. */
export type InstallationTx = Tx<'installation'>

/** How busy the store is. */
export interface StoreStats {
  readonly waiting: number
  readonly connections: number
}

/** Where requests of an organization are counted: those of its directory, and those of its console and the management API, apart. */
export interface Line {
  readonly organizationId: string
  readonly name: 'directory' | 'console'
}

/** The store, as rooms above use it. */
export interface Database {
  /** As operators know it. */
  readonly kind: 'embedded' | 'postgres'
  /** Whether several processes may serve on it; the embedded store has one, so nobody else holds anything when it starts. */
  readonly isShared: boolean
  /**
   * One transaction: all or nothing, resolved after its COMMIT is durable. `work` may be run again when the connection
   * was lost before COMMIT or two transactions stood in each other's way, so it changes nothing but through `tx`.
   */
  inOrganization<T>(scope: OrganizationScope, work: (tx: OrganizationTx) => Promise<T>): Promise<T>
  /** One read in one round trip, tried once more when the connection was lost. */
  readOrganization<Args, Row>(
    scope: OrganizationScope,
    statement: Statement<'organization', Args, Row>,
    args: NoInfer<Args>,
  ): Promise<readonly Row[]>
  inInstallation<T>(purpose: Purpose, work: (tx: InstallationTx) => Promise<T>): Promise<T>
  readInstallation<Args, Row>(
    purpose: Purpose,
    statement: Statement<'installation', Args, Row>,
    args: NoInfer<Args>,
  ): Promise<readonly Row[]>
  /**
   * Counts a request of the organization in; undefined when as many are under way as its queue takes of this comer: the last places of
   * a line are kept for whoever stands above, and nobody alone has more than half of their rung's. What is returned is called when the
   * request is answered.
   */
  enter(line: Line, comer?: Comer): (() => void) | undefined
  /**
   * Runs a unit of an act when it is its turn: acts of an organization (an empty id is the installation) come one after another, and whoever
   * waits for one of this process holds nothing of the store meanwhile. Never one inside another.
   */
  inTurn<T>(organizationId: string, unit: () => Promise<T>): Promise<T>
  /** `listen` is told after each unit of work of this process that may have written, jobs' own books aside. Returns what ends it. */
  watchWrites(listen: () => void): () => void
  /** Resolves when the store answers; throws StoreUnavailable. */
  ping(): Promise<void>
  stats(): StoreStats
  /** Waits for work under way, then closes. */
  close(): Promise<void>
}

/** Told after each unit of work, for the metrics. */
export type ObserveStore = (kind: 'read' | 'write', durationMs: number) => void

/**
 * What a unit of work had to wait for before it began: its organization's turn, the embedded store's one writer, a connection of its
 * own, the same of a job, or one of the shared connections.
 */
export type StoreWait = 'turn' | 'writer' | 'connection' | 'job_connection' | 'shared_connection'

/** Told after each wait, also of one in vain; never of a unit that began at once. */
export type ObserveWait = (what: StoreWait, durationMs: number) => void
