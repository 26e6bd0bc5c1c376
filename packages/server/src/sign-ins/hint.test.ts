// An address on its way from one page to the next opens where it was going, for ten minutes.
// Judges: server/sign-ins.
import { expect, it } from 'vitest'
import { createEnvelope } from '../base/envelope.ts'
import { readHint, sealHint } from './hint.ts'

const way = {
  envelope: createEnvelope([Buffer.alloc(32, 7).toString('base64')]),
  to: 'conn_a',
  now: 1_000_000,
}
const sealed = sealHint(way, 'ada@acme.test') ?? ''

it('is read where it was going, and says nothing on its way', () => {
  expect(sealed).not.toContain('ada')
  expect(readHint(way, sealed)).toBe('ada@acme.test')
  expect(readHint({ ...way, now: way.now + 599_999 }, sealed)).toBe('ada@acme.test')
})

it.each([
  ['at another connection', { to: 'conn_b' }],
  ['where no connection is chosen', { to: 'discovery' }],
  ['ten minutes later', { now: way.now + 600_000 }],
])('is nothing %s', (_, other) => {
  expect(readHint({ ...way, ...other }, sealed)).toBeUndefined()
})

it('is what an application wrote, as it wrote it', () => {
  expect(readHint(way, 'ada@acme.test')).toBe('ada@acme.test')
  expect(readHint(way, 'a'.repeat(321))).toBeUndefined()
})
