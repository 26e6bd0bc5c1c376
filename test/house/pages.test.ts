// What people read on our own pages stands in one room: its markup in templates that escape, its words in catalogues.
// Every language says all of it, and fills in the same.
// Judges: server/pages, server/pages/en, server/pages/ar, server/pages/de.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { languageCodes } from '@rollcall/api'
import { parseSync } from 'vite'
import { describe, expect, it } from 'vitest'
import { en } from '../../packages/server/src/pages/en/index.ts'
import { renderPage } from '../../packages/server/src/pages/frame.ts'
import { type Language, languages } from '../../packages/server/src/pages/language.ts'
import { lookFor, lookOf } from '../../packages/server/src/pages/look.ts'
import type { Words } from '../../packages/server/src/pages/words.ts'
import { listPages } from '../harness/every-page.ts'

const source = resolve(import.meta.dirname, '../../packages/server/src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes(`migrations${sep}`),
)
const roomFiles = files.filter((file) => file.startsWith(`pages${sep}`))
const codeOf = new Map(files.map((file) => [file, readFileSync(join(source, file), 'utf8')]))

const elements = [
  'a|body|button|code|dd|details|div|dl|dt|form|h[1-6]|head|html|input|label|li|main|noscript',
  'p|pre|span|strong|style|table|td|textarea|title|tr|ul',
]
const markup = new RegExp(`</?(?:${elements.join('|')})(?: [a-z-]+=[^<]*)?>`)

// biome-ignore lint/suspicious/noExplicitAny: a syntax tree is walked by the names of its parts
type Node = any

function visit(node: Node, see: (node: Node) => void): void {
  if (node === null || typeof node !== 'object') return
  see(node)
  for (const part of Object.values(node))
    for (const one of Array.isArray(part) ? part : [part]) visit(one, see)
}

/** The texts of a file, each as it stands in the source, with a star where something is filled in; those of `html` templates alone. */
function textsOf(file: string, isTemplate: boolean): string[] {
  const texts: string[] = []
  const take = ({ quasis }: Node): number => texts.push(quasis.map(({ value }: Node) => value.raw).join('*'))
  visit(parseSync(file, codeOf.get(file) ?? '').program, (node) => {
    if (isTemplate && node.type === 'TaggedTemplateExpression' && node.tag.name === 'html') take(node.quasi)
    if (!isTemplate && node.type === 'TemplateLiteral') take(node)
    if (!isTemplate && node.type === 'Literal' && typeof node.value === 'string') texts.push(node.value)
  })
  return texts
}

it('H15: no room beside pages/ writes HTML', () => {
  const writers = files.filter(
    (file) => markup.test(codeOf.get(file) ?? '') && textsOf(file, false).some((text) => markup.test(text)),
  )
  expect(writers.filter((file) => roomFiles.includes(file)).length).toBeGreaterThan(8)
  expect(writers.filter((file) => !roomFiles.includes(file))).toEqual([])
})

it('what a page says stands in the catalogue: its templates have no words of their own', () => {
  const said = roomFiles.flatMap((file) =>
    textsOf(file, true).flatMap((template) => {
      const text = template.replace(/<[^>]*>/g, ' ').replace(/[a-z-]+="[^"]*"|\brequired\b/g, ' ')
      return /[a-z]{3}/i.test(text) ? [`${file}: ${text.trim()}`] : []
    }),
  )
  // The document is called what its address is.
  expect(said).toEqual(['pages/api-docs.ts: openapi.json'])
})

it('every sentence of the catalogue is said somewhere', () => {
  const all = [...codeOf]
    .flatMap(([file, code]) => (/^pages.(?:en|ar|de)\b/.test(file) ? [] : [code]))
    .join('\n')
  const isSaid = (key: string): boolean =>
    all.includes(`'${key}'`) || all.includes(`\`${key.replace(/\w+$/, '')}\${`)
  expect(Object.keys(en).filter((key) => !isSaid(key))).toEqual([])
})

interface Place {
  readonly name: string
  /** Of a number; empty of a value. */
  readonly forms: readonly string[]
}

function placesOf(text: string): Place[] {
  return [...text.matchAll(/\{(\w+)(?:\?([^}]*))?\}/g)].map(([, name = '', choice]) => ({
    name,
    forms: (choice ?? '')
      .split('|')
      .flatMap((one) => (one.includes(':') ? [one.slice(0, one.indexOf(':'))] : [])),
  }))
}

