import { describe, expect, it } from 'vitest'
import { createId, firstIdAt } from './id.ts'

describe('createId', () => {
  it('makes ids that sort as they were made, within one millisecond too', () => {
    const ids = Array.from({ length: 2_000 }, () => createId('evt', 1_700_000_000_000))
    const inversions = ids.filter((id, at) => at > 0 && id < (ids[at - 1] as string))
    // The count begins anew once in a million: at most one step back.
    expect(inversions.length).toBeLessThanOrEqual(1)
    expect(new Set(ids).size).toBe(ids.length)
    expect(createId('evt', 1_700_000_000_001) > (ids.at(-1) as string)).toBe(true)
  })

  it('has the form prefix_26 characters, and firstIdAt is below every id of its moment', () => {
    const id = createId('usr', 1_700_000_000_000)
    expect(id).toMatch(/^usr_[0-9a-hjkmnp-tv-z]{26}$/)
    expect(firstIdAt('usr', 1_700_000_000_000) <= id).toBe(true)
    expect(firstIdAt('usr', 1_700_000_000_001) > id).toBe(true)
  })
})
