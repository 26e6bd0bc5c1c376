// The pages of docs/hand-off repeat the products of examples/hand-off, and say of each whether it was run. UPDATE_DOCS=1 writes them anew.
// Judges: the house.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { languages } from '../hand-off/languages.ts'
import { readPart } from './part.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

describe('A7: the hand-off', () => {
  it('has a page for each language, and a row in its table', () => {
    const pages = languages.map(({ folder }) => `${folder}.md`)
    expect(readdirSync(join(root, 'docs/hand-off')).toSorted()).toEqual([...pages, 'README.md'].toSorted())
    const rows = [...read('docs/hand-off/README.md').matchAll(/^\| \[.+?\]\((\w+\.md)\) \|/gm)]
    expect(rows.map(([, page]) => page)).toEqual(pages)
  })

  it.each(languages)('in $name is the product that is run', ({ folder, file, fence }) => {
    const made = `\`\`\`${fence}\n${read(`examples/hand-off/${folder}/${file}`)}\`\`\`\n`
    expect(readPart(`docs/hand-off/${folder}.md`, 'product', made)).toBe(made)
  })

  it.each(languages)('in $name says whether it was run', ({ name, folder, version }) => {
    const page = read(`docs/hand-off/${folder}.md`)
    const row = read('docs/hand-off/README.md')
      .split('\n')
      .find((line) => line.includes(`(${folder}.md)`))
    expect([name, page.includes('**This sample was not run.**')]).toEqual([name, version === undefined])
    expect([name, row?.includes('not run')]).toEqual([name, version === undefined])
    expect(row).not.toContain('failed')
  })
})
