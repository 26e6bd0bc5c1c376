// docs/guides/ is written from the guides that the console shows: one source. UPDATE_DOCS=1 writes it anew.
// Judges: console/guides.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { renderGuides } from '../../packages/console/src/guides/markdown.ts'

const folder = resolve(import.meta.dirname, '../../docs/guides')
const guides = renderGuides()

if (process.env.UPDATE_DOCS === '1') {
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of guides) writeFileSync(join(folder, name), text)
}

it('docs/guides holds every guide and nothing else', () => {
  expect(readdirSync(folder).sort()).toEqual([...guides.keys()].sort())
})

it.each([...guides.keys()])('docs/guides/%s is what the console shows', (name) => {
  expect(readFileSync(join(folder, name), 'utf8')).toBe(guides.get(name))
})
