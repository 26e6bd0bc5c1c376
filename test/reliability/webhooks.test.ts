// Webhooks through trouble and a SIGKILL; `npm run test:endurance` has the long form.
// Judges: server/deliveries, server/webhooks.
import { describe, expect, it } from 'vitest'
import { deliverUnderTrouble } from './webhooks.ts'

describe.each(['embedded', 'postgres'] as const)('on the %s store', (store) => {
  it('120 changes while the receiver fails (and the service is killed): all arrive, in order, under one id', async () => {
    const report = await deliverUnderTrouble(store, {
      changes: 120,
      troubleMs: 1_500,
      // A killed node's leases on PostgreSQL end after 30 seconds: the long form waits for them.
      kills: store === 'embedded' ? 1 : 0,
      hangs: false,
      share: 0.3,
    })
    expect(report.refused).toBeGreaterThan(0)
  }, 150_000)
})
