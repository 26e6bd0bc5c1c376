// `npm run sizes [-- functions|files|casts|exports]`: how large functions and files are, how often the server casts, and how many
// exports say what they are, counted with the compiler's own parser. test/house/sizes.test.ts holds each at a ceiling.
import { existsSync, readdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Node, type SourceFile, SyntaxKind } from 'typescript/unstable/ast'
import {
  isAsExpression,
  isBlock,
  isFunctionLikeDeclaration,
  isIdentifier,
  isTypeReferenceNode,
  isVariableStatement,
} from 'typescript/unstable/ast/is'
import { API } from 'typescript/unstable/sync'

/** What is counted, by package: names are paths from the root of the repository with the line, `file:line name`. */
export interface Sizes {
  /** Functions of more than 65 lines outside tests, the longest first, each with its lines. */
  readonly longFunctions: readonly string[]
  /** Files of 400 lines and more that are not data, the longest first, each with its lines. */
  readonly longFiles: readonly string[]
  /** Casts (`as`, without `as const`) in the server. */
  readonly serverCasts: readonly string[]
  /** Package -> its exports, and those of them without a sentence. */
  readonly exports: Readonly<Record<string, { readonly all: number; readonly silent: readonly string[] }>>
}

const longestFunction = 65
const longestFile = 400
/** A file is data where less than this share of its lines stands in functions. */
const dataShare = 0.2
/** Packages whose exports say what they are. */
const documented = ['server', 'console', 'api']

/** Tests are as long as what they play, and a committed migration never changes. */
const isCounted = (file: string): boolean => !/\.test\.tsx?$|\/testing\/|^test\/|\/migrations\//.test(file)
const isConst = (node: Node): boolean =>
  isTypeReferenceNode(node) && isIdentifier(node.typeName) && node.typeName.text === 'const'

/** The names that a statement exports by declaring them; what only passes on another file's names exports none here. */
function exportedBy(statement: Node): readonly string[] {
  const { modifiers, name } = statement as Node & {
    readonly modifiers?: readonly Node[]
    readonly name?: Node
  }
  if (modifiers?.every(({ kind }) => kind !== SyntaxKind.ExportKeyword) ?? true) return []
  if (isVariableStatement(statement))
    return statement.declarationList.declarations.map((one) => one.name.getText())
  return name === undefined ? ['default'] : [name.getText()]
}

/** One file's counts. */
class FileCount {
  readonly functions: { readonly lines: number; readonly line: number; readonly name: string }[] = []
  readonly casts: number[] = []
  readonly exports = new Map<string, { line: number; isSilent: boolean }>()
  readonly lines: number
  linesInFunctions = 0
  private readonly starts: readonly number[]

  constructor(source: SourceFile) {
    this.starts = [...source.text.matchAll(/\n/g)].map(({ index }) => index)
    this.lines = this.starts.length
    for (const statement of source.statements) this.countExports(statement, source)
    this.visit(source, source, '', false)
  }

  private lineAt(position: number): number {
    const after = this.starts.findIndex((start) => start >= position)
    return (after === -1 ? this.starts.length : after) + 1
  }

  private countExports(statement: Node, source: SourceFile): void {
    const isSilent = (statement.jsDoc?.length ?? 0) === 0
    for (const name of exportedBy(statement)) {
      const key = `${name} ${statement.kind}`
      // Overloads are one export, which the first of them describes.
      if (!this.exports.has(key))
        this.exports.set(key, { line: this.lineAt(statement.getStart(source)), isSilent })
    }
  }

  private visit(node: Node, source: SourceFile, name: string, isInside: boolean): void {
    if (isAsExpression(node) && !isConst(node.type)) this.casts.push(this.lineAt(node.getStart(source)))
    const own = (node as Node & { readonly name?: Node }).name
    const called = own !== undefined && isIdentifier(own) ? own.text : name
    const isFunction = isFunctionLikeDeclaration(node)
    if (isFunction) this.countFunction(node, source, called, isInside)
    node.forEachChild((child) => {
      this.visit(child, source, called, isInside || isFunction)
    })
  }

  private countFunction(node: Node, source: SourceFile, name: string, isInside: boolean): void {
    const line = this.lineAt(node.getStart(source))
    const lines = this.lineAt(node.end) - line + 1
    this.functions.push({ lines, line, name })
    const { body } = node as Node & { readonly body?: Node }
    if (!isInside && body !== undefined) this.linesInFunctions += isBlock(body) ? lines : lines - 1
  }
}

