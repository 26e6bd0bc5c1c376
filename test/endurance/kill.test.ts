// The long form of test/reliability/kill.test.ts: 5,000 users, five SIGKILLs.
// Judges: server/store, server/scim.
import { describe, expect, it } from 'vitest'
import { syncUnderKills } from '../reliability/kill.ts'

describe.each(['embedded', 'postgres'] as const)('on the %s store', (store) => {
  it('a sync of 5,000 users survives five SIGKILLs', async () => {
    const report = await syncUnderKills(store, 5_000, 5)
    console.log(JSON.stringify({ store, ...report }))
    expect(report.lost).toBeGreaterThan(0)
  }, 600_000)
})
