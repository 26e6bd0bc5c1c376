// Runs the catalogue against servers with one fault each, and says what it blamed beyond what the service itself departs from.
import { type ConformanceReport, renderConformanceReport, runConformance } from '@rollcall/scim/conformance'
import { expect, it } from 'vitest'
import type { Start } from '../harness/service.ts'
import { departures } from './departures.ts'
import { faults, withFault } from './faults.ts'
import { startTimer } from './timer.ts'

const kindOf = (report: ConformanceReport, ...kinds: readonly string[]): readonly string[] =>
  report.results.filter(({ outcome }) => kinds.includes(outcome.kind)).map(({ id }) => id)

/** One fault, one finding: a test for each of these faults. */
export function assertFair(start: Start, names: readonly string[]): void {
  it.each(names)('S1-S8: %s', { timeout: 60_000 }, async (name) => {
    const fault = faults[name]
    if (fault === undefined) throw new Error(`there is no fault "${name}"`)
    const service = await start()
    const { key, scimUrl, send } = await service.createOrganization({ profile: 'strict' })
    const report = await runConformance({
      baseUrl: scimUrl,
      key,
      send: withFault(fault, (url, init) => send(new Request(url, init)), scimUrl),
      startTimer,
      prefix: 'fair',
      ...(fault.user === undefined ? {} : { user: fault.user }),
    })
    const blamed = kindOf(report, 'fail', 'warn').filter((id) => !Object.hasOwn(departures, id))
    expect([...blamed].sort(), renderConformanceReport(report)).toEqual([...fault.findings].sort())
    // Whatever waits, waits for one of the findings.
    const found = kindOf(report, 'fail', 'warn')
    for (const { outcome } of report.results)
      if (outcome.kind === 'skip' && outcome.because !== undefined) expect(found).toContain(outcome.because)
  })
}
