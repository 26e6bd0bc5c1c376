// How the console is built: a folder for each place, a file for each screen there, named for what it shows; one shell for all forms; the
// words of all languages in files of the same names.
// Judges: console, console/ui, console/i18n, console/i18n/ar, console/i18n/de.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type EventType, eventCatalog } from '@rollcall/api'
import { describe, expect, it } from 'vitest'
import { ar } from '../../packages/console/src/i18n/ar/index.ts'
import { de } from '../../packages/console/src/i18n/de/index.ts'
import { en } from '../../packages/console/src/i18n/en/index.ts'
import { toPseudoCatalogue, toPseudoWords } from '../../packages/console/src/i18n/pseudo.ts'

/** What stands in Latin letters in Arabic, too. */
const names = ['Acme', 'Ctrl K', 'Google', 'Microsoft Entra ID', 'Okta', 'PostgreSQL', 'SCIM', 'SSO', 'XML']

const source = resolve(import.meta.dirname, '../../packages/console/src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.tsx?$/.test(file),
)
const read = (file: string): string => readFileSync(join(source, file), 'utf8')
const saying = (pattern: RegExp): string[] => files.filter((file) => pattern.test(read(file))).sort()

describe('H20: the console', () => {
  it('has one shell for all forms, and one for dialogs besides the one that shows a secret once', () => {
    expect(saying(/<form\b/)).toEqual(['ui/form.tsx'])
    expect(saying(/<Modal\b/)).toEqual(['ui/dialog.tsx', 'ui/shown-once.tsx'])
  })

  it('has a file of its own place for each screen, named as the screen is', () => {
    const toFile = (screen: string): string =>
      screen.replace(/[a-z][A-Z]/g, ([a, b]) => `${a}-${b}`).toLowerCase()
    const screens = files.flatMap((file) =>
      [...read(file).matchAll(/^export function (\w+)Screen\(/gm)].map(([, name = '']) => ({ file, name })),
    )
    expect(screens.length).toBeGreaterThan(20)
    const misplaced = screens.filter(
      ({ file, name }) =>
        !new RegExp(`^(?:operator|general|security|people|record)/${toFile(name)}.tsx$`).test(file),
    )
    expect(misplaced).toEqual([])
    const shown = [...read('router.tsx').matchAll(/\(file\) => file\.(\w+)Screen\b/g)].map(([, name]) => name)
    expect(shown.sort()).toEqual(screens.map(({ name }) => name).sort())
  })

  it('has screens of at most 80 lines; their parts lie in folders', () => {
    const long = files
      .filter((file) => /^(?:operator|general|security|people|record)\/[^/]+\.tsx$/.test(file))
      .map((file) => `${file}: ${read(file).trimEnd().split('\n').length}`)
      .filter((found) => Number(found.split(': ')[1]) > 80)
    expect(long).toEqual([])
  })

  it('names in a sentence about an event what the event has', () => {
    const sentences = Object.entries(en).filter(([key]) => key.startsWith('did.'))
    const strange = sentences.flatMap(([key, text]) => {
      const fields = Object.keys(eventCatalog[key.slice('did.'.length) as EventType].data.shape)
      const known = new Set(['actor', 'subject', ...fields])
      const named = [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
      return named.filter((name) => !known.has(name)).map((name) => `${key}: ${name}`)
    })
    expect(strange).toEqual([])
  })

  it('has words of Arabic in Arabic, apart from names', () => {
    const plain = Object.values(ar).filter((text) => !/[\u0600-\u06ff]/.test(text))
    const latin = plain
      .map((text) => text.replaceAll(/\{\w+\}/g, ''))
      .filter((text) => /[a-z]{2}/i.test(text))
    expect([...new Set(latin)].sort()).toEqual(names.toSorted())
  })

  it('H22: has the words of each language in files of the same names', () => {
    const listFiles = (language: string): string[] => readdirSync(join(source, 'i18n', language)).sort()
    for (const language of ['ar', 'de']) expect(listFiles(language)).toEqual(listFiles('en'))
  })
})

describe.each(Object.entries({ ar, de }))('the words of the console in %s', (language, words) => {
  const listFilled = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted()
  const baseOf = (key: string): string => key.replace(/#\w+$/, '#other')
  const isOfOne = (key: string): boolean => /#(?:zero|one|two)$/.test(key)

  it('are those of the English catalogue, and fill in the same', () => {
    const english: Readonly<Record<string, string>> = en
    expect([...new Set(Object.keys(words).map(baseOf))].toSorted()).toEqual(
      [...new Set(Object.keys(en).map(baseOf))].toSorted(),
    )
    const wrong = Object.entries(words).filter(([key, text]) => {
      const wanted = listFilled(english[baseOf(key)] ?? '')
      // "One person" names its number as well as {count} does.
      const found = listFilled(text)
      const isNamed = isOfOne(key) && wanted.includes('{count}') && !found.includes('{count}')
      return found.join() !== wanted.filter((name) => !isNamed || name !== '{count}').join()
    })
    expect(wrong.map(([key]) => key)).toEqual([])
  })

  it('have the plural forms of the language; zero and many of Arabic are as other', () => {
    const forms = new Intl.PluralRules(language)
      .resolvedOptions()
      .pluralCategories.filter((form) => form !== 'zero' && form !== 'many')
    const counted = Object.keys(en).filter((key) => key.endsWith('#other'))
    const missing = counted.flatMap((key) =>
      forms.map((form) => key.replace('other', form)).filter((one) => !(one in words)),
    )
    expect(missing).toEqual([])
  })
})

it('the pseudo-language has an accent on each letter of the words, and leaves what is filled in', () => {
  for (const text of Object.values(toPseudoWords(en)))
    expect(text.replace(/\{\w+\}/g, '')).not.toMatch(/[a-z]/i)
  const texts = { one: 'By {name}: {n?one:one of|other:# of} them{names[]: }, {app()}.' }
  const list = { open: '', close: '', between: ', ', more: ' and #', some: '' }
  expect(toPseudoCatalogue({ locale: 'en', texts, list }, 'ja').texts.one).toBe(
    'Ɓý {name}: {n?one:öñé öƒ|other:# öƒ} ŧĥéɱ{names[]: }, {app()}.',
  )
})
