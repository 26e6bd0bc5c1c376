// The examples stay small, stand alone, and are all named and tried.
// Judges: the house.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { examples } from '../examples/examples.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const maxLines = 150

/** Files of code; pages stand apart. */
function listCode(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => !/node_modules|venv|\.next|next-env/.test(path) && /\.(?:ts|py|go)$/.test(path))
    .map((path) => join(folder, path))
}

/** Lines that are neither empty nor a comment alone. */
const countLines = (text: string): number =>
  text.split('\n').filter((line) => !/^\s*(?:(?:\/\/|#|\/\*\*|""").*)?$/.test(line)).length

describe('A15: the examples', () => {
  it('are the folders of examples, each named in its README', () => {
    const folders = readdirSync(join(root, 'examples'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
    const tried = examples.map(({ folder }) => folder)
    expect(folders.toSorted()).toEqual([...tried, 'hand-off', 'product'].toSorted())
    for (const folder of folders) expect(read('examples/README.md')).toContain(`[${folder}](${folder}`)
  })

  it.each(examples.map(({ folder }) => folder))('%s has at most 150 lines of code', (folder) => {
    const counted = listCode(`examples/${folder}`).map((path) => countLines(read(path)))
    expect(counted.length).toBeGreaterThan(0)
    expect(counted.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(maxLines)
  })

  it('have lockfiles of their own and are no workspaces', () => {
    for (const [folder, lockfile] of [
      ['nextjs', 'package-lock.json'],
      ['python-flask', 'requirements.txt'],
      ['go', 'go.sum'],
    ])
      expect(read(`examples/${folder}/${lockfile}`)).toMatch(/sha(?:256|512)|h1:/)
    const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] }
    expect(workspaces).toEqual(['packages/*', 'examples/product'])
  })
})
