// The report as plain text for a terminal or a file: what is broken first, with the request and the answer that show it.

import type { ConformanceReport, Outcome, Result } from './report.ts'

const maxLine = 400

const shorten = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > maxLine ? `${line.slice(0, maxLine)}…` : line
}

function renderBreach({ id, level, sentence, outcome }: Result): readonly string[] {
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
    '',
  ]
}

function renderReason({ id, outcome }: Result): readonly string[] {
  return outcome.kind === 'skip' ? [`  ${id}: ${outcome.why}`] : []
}

/** The results of one kind under the clauses that they belong to; nothing when there are none. */
function renderGroup(
  report: ConformanceReport,
  kind: Outcome['kind'],
  heading: string,
  render: (result: Result) => readonly string[],
): readonly string[] {
  const results = report.results.filter(({ outcome }) => outcome.kind === kind)
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
  const { leftovers } = report
  return [
    `SCIM conformance of ${report.baseUrl} (profile ${report.profile}, ${report.requests} requests)`,
    '',
    ...renderGroup(report, 'fail', 'FAILED: what the server must do and does not', renderBreach),
    ...renderGroup(report, 'warn', 'WARNINGS: what it should do and does not', renderBreach),
    ...renderGroup(report, 'skip', 'SKIPPED: what could not be asked of this server', renderReason),
    ...(leftovers.length === 0
      ? []
      : ['LEFT BEHIND: made by this run and not removed', ...leftovers.map((path) => `  ${path}`), '']),
    `${pass} passed, ${fail} failed, ${warn} warnings, ${skip} skipped; ${unjudged} more cannot be judged from outside.`,
    '',
  ].join('\n')
}
