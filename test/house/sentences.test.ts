// The catalogue of sentences: every language says each of them, fills in the same, knows its own plural forms, and keeps what is filled
// in apart. The compiler already asks for each code and for its parameters.
// Judges: api/sentences, api/sentences/en, api/sentences/ar, api/sentences/de, console/i18n.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { problemCodes } from '@rollcall/api'
import { type Catalogue, english, type Sentence, SentenceWriter } from '@rollcall/api/sentences'
import { describe, expect, it } from 'vitest'
import { engine } from '../../packages/api/src/sentences/en/engine.ts'
import { refusals as inEnglish } from '../../packages/api/src/sentences/en/refusals.ts'

const folder = resolve(import.meta.dirname, '../../packages/api/src/sentences')
const languages = readdirSync(folder, { withFileTypes: true })
  .filter((one) => one.isDirectory() && one.name !== 'en')
  .map(({ name }) => name)

async function load(language: string): Promise<Catalogue> {
  const { catalogue } = (await import(join(folder, language, 'index.ts'))) as { catalogue: Catalogue }
  return catalogue
}
const catalogues = new Map([
  ['en', english],
  ...(await Promise.all(languages.map(async (name) => [name, await load(name)] as const))),
])

interface Place {
  readonly name: string
  /** `?` a choice, `[]` a list, `()` a part of the catalogue; empty: a value. */
  readonly kind: string
  readonly branches: readonly string[]
}

function readPlaces(text: string): readonly Place[] {
  return [...text.matchAll(/\{(\w+)(\?|\[\]|\(\))?([^}]*)\}/g)].map(
    ([, name = '', kind = '', rest = '']) => ({
      name,
      kind,
      branches: kind === '?' ? rest.split('|').map((one) => one.slice(0, one.indexOf(':'))) : [],
    }),
  )
}

const isNumber = ({ branches }: Place): boolean => branches.includes('other')
/** Name, kind and, of words to choose from, which there are: the same in all languages. */
const shapeOf = (text: string): string[] =>
  readPlaces(text)
    .map(
      (place) => `${place.name}${place.kind}${isNumber(place) ? '#' : place.branches.toSorted().join('|')}`,
    )
    .toSorted()

/** A value for every place of a sentence, and each word that could be chosen. */
function fill(code: string, text: string): readonly Sentence[] {
  const places = readPlaces(text)
  const most = Math.max(1, ...places.map((place) => (isNumber(place) ? 1 : place.branches.length)))
  return Array.from({ length: most }, (_, at) => ({
    code,
    parameters: Object.fromEntries(
      places.map((place) => {
        if (place.kind === '[]') return [place.name, ['one', 'two', 3]]
        if (isNumber(place)) return [place.name, 3]
        const { branches } = place
        return [place.name, branches.length > 0 ? (branches[at % branches.length] ?? '') : `<${place.name}>`]
      }),
    ),
  }))
}

