// The report as plain text for a terminal or a file: what is broken first, with the request and the answer that show it.

import { adviceOf } from './advice.ts'
import { type ConformanceReport, findingsOf, type Outcome, type Result, waitingFor } from './report.ts'

const maxLine = 400

const shorten = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > maxLine ? `${line.slice(0, maxLine)}…` : line
}

function renderBreach(report: ConformanceReport, result: Result): readonly string[] {
  const { id, level, sentence, outcome } = result
  if (outcome.kind !== 'fail' && outcome.kind !== 'warn') return []
  const { evidence } = outcome
  return [
    `  ${level}  ${sentence}`,
    `    ${id}`,
    `    expected  ${shorten(outcome.expected)}`,
    `    came      ${shorten(outcome.came)}`,
    ...(evidence === undefined
      ? []
      : [
          `    request   ${evidence.request.method} ${shorten(`${evidence.request.path} ${evidence.request.body ?? ''}`.trimEnd())}`,
          `    answer    ${evidence.status === 0 ? 'none' : shorten(`${evidence.status} ${evidence.body}`.trimEnd())}`,
        ]),
    `    do        ${shorten(adviceOf(result))}`,
    ...renderWaiting(report, id),
    '',
  ]
}

/** How many checks a finding keeps from being tried. */
function renderWaiting(report: ConformanceReport, id: string): readonly string[] {
  const waiting = waitingFor(report, id)
  return waiting.length === 0
    ? []
    : [`    waiting   ${waiting.length} more, which rest on this and were not tried`]
}

function renderReason({ id, outcome }: Result): readonly string[] {
  return outcome.kind === 'skip' && outcome.because === undefined ? [`  ${id}: ${outcome.why}`] : []
}

/** What was not tried, under the findings that it waits for. */
function renderNotTried(report: ConformanceReport): readonly string[] {
  const lines = findingsOf(report).flatMap(({ id }) => {
    const waiting = waitingFor(report, id)
    return waiting.length === 0 ? [] : [`${id}`, ...waiting.map((one) => `  ${one.id}`)]
  })
  return lines.length === 0 ? [] : ['NOT TRIED: what rests on a finding above', '', ...lines, '']
}

/** The results of one kind under the clauses that they belong to; nothing when there are none. */
function renderGroup(
  report: ConformanceReport,
  kind: Outcome['kind'],
  heading: string,
  render: (result: Result) => readonly string[],
): readonly string[] {
  const results = report.results.filter((one) => one.outcome.kind === kind && render(one).length > 0)
  if (results.length === 0) return []
  const clauses = [...new Set(results.map(({ clause }) => clause))]
  const lines = clauses.flatMap((clause) => [
    clause,
    ...results.filter((result) => result.clause === clause).flatMap(render),
  ])
  return [heading, '', ...lines, '']
}

/** Failures, warnings, what was skipped and why, then the totals as the last lines. */
export function renderConformanceReport(report: ConformanceReport): string {
  const { pass, fail, warn, skip, unjudged } = report.totals
  const { leftovers, notes } = report
  const waiting = report.results.filter(
    ({ outcome }) => outcome.kind === 'skip' && outcome.because !== undefined,
  )
  const notTried = waiting.length === 0 ? '' : `, ${waiting.length} not tried for a finding above`
  const breach = (result: Result) => renderBreach(report, result)
  return [
    `SCIM conformance of ${report.baseUrl} (profile ${report.profile}, ${report.requests} requests)`,
    '',
    ...(notes.length === 0 ? [] : [...notes, '']),
    ...renderGroup(report, 'fail', 'FAILED: what the server must do and does not', breach),
    ...renderGroup(report, 'warn', 'WARNINGS: what it should do and does not', breach),
    ...renderNotTried(report),
    ...renderGroup(report, 'skip', 'SKIPPED: what could not be asked of this server', renderReason),
    ...(leftovers.length === 0
      ? []
      : ['LEFT BEHIND: made by this run and not removed', ...leftovers.map((path) => `  ${path}`), '']),
    `${pass} passed, ${fail} failed, ${warn} warnings, ${skip - waiting.length} skipped${notTried}; ${unjudged} more cannot be judged from outside.`,
    '',
  ].join('\n')
}
