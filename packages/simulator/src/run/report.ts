// Adds up what was asked and answered. Owns the numbers; how they look on a terminal is render-report.ts.

import type { VendorName } from '../vendors/vendors.ts'

/** One row: every asking of the steps that have this name, method and path template. */
export interface StepReport {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly count: number
  /** How often each status came, e.g. `{ '201': 40 }`. */
  readonly statuses: Readonly<Record<string, number>>
  readonly p50Ms: number
  readonly maxMs: number
  /** The first 5 sentences, each begun with the person's userName. */
  readonly failures: readonly string[]
}

/** The whole run; `asked` is `passed` plus `failed`. A 429 that was waited out is not counted twice. */
export interface SimulationReport {
  readonly vendor: VendorName
  readonly asked: number
  readonly passed: number
  readonly failed: number
  /** Steps that could not be asked because the create before them had failed. */
  readonly skipped: number
  /** In the order in which each was first asked. */
  readonly steps: readonly StepReport[]
  readonly durationMs: number
}

/** One asked step; `failure` is the sentence that says what was wrong. */
export interface Outcome {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly ms: number
  readonly failure: string | undefined
}

/** Where outcomes go while the simulation runs. */
export interface Tally {
  add(outcome: Outcome): void
  skip(count: number): void
  toReport(vendor: VendorName, durationMs: number): SimulationReport
}

const maxFailuresShown = 5

interface Row {
  readonly outcomes: Outcome[]
}

function toStepReport({ outcomes }: Row): StepReport {
  const { name, method, path } = outcomes[0]!
  const statuses: Record<string, number> = {}
  for (const { status } of outcomes) statuses[status] = (statuses[status] ?? 0) + 1
  const times = outcomes.map(({ ms }) => ms).sort((a, b) => a - b)
  const failures = outcomes.flatMap(({ failure }) => (failure === undefined ? [] : [failure]))
  return {
    name,
    method,
    path,
    count: outcomes.length,
    statuses,
    p50Ms: times[Math.floor((times.length - 1) / 2)]!,
    maxMs: times.at(-1)!,
    failures: failures.slice(0, maxFailuresShown),
  }
}

/** Starts an empty tally; it keeps one small record for each request. */
export function createTally(): Tally {
  const rows = new Map<string, Row>()
  let passed = 0
  let failed = 0
  let skipped = 0
  return {
    add(outcome) {
      const key = `${outcome.name} ${outcome.method} ${outcome.path}`
      const row = rows.get(key) ?? { outcomes: [] }
      row.outcomes.push(outcome)
      rows.set(key, row)
      if (outcome.failure === undefined) passed++
      else failed++
    },
    skip(count) {
      skipped += count
    },
    toReport: (vendor, durationMs) => ({
      vendor,
      asked: passed + failed,
      passed,
      failed,
      skipped,
      steps: [...rows.values()].map(toStepReport),
      durationMs,
    }),
  }
}
