// What lets a test sign-in begin: made by a POST of whoever looks after the connection, good for some minutes and for the session that
// made it. Without it a link from elsewhere could begin a test in somebody's name.

import type { Envelope } from '../base/envelope.ts'
import { readJson } from '../base/json.ts'

const lifeMs = 600_000
/** Of one that a frame made: its window has no session, so that it is good for a moment, and once. */
const frameLifeMs = 120_000

/** Who made a ticket. */
export interface TestTicket {
  /** Null: made with the operator's key, or in a session of the operator. */
  readonly sessionId: string | null
  /** Of a frame, whose window shares no cookie with it: the random part of the one request that it may begin. */
  readonly request?: string
}

/** A ticket for one connection, sealed. */
export function sealTestTicket(
  envelope: Envelope,
  connectionId: string,
  ticket: TestTicket,
  now: number,
): string {
  const until = now + (ticket.request === undefined ? lifeMs : frameLifeMs)
  return envelope.seal(JSON.stringify({ ...ticket, until }), placeOf(connectionId))
}

/** Undefined for one that has ended, is another connection's, or was not made here. */
export function openTestTicket(
  envelope: Envelope,
  connectionId: string,
  text: string,
  now: number,
): TestTicket | undefined {
  try {
    const { until, ...ticket } = readJson<TestTicket & { until: number }>(
      envelope.open(text, placeOf(connectionId)),
    )
    return until > now ? ticket : undefined
  } catch {
    return undefined
  }
}

function placeOf(connectionId: string): string {
  return `test-ticket/${connectionId}`
}
