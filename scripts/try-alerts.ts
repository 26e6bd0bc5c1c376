// `npm run alerts:try`: the alert rules by promtool, each by what it fires for and what it keeps quiet for (deploy/prometheus), and every
// query of the dashboards (deploy/grafana) read as PromQL. promtool comes with Debian's prometheus, or is named in PROMTOOL.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { run } from './run.ts'

interface Dashboard {
  readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[]
}

const root = resolve(import.meta.dirname, '..')
const rules = join(root, 'deploy/prometheus')
const dashboards = join(root, 'deploy/grafana')
const promtool = process.env.PROMTOOL ?? 'promtool'

if (spawnSync(promtool, ['--version']).status !== 0)
  throw new Error(
    'promtool is needed: apt-get install --no-install-recommends prometheus, or name it in PROMTOOL',
  )
console.log(run(promtool, ['check', 'rules', 'alerts.yaml'], { cwd: rules }))
console.log(run(promtool, ['test', 'rules', 'alerts.test.yaml'], { cwd: rules }))

/** What Grafana puts in. */
const fill = (query: string): string =>
  query.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '5m')
const queries = readdirSync(dashboards).flatMap((file) => {
  const { panels }: Dashboard = JSON.parse(readFileSync(join(dashboards, file), 'utf8'))
  return panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => fill(expr)))
})
const folder = mkdtempSync(join(tmpdir(), 'rollcall-queries-'))
try {
  const recorded = queries.map((expr, at) => ({ record: `query:${at}`, expr }))
  writeFileSync(
    join(folder, 'queries.yaml'),
    JSON.stringify({ groups: [{ name: 'queries', rules: recorded }] }),
  )
  run(promtool, ['check', 'rules', 'queries.yaml'], { cwd: folder })
  console.log(`${queries.length} queries of the dashboards are PromQL.`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
