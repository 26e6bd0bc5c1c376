// The report as one HTML document that can be sent to the makers of a server: nothing is loaded, everything is escaped.

import { adviceOf } from './advice.ts'
import { htmlStyle } from './html-style.ts'
import { type ConformanceReport, type Evidence, findingsOf, type Result, waitingFor } from './report.ts'

export interface HtmlOptions {
  /** When the run was, as it is to be shown. */
  readonly date?: string
}

const maxBody = 900

const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')

const shorten = (text: string): string => (text.length > maxBody ? `${text.slice(0, maxBody)} …` : text)

/** The clause as a link to the document. */
function renderClause(clause: string): string {
  const [, number, section] = /^RFC (\d+) §(.*)$/.exec(clause) ?? []
  const name = escapeHtml(clause)
  return number === undefined
    ? name
    : `<a href="https://www.rfc-editor.org/rfc/rfc${number}#section-${escapeHtml(section ?? '')}">${name}</a>`
}

function renderExchange({ request, status, body }: Evidence): string {
  const sent = request.body === undefined ? '' : `\n\n${shorten(request.body)}`
  const came = body === '' ? ', no body' : `\n\n${shorten(body)}`
  const answer = status === 0 ? 'no answer' : `${status}${came}`
  return `<div class="step">
<figure><figcaption>Request</figcaption><pre>${escapeHtml(`${request.method} ${request.path}${sent}`)}</pre></figure>
<figure><figcaption>Answer</figcaption><pre>${escapeHtml(answer)}</pre></figure>
</div>`
}

/** What was asked before, in a line each, and the exchange that shows the finding. */
function renderSteps(steps: readonly Evidence[], evidence: Evidence | undefined): string {
  const last = evidence ?? steps.at(-1)
  if (last === undefined) return ''
  const before = steps
    .slice(0, -1)
    .map(
      ({ request, status }) =>
        `<li><code>${escapeHtml(shorten(`${request.method} ${request.path}`))}</code> ${status === 0 ? 'no answer' : status}</li>`,
    )
  const list = before.length === 0 ? '' : `<ol class="before">${before.join('')}</ol>`
  return `<h4>What was asked and answered</h4>${list}${renderExchange(last)}`
}

function renderList(results: readonly Result[]): string {
  const items = results.map(
    ({ id, sentence, level }) =>
      `<li><code>${escapeHtml(id)}</code> <span class="level">${level}</span> ${escapeHtml(sentence)}</li>`,
  )
  return `<ul>${items.join('')}</ul>`
}

function renderFinding(report: ConformanceReport, result: Result, index: number): string {
  const { id, level, clause, sentence, outcome } = result
  if (outcome.kind !== 'fail' && outcome.kind !== 'warn') return ''
  const waiting = waitingFor(report, id)
  const steps = renderSteps(outcome.steps, outcome.evidence)
  const rest =
    waiting.length === 0
      ? ''
      : `<details><summary>${waiting.length} more rest on this and were not tried</summary>${renderList(waiting)}</details>`
  return `<article class="${outcome.kind}" id="${escapeHtml(id)}">
<h3><span class="number">${index + 1}</span> ${escapeHtml(sentence)}</h3>
<p class="about"><span class="badge">${level}</span> ${renderClause(clause)} <code>${escapeHtml(id)}</code></p>
<dl>
<dt>Expected</dt><dd>${escapeHtml(outcome.expected)}</dd>
<dt>Came</dt><dd>${escapeHtml(shorten(outcome.came))}</dd>
<dt>What to do</dt><dd>${escapeHtml(adviceOf(result))}</dd>
</dl>
${steps}
${rest}
</article>`
}

