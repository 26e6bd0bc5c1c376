import { describe, expect, it } from 'vitest'
import { ScimError } from './error.ts'
import { assertJsonDepth, parseJson } from './parse-json.ts'

describe('assertJsonDepth', () => {
  it('allows the limit and refuses one more, brackets and braces alike', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const nested = (depth: number) =>
        `${open.repeat(depth)}${open === '[' ? '' : '1'}${close.repeat(depth)}`
      expect(() => assertJsonDepth(nested(32), 32)).not.toThrow()
      expect(() => assertJsonDepth(nested(33), 32)).toThrow(ScimError)
    }
  })
  it('does not count brackets in strings, escaped quotes included', () => {
    expect(() => assertJsonDepth(JSON.stringify(`${'['.repeat(100)}"\\`), 1)).not.toThrow()
    expect(() => assertJsonDepth('"\\\\"[[', 1)).toThrow(ScimError)
  })
  it('ends a string at the first quote behind an even number of backslashes', () => {
    expect(() => assertJsonDepth(String.raw`["[[[[", "\"[[[[", "\\", "\\\"[[["]`, 1)).not.toThrow()
    expect(() => assertJsonDepth(String.raw`["\\[", [1]]`, 1)).toThrow(ScimError)
    expect(() => assertJsonDepth(String.raw`["\\", [1]]`, 1)).toThrow(ScimError)
  })
  it('takes no longer for strings of escapes, closed or not', () => {
    const startedAt = performance.now()
    assertJsonDepth(`"${'\\"'.repeat(500_000)}"`, 1)
    assertJsonDepth(`"${'\\'.repeat(1_000_000)}`, 1)
    expect(performance.now() - startedAt).toBeLessThan(200)
  })
  it('refuses a depth of 1,000,000 without parsing it, at once', () => {
    const startedAt = performance.now()
    expect(() => parseJson('['.repeat(1_000_000), 32)).toThrow(ScimError)
    expect(performance.now() - startedAt).toBeLessThan(50)
  })
  it('refuses what is not JSON without echoing it', () => {
    expect(() => parseJson('{"secret":', 32)).toThrow(
      expect.objectContaining({ scimType: 'invalidSyntax', detail: expect.not.stringContaining('secret') }),
    )
  })
})
