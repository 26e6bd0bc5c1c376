import { createServer, type Server } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { freePort } from '../../../../test/harness/ports.ts'
import { findDemoPort } from './demo-ports.ts'

const open: Server[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

const listen = (port: number): Promise<void> =>
  new Promise((done) => open.push(createServer().listen(port, '127.0.0.1', done)))

it('the usual ports, where all three are free', async () => {
  const usual = await freePort(3)
  expect(await findDemoPort(usual, '127.0.0.1')).toBe(usual)
})

it.each([0, 2])('the next ones, where number %i of the three is taken', async (taken) => {
  const usual = await freePort(13)
  await listen(usual + taken)
  expect(await findDemoPort(usual, '127.0.0.1')).toBe(usual + 10)
})
