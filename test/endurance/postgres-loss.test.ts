import { expect, it } from 'vitest'
import { loadUnderTermination } from '../reliability/postgres-loss.ts'

it('survives PostgreSQL backends terminated each second for 20 s', async () => {
  const report = await loadUnderTermination(20)
  console.log(JSON.stringify(report))
  expect(report.ok / report.requests).toBeGreaterThan(0.9)
})
