// Starts one PostgreSQL for a whole test run; each test that wants one gets a database of its own on it.
import type { TestProject } from 'vitest/node'
import { prepareTemplate, startPostgres } from './server.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string
  }
}

/** Nothing here outlives the run, so nothing is written twice or waited for. Tests of what a loss leaves start their own. */
const undurable = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  autovacuum: 'off',
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres(undurable)
  await prepareTemplate(server.url)
  project.provide('postgresUrl', server.url)
  return () => server.stop()
}
