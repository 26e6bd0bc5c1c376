// What lets a test sign-in begin: made by a POST of whoever looks after the connection, good for some minutes and for the session that
// made it. Without it a link from elsewhere could begin a test in somebody's name.

import type { Envelope } from '../base/envelope.ts'
import { readJson } from '../base/json.ts'

const lifeMs = 600_000

/** Who made a ticket. */
export interface TestTicket {
  /** Null: made with the operator's key, or in a session of the operator. */
  readonly sessionId: string | null
}

/** A ticket for one connection, sealed. */
export function sealTestTicket(
  envelope: Envelope,
  connectionId: string,
  ticket: TestTicket,
  now: number,
): string {
  return envelope.seal(JSON.stringify({ ...ticket, until: now + lifeMs }), placeOf(connectionId))
}

/** Undefined for one that has ended, is another connection's, or was not made here. */
export function openTestTicket(
  envelope: Envelope,
  connectionId: string,
  text: string,
  now: number,
): TestTicket | undefined {
  try {
    const opened = readJson<TestTicket & { until: number }>(envelope.open(text, placeOf(connectionId)))
    return opened.until > now ? { sessionId: opened.sessionId } : undefined
  } catch {
    return undefined
  }
}

function placeOf(connectionId: string): string {
  return `test-ticket/${connectionId}`
}
