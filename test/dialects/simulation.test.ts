// The simulator's whole conversations against the service: every step of every shape is answered as the vendor needs.
// Judges: simulator, simulator/vendors, simulator/run, simulator/base, server/scim.

import { type ProfileName, profiles } from '@rollcall/scim'
import { renderReport, simulate, vendorNames } from '@rollcall/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { forOneStore, type Service } from '../harness/service.ts'

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  describe('the simulator', () => {
    const plays = vendorNames.flatMap((vendor) =>
      vendor in profiles
        ? [[vendor, 'auto'] as const, [vendor, vendor as ProfileName] as const]
        : [[vendor, 'auto'] as const],
    )

    it.each(plays)('plays %s against profile %s and every answer is accepted', async (vendor, profile) => {
      const { key, scimUrl, send } = await service.createOrganization({ profile })
      // Ten people see every shape of either vendor.
      const report = await simulate({
        vendor,
        baseUrl: scimUrl,
        key,
        users: 10,
        groups: 4,
        seed: 1,
        send,
      })
      expect(report.failed, renderReport(report)).toBe(0)
      expect(report.skipped).toBe(0)
      expect(report.steps.find(({ name }) => name === 'create')?.statuses).toEqual({ '201': 10 })
      const groups = report.steps.find(({ name }) => name === 'create group')?.statuses
      expect(groups).toEqual(vendor === 'google' ? undefined : { '201': 4 })
    })

    it('is told in a sentence when the key is refused', async () => {
      const { scimUrl, send } = await service.createOrganization()
      const play = simulate({ vendor: 'okta', baseUrl: scimUrl, key: 'wrong', users: 1, send })
      await expect(play).rejects.toThrow('The key was refused')
    })
  })
})
