import { z } from '@hono/zod-openapi'
import { describe, expect, it } from 'vitest'
import {
  describeFormerFields,
  type FormerConflict,
  formerly,
  readFormerFields,
  renamingOf,
  withFormerFields,
} from './renamed.ts'

const flag = formerly(z.boolean().describe('Whether it is on'), 'active')
const inner = z.strictObject({ isActive: flag, name: z.string() }).partial()
const schema = z.strictObject({
  isActive: flag.optional(),
  items: z.array(inner),
  best: z.union([inner, z.null()]),
  plain: z.strictObject({ active: z.boolean() }).nullable().default(null),
})
const renaming = renamingOf(schema)
if (renaming === undefined) throw new Error('nothing was called otherwise')

function read(request: unknown): { readonly read: unknown; readonly conflicts: FormerConflict[] } {
  const conflicts: FormerConflict[] = []
  return { read: readFormerFields(request, renaming ?? {}, (one) => conflicts.push(one)), conflicts }
}

describe('H16: fields that had another name', () => {
  it('are answered under both, wherever they stand, and only where they are', () => {
    const plain = { active: true }
    const answer = { isActive: false, items: [{ isActive: true }, { name: 'x' }], best: null, plain }
    expect(withFormerFields(answer, renaming)).toEqual({
      isActive: false,
      active: false,
      items: [{ isActive: true, active: true }, { name: 'x' }],
      best: null,
      plain,
    })
    expect(answer.items[0]).toEqual({ isActive: true })
  })

  it('are read from either, and what is no object is left to whoever looks at the form', () => {
    const request = { active: true, items: [{ active: false }, 7], best: { isActive: true, active: true } }
    expect(read(request)).toEqual({
      read: { isActive: true, items: [{ isActive: false }, 7], best: { isActive: true } },
      conflicts: [],
    })
    for (const odd of [null, 'x', [{ active: true }]]) expect(read(odd)).toEqual({ read: odd, conflicts: [] })
  })

  it('are told by their place where a request says two different things', () => {
    const { conflicts } = read({ items: [{ active: false, isActive: true }], best: null })
    expect(conflicts).toEqual([
      { path: ['items', 0, 'active'], message: expect.stringContaining('isActive') },
    ])
  })

  it('stand in a document under both, the earlier one deprecated', () => {
    const { properties, required } = describeFormerFields(z.toJSONSchema(schema, { io: 'input' }))
    expect(properties).toMatchObject({
      isActive: { type: 'boolean', description: 'Whether it is on' },
      active: { type: 'boolean', deprecated: true, description: expect.stringContaining('`isActive`') },
      items: { items: { properties: { active: { deprecated: true } } } },
    })
    expect(required).toEqual(['items', 'best'])
    expect(JSON.stringify(properties)).not.toContain('x-formerly')
  })
})
