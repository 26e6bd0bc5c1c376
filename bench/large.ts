// `npm run bench:large`: what must stay constant as data grows, on each store. Prints a table of Markdown for docs/benchmarks.md.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '../test/postgres/server.ts'
import { type Figure, measureLarge } from './large-measure.ts'
import { serviceSettings } from './service.ts'
import { startTarget } from './target.ts'

const root = resolve(import.meta.dirname, '..')
const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '100000' },
    members: { type: 'string', default: '100000' },
    organizations: { type: 'string', default: '1' },
    stores: { type: 'string', default: 'embedded,postgres' },
    turns: { type: 'string', default: '400' },
  },
})
const users = Number(values.users)
const rows: string[] = []

for (const store of values.stores.split(',')) {
  const postgres = store === 'postgres' ? await startPostgres() : undefined
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const database = postgres === undefined ? {} : { DATABASE_URL: await postgres.createDatabase() }
  const target = await startTarget(
    ['--max-semi-space-size=8', join(root, 'packages/cli/dist/main.js'), 'serve'],
    { ...serviceSettings, ...database, ROLLCALL_DATA: folder },
    '/readyz',
  )
  try {
    await measureLarge(target, {
      users,
      members: Math.min(Number(values.members), users),
      organizations: Number(values.organizations),
      turns: Number(values.turns),
      note: (figure) => say(store, figure),
    })
  } finally {
    await target.stop()
    await postgres?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
console.log(`| store | what | figure | at most |\n|---|---|---|---|\n${rows.join('\n')}`)

function say(store: string, { what, value, unit, limit }: Figure): void {
  const figure = `${value.toFixed(value < 10 ? 2 : 0)} ${unit}`
  rows.push(`| ${store} | ${what} | ${figure} | ${limit === undefined ? '' : `${limit} ${unit}`} |`)
  console.error(
    `${store.padEnd(10)} ${what.padEnd(60)} ${figure}${limit !== undefined && value > limit ? '  MISSED' : ''}`,
  )
}
