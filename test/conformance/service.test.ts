// Our own service against the catalogue, on both stores, as a strict client and as one of any vendor meets it.

import { type ConformanceReport, renderConformanceReport, runConformance } from '@rollcall/scim/conformance'
import { describe, expect, it } from 'vitest'
import { forEachStore } from '../harness/service.ts'
import { startTimer } from './timer.ts'

const idsOf = (report: ConformanceReport, kind: string): readonly string[] =>
  report.results.filter(({ outcome }) => outcome.kind === kind).map(({ id }) => id)

/** What we do not do though we should: values are stored as sent, and Entra's validator sends no operations. */
const departures = [
  'RFC7643-4.1.2-emails-canonical',
  'RFC7643-4.3-manager-reference',
  'RFC7644-3.5.2-operations-empty',
]
/** What profile `auto` tolerates beyond them, for the sake of identity providers. */
const tolerances = ['RFC7644-3.5.2-schemas', 'RFC7644-3.5.2-path-unknown', 'RFC7644-3.5.2.3-no-match']

describe('the service keeps the RFCs', () => {
  forEachStore((start) => {
    it.each(['strict', 'auto'] as const)('F4: every MUST, with a key of profile %s', async (profile) => {
      const service = await start()
      const { key, scimUrl, send } = await service.createOrganization({ profile })
      const report = await runConformance({
        baseUrl: scimUrl,
        key,
        send: (url, init) => send(new Request(url, init)),
        startTimer,
        prefix: 'check',
        profile,
      })
      const text = renderConformanceReport(report)
      expect(idsOf(report, 'fail'), text).toEqual([])
      expect(idsOf(report, 'skip'), text).toEqual(['RFC7644-3.11-redirect', 'RFC7644-3.11-location'])
      const expected = [...departures, ...(profile === 'auto' ? tolerances : [])]
      expect([...idsOf(report, 'warn')].sort(), text).toEqual([...expected].sort())
      expect(report.leftovers).toEqual([])
    })
  })
})
