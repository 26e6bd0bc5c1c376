// A fresh service on each store, one after another, that is gone when it was measured.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { startPostgres } from '../test/postgres/server.ts'
import { serviceSettings } from './service.ts'
import { startTarget, type Target } from './target.ts'

const root = resolve(import.meta.dirname, '..')

/** `stores` are named with commas between. */
export async function onEachStore(
  stores: string,
  measure: (store: string, target: Target) => Promise<void>,
): Promise<void> {
  for (const store of stores.split(',')) {
    const postgres = store === 'postgres' ? await startPostgres() : undefined
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
    const database = postgres === undefined ? {} : { DATABASE_URL: await postgres.createDatabase() }
    const target = await startTarget(
      ['--max-semi-space-size=8', join(root, 'packages/cli/dist/main.js'), 'serve'],
      { ...serviceSettings, ...database, ROLLCALL_DATA: folder },
      '/readyz',
      postgres,
    )
    try {
      await measure(store, target)
    } finally {
      await target.stop()
      await postgres?.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
