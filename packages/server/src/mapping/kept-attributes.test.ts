// What an identity keeps of a sign-in is bounded, and what counts is kept first.
import { expect, it } from 'vitest'
import { maxKeptAttributes, toKeptAttributes } from './kept-attributes.ts'

it('F8: keeps what is mapped before all else, and no more than fits', () => {
  const attributes = {
    ...Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`other${at}`, ['é'.repeat(300)]])),
    employee: ['7'],
    shift: ['n'.repeat(8_000)],
    huge: ['n'.repeat(8_193)],
    email: ['ada@acme.test'],
  }
  const text = toKeptAttributes(attributes, { title: ['shift'] })
  const kept = JSON.parse(text) as Record<string, string[]>
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxKeptAttributes)
  expect(kept).toMatchObject({ email: ['ada@acme.test'], shift: attributes.shift, employee: ['7'], huge: [] })
  expect(Object.keys(kept).length).toBeLessThan(150)
})

it('F8: keeps a sign-in of usual size as it came', () => {
  const attributes = { email: ['ada@acme.test'], groups: ['a', 'b'], none: [] }
  expect(toKeptAttributes(attributes, {})).toBe(JSON.stringify(attributes))
})
