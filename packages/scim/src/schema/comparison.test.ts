import { describe, expect, it } from 'vitest'
import { attribute } from './attribute.ts'
import { compareCodePoints, comparisonKey } from './comparison.ts'

const exact = attribute('exact', '', { caseExact: true })
const folded = attribute('folded', '')
const userName = attribute('userName', '', { comparison: 'usernameCaseMapped' })

describe('comparisonKey', () => {
  it('is the value itself where case is exact', () => {
    expect(comparisonKey(exact, 'A\u0065\u0301')).toBe('A\u0065\u0301')
  })

  it('folds case and composes where it is not', () => {
    expect(comparisonKey(folded, 'BJensen')).toBe('bjensen')
    expect(comparisonKey(folded, 'E\u0301')).toBe('\u00e9')
    expect(comparisonKey(folded, '\uff21')).toBe('\uff41')
  })

  it('maps width, then case, then NFC for userName (RFC 8265 §3.3)', () => {
    expect(comparisonKey(userName, '\uff22\uff4aensen\u3000X')).toBe('bjensen x')
    expect(comparisonKey(userName, 'E\u0301mile')).toBe('\u00e9mile')
    expect(comparisonKey(userName, '\ufb01x')).toBe('\ufb01x')
  })
})

describe('compareCodePoints', () => {
  it('orders as UTF-8 bytes do, not as UTF-16 units', () => {
    const words = ['\u{1f600}', '\uffee', 'b', 'ab', 'a', '\ue000', '']
    const bytes = (word: string) => Buffer.from(word, 'utf8')
    expect([...words].sort(compareCodePoints)).toEqual(
      [...words].sort((a, b) => Buffer.compare(bytes(a), bytes(b))),
    )
  })
})
