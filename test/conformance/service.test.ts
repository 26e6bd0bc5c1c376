// Our own service against the catalogue, on both stores, as a strict client and as one of any vendor meets it.

import { type ConformanceReport, renderConformanceReport, runConformance } from '@rollcall/scim/conformance'
import { describe, expect, it } from 'vitest'
import { forEachStore } from '../harness/service.ts'
import { startTimer } from './timer.ts'

const idsOf = (report: ConformanceReport, kind: string): readonly string[] =>
  report.results.filter(({ outcome }) => outcome.kind === kind).map(({ id }) => id)

describe('the service keeps the RFCs', () => {
  forEachStore((start) => {
    it.each(['strict', 'auto'] as const)('every MUST, with a key of profile %s', async (profile) => {
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
      if (process.env.SHOW === '1') console.log(text)
      expect(idsOf(report, 'fail'), text).toEqual([])
      expect(idsOf(report, 'skip'), text).toEqual(['RFC7644-3.11-redirect', 'RFC7644-3.11-location'])
      expect(report.leftovers).toEqual([])
    })
  })
})
