import { expect, it } from 'vitest'
import { createGate } from './turns.ts'

it('a gate lets so many of a group in at once, in their order, and a failure frees its place', async () => {
  const gate = createGate(2)
  const log: string[] = []
  const ends: (() => void)[] = []
  const enter = (name: string, group = 'a') =>
    gate(group, async () => {
      log.push(name)
      await new Promise<void>((resolve) => ends.push(resolve))
      if (name === 'one') throw new Error('failed')
      return name
    })
  const all = Promise.allSettled([
    enter('one'),
    enter('two'),
    enter('three'),
    enter('four'),
    enter('other', 'b'),
  ])
  await new Promise(setImmediate)
  expect(log).toEqual(['one', 'two', 'other'])
  for (const count of [4, 5]) {
    ends.shift()?.()
    await new Promise(setImmediate)
    expect(log).toHaveLength(count)
  }
  for (const end of ends) end()
  await new Promise(setImmediate)
  for (const end of ends) end()
  expect((await all).map((one) => (one.status === 'fulfilled' ? one.value : 'failed'))).toEqual([
    'failed',
    'two',
    'three',
    'four',
    'other',
  ])
  expect(log).toEqual(['one', 'two', 'other', 'three', 'four'])
})
