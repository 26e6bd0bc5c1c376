// Many creates of one name at once: one wins, the others learn it (wso2/product-is#26148, tuist#11688, getsentry/sentry#117860).
// Judges: server/store, server/users.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, inject, it } from 'vitest'
import {
  type Answer,
  callScim,
  createDirectoryAt,
  type ServiceProcess,
  startProcess,
} from '../harness/process.ts'
import { createDatabaseAt } from '../postgres/server.ts'

const running: ServiceProcess[] = []
const folders: string[] = []
afterAll(async () => {
  for (const service of running) await service.end('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

async function start(environment: Record<string, string>): Promise<ServiceProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-race-'))
  folders.push(folder)
  const service = await startProcess({ ROLLCALL_DATA: folder, ...environment })
  running.push(service)
  return service
}

/** The same name to RFC 8265 UsernameCaseMapped: lower, upper, full-width. */
function variant(name: string, at: number): string {
  if (at % 3 === 1) return name.toUpperCase()
  if (at % 3 === 2)
    return name.replace(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))
  return name
}

async function race(nodes: readonly ServiceProcess[]): Promise<void> {
  const key = await createDirectoryAt((nodes[0] as ServiceProcess).admin, 'acme')
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  const post = async (name: number, copy: number): Promise<{ name: number; answer: Answer }> => {
    const node = nodes[(copy + name) % nodes.length] as ServiceProcess
    const userName = variant(`racer${name}@acme.test`, copy + name)
    return { name, answer: await callScim(node.url, key, 'POST', '/Users', { schemas, userName }) }
  }
  const answers: { name: number; answer: Answer }[] = []
  // Five names at a time, each with all its copies: one network has 200 connections.
  for (let first = 0; first < 50; first += 5) {
    const posts = Array.from({ length: 100 }, (_, at) => post(first + (at % 5), Math.floor(at / 5)))
    answers.push(...(await Promise.all(posts)))
  }
  for (let name = 0; name < 50; name += 1) {
    const own = answers.filter((one) => one.name === name).map(({ answer }) => answer)
    expect(own.filter(({ status }) => status === 201)).toHaveLength(1)
    const refused = own.filter(({ status }) => status !== 201)
    expect(refused.map(({ status, body }) => `${status} ${body.scimType} ${body.status}`)).toEqual(
      Array(19).fill('409 uniqueness 409'),
    )
  }
  const list = await callScim((nodes[0] as ServiceProcess).url, key, 'GET', '/Users?count=1000')
  expect(list.body.totalResults).toBe(50)
  expect(list.body.Resources).toHaveLength(50)
}

describe('50 names x 20 concurrent POSTs', () => {
  it('over two processes on PostgreSQL: one 201 each, the others 409 uniqueness', async () => {
    const url = await createDatabaseAt(inject('postgresUrl'))
    const nodes = [await start({ DATABASE_URL: url }), await start({ DATABASE_URL: url })]
    await race(nodes)
  }, 90_000)

  it('in one process on the embedded store: the same', async () => {
    await race([await start({})])
  }, 90_000)
})
