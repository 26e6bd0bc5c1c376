// Alert rules and dashboards ask for series that the service has; each rule is tried both ways, and said on the page of observability.
// `UPDATE_DOCS=1` writes the chart's copy of the rules anew. `npm run alerts:try` runs the rules.
// Judges: the house.
import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createMetrics } from '../../packages/server/src/http/metrics.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly description: string }
}
interface Tried {
  readonly tests: readonly {
    readonly input_series: readonly { readonly series: string }[]
    readonly promql_expr_test: readonly {
      readonly exp_samples: readonly { readonly labels: string }[]
    }[]
  }[]
}
interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly templating: { readonly list: readonly { readonly name: string }[] }
  readonly panels: readonly {
    readonly title: string
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
    readonly targets?: readonly { readonly expr: string }[]
  }[]
}

const rules: readonly Rule[] = parse(read('deploy/prometheus/alerts.yaml')).groups.flatMap(
  ({ rules: own }: { readonly rules: readonly Rule[] }) => own,
)
const dashboards: readonly Dashboard[] = readdirSync(join(root, 'deploy/grafana')).map((file) =>
  JSON.parse(read(`deploy/grafana/${file}`)),
)
const queriesOf = ({ panels }: Dashboard): string[] =>
  panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))

/** Every name that a scrape can have, with workers and on whichever store. */
async function listSeries(): Promise<ReadonlySet<string>> {
  const metrics = createMetrics()
  metrics.watchStore({ kind: 'embedded', stats: () => ({ waiting: 0, connections: 1 }) })
  metrics.watchStanding(async () => ({ targets: [], feedLagSeconds: 0, unsealedEvents: 0, putOff: {} }))
  metrics.watchWorkers(() => ({ serving: 2, died: 0 }))
  const told = await metrics.snapshot()
  return new Set(
    told.flatMap(({ name, type }) =>
      String(type) === 'histogram'
        ? ['_bucket', '_sum', '_count'].map((ending) => `${name}${ending}`)
        : [name],
    ),
  )
}

const namesIn = (query: string): string[] =>
  [...query.matchAll(/\b(?:rollcall|nodejs|process)_\w+/g)].map(([name]) => name)

describe('alert rules and dashboards', () => {
  let series: ReadonlySet<string>
  beforeAll(async () => {
    series = await listSeries()
  })

  it('ask for series that there are', () => {
    const tried: Tried = parse(read('deploy/prometheus/alerts.test.yaml'))
    const given = tried.tests.flatMap((test) => test.input_series.map((one) => one.series))
    const asked = [...rules.map(({ expr }) => expr), ...dashboards.flatMap(queriesOf), ...given].flatMap(
      namesIn,
    )
    expect(new Set(asked).size).toBeGreaterThan(20)
    expect([...new Set(asked)].filter((name) => !series.has(name))).toEqual([])
  })

  it('show every series of ours', () => {
    const shown = new Set(
      [...rules.map(({ expr }) => expr), ...dashboards.flatMap(queriesOf)].flatMap(namesIn),
    )
    const ours = [...series].filter((name) => name.startsWith('rollcall_'))
    const roots = new Set([...shown].map((name) => name.replace(/_(?:bucket|sum|count)$/, '')))
    expect(ours.filter((name) => !roots.has(name.replace(/_(?:bucket|sum|count)$/, '')))).toEqual([])
  })

  it('fire in one trial, and keep quiet in another that asks for the same series', () => {
    const tried: Tried = parse(read('deploy/prometheus/alerts.test.yaml'))
    const firesIn = (rule: string) =>
      tried.tests.filter((test) =>
        test.promql_expr_test.some(({ exp_samples: expected }) =>
          expected.some(({ labels }) => labels === `{alertname="${rule}"}`),
        ),
      )
    const quiet = (rule: Rule) =>
      tried.tests.filter(
        (test) =>
          test.promql_expr_test.every(({ exp_samples: expected }) => expected.length === 0) &&
          namesIn(rule.expr).some((name) => test.input_series.some((one) => one.series.startsWith(name))),
      )
    expect(rules.filter((rule) => firesIn(rule.alert).length === 0).map(({ alert }) => alert)).toEqual([])
    expect(rules.filter((rule) => quiet(rule).length === 0).map(({ alert }) => alert)).toEqual([])
  })

  it('are on the page of observability, each rule with its severity', () => {
    const page = read('docs/observability.md')
    const rows = [...page.matchAll(/^\| `(Rollcall\w+)` \| (\w+) \|/gm)].map(([, name, severity]) => [
      name,
      severity,
    ])
    expect(rows).toEqual(rules.map(({ alert, labels }) => [alert, labels.severity]))
  })

  it('have texts of their own, and the chart the same rules', () => {
    expect(rules.filter(({ annotations: { summary, description } }) => !summary || !description)).toEqual([])
    const copy = 'deploy/helm/rollcall/alerts.yaml'
    if (process.env.UPDATE_DOCS === '1')
      copyFileSync(join(root, 'deploy/prometheus/alerts.yaml'), join(root, copy))
    expect(read(copy)).toBe(read('deploy/prometheus/alerts.yaml'))
  })

  it.each(dashboards.map((one) => [one.uid, one] as const))(
    '%s has panels that cover none of the others',
    (_, one) => {
      const known = new Set(['__rate_interval', ...one.templating.list.map(({ name }) => name)])
      const used = queriesOf(one).flatMap((query) =>
        [...query.matchAll(/\$(\w+)/g)].map(([, name = '']) => name),
      )
      expect(used.filter((name) => !known.has(name))).toEqual([])
      const cells = one.panels.flatMap(({ gridPos: { x, y, w, h } }) => {
        expect(x + w).toBeLessThanOrEqual(24)
        return Array.from({ length: w * h }, (__, at) => `${x + (at % w)},${y + Math.floor(at / w)}`)
      })
      expect(new Set(cells).size).toBe(cells.length)
    },
  )
})
