// Every link of every document leads to a file that is there, and to a heading that it has; every command that a document names is one.
// Judges: the house.
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listAnchors, listLinks, splitFences } from '../../docs/site/make/markdown.ts'
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

/** Each `rollcall NAME` of a text, with the options behind it: in sentences between backticks, in blocks of the shell anywhere. */
function listCalls(text: string): readonly (readonly [string, readonly string[]])[] {
  const inCode = splitFences(text)
    .filter((piece) => piece.isCode && /^\s*```sh/.test(piece.text))
    .flatMap((piece) => piece.text.replaceAll('\\\n', ' ').split('\n'))
    .filter((line) => !line.trimStart().startsWith('#'))
  const inText = [...text.matchAll(/`((?:npx --no-install )?rollcall [^`]+)`/g)].map(([, call = '']) => call)
  return [...inCode, ...inText].flatMap((line) =>
    [...line.matchAll(/(?:^|\s)rollcall ([a-z][a-z-]+)([^|&;>]*)/g)]
      .filter(([, name]) => name !== 'rollcall')
      .map(([, name = '', behind = '']) => [name, behind.match(/(?<=\s)--[a-z][a-z-]*/g) ?? []] as const),
  )
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

  it('name scripts that npm runs, and commands that there are, with options that they take', () => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: object }
    const usages = new Map(commands.map(({ name, usage }) => [name, usage]))
    const faults = documents.flatMap((document) => {
      const text = read(document)
      const run = [...text.matchAll(/\bnpm run (?:--silent )?(?!-)([\w:-]*\w)/g)].map(([, name = '']) => name)
      return [
        ...run.filter((name) => !(name in scripts)).map((name) => `${document}: npm run ${name}`),
        ...listCalls(text).flatMap(([name, options]) => {
          const usage = name === 'help' ? '' : usages.get(name)
          if (usage === undefined) return [`${document}: rollcall ${name}`]
          return options
            .filter((option) => !usage.includes(option))
            .map((option) => `${document}: rollcall ${name} ${option}`)
        }),
      ]
    })
    expect(faults).toEqual([])
  })

  it('are there where code, a configuration or a print names one', () => {
    const files = globSync(
      ['packages/*/src/**/*.{ts,tsx}', 'packages/*/bin/*.js', 'deploy/**/*', 'scripts/*'],
      {
        cwd: root,
      },
    ).filter((file) => statSync(join(root, file)).isFile())
    const named = files.flatMap((file) =>
      [...read(file).matchAll(/\bdocs\/[\w/-]+\.md\b/g)].map(([name]) => ({ file, name })),
    )
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter(({ name }) => !existsSync(join(root, name)))).toEqual([])
  })
})
