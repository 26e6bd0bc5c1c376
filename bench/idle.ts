// `npm run bench:idle`: what a service with many organizations costs while nobody asks for anything, on each store: CPU of the service and
// of PostgreSQL as a share of one core, over the time that is named. Prints a table of Markdown for docs/benchmarks.md.
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createClient } from '@rollcall/api'
import { operatorKey } from './service.ts'
import { onEachStore } from './stores.ts'
import type { Target } from './target.ts'

const { values } = parseArgs({
  options: {
    stores: { type: 'string', default: 'embedded,postgres' },
    organizations: { type: 'string', default: '10000' },
    /** Long enough for every job that runs each few minutes. */
    seconds: { type: 'string', default: '340' },
    settle: { type: 'string', default: '60' },
  },
})
const rows: string[] = []

await onEachStore(values.stores, async (store, target) => {
  await fill(target, Number(values.organizations))
  await untilSealed(target)
  await wait(Number(values.settle) * 1_000)
  const look = async () => {
    const { serverMs, databaseMs } = await target.usage()
    return [serverMs, databaseMs] as const
  }
  const before = await look()
  await wait(Number(values.seconds) * 1_000)
  const shares = (await look()).map(
    (ms, at) => `${((ms - (before[at] ?? 0)) / Number(values.seconds) / 10).toFixed(2)} %`,
  )
  rows.push(
    `| ${store} | ${values.organizations} | ${shares.join(' | ')} | ${Math.round(target.residentMb())} |`,
  )
  console.log(rows.at(-1))
})
console.log(
  '\n| store | organizations | service, of a core | PostgreSQL, of a core | memory MB |\n|---|---|---|---|---|',
)
for (const row of rows) console.log(row)

/** What the filling left to do is no idle cost. */
async function untilSealed(target: Target): Promise<void> {
  const headers = { authorization: `Bearer ${operatorKey}` }
  for (;;) {
    const text = await (await fetch(`${target.url}/metrics`, { headers })).text()
    if (/^rollcall_events_unsealed 0$/m.test(text) && /^rollcall_feed_lag_seconds 0$/m.test(text)) return
    await wait(1_000)
  }
}

/** Every fifth has a connection. */
async function fill(target: Target, count: number): Promise<void> {
  const admin = createClient({ baseUrl: target.url, operatorKey, send: (request) => fetch(request) })
  const one = async (at: number): Promise<void> => {
    const slug = `organization-${at}`
    await admin.call('createOrganization', { body: { name: slug, slug, requireSso: false } })
    if (at % 5 > 0) return
    await admin.call('createConnection', {
      params: { slug },
      body: { name: 'SSO', identityProvider: 'generic' },
    })
  }
  const next = Array.from({ length: count }, (_, at) => at).values()
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (const at of next) await one(at)
    }),
  )
}
