// Runs the catalogue against servers with one fault each, and says what it blamed beyond what the service itself departs from.
import {
  type ConformanceReport,
  renderConformanceReport,
  runConformance,
  type Send,
} from '@rollcall/scim/conformance'
import { expect, it } from 'vitest'
import type { Start } from '../harness/service.ts'
import { departures } from './departures.ts'
import { type Fault, faults, withFault } from './faults.ts'
import { startTimer } from './timer.ts'

const kindOf = (report: ConformanceReport, ...kinds: readonly string[]): readonly string[] =>
  report.results.filter(({ outcome }) => kinds.includes(outcome.kind)).map(({ id }) => id)

function find(name: string): Fault {
  const fault = faults[name]
  if (fault === undefined) throw new Error(`there is no fault "${name}"`)
  return fault
}

let runs = 0

/** A run against the service with these faults, the first of them in front. */
async function check(start: Start, names: readonly string[]): Promise<ConformanceReport> {
  runs += 1
  const service = await start()
  const { key, scimUrl, send } = await service.createOrganization({ profile: 'strict' })
  const wrong = names.map(find).reduceRight<Send>(
    (behind, fault) => withFault(fault, behind, scimUrl),
    (url, init) => send(new Request(url, init)),
  )
  const user = names.map(find).find((fault) => fault.user !== undefined)?.user
  const report = await runConformance({
    baseUrl: scimUrl,
    key,
    send: wrong,
    startTimer,
    // A fault may remember what it was asked in another run.
    prefix: `fair${runs}`,
    ...(user === undefined ? {} : { user }),
  })
  // Whatever waits, waits for one of the findings.
  const found = kindOf(report, 'fail', 'warn')
  for (const { outcome } of report.results)
    if (outcome.kind === 'skip' && outcome.because !== undefined) expect(found).toContain(outcome.because)
  return report
}

const blamedIn = (report: ConformanceReport): readonly string[] =>
  kindOf(report, 'fail', 'warn').filter((id) => !Object.hasOwn(departures, id))

/** One fault, one finding: a test for each of these faults. */
export function assertFair(start: Start, names: readonly string[]): void {
  const titled = names.map((name) => ({ name, of: find(name).of ?? 'S4' }))
  it.each(titled)('$of: $name', { timeout: 60_000 }, async ({ name }) => {
    const report = await check(start, [name])
    expect([...blamedIn(report)].sort(), renderConformanceReport(report)).toEqual(
      [...find(name).findings].sort(),
    )
  })
}

/** Two faults, and nothing else is blamed: one may hide the other, but they do not make a third. */
export function assertNothingElse(start: Start, pairs: readonly (readonly [string, string])[]): void {
  it.each(pairs)('%s; and %s', { timeout: 60_000 }, async (one, two) => {
    const report = await check(start, [one, two])
    const deserved = [...find(one).findings, ...find(two).findings]
    const wrongly = blamedIn(report).filter((id) => !deserved.includes(id))
    expect(wrongly, renderConformanceReport(report)).toEqual([])
  })
}

/** Each fault with its neighbours in the list and with one that is far from it. */
export function listPairs(): readonly (readonly [string, string])[] {
  const names = Object.keys(faults).slice(1)
  return [1, 2, Math.floor(names.length / 2)].flatMap((step) =>
    names.map((name, at) => [name, names[(at + step) % names.length] as string] as const),
  )
}
