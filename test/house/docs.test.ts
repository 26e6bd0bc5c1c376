// Documents that repeat what code says are made from the code. `UPDATE_DOCS=1 npm test` writes them anew.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Profile, type ProfileName, profiles, type Tolerance, tolerances } from '@rollcall/scim'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** The text between `<!-- name -->` and `<!-- /name -->` of a document, after writing it anew where asked. */
function readPart(file: string, name: string, made: string): string {
  const path = resolve(root, file)
  const text = readFileSync(path, 'utf8')
  const [open, close] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`]
  const [start, end] = [text.indexOf(open) + open.length, text.indexOf(close)]
  expect(start).toBeGreaterThan(open.length)
  if (process.env.UPDATE_DOCS === '1') {
    writeFileSync(path, text.slice(0, start) + made + text.slice(end))
    return made
  }
  return text.slice(start, end)
}

const habits: readonly (readonly [Exclude<keyof Profile, 'name' | 'tolerances'>, string])[] = [
  ['isPatchQuiet', 'PATCH of a user answers 204'],
  ['isGroupPatchQuiet', 'PATCH of a group answers 204'],
  ['isGroupNameUnique', 'displayName of a group is unique'],
  ['keepsOmittedMembers', 'PUT of a group without `members` keeps them'],
  ['isPathRequired', 'PATCH operations must have a path'],
]

function renderTolerances(): string {
  const names = Object.keys(profiles) as ProfileName[]
  const rows = (Object.entries(tolerances) as [Tolerance, string][]).map(([name, sentence]) => {
    const marks = names.map((profile) => (profiles[profile].tolerances.has(name) ? 'yes' : '·'))
    return `| \`${name}\` | ${sentence} | ${marks.join(' | ')} |`
  })
  return [
    `| tolerance | the request | ${names.join(' | ')} |`,
    `|---|---|${names.map(() => '---').join('|')}|`,
    ...rows,
    ...habits.map(([habit, sentence]) => {
      const marks = names.map((profile) => (profiles[profile][habit] ? 'yes' : '·'))
      return `| | ${sentence} | ${marks.join(' | ')} |`
    }),
    '',
  ].join('\n')
}

describe('the documents', () => {
  it('docs/scim.md lists every tolerance and who has it', () => {
    expect(readPart('docs/scim.md', 'tolerances', renderTolerances())).toBe(renderTolerances())
  })

  it('docs/operations.md names every setting that there is, and no other', () => {
    const source = readFileSync(resolve(root, 'packages/server/src/config.ts'), 'utf8')
    const known = new Set(source.match(/\bROLLCALL_[A-Z_]+\b/g))
    known.delete('ROLLCALL_')
    const text = readFileSync(resolve(root, 'docs/operations.md'), 'utf8')
    const named = new Set(text.match(/`ROLLCALL_[A-Z_]+/g)?.map((name) => name.slice(1)))
    named.delete('ROLLCALL_')
    expect([...named].sort()).toEqual([...known].sort())
  })
})
