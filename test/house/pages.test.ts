// What people read on our own pages stands in one room: its markup in templates that escape, its words in catalogues.
// Judges: server/pages.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { parseSync } from 'vite'
import { expect, it } from 'vitest'
import { en } from '../../packages/server/src/pages/en.ts'

const source = resolve(import.meta.dirname, '../../packages/server/src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes(`migrations${sep}`),
)
const pages = files.filter((file) => file.startsWith(`pages${sep}`))
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
  expect(writers.filter((file) => pages.includes(file)).length).toBeGreaterThan(8)
  expect(writers.filter((file) => !pages.includes(file))).toEqual([])
})

it('what a page says stands in the catalogue: its templates have no words of their own', () => {
  const said = pages.flatMap((file) =>
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
    .flatMap(([file, code]) => (file === join('pages', 'en.ts') ? [] : [code]))
    .join('\n')
  const isSaid = (key: string): boolean =>
    all.includes(`'${key}'`) || all.includes(`\`${key.replace(/\w+$/, '')}\${`)
  expect(Object.keys(en).filter((key) => !isSaid(key))).toEqual([])
})
