// A code of a refusal is a promise: each that the service throws stands in the contract's table, and each row of the table is
// thrown somewhere. Read from the service's own sources.
// Judges: api, server/http.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { problemCodes, problems, renderOpenApi } from '@rollcall/api'
import { parseSync } from 'vite'
import { describe, expect, it } from 'vitest'
import { refusals } from '../../packages/api/src/sentences/en/refusals.ts'
import { Problem, renderProblem } from '../../packages/server/src/http/problem.ts'

const source = resolve(import.meta.dirname, '../../packages/server/src')

// biome-ignore lint/suspicious/noExplicitAny: a syntax tree is walked by the names of its parts
type Node = any

function visit(node: Node, look: (node: Node) => void): void {
  if (node === null || typeof node !== 'object') return
  if (typeof node.type === 'string') look(node)
  for (const part of Object.values(node))
    for (const one of Array.isArray(part) ? part : [part]) visit(one, look)
}

/** The code itself, or those on both sides of a condition; none of a name, whose type is a code that stands elsewhere. */
function codesOf(node: Node): string[] {
  if (node.type === 'Literal') return [node.value]
  return node.type === 'ConditionalExpression' ? [node.consequent, node.alternate].flatMap(codesOf) : []
}

/** Every code that a `new Problem(...)` of this file is given. */
function listThrown(file: string): string[] {
  const code = readFileSync(join(source, file), 'utf8')
  if (!code.includes('new Problem(')) return []
  const found: string[] = []
  visit(parseSync(file, code).program, (node) => {
    if (node.type !== 'NewExpression' || node.callee.name !== 'Problem') return
    found.push(...codesOf(node.arguments[0]))
  })
  return found
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
)

describe('H8: problem codes', () => {
  it('stand in the table where they are thrown, and are thrown where they stand in it', () => {
    const thrown = new Set(files.flatMap(listThrown))
    expect([...thrown].sort()).toEqual([...problemCodes].sort())
  })

  it('give what the texts of other languages are filled in with', async () => {
    const filled = Object.entries(refusals).flatMap(([code, text]) =>
      [...text.matchAll(/\{(\w+)/g)].map(([, name = '']) => ({ code, name })),
    )
    expect(filled.length).toBeGreaterThan(3)
    const sources = files.map((file) => readFileSync(join(source, file), 'utf8'))
    for (const { code, name } of filled) {
      const throws = sources.flatMap((text) => [
        ...text.matchAll(new RegExp(`Problem\\(\\s*'${code}'[^;]*`, 'g')),
      ])
      expect(throws.length, code).toBeGreaterThan(0)
      for (const [thrown] of throws) expect(thrown, code).toMatch(new RegExp(`parameters: \\{ ${name}: `))
    }
    const problem = new Problem('too_many_domains', 'Too many.', { parameters: { limit: 3 } })
    expect(await renderProblem(problem, 'req').json()).toMatchObject({ parameters: { limit: 3 } })
  })

  it('H11: are told apart where they are caught: not every refusal means that something is not there', () => {
    const caught = files.filter((file) =>
      /if \(error instanceof Problem\) return (?:undefined|\[\]|null)/.test(
        readFileSync(join(source, file), 'utf8'),
      ),
    )
    expect(caught).toEqual([])
  })

  it('are rendered in one place alone', () => {
    const makers = files.filter((file) =>
      readFileSync(join(source, file), 'utf8').includes("'application/problem+json'"),
    )
    expect(makers).toEqual([join('http', 'problem.ts')])
  })

  it('say when they are answered and what to do, each in a sentence of its own', () => {
    const rows = Object.entries(problems)
    expect(
      rows.filter(([, { about, remedy }]) => !/^[`A-Z].+[.]$/.test(about) || !/^[A-Z].+[.]$/.test(remedy)),
    ).toEqual([])
    expect(new Set(rows.map(([, { about }]) => about)).size).toBe(rows.length)
  })

  it('stand in the OpenAPI document with their sentences', () => {
    const schema = renderOpenApi('https://id.example.com', '0.0.0').components?.schemas?.ProblemCode as {
      enum: string[]
      'x-enum-descriptions': string[]
    }
    expect(schema.enum).toEqual(problemCodes)
    expect(schema['x-enum-descriptions'][schema.enum.indexOf('slug_taken')]).toBe(
      '409. Another organization has this slug. Choose another slug.',
    )
    expect(schema['x-enum-descriptions']).toHaveLength(problemCodes.length)
  })
})
