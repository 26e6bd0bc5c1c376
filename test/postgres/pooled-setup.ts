// For tests that run through PgBouncer in transaction mode, with fewer connections than a node opens: a trigger on every table of
// organizations refuses what is not written in the role of requests.
import type { TestProject } from 'vitest/node'
import { ownedTables } from '../../packages/server/src/store/schema.ts'
import { assertRole, startPooler } from './pooler.ts'
import { prepareTemplate, startPostgres } from './server.ts'

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres({ fsync: 'off', full_page_writes: 'off', autovacuum: 'off' })
  await prepareTemplate(server.url)
  await assertRole(`${server.url}/migrated`, ownedTables)
  const pooler = await startPooler(server.url, { mode: 'transaction', size: 4 })
  project.provide('postgresUrl', pooler.url)
  return async () => {
    await pooler.stop()
    await server.stop()
  }
}