function renderFindings(report: ConformanceReport): string {
  const findings = findingsOf(report)
  if (findings.length === 0) return '<p>Nothing of what could be asked is broken.</p>'
  const contents = findings.map(
    ({ id, sentence, level, outcome }) =>
      `<li class="${outcome.kind}"><a href="#${escapeHtml(id)}">${escapeHtml(sentence)}</a> <span class="level">${level}</span></li>`,
  )
  const articles = findings.map((one, index) => renderFinding(report, one, index))
  return `<ol class="contents">${contents.join('')}</ol>\n${articles.join('\n')}`
}

/** What could not be asked of this server, by the reason. */
function renderNotOffered(results: readonly Result[]): string {
  const reasons = new Map<string, Result[]>()
  for (const one of results)
    if (one.outcome.kind === 'skip' && one.outcome.because === undefined)
      reasons.set(one.outcome.why, [...(reasons.get(one.outcome.why) ?? []), one])
  if (reasons.size === 0) return ''
  const groups = [...reasons].map(
    ([why, those]) =>
      `<details><summary>${escapeHtml(why)} (${those.length})</summary>${renderList(those)}</details>`,
  )
  return `<section><h2>What could not be asked of this server</h2>${groups.join('\n')}</section>`
}

function renderTotals({ totals, results }: ConformanceReport): string {
  const waiting = results.filter(
    ({ outcome }) => outcome.kind === 'skip' && outcome.because !== undefined,
  ).length
  const tiles: readonly (readonly [string, number, string])[] = [
    ['fail', totals.fail, 'MUST broken'],
    ['warn', totals.warn, 'SHOULD not kept'],
    ['pass', totals.pass, 'kept'],
    ['rest', waiting, 'not tried: they rest on a finding'],
    ['rest', totals.skip - waiting, 'not offered by this server'],
  ]
  const items = tiles.map(([kind, count, label]) => `<li class="${kind}"><b>${count}</b> ${label}</li>`)
  return `<ul class="totals">${items.join('')}</ul>`
}

function renderOthers(report: ConformanceReport): string {
  const passed = report.results.filter(({ outcome }) => outcome.kind === 'pass')
  const { leftovers } = report
  const left =
    leftovers.length === 0
      ? ''
      : `<section><h2>Left behind</h2><p>Made by this run, and the server did not let it be removed:</p><ul>${leftovers
          .map((path) => `<li><code>${escapeHtml(path)}</code></li>`)
          .join('')}</ul></section>`
  return `${renderNotOffered(report.results)}
<section><h2>What is kept</h2><details><summary>${passed.length} requirements</summary>${renderList(passed)}</details></section>
${left}`
}

/** One document, whole in itself: light and dark, on narrow and wide screens and on paper. */
export function renderConformanceHtml(report: ConformanceReport, options: HtmlOptions = {}): string {
  const name = escapeHtml(report.baseUrl)
  const judged =
    report.profile === 'auto'
      ? 'MUSTs that identity providers need servers to depart from count as warnings.'
      : 'Every MUST counts.'
  const facts = [
    ...(options.date === undefined ? [] : [escapeHtml(options.date)]),
    `${report.requests} requests`,
    `profile ${report.profile}`,
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>SCIM conformance of ${name}</title>
<style>${htmlStyle}</style>
</head>
<body>
<header>
<h1>SCIM conformance</h1>
<p class="server"><code>${name}</code></p>
<p class="facts">${facts.join(' · ')}</p>
</header>
<main>
${renderTotals(report)}
<section>
<h2>How to read this</h2>
<p>The server was asked what RFC 7643, RFC 7644 and RFC 9865 require, by requests alone. ${judged} Each finding names one
requirement in words of ours, with the clause that decides, the requests that show it, and what to do. One cause is one finding:
what rests on it was not tried, and counts neither as broken nor as kept. What a server need not offer, and does not, is no
finding.</p>
${report.notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`).join('\n')}
</section>
<section>
<h2>Findings</h2>
${renderFindings(report)}
</section>
${renderOthers(report)}
</main>
<footer><p>Made by <code>rollcall scim-check</code>. ${report.totals.unjudged} more requirements cannot be judged from outside.</p></footer>
</body>
</html>
`
}
