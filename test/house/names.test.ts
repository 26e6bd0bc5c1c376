// Whoever speaks to a screen says the word that stands on the button: the name a button is given for those who do not see
// it contains its visible words (WCAG 2.5.3 Label in Name), in every language. Read from the screens' own sources.
// Judges: console/ui, console/i18n, console/i18n/en.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseSync } from 'vite'
import { describe, expect, it } from 'vitest'
import { ar } from '../../packages/console/src/i18n/ar/index.ts'
import { de } from '../../packages/console/src/i18n/de/index.ts'
import { en } from '../../packages/console/src/i18n/en/index.ts'
import type { WordKey, Words } from '../../packages/console/src/i18n/words.ts'

const source = resolve(import.meta.dirname, '../../packages/console/src')
const catalogues: Readonly<Record<string, Words>> = { en, ar, de }

// biome-ignore lint/suspicious/noExplicitAny: a syntax tree is walked by the names of its parts
type Node = any

/** A button of a screen, with the sources of what it shows and of what it is called. */
interface NamedButton {
  readonly at: string
  readonly visible: readonly string[]
  readonly name: string
}

function visitElements(node: Node, visit: (element: Node) => void): void {
  if (node === null || typeof node !== 'object') return
  if (node.type === 'JSXElement') visit(node)
  for (const part of Object.values(node))
    for (const one of Array.isArray(part) ? part : [part]) visitElements(one, visit)
}

/** The expression of an attribute, or undefined where the element has none of that name. */
function attributeOf(element: Node, name: string): Node {
  const found = element.openingElement.attributes.find((one: Node) => one.name?.name === name)
  return found?.value?.expression ?? found?.value
}

/** What a button shows: its text children and what a call gives; an icon shows no words. */
function childrenOf(element: Node): Node[] {
  return element.children.flatMap((child: Node) => {
    if (child.type === 'JSXText') return child.value.trim() === '' ? [] : [child]
    return child.type === 'JSXExpressionContainer' ? [child.expression] : []
  })
}

function visibleOf(element: Node): Node[] {
  const label = attributeOf(element, 'label')
  return label === undefined ? childrenOf(element) : [label]
}

/** What is worked by its name; regions and tables have one of their own. */
const worked = /(Button|Anchor|Link|Tab|Item|Input|Select|Checkbox|Switch)$/

/** The buttons of one file that have a name beside their visible words. */
function readButtons(file: string): NamedButton[] {
  const code = readFileSync(join(source, file), 'utf8')
  const textOf = (node: Node): string => code.slice(node.start, node.end)
  const found: NamedButton[] = []
  visitElements(parseSync(file, code).program, (element) => {
    const tag = textOf(element.openingElement.name)
    if (!worked.test(tag)) return
    // RotateButton is called by its title, and says "Rotate" where it is given no word of its own.
    const isRotate = tag === 'RotateButton'
    const name = isRotate
      ? attributeOf(element, 'title')
      : (attributeOf(element, 'aria-label') ?? attributeOf(element, 'ariaLabel'))
    if (name === undefined) return
    const shown = visibleOf(element).map(textOf)
    const visible = isRotate && shown.length === 0 ? ["t('keys.rotate')"] : shown
    const line = code.slice(0, element.start).split('\n').length
    if (visible.length > 0) found.push({ at: `${file}:${line}`, visible, name: textOf(name) })
  })
  return found
}

/** The catalogue's text where the source is `t('key', …)`, else the source itself. */
function wordsOf(expression: string, words: Words): string {
  const key = /^t\('([^']+)'/.exec(expression)?.[1] as WordKey | undefined
  return key === undefined ? expression : words[key]
}

/** The three parts that show what they are given: they are held by those who use them. */
const givers = ['ui/confirm.tsx', 'ui/dialog-button.tsx', 'ui/rotate-button.tsx']
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.tsx'),
)
const buttons = files.filter((file) => !givers.includes(file)).flatMap(readButtons)

/** The texts of the questions that a button asks: what says yes, and where. */
const acts = files.flatMap((file) => {
  const code = readFileSync(join(source, file), 'utf8')
  return [...code.matchAll(/\bact=\{(t\('[^']+')/g)].map(([, act = '']) => ({ file, act }))
})

describe.each(Object.entries(catalogues))('the buttons of the console, in language %s', (_, words) => {
  it('are called by a name that contains their visible words', () => {
    expect(buttons.length).toBeGreaterThan(8)
    const wrong = buttons.flatMap(({ at, visible, name }) => {
      const called = wordsOf(name, words)
      const missing = visible
        .map((one) => wordsOf(one, words))
        .filter((one) => !called.toLowerCase().includes(one.toLowerCase()))
      return missing.map((one) => `${at}: shows “${one}”, is called “${called}”`)
    })
    expect(wrong).toEqual([])
  })

  it('answer a question with two different words', () => {
    expect(acts.length).toBeGreaterThan(8)
    expect(acts.filter(({ act }) => wordsOf(act, words) === words.cancel)).toEqual([])
  })
})
