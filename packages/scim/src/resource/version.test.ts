import { describe, expect, it } from 'vitest'
import { countSteps } from '../testing/count-steps.ts'
import { matchesETag, renderETag } from './version.ts'

const etag = renderETag(3)

describe('matchesETag', () => {
  it.each(['W/"3"', '"3"', '*', ' * ', 'W/"1", W/"3"', '"1","3"', 'W/"a,b" ,  W/"3"', '"1" , "3"'])(
    'matches %s weakly (RFC 9110 §8.8.3.2)',
    (header) => {
      expect(etag).toBe('W/"3"')
      expect(matchesETag(header, etag)).toBe(true)
    },
  )

  it.each(['W/"4"', '', '3', '"3', 'W/3', '"33"', 'x"3"', '"1" "3"', 'w/"3"', '"1", *'])(
    'does not match %s',
    (header) => {
      expect(matchesETag(header, etag)).toBe(false)
    },
  )

  it.each([
    (count: number) => `"1"${','.repeat(count)}`,
    (count: number) => `${' '.repeat(count)}"3`,
    (count: number) => '"'.repeat(count + 1),
    (count: number) => `"1"${',"1"'.repeat(count)}`,
  ])('takes no more steps for a hostile header than it is long', (render) => {
    const stepsOf = (count: number) => countSteps(() => expect(matchesETag(render(count), etag)).toBe(false))
    expect(stepsOf(8_000)).toBeLessThan(3 * stepsOf(4_000))
  })
})
