// Expressions whose work grows with the square of a text, or doubles with each character of it: of 100 KB they make half a minute,
// in which nobody is served.
// Judges: server/base.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type AST, RegExpParser, visitRegExpAST } from '@eslint-community/regexpp'
import {
  getConsumedChars,
  getFirstConsumedChar,
  hasSomeDescendant,
  isPotentiallyEmpty,
  toCache,
} from 'regexp-ast-analysis'
import { analyse } from 'scslre'
import { parseAst } from 'vite'
import { expect, it } from 'vitest'

const packages = resolve(import.meta.dirname, '../../packages')

/** Such expressions that may stay: each with what bounds the text that it reads. */
const bounded: ReadonlyMap<string, string> = new Map([
  [String.raw`/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/`, 'the sender of mails: a setting of the operator'],
  ['/[?&]host=[^&]*(?:,|%2c)/i', 'the address of the store: a setting of the operator'],
  ['/\\/+$/', 'the address of the service: a setting of the operator, or of whoever uses the client'],
  [String.raw`/^q\s*=\s*(.*)$/i`, 'a header has no line end, so the rest always fits'],
  ['/^[!-~]+@[!-~]+$/', 'a stable id: at most 1,024 bytes'],
  [String.raw`/url\(\s*(["']?)#[^"'()\s]*\1\s*\)/gi`, 'it begins with a bracket, and ends at the next'],
  [
    String.raw`/"((?:[^"\\]|\\.)*)(?:"(?:(:"(?:[^"\\]|\\.)*(?:"|\\?$))|(:(?=[[{\d-])))?|\\?$)/gs`,
    'what is open ends with the text',
  ],
  [String.raw`/"((?:[^"\\]|\\.)*)(?:"|\\?$)|[\p{L}\p{N}_-]+/gsu`, 'what is open ends with the text'],
  [String.raw`/"(?:[^"\\]|\\.)*(?:"|\\?$)|T[\d:.]+\+\d\d:\d\d|\+/gis`, 'what is open ends with the text'],
  ['/<[^>]*>/g', 'markup that we wrote: each bracket of others is escaped, and each of ours is closed'],
  [String.raw`/<script>([\s\S]*?)<\/script>/`, 'a page of the library'],
  [String.raw`/^CREATE (UNIQUE )?INDEX (\w+) (ON "?(\w+)"?.*)$/s`, 'a step of a migration'],
  [String.raw`/(\{[^}]*\})/`, 'a sentence of ours'],
  [String.raw`/^(\w+)(\?|\[\]|\(\))?(.*)$/s`, 'a place in a sentence of ours'],
  [String.raw`/\{(\w+)\?([^}]*)\}/g`, 'a sentence of ours'],
  [String.raw`/\{(\w+)(?:\[\][^}]*)?\}/g`, 'a sentence of ours'],
  [String.raw`/\{(\w+)(?:\?([^}]*))?\}/`, 'a sentence of ours'],
  [String.raw`/("?)\{(\w+)(?:\?([^}]*))?\}/g`, 'a sentence of ours'],
])

/** Files that put expressions together from texts of ours: read by hand. */
const composed = [
  'api/unseen.ts',
  'server/mapping/search-words.ts',
  'server/scim/client-forms.ts',
  'server/scim/groups.ts',
  'server/scim/target.ts',
  'server/store/postgres-step.ts',
]

const sources = ['server', 'scim', 'api'].flatMap((name) =>
  readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|^conformance/.test(file))
    .map((file) => ({
      name: `${name}/${file}`,
      text: readFileSync(join(packages, name, 'src', file), 'utf8'),
    })),
)

interface Found {
  readonly literals: { readonly pattern: string; readonly flags: string }[]
  composes: boolean
}

function findIn(node: unknown, found: Found): Found {
  if (typeof node !== 'object' || node === null) return found
  if ('regex' in node) found.literals.push(node.regex as Found['literals'][number])
  if ('callee' in node && JSON.stringify(node.callee).includes('"name":"RegExp"')) found.composes = true
  for (const inner of Object.values(node)) findIn(inner, found)
  return found
}

const parser = new RegExpParser()

/** Why an expression may read a text again and again; empty where it does not. Rather too much than too little. */
function listWays(pattern: string, flags: string): string[] {
  // What can be cut in two places, and what begins with a repetition.
  const ways: string[] = analyse({ source: pattern, flags }).reports.map(({ type }) => type)
  const literal = parser.parseLiteral(`/${pattern}/${flags}`)
  const cache = toCache(literal.flags)
  visitRegExpAST(literal.pattern, {
    onQuantifierEnter: (quantifier) => {
      if (quantifier.max < 100) return
      if (isReadTwice(quantifier, cache)) ways.push(`in two ways: ${quantifier.raw}`)
      if (!literal.flags.sticky && isReadAgain(quantifier, cache)) ways.push(`again: ${quantifier.raw}`)
    },
  })
  return ways
}

// (?:a|\w)*: each letter doubles what is tried.
function isReadTwice({ element }: AST.Quantifier, cache: ReturnType<typeof toCache>): boolean {
  if (!('alternatives' in element)) return false
  const firsts = element.alternatives.map((one) => getFirstConsumedChar(one, 'ltr', cache).char)
  return firsts.some((first, at) => firsts.slice(0, at).some((other) => !other.isDisjointWith(first)))
}

// <!--.*-->: what begins it stands in its middle too, and its end may be missing.
function isReadAgain(quantifier: AST.Quantifier, cache: ReturnType<typeof toCache>): boolean {
  let top: AST.Node = quantifier
  let hasMore = false
  while (top.parent !== null && top.parent.type !== 'Pattern') {
    const { parent }: { readonly parent: AST.Node } = top
    if (parent.type === 'Alternative') {
      const after = parent.elements.slice(parent.elements.findIndex(({ start }) => start === top.start) + 1)
      hasMore ||= after.some((one) => one.type === 'Assertion' || !isPotentiallyEmpty(one, cache))
    }
    top = parent
  }
  if (top.type !== 'Alternative' || !hasMore) return false
  if (hasSomeDescendant(top, (one) => one.type === 'Assertion' && one.kind === 'start')) return false
  const first = getFirstConsumedChar(top, 'ltr', cache).char
  return !first.isDisjointWith(getConsumedChars(quantifier, cache).chars)
}

it.each([
  ['a repetition before the end', '\\s+$'],
  ['a repetition of a repetition', '^(a+)+$'],
  ['letters that are of two kinds', '^(?:\\p{ASCII}|\\p{Script=Latin})+$'],
  ['a beginning that is looked for again', '"(?:[^"\\\\]|\\\\.)*$'],
  ['a bracket that is never closed', 'url\\(#[^)]*\\)'],
  ['two repetitions beside each other', '^.*,.*,.*;$'],
])('finds %s', (_, pattern) => {
  expect(listWays(pattern, 'u')).not.toEqual([])
})

it('no text of others is read by an expression that reads it again and again', () => {
  const slow = new Set<string>()
  const composes: string[] = []
  for (const { name, text } of sources) {
    const found = findIn(parseAst(text, { lang: 'ts' }).body, { literals: [], composes: false })
    if (found.composes) composes.push(name)
    for (const { pattern, flags } of found.literals)
      if (listWays(pattern, flags).length > 0) slow.add(`/${pattern}/${flags}`)
  }
  expect([...slow].toSorted()).toEqual([...bounded.keys()].toSorted())
  expect(composes.toSorted()).toEqual(composed)
})
