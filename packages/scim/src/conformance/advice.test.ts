import { expect, it } from 'vitest'
import { adviceOf, advised } from './advice.ts'
import { catalogue } from './catalogue.ts'

it('says of every finding what to do, and of nothing that there is not', () => {
  const ids = new Set(catalogue.map(({ id }) => id))
  for (const id of advised) expect(ids.has(id), id).toBe(true)
  for (const { id, level, clause, features, sentence, check } of catalogue) {
    if (check === undefined) continue
    const outcome = { kind: 'fail', expected: 'this', came: 'that', evidence: undefined, steps: [] } as const
    const advice = adviceOf({ id, level, clause, features, sentence, outcome })
    expect(advice, id).toMatch(/^[A-Z].*\.$/)
    expect(advice, id).not.toMatch(/^Right/)
  }
})
