// Starts one PostgreSQL for a whole test run; each test that wants one gets a database of its own on it. Folders of tests, and that
// PostgreSQL, lie in memory where there is room: the embedded store waits for the disk at every COMMIT, and a copy of a database is
// hundreds of files. No test takes the power away.
import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { bundleCommand } from '../harness/bundle-command.ts'
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
  // What the long tests fill is more than a memory should hold.
  const onDisk = project.config.env?.ROLLCALL_TEST_WHOLE === '1' ? await startPostgres(undurable) : undefined
  const memory = hasRoomInMemory() ? mkdtempSync(join(inMemory, 'rollcall-tests-')) : undefined
  if (memory !== undefined) {
    // A PostgreSQL of a test's own runs as somebody else where we are root: it must get through.
    chmodSync(memory, 0o711)
    // Workers, and what they start, take it from here.
    process.env.TMPDIR = memory
  }
  const server = onDisk ?? (await startPostgres(undurable))
  await prepareTemplate(server.url)
  // Where single files are named the sources are started, which is soon enough for some of them, and follows a change.
  if (memory !== undefined && !areFilesNamed) process.env.ROLLCALL_TEST_COMMAND = await bundleCommand(memory)
  project.provide('postgresUrl', server.url)
  return async () => {
    await server.stop()
    if (memory !== undefined) rmSync(memory, { recursive: true, force: true })
  }
}

/** `vitest run test/x.test.ts` */
const areFilesNamed = process.argv.some((word) => /^(test|packages|examples)\/|\.test\.ts$/.test(word))
const inMemory = '/dev/shm'
/** More than all folders of a run hold at once, many times over. */
const wantedBytes = 4_000_000_000

function hasRoomInMemory(): boolean {
  if (!existsSync(inMemory)) return false
  const { bavail, bsize } = statfsSync(inMemory)
  return bavail * bsize >= wantedBytes
}
