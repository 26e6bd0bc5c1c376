// The room `scim/filter`: filters and PATCH paths, from text to a typed condition. It compares values in memory; SQL is made elsewhere.
//
// 1. `scan` makes words of characters; `parse` makes a tree of words, on a stack of its own.
// 2. `resolve` looks every name up in the schema and gives every value its type.
// 3. `match` says whether a resource satisfies it; the SQL that the service makes must agree with that.
// 4. `print` writes a filter back; `blueprint` makes the value that a filter describes.
//
// The grammar of filters and PATCH paths (RFC 7644 §3.4.2.2 and §3.5.2 with their errata), on an explicit stack:
// no depth of input can exhaust the machine's own. Names are not looked up here.

import type { ScimType } from '../error.ts'
import {
  type Cursor,
  failAt,
  failBeyond,
  isAttributeName,
  peekCode,
  takeValue,
  takeWord,
  toAttributePath,
} from './scan.ts'
import type { AttributePath, CompareOperator, Filter } from './syntax.ts'

const maxCharacters = 4096
const maxDepth = 32
const maxTerms = 100

const openParenthesis = 0x28
const closeParenthesis = 0x29
const openBracket = 0x5b
const closeBracket = 0x5d

const operators: ReadonlyMap<string, CompareOperator> = new Map(
  (['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const).map((each) => [each, each]),
)

/** How leniently a filter is read; `onUnquoted` hears of each unquoted value. */
export interface ParseOptions {
  readonly allowUnquoted: boolean
  readonly onUnquoted?: () => void
}

// `any` collects the operands of `or`, `all` those of the `and` under way.
interface Frame {
  readonly kind: 'whole' | 'group' | 'not' | 'bracket'
  readonly path: AttributePath | undefined
  readonly openedAt: number
  readonly any: Filter[]
  all: Filter[]
}

interface Parser {
  readonly cursor: Cursor
  readonly frames: Frame[]
  terms: number
  isInBracket: boolean
}

function startCursor(text: string, options: ParseOptions, scimType: ScimType): Cursor {
  const { allowUnquoted, onUnquoted = () => {} } = options
  const cursor: Cursor = { text, allowUnquoted, onUnquoted, position: 0, scimType }
  if (text.length > maxCharacters) failBeyond(cursor, maxCharacters, 'text_too_long', maxCharacters)
  return cursor
}

function open(parser: Parser, kind: Frame['kind'], path: AttributePath | undefined): void {
  const openedAt = parser.cursor.position
  if (parser.frames.length > maxDepth) failBeyond(parser.cursor, openedAt, 'text_too_deep', maxDepth)
  parser.frames.push({ kind, path, openedAt, any: [], all: [] })
  if (kind === 'bracket') parser.isInBracket = true
  if (kind !== 'whole') parser.cursor.position += 1
}

function combine(kind: 'and' | 'or', operands: readonly Filter[]): Filter {
  return operands.length === 1 ? operands[0]! : { kind, operands }
}

function closeFrame(frame: Frame): Filter {
  return combine('or', [...frame.any, combine('and', frame.all)])
}

// Everything after a name: `pr`, or an operator and a value.
function takeExpression(parser: Parser, path: AttributePath): Filter {
  const { cursor } = parser
  parser.terms += 1
  if (parser.terms > maxTerms) failBeyond(cursor, cursor.position, 'text_too_many', maxTerms)
  peekCode(cursor)
  const start = cursor.position
  const word = takeWord(cursor).toLowerCase()
  if (word === 'pr') return { kind: 'present', path }
  const operator = operators.get(word)
  if (operator === undefined) return failAt(cursor, start, 'text_lacks_operator')
  return { kind: 'compare', path, operator, value: takeValue(cursor) }
}

// One operand; undefined when it only opened a group, which the next operand begins.
function takeOperand(parser: Parser): Filter | undefined {
  const { cursor } = parser
  if (peekCode(cursor) === openParenthesis) {
    open(parser, 'group', undefined)
    return undefined
  }
  const start = cursor.position
  const word = takeWord(cursor)
  if (word === '') return failAt(cursor, start, 'text_lacks_attribute')
  const wordEnd = cursor.position
  if (word.toLowerCase() === 'not' && peekCode(cursor) === openParenthesis) {
    open(parser, 'not', undefined)
    return undefined
  }
  cursor.position = wordEnd
  const path = toAttributePath(cursor, word)
  if (parser.isInBracket && (path.urn !== undefined || path.subName !== undefined))
    failAt(cursor, start, 'text_only_sub_attributes')
  if (cursor.text.charCodeAt(wordEnd) !== openBracket) return takeExpression(parser, path)
  if (parser.isInBracket || path.subName !== undefined) failAt(cursor, wordEnd, 'text_brackets_nested')
  open(parser, 'bracket', path)
  return undefined
}

function takeSubName(cursor: Cursor): string {
  const start = cursor.position
  const subName = takeWord(cursor).slice(1)
  return isAttributeName(subName) ? subName : failAt(cursor, start, 'text_lacks_sub_attribute')
}

// Entra: `emails[type eq "work"].value eq "x"` is one condition on one value, so it moves into the brackets.
function closeBrackets(parser: Parser, frame: Frame): Filter {
  const { cursor } = parser
  const inner = closeFrame(frame)
  parser.isInBracket = false
  if (cursor.text[cursor.position] !== '.' || parser.frames.length === 0)
    return { kind: 'valuePath', path: frame.path!, filter: inner }
  const outer = takeExpression(parser, { name: takeSubName(cursor) })
  const operands = inner.kind === 'and' ? [...inner.operands, outer] : [inner, outer]
  return { kind: 'valuePath', path: frame.path!, filter: { kind: 'and', operands } }
}

function closeTop(parser: Parser): Filter {
  const frame = parser.frames.pop()!
  parser.cursor.position += 1
  if (frame.kind === 'bracket') return closeBrackets(parser, frame)
  const inner = closeFrame(frame)
  return frame.kind === 'not' ? { kind: 'not', operand: inner } : inner
}

const closers: Readonly<Record<Frame['kind'], number>> = {
  whole: Number.NaN,
  group: closeParenthesis,
  not: closeParenthesis,
  bracket: closeBracket,
}

function takeConjunction(cursor: Cursor, frame: Frame): void {
  const start = cursor.position
  const word = takeWord(cursor).toLowerCase()
  if (word === 'and') return
  if (word !== 'or') failAt(cursor, start, 'text_lacks_word')
  frame.any.push(combine('and', frame.all))
  frame.all = []
}

// Reads from an open frame to its close; the frames below it stay.
function takeFrames(parser: Parser): Filter {
  const { cursor, frames } = parser
  const floor = frames.length
  let operand: Filter | undefined
  for (;;) {
    while (operand === undefined) operand = takeOperand(parser)
    const frame: Frame = frames[frames.length - 1]!
    frame.all.push(operand)
    const code = peekCode(cursor)
    if (Number.isNaN(code)) {
      if (frame.kind !== 'whole') failAt(cursor, frame.openedAt, 'text_bracket_open')
      return closeFrame(frame)
    }
    if (code === closers[frame.kind]) {
      operand = closeTop(parser)
      if (frames.length < floor) return operand
    } else {
      takeConjunction(cursor, frame)
      operand = undefined
    }
  }
}

/** At most 4,096 characters, 32 levels and 100 comparisons; throws ScimError 400 invalidFilter with the column. */
export function parseFilter(text: string, options: ParseOptions): Filter {
  const cursor = startCursor(text, options, 'invalidFilter')
  const parser: Parser = { cursor, frames: [], terms: 0, isInBracket: false }
  open(parser, 'whole', undefined)
  return takeFrames(parser)
}

/** A PATCH path (RFC 7644 §3.5.2): `filter` is what stood in brackets, `path.subName` what came last. */
export interface PathSyntax {
  readonly path: AttributePath
  readonly filter: Filter | undefined
}

/** Throws ScimError 400: invalidFilter for what stands in brackets, else invalidPath. */
export function parsePath(text: string, options: ParseOptions): PathSyntax {
  const cursor = startCursor(text, options, 'invalidPath')
  const word = takeWord(cursor)
  const path = toAttributePath(cursor, word)
  let filter: Filter | undefined
  let subName = path.subName
  if (cursor.text.charCodeAt(cursor.position) === openBracket) {
    if (subName !== undefined) failAt(cursor, cursor.position, 'text_brackets_apart')
    const parser: Parser = { cursor, frames: [], terms: 0, isInBracket: false }
    cursor.scimType = 'invalidFilter'
    open(parser, 'bracket', path)
    const valuePath = takeFrames(parser)
    cursor.scimType = 'invalidPath'
    filter = valuePath.kind === 'valuePath' ? valuePath.filter : undefined
    if (cursor.text[cursor.position] === '.') subName = takeSubName(cursor)
  }
  if (!Number.isNaN(peekCode(cursor))) failAt(cursor, cursor.position, 'text_goes_on')
  return { path: subName === undefined ? path : { ...path, subName }, filter }
}
