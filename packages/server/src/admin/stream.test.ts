// Judges: server/admin.
import { expect, it } from 'vitest'
import { streamText } from './stream.ts'

it('an answer that goes on gives its place back when what it reads fails, and is not closed once more', async () => {
  const over = new AbortController()
  const held = { signal: over.signal, end: () => over.abort() }
  const answer = streamText(held, async () => {
    throw new Error('the database is away')
  })
  await expect(answer.text()).rejects.toThrow('the database is away')
  expect(over.signal.aborted).toBe(true)
})
