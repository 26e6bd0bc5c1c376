// Decision records are named by their number, also in code and in documents: one number is one decision, and each that is named is there.
// Judges: the house.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const folder = join(root, 'docs/decisions')
const files = readdirSync(folder).filter((name) => name.endsWith('.md'))

/** Numbers that no record has, each with the reason: none is given to another decision. */
const gaps: Readonly<Record<string, string>> = {}

function listTexts(path: string): readonly string[] {
  return readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:md|tsx?)$/.test(name) && !/(?:^|\/)(?:dist|node_modules|site\/src)\//.test(name))
    .map((name) => join(path, name))
}

describe('R13-b10: decision records', () => {
  it('have a name with a number of three digits, which the title has too', () => {
    for (const name of files) {
      expect(name).toMatch(/^\d{3}-[a-z0-9-]+\.md$/)
      expect([name, readFileSync(join(folder, name), 'utf8').slice(0, 7)]).toEqual([
        name,
        `# ${name.slice(0, 3)}: `,
      ])
    }
  })

  it('have each number once, from 001 on, without a gap but those that are explained', () => {
    const numbers = files.map((name) => name.slice(0, 3)).toSorted()
    const all = Array.from({ length: Number(numbers.at(-1)) }, (_, at) => String(at + 1).padStart(3, '0'))
    expect(numbers).toEqual(all.filter((number) => !(number in gaps)))
  })

  it('are there where code or a document names one', () => {
    const texts = [
      ...listTexts('docs'),
      ...listTexts('packages'),
      ...listTexts('test'),
      'README.md',
      'CONTRIBUTING.md',
    ]
    for (const path of texts) {
      const text = readFileSync(join(root, path), 'utf8')
      for (const [, number] of text.matchAll(/\b[Dd]ecisions? (\d{3})\b/g))
        expect([path, files.some((name) => name.startsWith(`${number}-`))]).toEqual([path, true])
      for (const [, name] of text.matchAll(/decisions\/(\d{3}-[a-z0-9-]+\.md)/g))
        expect([path, files]).toEqual([path, expect.arrayContaining([name])])
    }
  })
})
