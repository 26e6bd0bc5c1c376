// A new secret key takes the place of an old one while everything goes on: what is sealed, of every kind, is sealed anew; then the
// old key is needed no more, and refused.
// Judges: server/secret-key.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { assertOpensCopy, createEnvelope, createLog, openSecretKeys } from '@rollcall/server'
import { sql } from 'kysely'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Keyring, readKeyId } from '../../packages/server/src/base/envelope.ts'
import { createAdapterFactory } from '../../packages/server/src/openid-provider/adapter.ts'
import { loadLibrary } from '../../packages/server/src/openid-provider/library.ts'
import { listKeyRows, openKey } from '../../packages/server/src/openid-provider/signing-keys.ts'
import { sealedColumns } from '../../packages/server/src/sealed-columns.ts'
import { resealRows, sliceArgs } from '../../packages/server/src/secret-key/columns.ts'
import { createRotation, type Rotation } from '../../packages/server/src/secret-key/rotation.ts'
import { createScope, type Database } from '../../packages/server/src/store/database.ts'
import { installationTables, ownedTables } from '../../packages/server/src/store/schema.ts'
import { installationStatement, organizationQuery } from '../../packages/server/src/store/statement.ts'
import { createDirectoryAt, runCommand, runCommands, secretKey, startProcess } from '../harness/process.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { createCompany } from '../harness/sso.ts'

const old = secretKey
const fresh = 'a-new-secret-key-for-tests-0123456789-zyxwvu'
const newer = 'a-third-secret-key-for-tests-987654321-qrstu'
const log = createLog('silent', false)
const [oldId, freshId] = [old, fresh].map((one) => createEnvelope([one]).wanted) as [string, string]
const minuteMs = 60_000

