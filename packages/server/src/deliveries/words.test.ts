import { describe, expect, it } from 'vitest'
import { quoteName } from './words.ts'

describe('a name in a mail', () => {
  it.each([
    ['Acme', '\u201cAcme\u201d'],
    [
      'PayPal: verify now at https://evil.test/login',
      '\u201cPayPal verify now at https evil\u00b7test login\u201d',
    ],
    ['booking.com', '\u201cbooking\u00b7com\u201d'],
    ['evil\uff0etest and evil\u3002test', '\u201cevil\u00b7test and evil\u00b7test\u201d'],
    ['a@evil.test', '\u201ca evil\u00b7test\u201d'],
    ['Acme\u201d. Go on', "\u201cAcme'. Go on\u201d"],
    ['Acme\r\nBcc: x', '\u201cAcme Bcc x\u201d'],
    ['Acme Inc.', '\u201cAcme Inc.\u201d'],
    ['a\u202eb\u200b', '\u201ca b\u201d'],
    ['x'.repeat(200), `\u201c${'x'.repeat(80)}\u2026\u201d`],
  ])('%j is quoted, and no link', (name, quoted) => {
    expect(quoteName(name)).toBe(quoted)
  })
})
