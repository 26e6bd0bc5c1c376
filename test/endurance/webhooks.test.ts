// The long form of test/reliability/webhooks.test.ts: 5,000 changes, three minutes of trouble, three SIGKILLs.
// Judges: server/deliveries, server/webhooks.
import { describe, expect, it } from 'vitest'
import { deliverUnderTrouble } from '../reliability/webhooks.ts'

describe.each(['embedded', 'postgres'] as const)('on the %s store', (store) => {
  it('5,000 changes while the receiver fails for three minutes and the service is killed three times', async () => {
    const report = await deliverUnderTrouble(store, {
      changes: 5_000,
      troubleMs: 180_000,
      kills: 3,
      hangs: true,
      share: 0.7,
    })
    console.log(JSON.stringify({ store, ...report }))
    expect(report.refused).toBeGreaterThan(0)
  }, 600_000)
})
