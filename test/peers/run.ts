// `npm run test:peers`: real software of others against the service, on loopback. `npm run test:peers -- dex authlib` plays those alone.
// Nothing is downloaded here: what is missing is named with the command that brings it, and its rows end as "not installed".
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { peers } from './all.ts'
import type { Need, Peer, Stage } from './peer.ts'
import { within } from './process.ts'
import { startStage } from './stage.ts'

interface Line {
  readonly kind: string
  readonly peer: string
  readonly title: string
  readonly result: 'passed' | 'failed' | 'not installed'
}

/** A row that takes longer has failed. */
const rowSeconds = 180
/** Keycloak's first start. */
const startSeconds = 600

const { positionals } = parseArgs({ allowPositionals: true })
const unknown = positionals.filter((name) => !peers.some((peer) => peer.name === name))
if (unknown.length > 0) {
  const names = [...new Set(peers.map(({ name }) => name))].join(', ')
  console.error(`There is no peer ${unknown.join(', ')}. There are: ${names}.`)
  process.exit(2)
}
const chosen = peers.filter(({ name }) => positionals.length === 0 || positionals.includes(name))

const missing = (peer: Peer): readonly Need[] => peer.needs.filter((need) => !need.isThere())

function sayNeeds(): void {
  const needs = new Map<string, Need>()
  for (const peer of chosen) for (const need of peer.needs) needs.set(need.name, need)
  console.log('Needs:')
  for (const need of needs.values()) {
    const isThere = need.isThere()
    console.log(
      `  ${isThere ? 'there  ' : 'MISSING'}  ${need.name}${isThere ? '' : `; to get it: ${need.get}`}`,
    )
  }
  console.log('')
}

async function play(stage: Stage, peer: Peer): Promise<Line[]> {
  const begin = { kind: peer.kind, peer: peer.name }
  if (missing(peer).length > 0)
    return peer.titles.map((title) => ({ ...begin, title, result: 'not installed' as const }))
  const late = (what: string) => () => `${what} took too long`
  const running = await within(startSeconds, peer.start(stage), late('its start')).catch((error: unknown) => {
    console.log(`FAILED  ${peer.name} did not start: ${say(error).slice(0, 3_000)}`)
    return undefined
  })
  if (running === undefined)
    return peer.titles.map((title) => ({ ...begin, title, result: 'failed' as const }))
  const lines: Line[] = []
  const named = { kind: peer.kind, peer: `${peer.name} ${running.version}` }
  try {
    for (const title of peer.titles) {
      const row = running.rows.find((one) => one.title === title)
      const began = Date.now()
      const fault = await within(
        rowSeconds,
        row?.run() ?? Promise.reject(new Error('no such row')),
        late('it'),
      ).then(
        () => undefined,
        (error: unknown) => say(error),
      )
      const took = `${((Date.now() - began) / 1_000).toFixed(1)} s`
      console.log(`${fault === undefined ? 'passed' : 'FAILED'}  ${named.peer}: ${title} (${took})`)
      if (fault !== undefined)
        console.log(`${fault}\n${running.output().slice(-3_000)}`.replace(/^/gm, '    '))
      lines.push({ ...named, title, result: fault === undefined ? 'passed' : 'failed' })
    }
  } finally {
    await running.stop()
  }
  return lines
}

function say(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}

function countResults(lines: readonly Line[]): string {
  const count = (result: Line['result']): number => lines.filter((line) => line.result === result).length
  return `${count('passed')} passed, ${count('failed')} failed, ${count('not installed')} not installed`
}

function renderTable(lines: readonly Line[]): string {
  const head = { kind: 'as', peer: 'peer', title: 'what', result: 'result' }
  const columns = ['kind', 'peer', 'title', 'result'] as const
  const widths = columns.map((column) => Math.max(...[head, ...lines].map((line) => line[column].length)))
  const render = (line: Readonly<Record<(typeof columns)[number], string>>): string =>
    `| ${columns.map((column, at) => line[column].padEnd(widths[at] ?? 0)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [render(head), rule, ...lines.map(render), ''].join('\n')
}

/** With UPDATE_DOCS=1 and everybody played, docs/peers.md says what was printed. */
function keep(table: string): void {
  const path = resolve(import.meta.dirname, '../../docs/peers.md')
  const text = readFileSync(path, 'utf8')
  const [open, close] = ['<!-- printed -->\n', '<!-- /printed -->']
  const [start, end] = [text.indexOf(open) + open.length, text.indexOf(close)]
  writeFileSync(path, text.slice(0, start) + table + text.slice(end))
}

sayNeeds()
const lines: Line[] = []
const stage = chosen.some((peer) => missing(peer).length === 0) ? await startStage() : undefined
try {
  for (const peer of chosen) lines.push(...(await play(stage as Stage, peer)))
} finally {
  await stage?.stop()
}
const [table, counts] = [renderTable(lines), countResults(lines)]
console.log(`\n${table}\n${counts}`)
if (process.env.UPDATE_DOCS === '1' && positionals.length === 0) keep(`${table}\n${counts}\n`)
process.exit(lines.some(({ result }) => result === 'failed') ? 1 : 0)
