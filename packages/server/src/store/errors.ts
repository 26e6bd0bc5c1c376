// How the store says no. One mapper a dialect makes these; rooms above know nothing of SQL states.

/** A unique constraint, named for what it keeps apart. */
export type UniqueConstraint =
  | 'user_name'
  | 'organization_slug'
  | 'domain'
  | 'identity'
  | 'acs_path'
  | 'group_name'
  | 'kept_word'
  | 'other'

/** A write met a row that already holds the value. */
export class StoreConflict extends Error {
  readonly constraint: UniqueConstraint
  constructor(constraint: UniqueConstraint, cause: unknown) {
    super(`a row already holds this ${constraint}`, { cause })
    this.name = 'StoreConflict'
    this.constraint = constraint
  }
}

/** The database itself keeps what was to be changed: the audit log, the ids of organizations. */
export class StoreKept extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'StoreKept'
  }
}

/** A text holds a character that the database cannot keep: the doors refuse it, and this is behind them. */
export class StoreUnkeepable extends Error {
  constructor(cause: unknown) {
    super('a text holds a character that the store cannot keep', { cause })
    this.name = 'StoreUnkeepable'
  }
}

/** The store cannot be reached or cannot write now; the caller may try again after `retryAfterSeconds`. */
export class StoreUnavailable extends Error {
  readonly retryAfterSeconds: number
  constructor(reason: string, cause: unknown, retryAfterSeconds = 1) {
    super(reason, { cause })
    this.name = 'StoreUnavailable'
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/**
 * What a unit of work needs is held by somebody who may wait for what it holds itself: all of it is undone, and begun once more. Thrown by
 * the unit; whoever asked for the unit never sees it. The embedded store runs one unit at a time: there nothing is held.
 */
export class StoreRestart extends Error {
  constructor() {
    super('what the unit needs is held by another one')
    this.name = 'StoreRestart'
  }
}

/** The service must not start on this store; the message tells the operator what to do. */
export class StoreRefusal extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'StoreRefusal'
  }
}
