// docs/guides/ is written from the guides that the console shows: one source. UPDATE_DOCS=1 writes it anew. Other languages say all of it.
// Judges: console/guides.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { asTheProduct, listTexts } from '../../packages/console/src/guides/guide.ts'
import { oidcGuides, scimGuides, ssoGuides, withoutScim } from '../../packages/console/src/guides/index.ts'
import { renderGuides } from '../../packages/console/src/guides/markdown.ts'
import { words as inArabic } from '../../packages/console/src/guides/words-ar.ts'
import { words as inGerman } from '../../packages/console/src/guides/words-de.ts'

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

const languages = { ar: inArabic, de: inGerman }
const all = [ssoGuides, oidcGuides, scimGuides].flatMap((guides) => Object.values(guides))
const labels = all.flatMap(({ sections }) =>
  sections.flatMap(({ steps }) => steps.flatMap(({ values = [] }) => values.map(({ label }) => label))),
)
const texts = [
  ...all.flatMap((guide) => [...listTexts(guide), ...guide.sections.map(({ title }) => title)]),
  ...all.flatMap(({ sections }) =>
    sections.flatMap(({ steps }) => steps.flatMap(({ table }) => table?.head ?? [])),
  ),
  ...Object.values(withoutScim),
]
/** Labels of a vendor's console and code, which every language leaves as they are. */
const keptOf = (text: string): string[] =>
  [...text.matchAll(/\*\*[^*]+\*\*|`[^`]+`|https?:\/\/[^\s)`]+/g)].map(([kept]) => kept).toSorted()
/** What is left to say: names that a vendor gives to attributes and fields are not. */
const isSaid = (text: string): boolean => {
  const left = text.replace(/\*\*[^*]+\*\*|`[^`]+`/g, '').trim()
  return / /.test(left) ? /[a-z]{2}/.test(left) && !vendorNames.has(text) : false
}
const vendorNames = new Set(
  'Primary email|First name|Last name|First Name|Last Name|User ID|Email Address|Given Name|Family Name'.split(
    '|',
  ),
)

it.each(Object.entries(languages))(
  'guides say all of it in %s, with the labels and code of the English text',
  (_, words) => {
    const wanted = new Set([...texts.filter(isSaid), ...labels.filter((label) => /^the /.test(label))])
    expect([...wanted].filter((text) => words.texts[text] === undefined)).toEqual([])
    const known = new Set([...texts, ...labels])
    expect(Object.keys(words.texts).filter((text) => !known.has(text))).toEqual([])
    const differing = Object.entries(words.texts).filter(
      ([text, said]) => keptOf(text).join() !== keptOf(said).join() || said.trim() === '',
    )
    expect(differing.map(([text]) => text)).toEqual([])
    const named = Object.entries(words.texts).filter(([, said]) => said.includes('{product}'))
    expect(named.map(([text]) => text.includes(asTheProduct))).toEqual([true])
  },
)
