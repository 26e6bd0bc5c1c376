import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFilter } from './parse.ts'
import { printFilter } from './print.ts'
import type { AttributePath, Filter } from './syntax.ts'

const name = fc.oneof(
  fc.constantFrom('not', 'and', 'or', 'pr', 'eq', 'note', 'organization', '$ref', 'userName'),
  fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,6}$/),
)
const innerPath: fc.Arbitrary<AttributePath> = name.map((each) => ({ name: each }))
const outerPath: fc.Arbitrary<AttributePath> = fc.record(
  { urn: fc.constantFrom('urn:a', 'urn:ietf:params:scim:schemas:core:2.0:User'), name, subName: name },
  { requiredKeys: ['name'] },
)
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.string({ maxLength: 6 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((each) => !Object.is(each, -0)),
  fc.boolean(),
  fc.constant(null),
)
const operator = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le') as fc.Arbitrary<'eq'>

function filters(
  path: fc.Arbitrary<AttributePath>,
  leaves: readonly fc.Arbitrary<Filter>[],
): fc.Arbitrary<Filter> {
  const compare = fc.record({ kind: fc.constant('compare' as const), path, operator, value })
  const present = fc.record({ kind: fc.constant('present' as const), path })
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      compare,
      present,
      ...leaves,
      fc.record({ kind: fc.constant('not' as const), operand: tie('filter') }),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        operands: fc.array(tie('filter'), { minLength: 2, maxLength: 3 }),
      }),
    ),
  })).filter
}

const valuePath = fc.record({
  kind: fc.constant('valuePath' as const),
  path: outerPath.map(({ subName: _subName, ...path }) => path),
  filter: filters(innerPath, []),
})

describe('printFilter', () => {
  it('prints what parses to an equal filter', () => {
    fc.assert(
      fc.property(filters(outerPath, [valuePath]), (filter) => {
        const text = printFilter(filter)
        fc.pre(text.length <= 4096)
        expect(parseFilter(text, { allowUnquoted: false })).toEqual(filter)
        expect(printFilter(parseFilter(text, { allowUnquoted: true }))).toBe(
          printFilter(parseFilter(text, { allowUnquoted: false })),
        )
      }),
      { numRuns: 500 },
    )
  })
})
