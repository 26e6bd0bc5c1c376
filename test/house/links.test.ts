// Every link of every document leads to a file that is there, and to a heading that it has; every command that a document names is one.
// Judges: the house.
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listAnchors, listLinks } from '../../docs/site/make/markdown.ts'
import { commands } from '../../packages/cli/src/commands.ts'

const root = resolve(import.meta.dirname, '../..')
const passedOver = /(?:^|\/)(?:node_modules|dist|data|coverage)\/|^docs\/site\/(?:src\/content|public)\//
const documents = globSync('**/*.md', {
  cwd: root,
  exclude: (path) => passedOver.test(`${path}/`),
}).toSorted()
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

function findFault(document: string, target: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/.test(target)) return undefined
  const [path = '', fragment] = target.split('#')
  const file = path === '' ? document : normalize(join(dirname(document), path))
  if (!existsSync(join(root, file))) return `${document}: ${target} is not there`
  if (fragment === undefined || statSync(join(root, file)).isDirectory()) return undefined
  return listAnchors(read(file)).has(fragment)
    ? undefined
    : `${document}: ${target} names no heading of that file`
}

describe('the documents', () => {
  it('are found', () => {
    expect(documents).toEqual(
      expect.arrayContaining(['README.md', 'docs/index.md', 'docs/decisions/001-two-stores-one-layer.md']),
    )
  })

  it('lead nowhere but to files and headings that are there', () => {
    const faults = documents.flatMap((document) =>
      listLinks(read(document)).flatMap((target) => findFault(document, target) ?? []),
    )
    expect(faults).toEqual([])
  })

  it('name scripts that npm runs, and commands that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: object }
    const names = new Set(['help', ...commands.flatMap(({ name }) => name.split(' ')[0] ?? [])])
    const faults = documents.flatMap((document) => {
      const text = read(document)
      const run = [...text.matchAll(/\bnpm run (?!-)([\w:-]*\w)/g)].map(([, name = '']) => name)
      const called = [...text.matchAll(/(?:--no-install |`)rollcall ([a-z][a-z-]+)/g)].map(
        ([, name = '']) => name,
      )
      return [
        ...run.filter((name) => !(name in scripts)).map((name) => `${document}: npm run ${name}`),
        ...called.filter((name) => !names.has(name)).map((name) => `${document}: rollcall ${name}`),
      ]
    })
    expect(faults).toEqual([])
  })
})
