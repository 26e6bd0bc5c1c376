// What rooms say of themselves, and which tests say that they judge them: read from the opening comments of their files.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

/** A folder of sources. Its name is the package's, and below it the folder's: `server/scim`. */
export interface Room {
  readonly name: string
  /** Below the repository. */
  readonly folder: string
  readonly sources: readonly string[]
  /** Tests that lie in the room. */
  readonly tests: readonly string[]
  /** The files that open with this room's name. */
  readonly openings: readonly Opening[]
}

/** How a room opens: in its main file, before anything that the file says of itself. */
export interface Opening {
  readonly file: string
  /** What the room is, as one text. */
  readonly about: string
  /** The lines of it, and of the flow below it. */
  readonly lines: readonly string[]
}

const isTest = (file: string): boolean => file.endsWith('.test.ts')

function listFolders(folder: string): string[] {
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return [folder, ...below.flatMap(({ name }) => listFolders(join(folder, name)))]
}

/** The comment that a file opens with, as its paragraphs. */
function readParagraphs(file: string): string[][] {
  const lines = readFileSync(file, 'utf8')
    .replace(/^#!.*\n/, '')
    .split('\n')
  const end = lines.findIndex((line) => !line.startsWith('//'))
  return lines
    .slice(0, end)
    .map((line) => line.slice(3))
    .join('\n')
    .split('\n\n')
    .map((paragraph) => paragraph.split('\n'))
}

function readOpening(file: string): (Opening & { readonly name: string }) | undefined {
  const [about = [], flow = []] = readParagraphs(file)
  const name = /^The room `([^`]+)`: /.exec(about[0] ?? '')?.[1]
  if (name === undefined) return undefined
  return { name, file: relative(root, file), about: about.join(' '), lines: [...about, ...flow] }
}

/** Every room of every package. */
export const rooms: readonly Room[] = readdirSync(join(root, 'packages')).flatMap((name) => {
  const base = join(root, 'packages', name, 'src')
  return listFolders(base).flatMap((folder) => {
    const files = readdirSync(folder).filter((file) => /\.tsx?$/.test(file))
    if (files.length === 0) return []
    const own = files.filter((file) => !isTest(file)).map((file) => join(folder, file))
    return [
      {
        name: [name, ...relative(base, folder).split('/')].filter((part) => part !== '').join('/'),
        folder: relative(root, folder),
        sources: own.map((file) => relative(root, file)),
        tests: files.filter(isTest).map((file) => relative(root, join(folder, file))),
        openings: own.flatMap((file) => readOpening(file) ?? []),
      },
    ]
  })
})

/** A file of test/ that runs, and whom it judges. */
export interface Judge {
  readonly file: string
  /** Names of rooms, or `the house`; undefined where it does not say. */
  readonly judged: readonly string[] | undefined
}

/** Every test that lies in test/. */
export const judges: readonly Judge[] = readdirSync(join(root, 'test'), {
  recursive: true,
  encoding: 'utf8',
})
  .filter(isTest)
  .sort()
  .map((name) => {
    const file = join('test', name)
    // What is too much for a line goes on in the next one, to the full stop.
    const said = /^\/\/ Judges: (.+(?:\n\/\/ .+)*?)\.$/m.exec(readFileSync(join(root, file), 'utf8'))?.[1]
    return { file, judged: said?.replaceAll('\n// ', ' ').split(', ') }
  })