describe.each([...catalogues])('sentences in %s', (_, { locale, texts, list, refusals }) => {
  it('are those of the English catalogue, and fill in the same', () => {
    expect(Object.keys(texts).toSorted()).toEqual(Object.keys(english.texts).toSorted())
    const differing = Object.entries(english.texts).filter(
      ([code, text]) => shapeOf(texts[code] ?? '').join() !== shapeOf(text).join(),
    )
    expect(differing.map(([code]) => code)).toEqual([])
  })

  it('say why something is refused, by each code, and fill in the same', () => {
    const own = refusals ?? inEnglish
    expect(Object.keys(own).toSorted()).toEqual([...problemCodes].toSorted())
    const differing = Object.entries(inEnglish).filter(
      ([code, text]) => shapeOf(own[code] ?? '').join() !== shapeOf(text).join(),
    )
    expect(differing.map(([code]) => code)).toEqual([])
    const writer = new SentenceWriter({ locale, list, texts: own })
    for (const [code, text] of Object.entries(own))
      for (const sentence of fill(code, text)) expect(writer.toText([sentence]), code).toMatch(/^[^{}#]+\.$/)
  })

  it('have every plural form that the language has', () => {
    const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories.toSorted()
    const wrong = Object.entries({ ...texts, ...refusals }).filter(([, text]) =>
      readPlaces(text).some((place) => isNumber(place) && place.branches.toSorted().join() !== forms.join()),
    )
    expect(wrong.map(([code]) => code)).toEqual([])
  })

  it('leave no brace and no empty word, and keep each value apart from the words around it', () => {
    const writer = new SentenceWriter({ locale, texts, list })
    for (const [code, text] of Object.entries(texts))
      for (const sentence of fill(code, text)) {
        const parts = writer.toParts(sentence)
        const words = parts.filter((part) => typeof part === 'string').join('')
        expect(words, code).not.toMatch(/[{}]|undefined|\[object/)
        const values = parts.flatMap((part) => (typeof part === 'string' ? [] : [part.value]))
        for (const place of readPlaces(text).filter(({ kind }) => kind === ''))
          expect(values, code).toContain(`<${place.name}>`)
        if (!code.startsWith('place_')) expect(words, code).toMatch(/[.:]$/)
      }
  })

  it('begin no file that another language has not', () => {
    const files = (name: string): string[] => readdirSync(join(folder, name)).toSorted()
    const [name = ''] = [...catalogues].find(([, one]) => one.texts === texts) ?? []
    expect(files(name)).toEqual(files('en'))
  })
})

it('every sentence of the service is said somewhere', () => {
  const server = resolve(import.meta.dirname, '../../packages/server/src')
  const code = readdirSync(server, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(server, file), 'utf8'))
    .join('\n')
  // By its code, or by the beginning of it: `saml_${code}`.
  const isSaid = (key: string): boolean =>
    code.includes(`'${key}'`) ||
    [...key.matchAll(/_/g)].some(({ index }) => code.includes(`\`${key.slice(0, index + 1)}\${`))
  expect(Object.keys(english.texts).filter((key) => !(key in engine) && !isSaid(key))).toEqual([])
})

describe('a sentence', () => {
  const writer = new SentenceWriter({
    locale: 'ar-u-nu-latn',
    texts: {
      people: '{n?zero:none|one:one|two:two|few:# few|many:# many|other:# other} ({names[]: })',
      odd: '"{a}" {a}',
    },
    list: { open: '<', close: '>', between: ', ', more: ' +#', some: ' …' },
  })

  it('takes the plural form of its language, by Intl.PluralRules', () => {
    const forms = [0, 1, 2, 3, 11, 100].map((n) =>
      writer.toText([{ code: 'people', parameters: { n, names: [] } }]),
    )
    expect(forms).toEqual(['none ()', 'one ()', 'two ()', '3 few ()', '11 many ()', '100 other ()'])
  })

  it('lists several, and says how many are left out', () => {
    const list = (names: readonly (string | number | null)[]): string =>
      writer.toText([{ code: 'people', parameters: { n: 1, names } }])
    expect(list(['a', 'b"', 1_200])).toBe(String.raw`one (: <a>, <b\"> +1,200)`)
    expect(list(['a', null])).toBe('one (: <a> …)')
  })

  it('escapes a value behind a quotation mark, and everywhere what is not seen', () => {
    expect(writer.toText([{ code: 'odd', parameters: { a: 'x"\n' } }])).toBe('"x\\"\\n" x"\\n')
  })

  it('of a later version is left out, and known as such', () => {
    const later = { code: 'of_tomorrow', parameters: {} }
    expect(writer.knows(later)).toBe(false)
    expect(writer.toText([later])).toBe('')
  })
})

it('the console loads the catalogue of each of its languages for itself', () => {
  const source = readFileSync(
    resolve(import.meta.dirname, '../../packages/console/src/i18n/catalogues.ts'),
    'utf8',
  )
  const own = [...source.matchAll(/import\('\.\/(\w+)\/index\.ts'\)/g)].map(([, language]) => language)
  expect(own.length).toBeGreaterThan(0)
  for (const language of own) expect(source).toContain(`import('@rollcall/api/sentences/${language}')`)
})
