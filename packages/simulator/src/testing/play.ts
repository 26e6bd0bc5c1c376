// The room `simulator/testing`: the other side of the network for the simulator's own tests. Nothing of it is packed.
//
// Plays a conversation against the fake server, with what the tests of the runner have in common.

import type { SimulationReport } from '../run/report.ts'
import { type SimulationOptions, simulate } from '../run/simulate.ts'
import { createFakeServer, type Spoil } from './fake-server.ts'

/** A response with SCIM's media type unless the headers say otherwise. */
export const json = (status: number, body: unknown, headers = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/scim+json', ...headers },
  })

/** One Okta user with seed 7 and a clock that stands still, unless the options say otherwise. */
export const against = (
  spoil: Spoil | undefined,
  options: Partial<SimulationOptions> = {},
): Promise<SimulationReport> =>
  simulate({
    vendor: 'okta',
    baseUrl: 'http://scim.test/scim/v2',
    key: 'right-key',
    users: 1,
    seed: 7,
    send: createFakeServer(spoil).send,
    now: () => 0,
    ...options,
  })

/** Every failure of a report, in the order of its steps. */
export const sentences = (report: SimulationReport): readonly string[] =>
  report.steps.flatMap(({ failures }) => failures)
