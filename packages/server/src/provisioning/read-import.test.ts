import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxRowBytes, readImport } from './read-import.ts'

async function* partsOf(text: string, size: number): AsyncGenerator<string> {
  for (let start = 0; start < text.length; start += size) yield text.slice(start, start + size)
}
const read = (text: string, size = 65_536) => readImport(partsOf(text, size))
const refusal = (detail: string) => ({ status: 400, message: expect.stringContaining(detail) })

describe('an import that comes in parts', () => {
  it('of any size reads as JSON does', async () => {
    const users = fc.array(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 4 })))
    await fc.assert(
      fc.asyncProperty(users, fc.boolean(), fc.integer({ min: 1, max: 40 }), async (list, dryRun, size) => {
        const text = JSON.stringify({ dryRun, users: list }, null, list.length % 3)
        expect(await read(text, size)).toEqual({ rows: JSON.parse(JSON.stringify(list)), dryRun })
      }),
    )
  })

  it('of any size reads as the CSV inside is', async () => {
    // The parser trims, and takes a quoted text as it stands.
    const names = fc.array(
      fc.string({ unit: 'grapheme' }).map((text) => `x${text}\\"😀x`),
      { minLength: 1 },
    )
    await fc.assert(
      fc.asyncProperty(names, fc.integer({ min: 1, max: 40 }), fc.boolean(), async (list, size, isAscii) => {
        const csv = `userName\n${list.map((name) => `"${name.replaceAll('"', '""')}"`).join('\n')}`
        const whole = JSON.stringify({ csv, format: 'csv' })
        // Every letter as an escape by number, surrogate pairs too.
        const escaped = whole.replace(
          /[^\0-\x7e]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        )
        const { rows } = await read(isAscii ? escaped : whole, size)
        expect(rows).toEqual(list.map((userName) => ({ userName })))
      }),
    )
  })

  it.each([
    ['[]', 'not JSON'],
    ['', 'not whole'],
    ['{"users":[{}]', 'not whole'],
    ['{"users":[{}]}x', 'not JSON'],
    ['{"users":[{"a":}]}', 'users.0: is not JSON'],
    ['{"users":[1]}', 'users.0: must be an object'],
    ['{"users":[{},]}', 'users.1: is not JSON'],
    ['{"users":{}}', 'users: must be a list'],
    ['{"csv":1}', 'csv: must be a text'],
    ['{"csv":"a\\x","format":"csv"}', 'csv: is not JSON'],
    ['{"users":[],"users":[]}', 'more than once'],
    ['{"users":[],"more":1}', 'Unrecognized key: "more"'],
    ['{"users":[],"__proto__":1}', 'Unrecognized key'],
    ['{"users":[],"dryRun":"no"}', 'dryRun'],
    ['{"users":[],"format":"xml"}', 'format'],
    ['{"users":[],"format":"csv"}', 'Send users with format json'],
    ['{"csv":"a"}', 'Send users with format json'],
    ['{"dryRun":true}', 'Send users with format json'],
    ['{"csv":"userName,email\\na","format":"csv"}', 'csv: '],
    [`{"users":[${'['.repeat(40)}`, 'nested too deeply'],
  ])('%s is refused', async (text, detail) => {
    for (const size of [1, 7, 65_536]) await expect(read(text, size)).rejects.toMatchObject(refusal(detail))
  })

  it('is not read on behind a row that is too long', async () => {
    const taken = { parts: 0 }
    async function* endless(start: string): AsyncGenerator<string> {
      yield start
      for (; taken.parts < 1_000; taken.parts += 1) yield 'x'.repeat(maxRowBytes / 4)
    }
    for (const start of [
      '{"format":"csv","csv":"userName\\na\\n',
      '{"users":[{"userName":"a"},{"userName":"',
    ]) {
      taken.parts = 0
      await expect(readImport(endless(start))).rejects.toMatchObject(refusal('Row 2 is longer than 64 KB'))
      expect(taken.parts).toBeLessThan(10)
    }
  })
})
