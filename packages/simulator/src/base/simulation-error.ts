// The one way in which a simulation ends early. Its message is a sentence for the terminal; the cause stays inside.

/** Thrown when going on makes no sense: nobody answers, the key is refused, or what answers is not a SCIM server. */
export class SimulationError extends Error {
  override readonly name = 'SimulationError'
}