/** Every sealed text of a store, wherever it stands: `table.column`, and which key sealed it. */
async function findSealed(
  database: Database,
  organizationIds: readonly string[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  const note = (table: string, rows: readonly object[]): void => {
    for (const row of rows)
      for (const [column, value] of Object.entries(row)) {
        const id = typeof value === 'string' ? readKeyId(value) : ''
        const name = `${table}.${column}`
        if (id !== '') found.set(name, [...(found.get(name) ?? []), id])
      }
  }
  // On the embedded store the feed is the audit log itself.
  for (const table of installationTables.filter((name) => database.isShared || name !== 'event_feed')) {
    const all = installationStatement(`test_all_of_${table}`)(({ db }) => {
      const rows = sql<object>`SELECT * FROM ${sql.table(table)}`
      return { compile: () => rows.compile(db) }
    })
    note(table, await database.readInstallation('settings', all, {}))
  }
  for (const id of organizationIds)
    for (const table of ownedTables) {
      const all = organizationQuery(({ db, organizationId }) => {
        const rows = sql<object>`SELECT * FROM ${sql.table(table)} WHERE organization_id = ${organizationId}`
        return { compile: () => rows.compile(db) }
      })
      note(table, await database.readOrganization(createScope(id), all, {}))
    }
  return found
}

/** One of everything that is sealed; how each is read again. */
async function fill(service: Service, ring: Keyring) {
  const company = await createCompany(service)
  const params = company.organization
  await company.signIn(company.person('ada'))
  await service.send(new Request(`${service.url}/saml/${company.connection.id}/metadata`))
  for (const issuer of ['https://one.test', 'https://two.test', 'https://three.test'])
    service.metadataPages.set(
      `${issuer}/.well-known/openid-configuration`,
      JSON.stringify({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
      }),
    )
  const oidc = (name: string) => ({
    issuer: `https://${name}.test`,
    clientId: name,
    clientSecret: `secret ${name}`,
  })
  const made = await service.admin.call('createConnection', {
    params,
    body: {
      name: 'Issuer',
      identityProvider: 'generic',
      protocol: 'oidc',
      oidc: oidc('one'),
      isActive: true,
    },
  })
  const at = { params: { ...params, id: made.id } }
  const { digest } = await service.admin.call('stageAnchor', { ...at, body: { oidc: oidc('two') } })
  await service.admin.call('applyStagedAnchor', { ...at, body: { digest } })
  await service.admin.call('stageAnchor', { ...at, body: { oidc: oidc('three') } })
  const endpoint = await service.admin.call('createWebhookEndpoint', { body: { url: 'http://127.0.0.1:9/' } })
  await listKeyRows(service.database, ring, service.now())
  const records = createAdapterFactory(await loadLibrary(), service.database, ring, service.now)('Session')
  await records.upsert('session-of-ada', { jti: 'session-of-ada', kind: 'Session' }, 3_600)
  return {
    organizationId: params.id,
    async readAll() {
      // Our metadata opens the service key, a change of the kept issuer its secret, ID tokens their key.
      const metadata = await service.send(
        new Request(`${service.url}/saml/${company.connection.id}/metadata`),
      )
      expect(metadata.status).toBe(200)
      expect((await company.signIn(company.person('ada'))).status).toBeLessThan(400)
      const { clientSecret: _, ...kept } = oidc('two')
      await service.admin.call('updateConnection', { ...at, body: { oidc: kept } })
      await service.admin.call('rotateWebhookEndpoint', {
        params: { id: endpoint.id },
        body: { overlapSeconds: 60 },
      })
      for (const row of await listKeyRows(service.database, ring, service.now())) openKey(ring, row)
      expect(await records.find('session-of-ada')).toMatchObject({ kind: 'Session' })
    },
  }
}

forEachStore((start, store) => {
  const clock = { ms: 0 }
  const node = (database: Database, ring: Keyring, owner = 'node-a'): Rotation =>
    createRotation({ database, ring, log, owner, clock: () => clock.ms, columns: sealedColumns })
  const settings = (...secretKeys: string[]) => ({ secretKeys, dataFolder: '/nowhere' })
  const open = (database: Database, ...keys: string[]) =>
    openSecretKeys({
      database,
      config: settings(...keys),
      log,
      owner: `start-${keys.length}`,
      clock: () => clock.ms,
    })

  describe('F5: the secret key is rotated', () => {
    let service: Service
    let ring: Keyring
    let filled: Awaited<ReturnType<typeof fill>>
    beforeAll(async () => {
      ring = createEnvelope([old])
      service = await start({ envelope: ring })
      await open(service.database, old).then((keys) => keys.rotation.leave())
      filled = await fill(service, ring)
    })
    const sealed = () => findSealed(service.database, [filled.organizationId])
    const everyKey = async () => new Set([...(await sealed()).values()].flat())

    it('knows every column that holds a sealed text', async () => {
      const columns = [...sealedColumns.installation, ...sealedColumns.organization].map(({ name }) => name)
      expect([...(await sealed()).keys()].toSorted()).toEqual([...columns, 'setting.value'].toSorted())
      expect(await everyKey()).toEqual(new Set([oldId]))
    })

    it('goes on where it was broken off, while everything is read and written; the old key is refused meanwhile', async () => {
      ring.add(fresh)
      const first = node(service.database, ring)
      await first.look()
      let asked = 0
      // As a crash would: in the middle of the pass.
      expect(await first.pass(() => ++asked > 4)).toBe('stopped')
      expect(await everyKey()).toEqual(new Set([oldId, freshId]))
      await filled.readAll()
      await expect(open(service.database, old)).rejects.toThrow('sealed with two secret keys')
      await expect(open(service.database, fresh)).rejects.toThrow('sealed with two secret keys')

      const second = node(service.database, ring, 'node-b')
      await first.leave()
      await second.look()
      expect(await second.pass(() => false)).toBe('resealed')
      const status = await second.status()
      expect(Object.keys(status.counts)).toEqual([freshId])
      expect(status.needed.toSorted()).toEqual([oldId, freshId].toSorted())
      await filled.readAll()
      if (store === 'postgres') {
        // Whoever read before may still write what the old key sealed.
        expect(second.isDue()).toBe(false)
        clock.ms += minuteMs
        await second.look()
      }
      expect(await second.pass(() => false)).toBe('settled')
      expect(await everyKey()).toEqual(new Set([freshId]))
      expect((await second.status()).needed).toEqual([freshId])
      expect(second.isDue()).toBe(false)
      await second.leave()
    })

    it('then the new key alone opens everything, and the old one starts nothing', async () => {
      await expect(open(service.database, old)).rejects.toThrow('sealed with another secret key')
      const keys = await open(service.database, fresh)
      const alone = createEnvelope([fresh])
      for (const row of await listKeyRows(service.database, alone, service.now())) openKey(alone, row)
      const records = createAdapterFactory(
        await loadLibrary(),
        service.database,
        alone,
        service.now,
      )('Session')
      expect(await records.find('session-of-ada')).toMatchObject({ kind: 'Session' })
      await expect(
        keys.rotate({
          isStopping: () => false,
          isServing: false,
          tell: () => undefined,
          pause: async () => undefined,
        }),
      ).rejects.toThrow('names one key')
      await keys.rotation.leave()
    })

    it('a row that changes while it is sealed anew keeps the change', async () => {
      const [column] = sealedColumns.installation.filter(({ name }) => name === 'oidc_record.payload')
      if (column === undefined) throw new Error('no such column')
      const both = createEnvelope([newer, fresh])
      const rows = await service.database.readInstallation(
        'settings',
        column.slice,
        sliceArgs(both, { after: '', afterNumber: 0 }),
      )
      const { swaps } = resealRows(rows, column.placeOf, both, '')
      expect(swaps.length).toBeGreaterThan(0)
      const adapter = createAdapterFactory(
        await loadLibrary(),
        service.database,
        both,
        service.now,
      )('Session')
      await adapter.upsert('session-of-ada', { jti: 'session-of-ada', kind: 'changed' }, 3_600)
      await service.database.inInstallation('settings', async (tx) => {
        for (const swap of swaps) tx.write(column.swap, swap)
      })
      expect(await adapter.find('session-of-ada')).toMatchObject({ kind: 'changed' })
    })
  })

  it('F5: a rotation that another one overtakes ends with the newest key alone', async () => {
    const service = await start()
    const first = await open(service.database, fresh, old)
    expect((await first.status()).needed).toEqual([freshId])
    await first.rotation.leave()
    const second = await open(service.database, newer, fresh)
    const newerId = second.ring.wanted
    expect((await second.status()).needed.toSorted()).toEqual([freshId, newerId].toSorted())
    await second.rotation.pass(() => false)
    clock.ms += minuteMs
    await second.rotation.look()
    if (store === 'postgres') expect(await second.rotation.pass(() => false)).toBe('settled')
    expect((await second.status()).needed).toEqual([newerId])
    await second.rotation.leave()
    await expect(open(service.database, fresh)).rejects.toThrow('another secret key')
  })
})

forEachStore(
  (start) => {
    describe('F5: two nodes', () => {
      const clock = { ms: 0 }
      const open = (database: Database, owner: string, ...secretKeys: string[]) =>
        openSecretKeys({
          database,
          config: { secretKeys, dataFolder: '/nowhere' },
          log,
          owner,
          clock: () => clock.ms,
        })
      const pass = (rotation: Rotation) => rotation.pass(() => false)

      it('a new key seals nothing until every node has it; a node that ended without a word is waited for a minute', async () => {
        const { database } = await start()
        const a = await open(database, 'a', old)
        const b = await open(database, 'b', old)
        await a.rotation.leave()
        const again = await open(database, 'a', fresh, old)
        expect(again.ring.keyIds[0]).toBe(oldId)
        expect(await pass(again.rotation)).toBe('waiting')
        expect(await again.status()).toMatchObject({ sealing: oldId, wanted: freshId, nodesWithout: 1 })
        // It may still start: nothing is sealed with the new key.
        await (await open(database, 'c', old)).rotation.leave()

        // b is killed: nothing says so, but that its row changes no more.
        void b
        clock.ms += 30_000
        await again.rotation.look()
        expect(again.ring.keyIds[0]).toBe(oldId)
        clock.ms += 31_000
        await again.rotation.look()
        expect(again.ring.keyIds[0]).toBe(freshId)
        await expect(open(database, 'c', old)).rejects.toThrow('two secret keys')

        const second = await open(database, 'b2', fresh, old)
        expect(second.ring.keyIds[0]).toBe(freshId)
        await again.rotation.look()
        expect(await pass(again.rotation)).toBe('quiet')
        clock.ms += minuteMs
        await second.rotation.look()
        await again.rotation.look()
        expect(await pass(again.rotation)).toBe('settled')
        for (const one of [again, second]) await one.rotation.leave()
      })

      it('a node that lacks the new key is told, one that was not heard of for a while seals nothing', async () => {
        const { database } = await start()
        const said: object[] = []
        const told = { ...log, error: (what: object) => void said.push(what), info: () => undefined } as never
        const config = { secretKeys: [old], dataFolder: '/nowhere' }
        const lonely = await openSecretKeys({
          database,
          config,
          log: told,
          owner: 'x',
          clock: () => clock.ms,
        })
        const { rotation: other } = await open(database, 'y', fresh, old)
        expect(await other.status()).toMatchObject({ sealing: oldId, nodesWithout: 1 })
        clock.ms += 61_000
        await other.look()
        expect((await other.status()).sealing).toBe(freshId)
        expect(() => lonely.ring.seal('x', 'y')).toThrow('which keys it has')
        await expect.poll(() => said).toEqual([{ keyId: freshId }])
        expect(lonely.ring.seal('x', 'y')).toMatch(/^v1\./)
        for (const one of [lonely.rotation, other]) await one.leave()
      })
    })
  },
  ['postgres'],
)

describe('the sources', () => {
  it('seal in no place whose column is not known', () => {
    const base = resolve(import.meta.dirname, '../../packages/server/src')
    const places = readdirSync(base, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .filter((name) => /\b(?:envelope|ring)\.seal(?:As)?\(/.test(readFileSync(join(base, name), 'utf8')))
    expect(places.toSorted()).toEqual([
      'connections/openid-source.ts', // connection.client_secret, anchor_version.client_secret
      'connections/service-keys.ts', // service_key.private_key
      'console/frame-origin.ts', // in no row: the address of a frame
      'openid-provider/adapter.ts', // oidc_record.payload
      'openid-provider/signing-keys.ts', // signing_key.private_key
      'secret-key/checks.ts', // setting.value
      'secret-key/columns.ts',
      'sign-ins/hint.ts', // in no row: an address on its way through a browser
      'sign-ins/test-ticket.ts', // in no row: ten minutes in a browser
      'sso/id-token-hint.ts', // in no row: a day in a browser
      'webhooks/endpoints.ts', // webhook_endpoint.secrets
    ])
  })
})

describe('F5: rollcall secret-key', () => {
  const folders: string[] = []
  const newFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-rotation-'))
    folders.push(folder)
    return folder
  }
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })

  it('rotates the key of the data folder while it serves; killed in the middle, the next start goes on; a copy made meanwhile opens', async () => {
    const folder = newFolder()
    const config = {
      ROLLCALL_DATA: folder,
      ROLLCALL_SECRET_KEY: '',
      ROLLCALL_DEV: '1',
      ROLLCALL_LOG_LEVEL: 'info',
    }
    const service = await startProcess(config)
    await createDirectoryAt(service.admin, 'acme')
    const endpoint = await service.admin.call('createWebhookEndpoint', {
      body: { url: 'http://127.0.0.1:9/' },
    })
    const file = join(folder, 'secret.key')
    const before = readFileSync(file, 'utf8').trim()
    const status = () => runCommand(['secret-key', 'status'], config)

    const rotating = runCommand(['secret-key', 'rotate'], config)
    await expect.poll(() => service.output(), { timeout: 20_000 }).toContain('secrets were sealed anew')
    expect(service.output()).toMatch(/"keyId":"[0-9a-f]+","resealed":\d+,"msg":"secrets were sealed anew"/)
    expect(service.output()).not.toContain('[redacted]')
    const keys = readFileSync(file, 'utf8').trim().split(',')
    expect(keys).toEqual([expect.stringMatching(/^[\w+/]{43}=$/), before])
    expect((await status()).output).toContain('the old one is needed until')
    const copy = join(newFolder(), 'copy.db')
    expect(await runCommand(['backup', copy, '--with-secret-key'], config)).toMatchObject({ code: 0 })
    await service.end('SIGKILL')
    await rotating

    const again = await startProcess(config)
    await expect.poll(() => readFileSync(file, 'utf8').trim(), { timeout: 20_000 }).toBe(keys[0])
    await again.admin.call('rotateWebhookEndpoint', {
      params: { id: endpoint.id },
      body: { overlapSeconds: 60 },
    })
    await again.end('SIGTERM')
    expect((await status()).output).toContain('no other is needed')
    const beside = readFileSync(`${copy}.key`, 'utf8').trim().split(',')
    expect(beside).toEqual(keys)
    assertOpensCopy(copy, beside)
    expect(() => assertOpensCopy(copy, [before])).toThrow('another secret key')
  }, 90_000)

  it('F20: a backup with a key that is not here, or not the one of the store, is refused before anything is written', async () => {
    const folder = newFolder()
    const service = await startProcess({ ROLLCALL_DATA: folder })
    const copy = join(newFolder(), 'copy.db')
    const words = ['backup', copy, '--with-secret-key']
    const [missing, wrong] = await runCommands([
      [words, { ROLLCALL_DATA: folder }],
      [words, { ROLLCALL_DATA: folder, ROLLCALL_SECRET_KEY: fresh }],
    ])
    expect(missing).toMatchObject({
      code: 1,
      output: expect.stringContaining('ROLLCALL_SECRET_KEY is not set here'),
    })
    expect(wrong).toMatchObject({ code: 1, output: expect.stringContaining('another secret key') })
    expect(['', '.key', '.partial'].filter((end) => existsSync(copy + end))).toEqual([])
    await service.end('SIGTERM')

    // With the service stopped: the command does it by itself, and says how where there is no second key.
    const rotate = ['secret-key', 'rotate']
    const [one, both] = await runCommands([
      [rotate, { ROLLCALL_DATA: folder, ROLLCALL_SECRET_KEY: old }],
      [rotate, { ROLLCALL_DATA: folder, ROLLCALL_SECRET_KEY: `${fresh},${old}` }],
    ])
    expect(one).toMatchObject({ code: 1, output: expect.stringContaining('ROLLCALL_SECRET_KEY=new,old') })
    expect(both).toMatchObject({ code: 0 })
  }, 90_000)
})
