// Documents as they are read in an editor and in a difference: prose in lines of at most 120 columns, decision records in one form.
// `UPDATE_DOCS=1 npx --no-install vitest run test/house/prose.test.ts` wraps what is wider.
// Judges: the house.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { proseWidth, wrapProse } from './prose.ts'

const root = resolve(import.meta.dirname, '../..')
/** Written from something else. */
const isMade = (file: string): boolean =>
  /^docs\/(?:guides|site)\//.test(file) || ['docs/conformance.md', 'docs/scim-coverage.md'].includes(file)

const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
].filter((file) => !isMade(file))

describe('H21: documents', () => {
  it.each(documents)('%s has prose of at most 120 columns', (file) => {
    const path = join(root, file)
    const text = readFileSync(path, 'utf8')
    const wrapped = wrapProse(text)
    if (process.env.UPDATE_DOCS === '1') writeFileSync(path, wrapped)
    else expect(text).toBe(wrapped)
  })
})

describe('H21: decision records', () => {
  const records = documents.filter((file) => file.startsWith('docs/decisions/'))

  it.each(records)('%s has the form of all of them', (file) => {
    const [title = '', , status = '', ...rest] = readFileSync(join(root, file), 'utf8').split('\n')
    expect(title).toMatch(/^# \d{3}: [^a-z]/)
    expect(status).toMatch(/^\d{4}-\d{2}-\d{2}\. Accepted\b/)
    expect(rest.filter((line) => line.startsWith('## '))).toEqual([
      '## Context',
      '## Decision',
      '## Consequences',
    ])
  })
})

describe('the wrapping of prose', () => {
  const long = `${'word '.repeat(40)}end`

  it('keeps every word, and makes no line too wide', () => {
    const wrapped = wrapProse(`${long}\n`)
    expect(wrapped.split(/\s+/)).toEqual(`${long}\n`.split(/\s+/))
    expect(Math.max(...wrapped.split('\n').map((line) => line.length))).toBeLessThanOrEqual(proseWidth)
  })

  it('leaves tables, code and what is narrow as it is, and what is wrapped already', () => {
    const text = `| ${long} |\n\n\`\`\`sh\n${long}\n\`\`\`\n\nshort\nlines\n`
    expect(wrapProse(text)).toBe(text)
    expect(wrapProse(wrapProse(long))).toBe(wrapProse(long))
  })

  it('indents what belongs to a list item, and begins no line with what would be a list', () => {
    const [first = '', second = ''] = wrapProse(`  1. ${long}`).split('\n')
    expect(first).toMatch(/^ {2}1\. word/)
    expect(second).toMatch(/^ {5}word/)
    expect(wrapProse(`${'x'.repeat(119)} - y`)).toBe(`${'x'.repeat(119)} -\ny`)
  })
})
