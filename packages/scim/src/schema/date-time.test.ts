import { describe, expect, it } from 'vitest'
import { findInstant } from './date-time.ts'

describe('findInstant', () => {
  it('reads zones and fractions as one instant (RFC 7643 §2.3.5)', () => {
    const instant = Date.parse('2015-10-10T21:38:21.861Z')
    expect(findInstant('2015-10-10T14:38:21.8617979-07:00')).toBe(instant)
    expect(findInstant('2015-10-10T21:38:21.861Z')).toBe(instant)
    expect(findInstant('2015-10-10T21:38:21.861')).toBe(instant)
    expect(findInstant('2015-10-10T21:38:21.5Z')).toBe(instant - 361)
    expect(findInstant('0001-01-01T00:00:00Z')).toBe(Date.parse('0001-01-01T00:00:00Z'))
  })

  it.each([
    '2015-10-10',
    '2015-13-10T00:00:00Z',
    '2015-00-10T00:00:00Z',
    '2015-02-29T00:00:00Z',
    '2015-02-00T00:00:00Z',
    '2015-10-10T24:00:00Z',
    '2015-10-10T00:60:00Z',
    '2015-10-10T00:00:60Z',
    '2015-10-10 00:00:00Z',
    '2015-10-10T00:00:00.Z',
    '2015-10-10T00:00:00+0100',
    '2015-10-10T00:00:00+15:00',
    '2015-10-10T00:00:00Zulu',
    `2015-10-10T00:00:00.${'0'.repeat(100)}Z`,
    'abcd-10-10T00:00:00Z',
  ])('does not take %s for a date', (text) => {
    expect(findInstant(text)).toBeUndefined()
  })
})
