// A command that we print or document runs what this repository installed. `npx NAME` alone fetches whatever somebody
// published under that name when it is not installed here.
// Judges: cli.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
/** What `npm run docs` makes of the documents. */
const made = ['src/content', 'public', '.astro'].map((name) => join(root, 'docs/site', name))
const passedOver = new Set(['node_modules', 'dist', 'data', 'coverage', '.git', 'package-lock.json'])
const self = 'printed-commands.test.ts'

function listTexts(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (passedOver.has(entry.name) || entry.name === self) return []
    const path = join(folder, entry.name)
    if (made.includes(path)) return []
    if (entry.isDirectory()) return listTexts(path)
    return entry.isFile() &&
      /(\.(md|[cm]?[jt]sx?|json|sh|ya?ml|html|service)|run|Dockerfile)$/.test(entry.name)
      ? [path]
      : []
  })
}

const lines = listTexts(root).flatMap((file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((text, at) => ({ at: `${file.slice(root.length + 1)}:${at + 1}`, text })),
)
const findLines = (pattern: RegExp): string[] =>
  lines.filter(({ text }) => pattern.test(text)).map(({ at }) => at)

it('no command that we print or document can fetch a package of somebody else', () => {
  expect(findLines(/--no-install rollcall/).length).toBeGreaterThan(5)
  expect(findLines(/\bnpx\b(?!(?: |', \[')--no-install\b)/)).toEqual([])
  expect(findLines(/\bnpm (i|install|add)( -\S+)* @?rollcall\b/)).toEqual([])
  expect(findLines(/\b(npm (exec|x|create|init)|pnpx|pnpm dlx|yarn dlx|bunx) /)).toEqual([])
})

it('every command that is run with npx is one that npm ci links', () => {
  const named = lines.flatMap(({ text }) =>
    [...text.matchAll(/\bnpx --no-install ([\w-]+)/g)].map(([, name = '']) => name),
  )
  expect([...new Set(named)].filter((name) => !existsSync(join(root, 'node_modules/.bin', name)))).toEqual([])
})
