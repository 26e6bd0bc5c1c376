// One organization of a million people, with a group of a hundred thousand, among a thousand organizations: what people and
// provisioning clients ask stays as quick as in a small one. ROLLCALL_LARGE_USERS plays it with another number.
// Judges: server/store, server/users, server/scim.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { measureLarge } from '../../bench/large-measure.ts'
import { serviceSettings } from '../../bench/service.ts'
import { startTarget } from '../../bench/target.ts'
import { createDatabaseAt } from '../postgres/server.ts'

const users = Number(process.env.ROLLCALL_LARGE_USERS ?? 1_000_000)
const command = resolve(import.meta.dirname, '../../packages/cli/dist/main.js')

describe.each(['embedded', 'postgres'] as const)('on the %s store', (store) => {
  it(`${users} users, 100,000 members, 1,000 organizations`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-large-'))
    const database =
      store === 'postgres' ? { DATABASE_URL: await createDatabaseAt(inject('postgresUrl')) } : {}
    const settings = { ...serviceSettings, ...database, ROLLCALL_DATA: folder }
    const target = await startTarget(['--max-semi-space-size=8', command, 'serve'], settings, '/readyz')
    try {
      const figures = await measureLarge(target, {
        users,
        members: Math.min(users, 100_000),
        organizations: 1_000,
        turns: 400,
        note: ({ what, value, unit }) => console.error(`${store}: ${what}: ${value.toFixed(2)} ${unit}`),
      })
      // Multiples and memory alone: how long something takes depends on what else the machine does.
      const missed = figures.filter(
        ({ value, limit, unit }) => (unit === 'x' || unit === 'MB') && limit !== undefined && value > limit,
      )
      expect(missed).toEqual([])
    } finally {
      await target.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }, 1_800_000)
})
