// The report as a plain-text table for the terminal: no colours, no cursor movement, so that it can be piped.

import { vendors } from '../vendors/vendors.ts'
import type { SimulationReport, StepReport } from './report.ts'

const maxPathWidth = 56
const headings = ['step', 'request', 'asked', 'answered', 'p50 ms', 'max ms', ''] as const

const shorten = (text: string): string =>
  text.length > maxPathWidth ? `${text.slice(0, maxPathWidth - 1)}…` : text

const toMs = (ms: number): string => ms.toFixed(ms < 10 ? 1 : 0)

function toCells(step: StepReport): readonly string[] {
  const answered = Object.entries(step.statuses).map(([status, count]) => `${status} x ${count}`)
  return [
    step.name,
    shorten(`${step.method} ${step.path}`),
    String(step.count),
    answered.join(', '),
    toMs(step.p50Ms),
    toMs(step.maxMs),
    step.failures.length === 0 ? 'ok' : 'FAILED',
  ]
}

const isNumeric = (column: number): boolean => column === 2 || column === 4 || column === 5

function alignRows(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const pad = (cell: string, column: number): string =>
    isNumeric(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)
  return rows.map((row) => row.map(pad).join('  ').trimEnd())
}

function listFailures(steps: readonly StepReport[]): readonly string[] {
  return steps
    .filter(({ failures }) => failures.length > 0)
    .flatMap((step) => [
      `${step.name}: ${step.method} ${step.path}`,
      ...step.failures.map((sentence) => `  ${sentence}`),
      '',
    ])
}

/** One line of summary, one row for each step, then the first sentences of what the vendor would not accept. */
export function renderReport(report: SimulationReport): string {
  const { name } = vendors[report.vendor]
  const seconds = (report.durationMs / 1000).toFixed(1)
  const skipped = report.skipped === 0 ? '' : `, ${report.skipped} could not be asked`
  const summary = `${name}: ${report.asked} requests in ${seconds} s, ${report.passed} answered as it needs, ${report.failed} not${skipped}.`
  const failures = listFailures(report.steps)
  const table = alignRows([headings, ...report.steps.map(toCells)])
  return [summary, '', ...table, ...(failures.length === 0 ? [] : ['', ...failures.slice(0, -1)]), ''].join(
    '\n',
  )
}
