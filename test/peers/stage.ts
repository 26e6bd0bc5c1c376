// The service that the peers of one run meet: a process of its own on loopback, from source, on the embedded store.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { freePort } from '../harness/ports.ts'
import { startProcess } from '../harness/process.ts'
import type { Stage } from './peer.ts'

const preload = pathToFileURL(resolve(import.meta.dirname, '../harness/set-clock.mjs')).href

/** On `localhost`, with the peers on 127.0.0.1: to a browser they are other sites. */
export async function startStage(): Promise<Stage & { stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-peers-'))
  mkdirSync(join(folder, 'data'))
  const clock = join(folder, 'clock')
  writeFileSync(clock, '0')
  const port = String(await freePort())
  const url = `http://localhost:${port}`
  const service = await startProcess({
    ROLLCALL_DATA: join(folder, 'data'),
    ROLLCALL_DEV: '1',
    ROLLCALL_URL: url,
    PORT: port,
    NODE_OPTIONS: `--import=${preload}`,
    TEST_CLOCK: clock,
  })
  const { admin } = service
  let organizations = 0
  const setClock = async (milliseconds: number): Promise<void> => {
    writeFileSync(clock, String(milliseconds))
    // The service reads it anew 20 ms after it last did.
    await new Promise((done) => setTimeout(done, 50))
  }
  return {
    url,
    admin,
    folder,
    async addOrganization() {
      organizations += 1
      const slug = `peer-${organizations}`
      const domain = `${slug}.test`
      await admin.call('createOrganization', { body: { name: `Peer ${organizations}`, slug } })
      const { id } = await admin.call('createDomain', { params: { slug }, body: { name: domain } })
      await admin.call('updateDomain', { params: { slug, id }, body: { isVerified: true } })
      return { slug, domain, domainId: id }
    },
    async shifted(milliseconds, work) {
      await setClock(milliseconds)
      try {
        return await work()
      } finally {
        await setClock(0)
      }
    },
    async explain(slug) {
      // It is written some moments later.
      await new Promise((done) => setTimeout(done, 500))
      const query = { kind: 'sign_in' as const, limit: 3 }
      const { items } = await admin.call('listActivity', { params: { slug }, query })
      return items.map(({ code, explanation }) => `${code ?? 'done'}: ${explanation}`).join('\n')
    },
    async stop() {
      if (service.isRunning()) await service.end('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
