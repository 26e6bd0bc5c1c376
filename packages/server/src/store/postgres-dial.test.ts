// When plans of a connection to PostgreSQL are made anew.
// Judges: server/store.
import { expect, it } from 'vitest'
import { createPlans, isToReplan } from './postgres-dial.ts'

it('plans are made anew each time that as many transactions again have gone by', () => {
  const plans = createPlans(0)
  const at: number[] = []
  for (let count = 1; count <= 600; count += 1) if (isToReplan(plans, 0)) at.push(count)
  expect(at).toEqual([64, 128, 256, 512])
})

it('or as much time, for few transactions may bring many people; each minute at most', () => {
  const plans = createPlans(0)
  const at: number[] = []
  for (let seconds = 0; seconds <= 250; seconds += 5) if (isToReplan(plans, seconds * 1_000)) at.push(seconds)
  expect(at).toEqual([5, 10, 15, 25, 45, 80, 140, 200])
})
