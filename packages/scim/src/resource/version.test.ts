import { describe, expect, it } from 'vitest'
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

  it('takes no longer for a hostile header', () => {
    const start = performance.now()
    expect(matchesETag(`"1"${','.repeat(8000)}`, etag)).toBe(false)
    expect(matchesETag(`${' '.repeat(8000)}"3`, etag)).toBe(false)
    expect(matchesETag('"'.repeat(8001), etag)).toBe(false)
    expect(performance.now() - start).toBeLessThan(50)
  })
})
