// What the way out refuses, and why. The message may leave the house: it never holds an address that a name resolved to.
// What the machine said is the `cause`, for the log.

/** Why a call did not go out, or brought nothing. */
export type OutboundCode =
  | 'url_invalid'
  | 'scheme_refused'
  | 'port_refused'
  | 'address_refused'
  | 'not_resolved'
  | 'unreachable'
  | 'timed_out'
  | 'too_large'
  | 'redirected'
  | 'not_ok'

/** A call that was refused or failed; the message is written for an administrator. */
export class OutboundError extends Error {
  readonly code: OutboundCode

  constructor(code: OutboundCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'OutboundError'
    this.code = code
  }
}
