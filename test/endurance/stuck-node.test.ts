// A node that stops for longer than its leases and then goes on: another one has sent what it held, and it writes nothing any more.
// Judges: server/deliveries.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, inject, it } from 'vitest'
import { callScim, createDirectoryAt, startProcess } from '../harness/process.ts'
import { startReceiver } from '../harness/receiver.ts'
import { createDatabaseAt } from '../postgres/server.ts'

const people = 5

it('R22: a node held by SIGSTOP loses its deliveries to another one, once, and overwrites nothing after SIGCONT', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-stuck-'))
  const environment = {
    ROLLCALL_DATA: folder,
    ROLLCALL_DEV: '1',
    DATABASE_URL: await createDatabaseAt(inject('postgresUrl')),
  }
  const receiver = await startReceiver()
  const stuck = await startProcess(environment)
  const nodes = [stuck]
  try {
    const key = await createDirectoryAt(stuck.admin, 'acme')
    const { id } = await stuck.admin.call('createWebhookEndpoint', {
      body: { url: receiver.url, eventTypes: ['user.provisioned'] },
    })
    receiver.behave(() => 'hang')
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
    for (let at = 0; at < people; at += 1)
      await callScim(stuck.url, key, 'POST', '/Users', { schemas, userName: `person-${at}@acme.test` })
    await receiver.until('all under way', () => receiver.received.length === people)
    process.kill(stuck.pid, 'SIGSTOP')
    receiver.behave(() => 204)
    const other = await startProcess(environment)
    nodes.push(other)
    await receiver.until('the other node', () => receiver.accepted.length === people, 90_000)
    process.kill(stuck.pid, 'SIGCONT')
    // Its attempts end now, by the time-out that passed meanwhile, or with the connection; then it works on.
    await callScim(stuck.url, key, 'POST', '/Users', { schemas, userName: 'last@acme.test' })
    await receiver.until('the next one', () => receiver.accepted.length === people + 1, 30_000)
    const states = async () => {
      const { items } = await other.admin.call('listDeliveries', { params: { id }, query: {} })
      return items.map(({ state, attempts, log }) => [state, attempts, log.length, log[0]?.status])
    }
    await expect
      .poll(states, { timeout: 5_000 })
      .toEqual(Array.from({ length: people + 1 }, () => ['delivered', 1, 1, 204]))
    expect(receiver.received).toHaveLength(2 * people + 1)
  } finally {
    for (const node of nodes)
      if (node.isRunning()) {
        process.kill(node.pid, 'SIGCONT')
        await node.end('SIGKILL')
      }
    await receiver.close()
    rmSync(folder, { recursive: true, force: true })
  }
}, 180_000)

it('R22: a node held by SIGSTOP in the middle of a job loses it to another one within a minute, and spoils nothing after SIGCONT', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-stuck-'))
  const databaseUrl = await createDatabaseAt(inject('postgresUrl'))
  const environment = { ROLLCALL_DATA: folder, ROLLCALL_DEV: '1', DATABASE_URL: databaseUrl }
  const stuck = await startProcess(environment)
  const nodes = [stuck]
  const keeper = new Client({ connectionString: databaseUrl })
  await keeper.connect()
  try {
    // Nobody can seal while this is kept: the job stands in the middle of its work.
    await keeper.query('BEGIN; LOCK TABLE event_seal IN SHARE MODE')
    const key = await createDirectoryAt(stuck.admin, 'acme')
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
    for (let at = 0; at < people; at += 1)
      await callScim(stuck.url, key, 'POST', '/Users', { schemas, userName: `person-${at}@acme.test` })
    const looker = new Client({ connectionString: databaseUrl })
    await looker.connect()
    const holders = async () =>
      (
        await looker.query(
          "SELECT 1 FROM pg_locks JOIN pg_class ON pg_class.oid = relation WHERE relname = 'event_seal' AND NOT granted",
        )
      ).rowCount
    await expect.poll(holders, { timeout: 60_000, interval: 20 }).toBeGreaterThan(0)
    process.kill(stuck.pid, 'SIGSTOP')
    const stoodAt = performance.now()
    const leases = async () =>
      (await looker.query("SELECT owner, expires_at FROM job_lease WHERE name = 'seal events'")).rows[0]
    const before = await leases()
    await keeper.query('COMMIT')
    const other = await startProcess(environment)
    nodes.push(other)
    // What it had sent whole may end without it; this cannot.
    for (let at = 0; at < people; at += 1)
      await callScim(other.url, key, 'POST', '/Users', { schemas, userName: `later-${at}@acme.test` })
    const verify = () => other.admin.call('verifyEvents', { params: { slug: 'acme' }, query: {} })
    await expect.poll(async () => (await verify()).unsealed, { timeout: 90_000, interval: 500 }).toBe(0)
    const tookMs = Math.round(performance.now() - stoodAt)
    console.log(JSON.stringify({ tookMs }))
    expect(tookMs).toBeLessThan(70_000)
    expect((await leases()).owner).not.toBe(before.owner)
    const { sealed } = await verify()
    process.kill(stuck.pid, 'SIGCONT')
    await callScim(stuck.url, key, 'POST', '/Users', { schemas, userName: 'last@acme.test' })
    await expect
      .poll(async () => (await verify()).sealed, { timeout: 90_000, interval: 500 })
      .toBeGreaterThan(sealed)
    expect(await verify()).toMatchObject({ isIntact: true, brokenAt: null })
    expect(stuck.isRunning() && other.isRunning()).toBe(true)
    await looker.end()
  } finally {
    await keeper.end()
    for (const node of nodes)
      if (node.isRunning()) {
        process.kill(node.pid, 'SIGCONT')
        await node.end('SIGKILL')
      }
    rmSync(folder, { recursive: true, force: true })
  }
}, 240_000)