/** The projects of the workspace that hold sources, the last of them that of scripts and benches. */
function listProjects(root: string): readonly string[] {
  const folders = ['packages', 'examples'].flatMap((place) =>
    readdirSync(join(root, place)).map((name) => join(place, name)),
  )
  return [...folders, '.']
    .map((folder) => join(root, folder, folder === '.' ? 'tsconfig.test.json' : 'tsconfig.json'))
    .filter((file) => existsSync(file))
}

/** Counts the workspace at `root`, in a second or two. */
export function countSizes(root: string): Sizes {
  const api = new API({ cwd: root })
  try {
    const counts = new Map<string, FileCount>()
    const projects = listProjects(root)
    const snapshot = api.updateSnapshot({ openProjects: [...projects] })
    for (const { configFileName, program, rootFiles } of snapshot.getProjects())
      for (const file of projects.includes(configFileName) ? rootFiles : []) {
        const name = relative(root, file).replaceAll('\\', '/')
        if (isCounted(name) && !counts.has(name)) {
          const source = program.getSourceFile(file)
          if (source !== undefined) counts.set(name, new FileCount(source))
        }
      }
    return sum(counts)
  } finally {
    api.close()
  }
}

const longestFirst = (found: readonly { readonly lines: number; readonly name: string }[]): string[] =>
  found.toSorted((a, b) => b.lines - a.lines).map(({ lines, name }) => `${lines} ${name}`)

function sum(counts: ReadonlyMap<string, FileCount>): Sizes {
  const files = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const functions = files.flatMap(([file, count]) =>
    count.functions.map(({ lines, line, name }) => ({ lines, name: `${file}:${line} ${name}` })),
  )
  const long = files.filter(
    ([, { lines, linesInFunctions }]) => lines >= longestFile && linesInFunctions >= lines * dataShare,
  )
  const of = (name: string): typeof files => files.filter(([file]) => file.startsWith(`packages/${name}/src`))
  return {
    longFunctions: longestFirst(functions.filter(({ lines }) => lines > longestFunction)),
    longFiles: longestFirst(long.map(([name, { lines }]) => ({ lines, name }))),
    serverCasts: of('server').flatMap(([file, { casts }]) => casts.map((line) => `${file}:${line}`)),
    exports: Object.fromEntries(documented.map((name) => [name, sumExports(of(name))])),
  }
}

function sumExports(files: readonly (readonly [string, FileCount])[]): Sizes['exports'][string] {
  const found = files.flatMap(([file, { exports }]) =>
    [...exports].map(([key, { line, isSilent }]) => ({
      isSilent,
      name: `${file}:${line} ${key.split(' ')[0]}`,
    })),
  )
  return { all: found.length, silent: found.filter(({ isSilent }) => isSilent).map(({ name }) => name) }
}

/** The share of exports with a sentence, in whole per cent, rounded down. */
export const documentedShare = ({ all, silent }: Sizes['exports'][string]): number =>
  Math.floor(((all - silent.length) / all) * 100)

/** What `npm run sizes` prints: the figures, and with a word everything that is behind one of them. */
function report(sizes: Sizes, wanted: string | undefined): readonly string[] {
  const lists: Readonly<Record<string, readonly string[]>> = {
    functions: sizes.longFunctions,
    files: sizes.longFiles,
    casts: sizes.serverCasts,
    exports: Object.values(sizes.exports).flatMap(({ silent }) => silent),
  }
  if (wanted !== undefined)
    return lists[wanted] ?? [`there is no ${wanted}: ${Object.keys(lists).join(', ')}`]
  return [
    `functions over ${longestFunction} lines outside tests: ${sizes.longFunctions.length}`,
    `files of ${longestFile} lines and more that are not data: ${sizes.longFiles.length}`,
    `casts in the server: ${sizes.serverCasts.length}`,
    ...Object.entries(sizes.exports).map(
      ([name, found]) => `documented exports of ${name}: ${documentedShare(found)} % of ${found.all}`,
    ),
  ]
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const line of report(countSizes(resolve(import.meta.dirname, '..')), process.argv[2]))
    console.log(line)
