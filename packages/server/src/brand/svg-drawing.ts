// How much a browser draws of an SVG: each shape as often as it is used. A few lines that use each other ten times over ask for millions of
// shapes, and the page that shows them stands still. Pure.
import { ImageFault } from './pixels.ts'

/** Shapes of which an image may be drawn. */
export const maxDrawn = 20_000
/** Elements inside of others, or used by them. */
const maxSteps = 200
/** Selectors of rules, each as often as its rule uses something. */
const maxRules = 20_000
// They paint and have no shapes.
const gradients = new Set(['linearGradient', 'radialGradient'])

interface Drawn {
  readonly names: readonly string[]
  readonly uses: readonly string[]
  readonly children: Drawn[]
  readonly isGradient: boolean
  /** Shapes; null while they are counted. */
  weight: number | null | undefined
}

/** What stays of an SVG, as it is read. */
export class Drawing {
  readonly #open: Drawn[] = []
  readonly #byId = new Map<string, Drawn[]>()
  /** What rules use, by a class or an id that they name; those of other rules by `*`. */
  readonly #byRule = new Map<string, Set<string>>()
  #rules = 0

  open(element: string, attributes: ReadonlyMap<string, string>): void {
    const id = attributes.get('id')
    const classes = new Set((attributes.get('class') ?? '').split(/\s+/).map((name) => `.${name}`))
    const drawn: Drawn = {
      names: ['*', ...classes, ...(id === undefined ? [] : [`#${id}`])],
      uses: [...attributes].flatMap(([name, value]) => this.#listUses(name, value)),
      children: [],
      isGradient: gradients.has(element),
      weight: undefined,
    }
    this.#open.at(-1)?.children.push(drawn)
    this.#open.push(drawn)
    if (id === undefined) return
    const known = this.#byId.get(id)
    if (known === undefined) this.#byId.set(id, [drawn])
    else known.push(drawn)
  }

  /** The element that was opened last; at the end of the first one all is there. Throws ImageFault. */
  close(): void {
    const drawn = this.#open.pop()
    if (this.#open.length > 0 || drawn === undefined) return
    for (const used of this.#byRule.values()) for (const id of used) if (!this.#byId.has(id)) used.delete(id)
    this.#count(drawn, 0)
  }

  /** A style sheet: its rules, as far as they use parts of the image. A rule that is not understood is one of each element. */
  addRules(css: string): void {
    for (const rule of css.split('}')) {
      const at = rule.lastIndexOf('{')
      const used = listPlaces(rule)
      if (used.length === 0) continue
      const isPlain = at >= 0 && !rule.includes('--')
      for (const selector of isPlain ? rule.slice(0, at).split(',') : ['']) {
        const named = /[:*[]/.test(selector) ? [] : (selector.match(/[.#][^\s.#>+~{}()]+/g) ?? [])
        for (const name of named.length === 0 ? ['*'] : named) this.#use(name, used)
      }
    }
  }

  #listUses(name: string, value: string): readonly string[] {
    if (name === 'href') return value.startsWith('#') ? toIds(value.slice(1)) : []
    const used = listPlaces(value)
    // A variable is used by whatever stands inside.
    if (used.length > 0 && value.includes('--')) this.#use('*', used)
    return used
  }

  #use(name: string, used: readonly string[]): void {
    this.#rules += used.length
    if (this.#rules > maxRules) throw new ImageFault(`Its styles have more than ${maxRules} rules`)
    const known = this.#byRule.get(name) ?? new Set()
    for (const id of used) known.add(id)
    this.#byRule.set(name, known)
  }

  #count(drawn: Drawn, steps: number): number {
    if (drawn.weight === null) throw new ImageFault('Its parts use each other in a circle')
    if (drawn.weight !== undefined) return drawn.weight
    if (steps > maxSteps) throw new ImageFault(`Its parts use each other more than ${maxSteps} deep`)
    drawn.weight = null
    const sum = (all: readonly Drawn[]): number =>
      all.reduce((total, one) => total + this.#count(one, steps + 1), 0)
    const uses = new Set([
      ...drawn.uses,
      ...drawn.names.flatMap((name) => [...(this.#byRule.get(name) ?? [])]),
    ])
    const used = [...uses].flatMap((id) => this.#byId.get(id) ?? []).filter(({ isGradient }) => !isGradient)
    // What paints an element may paint each one inside of it.
    const weight = (1 + sum(drawn.children)) * (1 + sum(used))
    if (weight > maxDrawn) throw new ImageFault(`It is drawn of more than ${maxDrawn} shapes`)
    drawn.weight = weight
    return weight
  }
}

function listPlaces(css: string): readonly string[] {
  return [...css.matchAll(/url\(\s*["']?#([^"'()\s]+)/gi)].flatMap(([, place = '']) => toIds(place))
}

// Browsers read a place as a part of an address, which may be written with escapes.
function toIds(place: string): readonly string[] {
  try {
    return [place, decodeURIComponent(place)]
  } catch {
    return [place]
  }
}
