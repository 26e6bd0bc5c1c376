import { expect, it } from 'vitest'
import { describePlaces, placesFor } from './places.ts'
import { rungs } from './rung.ts'

it.each([10, 50, 100, 200, 5_000])(
  'BF5: of %i places each rung leaves some to those above, and the operator has all',
  (all) => {
    const own = rungs.map((rung) => placesFor(rung, all))
    expect(own).toEqual(own.toSorted((one, other) => one - other))
    expect(new Set(own.slice(rungs.indexOf('contact'))).size).toBe(4)
    expect(own.at(-1)).toBe(all)
    expect(describePlaces('operator', all, 'keys')).not.toContain('above')
    expect(describePlaces('owner', all, 'keys')).toContain(
      `${all / 10} more are kept for whoever stands above`,
    )
  },
)