const namesOf = (text: string): string =>
  placesOf(text)
    .map(({ name, forms }) => name + (forms.length > 0 ? '#' : ''))
    .toSorted()
    .join()

it('pages and mails speak the languages that the contract names', () => {
  expect(languages.map(({ code }) => code)).toEqual(languageCodes)
})

describe.each(languages.map((one) => [one.code, one] as const))('the words in %s', (code, language) => {
  it('fill in what the English ones do, in files of the same names', () => {
    const words: Words = language.words
    const differing = Object.entries(en).filter(
      ([key, text]) => namesOf(words[key as keyof Words]) !== namesOf(text),
    )
    expect(differing.map(([key]) => key)).toEqual([])
    const filesOf = (folder: string) => readdirSync(join(source, 'pages', folder)).toSorted()
    expect(filesOf(code)).toEqual(filesOf('en'))
  })

  it('have every plural form of the language, and no empty word', () => {
    const forms = new Intl.PluralRules(language.locale).resolvedOptions().pluralCategories.toSorted()
    for (const [key, text] of Object.entries(language.words)) {
      expect(text.trim(), key).not.toBe('')
      for (const place of placesOf(text).filter((one) => one.forms.length > 0))
        expect(place.forms.toSorted(), key).toEqual(forms)
    }
  })

  it('make pages that say their language and its direction, and leave no place', async () => {
    const look = lookFor(lookOf({ isSecure: false, basePath: '' }), [code])
    for (const [name, page] of Object.entries(listPages(look))) {
      const response = renderPage(page, look)
      expect(response.headers.get('content-language'), name).toBe(code)
      expect(response.headers.get('vary'), name).toContain('Accept-Language')
      const markup = await response.text()
      expect(markup, name).toContain(`<html lang="${code}" dir="${language.direction}">`)
      const shown = markup.replace(/<(style|script)>.*?<\/\1>/gs, '')
      expect(shown, name).not.toMatch(/[{}]|undefined|\[object/)
    }
  })
})

/** Each text of a catalogue between brackets, with its places outside: whatever stands outside on a page is not of the catalogue. */
function bracketed<Texts extends Readonly<Record<string, string>>>(texts: Texts): Texts {
  const mark = (text: string) => (text === '' ? '' : `⟦${text}⟧`)
  const pieces = (text: string) =>
    text.split(/(\{[^}]*\})/).map((piece, at) => {
      if (at % 2 === 0) return mark(piece)
      return piece.replace(/(\w+):([^|}]*)/g, (_, form: string, words: string) => `${form}:${mark(words)}`)
    })
  return Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, pieces(text).join('')]),
  ) as unknown as Texts
}

const [english] = languages as readonly [Language]
const pseudo: Language = {
  ...english,
  code: 'qps',
  words: bracketed(english.words),
  sentences: { ...english.sentences, texts: bracketed(english.sentences.texts) },
}

describe('a pseudo-language', () => {
  const look = lookFor(lookOf({ isSecure: false, basePath: '' }, undefined, [english, pseudo]), ['qps'])
  const pages = listPages(look)

  it.each(Object.keys(pages))('finds no word beside the catalogue on %s', async (name) => {
    const page = pages[name]
    const markup = page === undefined ? '' : await renderPage(page, look).text()
    const said = markup
      .replace(/<(style|script|code|option)\b[^>]*>.*?<\/\1>/gs, '')
      // Values are isolated, and so is what is English on purpose.
      .replace(/<(bdi|time)\b[^>]*>.*?<\/\1>/gs, '')
      .replace(/⟦[^⟧]*⟧/g, '')
      .replace(/<[^>]*>/g, ' ')
    expect(said).not.toMatch(/\p{Letter}/u)
    expect(markup).toContain('⟦')
    // What a script says it has of the catalogue as well.
    const script = page?.script ?? ''
    const texts = [...script.matchAll(/'[^'\n]* [^'\n]*'|"[^"\n]*"/g)].map(([text]) => text)
    expect(texts.filter((text) => / \w+ /.test(text) && !text.includes('⟦'))).toEqual([])
  })

  it('is shown every page that there is', () => {
    const made = roomFiles.flatMap((file) =>
      [...(codeOf.get(file) ?? '').matchAll(/^export function (\w+Page)\(/gm)].map(([, name = '']) => name),
    )
    const shown = new Set(Object.keys(pages).map((name) => name.split(' ')[0]))
    expect(
      made.filter((name) => !shown.has(name) && !['renderPage', 'renderDocsPage'].includes(name)),
    ).toEqual([])
    expect(made.length).toBeGreaterThan(25)
  })
})
