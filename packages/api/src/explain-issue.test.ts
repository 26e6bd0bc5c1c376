import { expect, it } from 'vitest'
import { z } from 'zod'
import { explainIssue } from './explain-issue.ts'
import { nameSchema, slugSchema } from './fields.ts'

const said = (schema: z.ZodType, value: unknown): string[] =>
  schema.safeParse(value, { error: explainIssue }).error?.issues.map(({ message }) => message) ?? []

it('A13: refusals are in our own words, and a schema that has its own keeps them', () => {
  expect(said(nameSchema, 'x'.repeat(201))).toEqual(['at most 200 characters'])
  expect(said(nameSchema, ' ')).toEqual(['must not be empty'])
  expect(said(nameSchema, undefined)).toEqual(['is missing: a text'])
  expect(said(nameSchema, 7)).toEqual(['must be a text'])
  expect(said(slugSchema, 'ab')).toEqual(['at least 3 characters'])
  expect(said(slugSchema, 'fü-r')).toEqual([
    'lower-case letters, digits and hyphens, no hyphen at either end',
  ])
  expect(said(z.number().int().max(30), 1.5)).toEqual(['must be a whole number'])
  expect(said(z.number().int().max(30), 31)).toEqual(['at most 30'])
  expect(said(z.array(z.string()).max(1), ['a', 'b'])).toEqual(['at most 1 entry'])
  expect(said(z.url(), 'x')).toEqual(['is no URL'])
})

it('A13: names have 200 characters, and are kept composed', () => {
  expect(nameSchema.parse(` fu\u0308r ${'x'.repeat(196)}`)).toBe(`für ${'x'.repeat(196)}`)
})
