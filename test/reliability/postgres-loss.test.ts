// brianc/node-postgres#2762, #3260, #2635: a terminated backend must not end the process.
// Judges: server/store.
import { expect, it } from 'vitest'
import { loadUnderTermination } from './postgres-loss.ts'

it('R3: survives PostgreSQL backends terminated each second under load, with only 2xx and 503 with Retry-After', async () => {
  const report = await loadUnderTermination(3)
  expect(report.terminated).toBeGreaterThan(5)
  expect(report.ok / report.requests).toBeGreaterThan(0.9)
}, 90_000)
