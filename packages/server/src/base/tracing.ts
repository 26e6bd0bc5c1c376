// Where the trace of this moment is asked for, by whoever writes down that something goes on later. Without telemetry there is none, and
// nothing is loaded or wrapped.
import type { Telemetry } from '@rollcall/opentelemetry'

let telemetry: Pick<Telemetry, 'traceparent'> | undefined

/** What follows asks this one; undefined: there is none again. */
export function setTelemetry(started: Pick<Telemetry, 'traceparent'> | undefined): void {
  telemetry = started
}

/** The span around this call, as a W3C traceparent. */
export function currentTrace(): string | null {
  return telemetry === undefined ? null : telemetry.traceparent()
}
