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

  const wanted = [{ userName: 'a', email: 'a@acme.test', active: 'yes' }]
  it.each([
    ['commas', 'userName,email,active\na,a@acme.test,yes\n'],
    ['semicolons', 'userName;email;active\na;a@acme.test;yes\n'],
    ['tabs', 'userName\temail\tactive\na\ta@acme.test\tyes\n'],
    ['capitals', 'USERNAME,Email,ACTIVE\na,a@acme.test,yes\n'],
    ['other names', 'User Name;E-Mail;Active\na;a@acme.test;yes\n'],
    ['quotes', '"user_name";"Email Address";"active"\n"a";"a@acme.test";"yes"\n'],
    ['a mark', '\uFEFFuserName,email,active\na,a@acme.test,yes\n'],
    ['a mark in quotes', '\uFEFF"userName";"email";"active"\r\na;a@acme.test;yes\r\n'],
    ['sep=,', 'sep=,\nuserName,email,active\na,a@acme.test,yes'],
    ['SEP=;', '\uFEFFSEP=;\r\nuserName;email;active\r\na;a@acme.test;yes\r\n'],
    ['sep in quotes', '"sep=;"\nuserName;email;active\na;a@acme.test;yes'],
    ['sep of a tab', 'sep=\t\r\nuserName\temail\tactive\r\na\ta@acme.test\tyes'],
    ['returns alone', 'userName;email;active\ra;a@acme.test;yes\r'],
    ['sep and returns alone', 'sep=;\ruserName;email;active\ra;a@acme.test;yes'],
    ['bars', 'userName|email|active\na|a@acme.test|yes'],
    ['one column', 'email;\n', []],
    [
      'a name that begins like sep',
      'SE,userName,email,active\n,a,a@acme.test,yes',
      [{ SE: '', ...wanted[0] }],
    ],
  ] as [string, string, object[]?][])(
    'F48 reads a CSV with %s, in parts of any size',
    async (_, csv, rows) => {
      const text = JSON.stringify({ format: 'csv', csv })
      for (const size of [1, 2, 3, 7, 65_536])
        expect((await read(text, size)).rows, String(size)).toEqual(rows ?? wanted)
    },
  )

  it.each([
    ['a@acme.test;Ada\nb@acme.test;Bo\n', ['neither userName nor email', '"a@acme.test;Ada"', 'semicolon']],
    ['name;mailbox\na;b\n', ['neither userName nor email', 'separator ","']],
    ['Email;EMAIL\na@acme.test;b@acme.test\n', ['two columns are named "email"']],
    ['name\nx,y,z\n', ['neither userName nor email']],
  ])('F48 %j is refused by its first line', async (csv, words) => {
    for (const size of [3, 65_536])
      for (const word of words)
        await expect(read(JSON.stringify({ format: 'csv', csv }), size)).rejects.toMatchObject(refusal(word))
  })

  it('F48 nothing at all is no fault', async () => {
    expect((await read(JSON.stringify({ format: 'csv', csv: '' }))).rows).toEqual([])
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
