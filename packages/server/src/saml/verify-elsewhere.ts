// Verifies large responses on a thread of its own, so that nobody else waits for them; organizations take turns, and inside one its
// connections.
import { createElsewhere } from './elsewhere.ts'
import type { Verification } from './signature-engine.ts'

/** Of one connection. */
const maxWaiting = 50

/** Thrown when a connection's own queue is full: nothing was looked at. */
export class VerifierBusy extends Error {
  readonly retryAfterSeconds = 5
  constructor() {
    super('Too many large responses wait to be verified')
    this.name = 'VerifierBusy'
  }
}

/** Resolves as verifySignatures does. Throws VerifierBusy. */
export const verifyElsewhere = createElsewhere<Verification, string | undefined>(
  'verify-worker',
  maxWaiting,
  () => new VerifierBusy(),
)
