// Our own service against the catalogue, on both stores, as a strict client and as one of any vendor meets it.
// Judges: server/scim, scim, scim/conformance.

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ProfileName } from '@rollcall/scim'
import { type ConformanceReport, renderConformanceReport, runConformance } from '@rollcall/scim/conformance'
import { describe, expect, it } from 'vitest'
import { deal } from '../harness/sample.ts'
import { forEachStore } from '../harness/service.ts'
import { departures, forbidden } from './departures.ts'
import { judgesAs, readPage, toRun } from './page.ts'
import { startTimer } from './timer.ts'

const path = resolve(import.meta.dirname, '../../docs/conformance.md')

const idsOf = (report: ConformanceReport, kind: string): readonly string[] =>
  report.results.filter(({ outcome }) => outcome.kind === kind).map(({ id }) => id)

/** What profile `auto` tolerates beyond them, for the sake of identity providers. */
const tolerances = ['RFC7644-3.5.2-schemas', 'RFC7644-3.5.2-path-unknown', 'RFC7644-3.5.2.3-no-match']

/** What does not arise: references are absolute, there is no Content-Location and no /Me, and nothing is left out. */
const inapplicable = [
  'RFC7643-2.3.7-base-uri',
  'RFC7643-3.1-meta-content-location',
  'RFC7644-3.11-redirect',
  'RFC7644-3.11-location',
  'RFC7644-3.12-501',
]

describe('the service keeps the RFCs', () => {
  forEachStore((start, store) => {
    const run = async (profile: 'strict' | 'auto' | 'interop'): Promise<ConformanceReport> => {
      const service = await start()
      const { key, scimUrl, send } = await service.createOrganization({ profile })
      return runConformance({
        baseUrl: scimUrl,
        key,
        send: (url, init) => send(new Request(url, init)),
        startTimer,
        prefix: 'check',
        profile: judgesAs(profile),
      })
    }

    // docs/conformance.md says the same of these; `npm run conformance` writes it anew.
    const assertPage = (profile: ProfileName, report: ConformanceReport): void => {
      const page = readPage(readFileSync(path, 'utf8'))
      expect(toRun(profile, store, report)).toEqual(
        page.find((run) => run.profile === profile && run.store === store),
      )
    }

    // What is asked and answered is the same on both: each profile is asked on one of them, as it falls.
    const dealt = deal('profiles that the catalogue asks', ['strict', 'auto', 'interop'] as const, store)
    const ofAll = dealt.filter((profile) => profile !== 'interop')
    if (ofAll.length > 0)
      it.each(ofAll)('F4: every MUST, with a key of profile %s', async (profile) => {
        const report = await run(profile)
        const text = renderConformanceReport(report)
        expect(idsOf(report, 'fail'), text).toEqual([])
        expect(idsOf(report, 'skip'), text).toEqual(inapplicable)
        const expected = [...Object.keys(departures), ...(profile === 'auto' ? tolerances : [])]
        expect([...idsOf(report, 'warn')].sort(), text).toEqual([...expected].sort())
        expect(report.leftovers).toEqual([])
        assertPage(profile, report)
      })

    if (dealt.includes('interop'))
      it('profile interop breaks nothing but what the interoperability profile forbids', async () => {
        const report = await run('interop')
        const text = renderConformanceReport(report)
        const broken = [...idsOf(report, 'fail'), ...idsOf(report, 'warn')]
        const expected = [...Object.keys(departures), ...Object.keys(forbidden)]
        expect(broken.sort(), text).toEqual(expected.sort())
        expect(report.leftovers).toEqual([])
        assertPage('interop', report)
      })
  })
})
