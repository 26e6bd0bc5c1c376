// Every text of every body of the management API is bounded, so that none is stored that answers, events and pages would carry for ever.
// The bodies are enumerated from the contract: a new text without a bound fails here.
// Judges: api, server/admin.
import { operations, renderOpenApi } from '@rollcall/api'
import { describe, expect, it } from 'vitest'

interface Shape {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly maxLength?: number
  readonly pattern?: string
  readonly maxItems?: number
  readonly items?: Shape
  readonly properties?: Readonly<Record<string, Shape>>
  readonly additionalProperties?: Shape | boolean
  readonly allOf?: readonly Shape[]
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
}

interface Body {
  readonly id: string
  readonly shape: Shape
  /** What the door asks. */
  safeParse(value: unknown): {
    readonly success: boolean
    readonly error?: { readonly issues: readonly Issue[] }
  }
}

interface Issue {
  readonly path: readonly PropertyKey[]
  readonly code: string
}

const document = renderOpenApi('https://rollcall.example.com', '0', 'session') as unknown as {
  readonly paths: Record<
    string,
    Record<string, { operationId?: string; requestBody?: { content?: Content } }>
  >
  readonly components: { readonly schemas: Readonly<Record<string, Shape>> }
}
type Content = Readonly<Record<string, { readonly schema?: Shape }>>

const bodies: readonly Body[] = Object.values(document.paths)
  .flatMap((item) => Object.values(item))
  .flatMap(({ operationId = '', requestBody }) => {
    const shape = requestBody?.content?.['application/json']?.schema
    const operation = (operations as Record<string, unknown>)[operationId] as {
      request?: { body?: { content: Record<string, { schema: Pick<Body, 'safeParse'> }> } }
    }
    const schema = operation?.request?.body?.content['application/json']?.schema
    if (shape === undefined || schema === undefined) return []
    return [{ id: operationId, shape, safeParse: (value: unknown) => schema.safeParse(value) }]
  })

type Step = string | number

/** Each place of a text, with the way there. A list has one at its first place; names that are free are `name`. */
function listTexts(
  shape: Shape | undefined,
  path: readonly Step[] = [],
  seen: readonly string[] = [],
): Step[][] {
  if (shape === undefined) return []
  if (shape.$ref !== undefined)
    return seen.includes(shape.$ref)
      ? []
      : listTexts(document.components.schemas[shape.$ref.split('/').at(-1) ?? ''], path, [
          ...seen,
          shape.$ref,
        ])
  const parts = [...(shape.allOf ?? []), ...(shape.anyOf ?? []), ...(shape.oneOf ?? [])]
  const free = typeof shape.additionalProperties === 'object' ? shape.additionalProperties : undefined
  const isText = [shape.type].flat().includes('string') || isAnything(shape)
  return [
    ...(isText ? [[...path]] : []),
    ...parts.flatMap((one) => listTexts(one, path, seen)),
    ...listTexts(shape.items, [...path, 0], seen),
    ...Object.entries(shape.properties ?? {}).flatMap(([name, one]) => listTexts(one, [...path, name], seen)),
    ...listTexts(free, [...path, 'name'], seen),
  ]
}

// What may be anything may be a text.
function isAnything({
  type,
  enum: many,
  const: one,
  allOf,
  anyOf,
  oneOf,
  properties,
  items,
}: Shape): boolean {
  return [type, many, one, allOf, anyOf, oneOf, properties, items].every((part) => part === undefined)
}

/** A body with the text at the end of the path, and nothing else. */
function build(path: readonly Step[], text: string): unknown {
  const [first, ...rest] = path
  if (first === undefined) return text
  return typeof first === 'number' ? [build(rest, text)] : { [first]: build(rest, text) }
}

/** Rows of an import are bounded as they are read (64 KB each), and metadata is read and not kept. */
const boundedElsewhere = /^(?:importUsers\.(?:csv|users\b)|\w+\.metadataXml$)/

describe('F13: texts of bodies', () => {
  it('are enumerated from the contract', () => {
    expect(bodies.length).toBeGreaterThan(40)
    expect(bodies.flatMap(({ shape }) => listTexts(shape)).length).toBeGreaterThan(100)
  })

  it('a text of 450 KB in any of them is refused for itself', () => {
    const text = 'a'.repeat(450_000)
    const taken = bodies.flatMap(({ id, shape, safeParse }) =>
      listTexts(shape).flatMap((path) => {
        const place = [id, ...path].join('.')
        if (boundedElsewhere.test(place)) return []
        const { error } = safeParse(build(path, text))
        // A fault at the text, or at what holds it; not that something else is missing.
        const isRefused = error?.issues.some(
          (issue) =>
            issue.path.length > 0 &&
            issue.path.every((step, at) => String(step) === String(path[at])) &&
            !(issue.code === 'unrecognized_keys'),
        )
        return isRefused === true ? [] : [place]
      }),
    )
    expect(taken).toEqual([])
  })

  it('one that looks as it should, but long, is refused as well', () => {
    const long = 'a'.repeat(450_000)
    const forms = [
      `https://example.com/${long}`,
      `ada@${long}.test`,
      `2026-01-01T00:00:00.${'0'.repeat(450_000)}Z`,
      `/${long}`,
    ]
    const taken = bodies.flatMap(({ id, shape, safeParse }) =>
      listTexts(shape).flatMap((path) =>
        forms.flatMap((text) => {
          const place = [id, ...path].join('.')
          if (boundedElsewhere.test(place)) return []
          const issues = safeParse(build(path, text)).error?.issues ?? []
          const isRefused = issues.some(
            (issue) =>
              issue.path.length > 0 && issue.path.every((step, at) => String(step) === String(path[at])),
          )
          return isRefused ? [] : [`${place} ${text.slice(0, 12)}`]
        }),
      ),
    )
    expect(taken).toEqual([])
  })
})
