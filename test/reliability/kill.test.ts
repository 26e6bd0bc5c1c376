// SIGKILL in the middle of a sync; `npm run test:endurance` has the long form.
// Judges: server/store, server/scim.
import { describe, expect, it } from 'vitest'
import { syncUnderKills } from './kill.ts'

describe.each(['embedded', 'postgres'] as const)('on the %s store', (store) => {
  it('a sync of 200 users survives two SIGKILLs: nothing acknowledged is missing, nobody is there twice, events equal changes', async () => {
    const report = await syncUnderKills(store, 200, 2)
    expect(report.lost).toBeGreaterThan(0)
    expect(report.acknowledged).toBeGreaterThan(200)
  }, 120_000)
})
