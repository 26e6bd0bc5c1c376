// What a peer is: software of others that the service is run against, what it stands on, and what is tried with it.
import type { Client } from '@rollcall/api'

export type Kind = 'SAML identity provider' | 'OpenID provider' | 'client of our provider'

/** Something that has to be on the machine before a peer can be started. */
export interface Need {
  readonly name: string
  /** How to get it: a command. */
  readonly get: string
  isThere(): boolean
}

/** What the peers of one run share. */
export interface Stage {
  readonly url: string
  readonly admin: Client
  /** For files of this run; removed at its end. */
  readonly folder: string
  /** An organization with a domain of its own. */
  addOrganization(): Promise<{ readonly slug: string; readonly domain: string; readonly domainId: string }>
  /** Does something while the service's clock is so far ahead, or behind. */
  shifted<T>(milliseconds: number, work: () => Promise<T>): Promise<T>
  /** What the service keeps of this organization's latest sign-ins, for whoever looks why one failed. */
  explain(slug: string): Promise<string>
}

export interface Running {
  /** As the software says it, or as its lock file does. */
  readonly version: string
  /** The last of what it printed, for whoever looks why a row failed. */
  output(): string
  stop(): Promise<void>
}

/** One line of the table. */
export interface Row {
  readonly title: string
  run(): Promise<void>
}

export interface Peer {
  readonly name: string
  readonly kind: Kind
  readonly needs: readonly Need[]
  /** Of all its rows, in their order: they stand in the table also where it is not installed. */
  readonly titles: readonly string[]
  /** Starts it; the rows are run one after the other. */
  start(stage: Stage): Promise<Running & { readonly rows: readonly Row[] }>
}
