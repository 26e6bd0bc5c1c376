// docs/conformance.md is made from runs: `npm run conformance` makes them all and writes it anew. Otherwise only what is cheap is asked:
// whether it is whole, and made of the catalogue, profiles and demands that there are. service.test.ts holds its figures to runs of its own.
// Judges: scim/conformance.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { runConformance } from '@rollcall/scim/conformance'
import { afterAll, describe, expect, it } from 'vitest'
import { forEachStore, type Start } from '../harness/service.ts'
import { judgesAs, profileNames, type Run, readPage, renderPage, stores, toRun } from './page.ts'
import { startTimer } from './timer.ts'

const path = resolve(import.meta.dirname, '../../docs/conformance.md')

function writeAnew(): void {
  const found: Run[] = []
  forEachStore((start: Start, store) => {
    it('is written from a run with a key of each profile', { timeout: 300_000 }, async () => {
      const service = await start()
      for (const profile of profileNames) {
        const { key, scimUrl, send } = await service.createOrganization({ profile })
        const report = await runConformance({
          baseUrl: scimUrl,
          key,
          send: (url, init) => send(new Request(url, init)),
          startTimer,
          prefix: 'page',
          profile: judgesAs(profile),
        })
        expect(report.leftovers).toEqual([])
        found.push(toRun(profile, store, report))
      }
    })
  })
  afterAll(() => {
    const runs = profileNames.flatMap((name) => found.filter(({ profile }) => profile === name))
    writeFileSync(path, renderPage(runs))
  })
}

function read(): void {
  it('tells of every profile and store, in the words that the catalogue has now (npm run conformance)', () => {
    const page = readFileSync(path, 'utf8')
    const runs = readPage(page)
    expect(runs.map(({ profile, store }) => `${profile} ${store}`)).toEqual(
      profileNames.flatMap((profile) => stores.map((store) => `${profile} ${store}`)),
    )
    expect(page).toBe(renderPage(runs))
  })
}

describe('docs/conformance.md', process.env.UPDATE_DOCS === '1' ? writeAnew : read)
