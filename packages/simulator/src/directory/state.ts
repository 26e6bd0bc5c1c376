// What a pretend identity provider holds: people, groups, and one application that it provisions. Shapes only.

export interface DirectoryPerson {
  readonly id: string
  readonly userName: string
  readonly givenName: string
  readonly familyName: string
  readonly isActive: boolean
}

export interface DirectoryGroup {
  readonly id: string
  readonly name: string
  /** Ids of people. */
  readonly members: readonly string[]
}

/** How the application is asked: Okta's catalogue apps and Entra update with PATCH, Okta's custom apps with PUT. */
export type Flavour = 'okta' | 'okta-put' | 'entra'

export interface Provisioning {
  readonly baseUrl: string
  /** Never shown again after it was saved. */
  readonly token: string
  readonly flavour: Flavour
  readonly creates: boolean
  readonly updates: boolean
  readonly deactivates: boolean
}

/** How far the application is with one person or group. */
export interface Link {
  readonly remoteId: string | undefined
  readonly status: 'pending' | 'provisioned' | 'deactivated' | 'failed' | 'not provisioned'
  /** Why, in the server's words, where it failed. */
  readonly detail: string
}

export interface LogLine {
  readonly method: string
  readonly path: string
  /** 0 when nobody answered. */
  readonly status: number
}

export interface DirectoryState {
  readonly people: readonly DirectoryPerson[]
  readonly groups: readonly DirectoryGroup[]
  readonly provisioning: Provisioning
  /** Ids of people, and of groups whose people they stand for. */
  readonly assigned: ReadonlySet<string>
  /** Ids of groups that are pushed. */
  readonly pushed: ReadonlySet<string>
  /** By id of person or group. */
  readonly links: ReadonlyMap<string, Link>
  /** The newest first. */
  readonly log: readonly LogLine[]
  /** What the last test of the credentials came to. */
  readonly test: { readonly isFine: boolean; readonly detail: string } | undefined
}
