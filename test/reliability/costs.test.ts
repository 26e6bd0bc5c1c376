// What a request costs beside the floor of the stack, measured as `npm run bench` does, but shortly: a request that has become ten times
// as dear is seen here. Ratios with much room, since the machine has other work.
// Judges: server/scim, server/store.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { costOf, measure, quietest } from '../../bench/measure.ts'
import { createAsk, type Scenario } from '../../bench/requests.ts'
import {
  createDirectory,
  loadByBulk,
  loadGroups,
  renderPerson,
  serviceSettings,
} from '../../bench/service.ts'
import { startTarget } from '../../bench/target.ts'

const root = resolve(import.meta.dirname, '../..')
const seconds = 0.3
/** Of what is measured here on an idle machine, four to five times. */
const bounds: Readonly<Record<'select' | 'group', Partial<Record<Scenario, number>>>> = {
  select: { get: 25, filter: 25, 'list of 100': 250 },
  group: { create: 20, 'PATCH name': 20 },
}

it('a request costs no more than its multiple of the floor, and each is answered', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-costs-'))
  const [floor, target] = await Promise.all([
    startTarget([join(root, 'bench/floor.ts')], { FLOOR_FOLDER: folder }, '/select'),
    startTarget(
      ['--conditions=source', join(root, 'packages/cli/src/main.ts'), 'serve'],
      { ...serviceSettings, ROLLCALL_DATA: join(folder, 'data') },
      '/readyz',
    ),
  ])
  try {
    const directory = await createDirectory(target)
    await loadByBulk(target, directory, 200)
    await loadGroups(target, directory)
    const headers = { 'content-type': 'application/json' }
    const floors = {
      select: () => ({ method: 'GET', path: '/select' }) as const,
      group: () => ({ method: 'POST', path: '/group', headers, body: renderPerson(1) }) as const,
    }
    const dear: string[] = []
    for (const of of ['select', 'group'] as const) {
      const least = quietest([
        await measure(floor, seconds, floors[of]),
        await measure(floor, seconds, floors[of]),
      ])
      for (const [line, most] of Object.entries(bounds[of])) {
        const figures = await measure(target, seconds, createAsk(line as Scenario, directory))
        expect(figures.refused, line).toBe(0)
        const ratio = costOf(figures) / costOf(least)
        if (!(ratio < most)) dear.push(`${line}: ${ratio.toFixed(1)} times the floor, at most ${most}`)
      }
    }
    expect(dear).toEqual([])
  } finally {
    await Promise.all([floor.stop(), target.stop()])
    rmSync(folder, { recursive: true, force: true })
  }
})
