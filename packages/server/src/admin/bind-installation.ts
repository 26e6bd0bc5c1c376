// What the operator asks of the installation itself, bound to its operation.
import { operations } from '@rollcall/api'
import { createInstallationStatistics } from '../activity/installation-statistics.ts'
import { toTime } from '../base/clock.ts'
import { readStanding } from '../deliveries/standing.ts'
import { listOperatorEvents } from '../events/query.ts'
import { createListEndings } from '../notices/endings.ts'
import { listNeeds } from '../organizations/needs.ts'
import { listNodes } from '../store/nodes.ts'
import { type AdminOptions, type App, gated, toList } from './door.ts'
import { namesOfOperators } from './event-names.ts'

/** Answers what the operator asks of the installation itself. */
export function bindInstallation(app: App, options: AdminOptions): void {
  const { database, clock, connectionRules } = options
  const startedAt = clock()
  app.openapi(gated(operations.listOperatorNeeds, options), async (context) =>
    context.json(await listNeeds(database, context.get('act').at), 200),
  )
  app.openapi(gated(operations.listOperatorEvents, options), async (context) => {
    const { items, nextCursor } = await listOperatorEvents(database, context.req.valid('query'))
    return context.json({ items: await namesOfOperators(database)(items), nextCursor }, 200)
  })
  const readDays = createInstallationStatistics(database, clock)
  app.openapi(gated(operations.getInstallationStatistics, options), async (context) =>
    context.json(await readDays(context.req.valid('query').days), 200),
  )
  const findEndings = createListEndings(database, clock)
  app.openapi(gated(operations.listEndings, options), async (context) =>
    context.json(toList([...(await findEndings())]), 200),
  )
  app.openapi(gated(operations.getInstallation, options), async (context) => {
    const begun = performance.now()
    await database.ping()
    const storeMs = Math.round((performance.now() - begun) * 100) / 100
    const [{ targets }, nodes] = await Promise.all([readStanding(database, clock()), listNodes(database)])
    return context.json(
      {
        version: options.version,
        store: database.kind,
        url: options.url,
        startedAt: toTime(startedAt),
        memoryBytes: process.memoryUsage.rss(),
        storeMs,
        hasMail: options.sendMail !== undefined,
        isDev: connectionRules.isDev,
        nodeVersion: process.version,
        nodes: [...nodes],
        deliveries: [...targets],
      },
      200,
    )
  })
}
