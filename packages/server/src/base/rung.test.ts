import { describe, expect, it } from 'vitest'
import {
  higherOf,
  isAbove,
  isAtLeast,
  isPrivileged,
  lowerOf,
  rungOfRole,
  rungs,
  toAnchorRung,
} from './rung.ts'

describe('the ladder', () => {
  it('orders every pair of rungs one way', () => {
    for (const [low, one] of rungs.entries())
      for (const [high, other] of rungs.entries()) {
        expect(isAtLeast(one, other)).toBe(low >= high)
        expect(isAbove(one, other)).toBe(low > high)
        expect(lowerOf(one, other)).toBe(rungs[Math.min(low, high)])
        expect(higherOf(one, other)).toBe(rungs[Math.max(low, high)])
      }
  })

  it('gives an anchor the rung of its caller, and never more than a contact below an administrator', () => {
    expect(rungs.map(toAnchorRung)).toEqual([
      'contact',
      'contact',
      'contact',
      'contact',
      'administrator',
      'owner',
      'owner',
    ])
  })

  it('knows who is privileged by the role', () => {
    expect(['owner', 'admin', 'member', 'Owner', ''].map(rungOfRole)).toEqual([
      'owner',
      'administrator',
      'person',
      'person',
      'person',
    ])
    expect(['owner', 'admin', 'member'].map(isPrivileged)).toEqual([true, true, false])
  })
})
