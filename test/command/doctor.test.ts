// `rollcall doctor`: each check once where it is well and once where it is not.
// Judges: cli/doctor, cli/commands, server/store.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { PeerCertificate } from 'node:tls'
import { createClient } from '@rollcall/api'
import { migrateStore, readConfig } from '@rollcall/server'
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { checkAddress, judgeCertificate } from '../../packages/cli/src/doctor/address.ts'
import { checkCredentials } from '../../packages/cli/src/doctor/credentials.ts'
import {
  checkClock,
  checkDatabase,
  checkRights,
  checkVersion,
} from '../../packages/cli/src/doctor/database.ts'
import { type Finding, renderFindings, worstOf } from '../../packages/cli/src/doctor/finding.ts'
import { checkInstallation } from '../../packages/cli/src/doctor/installation.ts'
import { checkDisk, checkNode } from '../../packages/cli/src/doctor/machine.ts'
import {
  checkAlert,
  checkConnections,
  checkDomains,
  checkEndpoint,
  checkOrganization,
  checkProvisioning,
  checkRoles,
} from '../../packages/cli/src/doctor/organization.ts'
import { checkMail, checkWayOut } from '../../packages/cli/src/doctor/way-out.ts'
import { createLetterboxes } from '../harness/letterbox.ts'
import { freePort } from '../harness/ports.ts'
import { runCommand, runCommands, startProcess } from '../harness/process.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { createCompany } from '../harness/sso.ts'
import { createCertificate } from '../harness/tls.ts'
import { createDatabaseAt, createMigratedAt } from '../postgres/server.ts'

const base = mkdtempSync(join(tmpdir(), 'rollcall-doctor-'))
const servers: { close(): unknown }[] = []
afterAll(() => {
  for (const server of servers) server.close()
  rmSync(base, { recursive: true, force: true })
})

const dayMs = 86_400_000
const secretKey = 'secret-key-for-tests-0123456789abcdefghij'
/** This machine by a name that is not known for it. */
const elsewhere = 'http://[::ffff:127.0.0.1]'
let folders = 0
const newFolder = (): string => {
  folders += 1
  const folder = join(base, String(folders))
  mkdirSync(folder, { mode: 0o700 })
  return folder
}
const configOf = (environment: Record<string, string> = {}) =>
  readConfig({ ROLLCALL_DATA: newFolder(), ROLLCALL_SECRET_KEY: secretKey, ...environment })
const short = (findings: readonly Finding[]): string[] =>
  findings.map(({ check, level }) => `${level} ${check}`)
async function listen(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
/** Whatever is wrong says what to do. */
function expectRemedies(findings: readonly Finding[]): void {
  expect(findings.filter(({ level, remedy }) => (level === 'ok') !== (remedy === undefined))).toEqual([])
}

describe('rollcall doctor: the machine and its settings', () => {
  it('settings: each fault is told, and nothing that stands on them is looked at', async () => {
    const environment = {
      PORT: 'many',
      ROLLCALL_DATE: '/tmp',
      ROLLCALL_OPERATOR_KEY: 'too-short-to-be-a-key',
    }
    const findings = await checkInstallation({ environment, version: '0.0.0', client: undefined })
    expect(short(findings)).toEqual(['fail settings', 'fail settings', 'fail settings', 'ok node'])
    expectRemedies(findings)
    expect(renderFindings(findings)).not.toContain('too-short-to-be-a-key')
  })

  it('node: an old one fails', () => {
    expect(checkNode('v20.19.0')).toMatchObject({ level: 'fail' })
    expect(checkNode(process.version)).toMatchObject({ level: 'ok' })
  })

  it('disk: no room, a folder that cannot be used, and a store that others may read', () => {
    const config = configOf()
    expect(checkDisk(config, [0, 0])).toMatchObject({ level: expect.stringMatching(/ok|warn/) })
    expect(checkDisk(config, [Number.MAX_VALUE, 0])).toMatchObject({ level: 'warn' })
    expect(checkDisk(config, [Number.MAX_VALUE, Number.MAX_VALUE])).toMatchObject({ level: 'fail' })
    expect(checkDisk({ ...config, dataFolder: '/dev/null' })).toMatchObject({ level: 'fail' })
    const file = join(config.dataFolder, 'rollcall.db')
    writeFileSync(file, '')
    chmodSync(file, 0o644)
    const open = checkDisk(config, [0, 0])
    // A disk that is nearly full is told first.
    if (!open.message.includes('free'))
      expect(open).toMatchObject({ level: 'warn', remedy: `chmod 600 ${file}` })
    expect(statSync(file).size).toBe(0)
  })

  it('clock: seconds are told, a minute fails', () => {
    const ours = 1_000_000
    expect(checkClock({ ours, theirs: ours + 900 })).toMatchObject({ level: 'ok' })
    expect(checkClock({ ours, theirs: ours + 5_000 })).toMatchObject({
      level: 'warn',
      message: '5 s behind the database',
    })
    expect(checkClock({ ours, theirs: ours - 61_000 })).toMatchObject({ level: 'fail' })
  })
})

describe('rollcall doctor: the database', () => {
  it('embedded: none yet, all migrations, missing ones, a newer version, no store at all', async () => {
    const config = configOf()
    const look = async (more = {}) => (await checkDatabase({ ...config, ...more }))[0]
    expect(await look()).toMatchObject({ check: 'database', level: 'ok' })
    expect((await checkDatabase(config, 'postgres'))[0]).toMatchObject({ level: 'warn' })
    expect((await checkDatabase(config, 'embedded'))[0]).toMatchObject({ level: 'ok' })
    await migrateStore(config, false)
    expect(await look()).toMatchObject({ check: 'migrations', level: 'ok' })
    const write = (statement: string): void => {
      const store = new DatabaseSync(join(config.dataFolder, 'rollcall.db'))
      store.exec(statement)
      store.close()
    }
    write(
      'CREATE TABLE kept AS SELECT * FROM migration WHERE number = 1; DELETE FROM migration WHERE number = 1',
    )
    expect(await look()).toMatchObject({ level: 'warn', message: '1 are missing' })
    expect(await look({ isMigrating: false })).toMatchObject({ level: 'fail' })
    write(
      "INSERT INTO migration SELECT * FROM kept; INSERT INTO migration (number, name, applied_at) VALUES (999, 'later', 0)",
    )
    expect(await look()).toMatchObject({ level: 'fail', message: expect.stringContaining('newer version') })
    writeFileSync(join(config.dataFolder, 'rollcall.db'), 'this is no store')
    expect(await look()).toMatchObject({ check: 'database', level: 'fail' })
  })

  it('PostgreSQL: away, not migrated, migrated, and with a user that may do nothing', async () => {
    const away = configOf({ DATABASE_URL: `postgres://a:hidden@127.0.0.1:${await freePort()}/x` })
    const [refused] = await checkDatabase(away)
    expect(refused).toMatchObject({ check: 'database', level: 'fail' })
    expect(JSON.stringify(refused)).not.toContain('hidden')

    const fresh = await createDatabaseAt(inject('postgresUrl'))
    const off = await checkDatabase(configOf({ DATABASE_URL: fresh, ROLLCALL_MIGRATE: 'off' }))
    expect(short(off)).toContain('fail migrations')
    const url = await createMigratedAt(inject('postgresUrl'))
    const well = await checkDatabase(configOf({ DATABASE_URL: url }))
    expect(short(well)).toEqual(
      expect.arrayContaining(['ok database', 'ok migrations', expect.stringMatching(/clock/)]),
    )
    const admin = new Client({ connectionString: url })
    await admin.connect()
    const name = `doctor_${process.pid}`
    await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD 'p'`)
    try {
      const poor = new URL(url)
      Object.assign(poor, { username: name, password: 'p' })
      const findings = await checkDatabase(configOf({ DATABASE_URL: poor.href }))
      expect(short(findings)).toContain('fail database rights')
      expectRemedies([...off, ...well, ...findings])
      await admin.query(`ALTER ROLE ${name} SET default_transaction_read_only = on`)
      expect(short(await checkDatabase(configOf({ DATABASE_URL: poor.href })))[0]).toBe('fail database')
    } finally {
      await admin.query(`DROP ROLE ${name}`)
      await admin.end()
    }
  }, 60_000)

  it('PostgreSQL: too old, another encoding, no schema, tables without what protects their rows, a superuser', () => {
    const version = { version: '14.2', versionNumber: 140_002, encoding: 'UTF8', isReadOnly: false }
    expect(checkVersion(version)).toMatchObject({ level: 'fail' })
    expect(checkVersion({ ...version, versionNumber: 180_000, encoding: 'SQL_ASCII' })).toMatchObject({
      level: 'fail',
    })
    const rights = { user: 'u', schema: 's', isAboveRows: false, mayAct: true, unprotected: 0, isMade: true }
    const owner = { user: 'o', schema: 's', mayMigrate: true }
    expect(checkRights(rights, owner)).toMatchObject({ level: 'ok' })
    expect(checkRights({ ...rights, schema: null }, owner)).toMatchObject({ level: 'fail' })
    expect(checkRights({ ...rights, mayAct: false }, owner)).toMatchObject({ level: 'fail' })
    expect(checkRights({ ...rights, unprotected: 2 }, owner)).toMatchObject({ level: 'warn' })
    expect(checkRights({ ...rights, isAboveRows: true }, owner)).toMatchObject({ level: 'warn' })
    const none = { ...rights, isMade: false }
    expect(checkRights(none, { ...owner, mayMigrate: false })).toMatchObject({ level: 'fail' })
  })
})

describe('rollcall doctor: TLS, the way out, mail', () => {
  it('tls: none, nothing there, a certificate that browsers refuse, one that is taken', async () => {
    expect(short(await checkAddress({ url: 'http://localhost:4000', isDev: false }))).toEqual(['ok tls'])
    const [plain] = await checkAddress({ url: `${elsewhere}:${await freePort()}`, isDev: false })
    expect(plain).toMatchObject({ check: 'tls', level: 'fail' })
    const nobody = await checkAddress({ url: `https://127.0.0.1:${await freePort()}`, isDev: false })
    expect(short(nobody)).toEqual(['fail tls'])
    const { key, cert } = createCertificate('localhost')
    const port = await listen(createHttpsServer({ key, cert }, (_, answer) => void answer.end('{}')))
    const refused = await checkAddress({ url: `https://localhost:${port}`, isDev: false })
    expect(refused).toMatchObject([
      { level: 'fail', message: expect.stringContaining('browsers do not take') },
    ])
    expect(short(await checkAddress({ url: `https://localhost:${port}`, isDev: false }, cert))).toEqual([
      expect.stringMatching(/^(ok|warn) tls$/),
    ])
    const ended = judgeCertificate(
      'https://id.acme.test',
      { valid_to: 'Jan  1 00:00:00 2020 GMT' } as PeerCertificate,
      undefined,
    )
    expect(ended).toMatchObject({ level: 'fail', message: expect.stringContaining('ended on') })
    expectRemedies([...nobody, ...refused, ended])
  })

  it('address: the service, and what is not the service', async () => {
    const port = await listen(createHttpServer((_, answer) => void answer.writeHead(502).end('Bad gateway')))
    const other = await checkAddress({ url: `${elsewhere}:${port}`, isDev: true })
    const ready = await listen(createHttpServer((_, answer) => void answer.end('ready\n')))
    const well = await checkAddress({ url: `${elsewhere}:${ready}`, isDev: true })
    expect(short(well)).toContain('ok address')
    expect(short(other)).toEqual(['ok tls', 'fail address', expect.stringMatching(/clock/)])
  })

  it('outbound: what the demo calls on its own machine may be called, as the running service says', async () => {
    const folder = newFolder()
    const served = { ROLLCALL_DATA: folder, ROLLCALL_DEV: '1' }
    const service = await startProcess(served)
    try {
      await service.admin.call('createWebhookEndpoint', { body: { url: 'http://127.0.0.1:9/in' } })
      const { output } = await runCommand(['doctor'], { ROLLCALL_DATA: folder })
      expect(output).toMatch(/^ok {4}outbound/m)
    } finally {
      await service.end('SIGKILL')
    }
    const { code, output } = await runCommand(['doctor', '--json'], { ROLLCALL_DATA: folder })
    const { findings } = JSON.parse(output) as { findings: Finding[] }
    expect(code).toBe(1)
    expect(findings.find(({ check }) => check === 'service')).toEqual({
      ...{ check: 'service', level: 'fail' },
      message: expect.stringMatching(/left by one that was killed$/),
      remedy: 'Start it, or name it with --url and ROLLCALL_OPERATOR_KEY',
    })
  }, 60_000)

  it('outbound: nobody to ask', async () => {
    expect(short(await checkWayOut({ outboundAllow: [], isDev: false }, undefined))).toEqual([
      'warn outbound',
    ])
  })

  const startLetterbox = createLetterboxes()
  it('mail: none, a server that is away, one that takes us', async () => {
    expect(short(await checkMail(configOf()))).toEqual(['warn mail'])
    expect((await checkMail(configOf(), true))[0]?.message).toContain('the service sends mail')
    const from = 'no-reply@acme.test'
    const away = { smtpUrl: `smtp://127.0.0.1:${await freePort()}`, from }
    const findings = await checkMail({ mail: away, operatorMail: undefined })
    expect(short(findings)).toEqual(['fail mail'])
    expectRemedies(findings)
    const { url: smtpUrl, messages } = await startLetterbox()
    const mail = { smtpUrl, from }
    expect(short(await checkMail({ mail, operatorMail: undefined }))).toEqual(['warn mail'])
    expect(short(await checkMail({ mail, operatorMail: 'ops@acme.test' }))).toEqual(['ok mail'])
    expect(messages).toEqual([])
  })
})

describe('rollcall doctor: the command', () => {
  it('says what is wrong without a service, as lines and as JSON, with exit code 1', async () => {
    const environment = { ROLLCALL_DATA: newFolder(), ROLLCALL_URL: `${elsewhere}:${await freePort()}` }
    const [lines, json, one] = await runCommands([
      [['doctor'], environment],
      [['doctor', '--json'], environment],
      [['doctor', 'acme'], environment],
    ])
    expect(lines.code).toBe(1)
    expect(lines.output).toMatch(/^warn {2}service +it was not asked: no service runs on this data folder/m)
    expect(lines.output).toMatch(/^fail {2}tls .*\n {6}-> Set ROLLCALL_URL/m)
    expect(lines.output).toMatch(/\d+ ok, \d+ to look at, [1-9]\d* wrong\.\n$/)
    const told = JSON.parse(json.output) as { level: string; findings: Finding[] }
    expect(told.level).toBe('fail')
    expectRemedies(told.findings)
    expect(told.findings.find(({ check }) => check === 'service')).toEqual({
      ...{ check: 'service', level: 'warn' },
      message: 'it was not asked: no service runs on this data folder (ROLLCALL_DATA)',
      remedy: 'Start it, or name it with --url and ROLLCALL_OPERATOR_KEY',
    })
    expect(one).toMatchObject({ code: 2, output: expect.stringContaining('no service runs') })
  }, 60_000)
})

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })
  const look = (slug: string) => checkOrganization(service.admin, slug, service.now())

  describe('rollcall doctor ORGANIZATION', () => {
    it('tells of a service that answers, and of one that takes another key', async () => {
      const environment = { ROLLCALL_DATA: newFolder() }
      const well = await checkInstallation({ environment, version: '0.0.0', client: service.admin })
      expect(short(well)).toEqual(expect.arrayContaining(['ok service', 'ok outbound']))
      const later = await checkInstallation({ environment, version: '0.0.1', client: service.admin })
      expect(short(later)).toContain('warn service')
      const stranger = createClient({ baseUrl: service.url, operatorKey: 'x'.repeat(40), send: service.send })
      const findings = await checkInstallation({ environment, version: '0.0.0', client: stranger })
      expect(short(findings)).toEqual(expect.arrayContaining(['fail service', 'fail outbound']))
      const body = { url: 'https://127.0.0.1:9/in' }
      const { id } = await service.admin.call('createWebhookEndpoint', { body })
      const inside = await checkInstallation({ environment, version: '0.0.0', client: service.admin })
      expect(inside).toContainEqual(
        expect.objectContaining({
          ...{ check: 'outbound', level: 'fail' },
          remedy: expect.stringContaining('ROLLCALL_OUTBOUND_ALLOW'),
        }),
      )
      await service.admin.call('deleteWebhookEndpoint', { params: { id } })
      expectRemedies([...well, ...later, ...findings, ...inside])
    })

    it('is well where everything is', async () => {
      const company = await createCompany(service)
      const { slug } = company.organization
      expect((await company.signIn(company.person('ada'))).url).toContain('/me')
      await service.flushActivity()
      const findings = await look(slug)
      expectRemedies(findings)
      expect(findings.filter(({ level }) => level === 'fail')).toEqual([])
      expect(short(findings)).toEqual(
        expect.arrayContaining([
          'ok organization',
          'ok connection Test',
          `ok domain ${company.domain}`,
          'ok sign-ins',
          'ok guard',
          'ok backlog',
        ]),
      )
    })

    it('says what an organization lacks: connections, domains, keys, and what was refused', async () => {
      const slug = 'lacking'
      const params = { slug }
      await service.admin.call('createOrganization', { body: { name: 'Lacking', slug, requireSso: false } })
      expect(short(await look(slug))).toEqual(
        expect.arrayContaining(['warn connections', 'warn domains', 'ok provisioning']),
      )
      await service.admin.call('updateOrganization', { params, body: { isScimEnabled: false } })
      expect(short(await look(slug))).toContain('warn provisioning')
      await service.admin.call('updateOrganization', { params, body: { isScimEnabled: true } })
      await service.admin.call('updateProvisioning', {
        params,
        body: { mode: 'scim', deprovisionGuard: null },
      })
      await service.admin.call('createDomain', { params, body: { name: 'lacking.test' } })
      const provider = createSamlProvider({ baseUrl: 'https://idp.lacking.test', key: createSamlKey() })
      await service.admin.call('createConnection', {
        params,
        body: { name: 'Bare', identityProvider: 'okta' },
      })
      const body = { name: 'Off', identityProvider: 'okta', metadataXml: provider.metadata() } as const
      await service.admin.call('createConnection', { params, body })
      expect(short(await look(slug))).toEqual(
        expect.arrayContaining([
          'fail connections',
          'warn connection Bare',
          'warn connection Off',
          'fail domain lacking.test',
          'warn provisioning',
          'fail keys',
          'warn guard',
        ]),
      )
      const { token } = await service.admin.call('createKey', { params, body: { name: 'Okta' } })
      expect(short(await look(slug))).toContain('warn key Okta')
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
      for (let at = 0; at < 3; at += 1)
        await service.send(
          new Request(`${service.url}/scim/v2/Users`, { method: 'POST', headers, body: '{}' }),
        )
      await service.flushActivity()
      const findings = await look(slug)
      expect(findings).toContainEqual(
        expect.objectContaining({
          check: 'requests',
          level: 'fail',
          message: expect.stringMatching(/^3 of the newest 3 refused, last .*userName/),
          remedy: expect.stringMatching(/^Reference req_\w+: Activity/),
        }),
      )
      expect(short(findings)).toContain('fail provisioning')
      expectRemedies(findings)
      expect(worstOf(findings)).toBe('fail')
    })

    it('tells of a sign-in that was refused, in the sentence that Activity has', async () => {
      const company = await createCompany(service)
      await company.signIn(company.person('ada'), { response: { audience: 'urn:somebody:else' } })
      await service.flushActivity()
      const { slug } = company.organization
      const [entry] = (
        await service.admin.call('listActivity', { params: { slug }, query: { kind: 'sign_in' } })
      ).items
      expect(await look(slug)).toContainEqual(
        expect.objectContaining({
          check: 'sign-ins',
          level: 'fail',
          message: expect.stringContaining(entry?.explanation ?? 'nothing'),
        }),
      )
    })

    it('judges what time does: certificates, keys, records that are gone, alerts, receivers that are away', async () => {
      const company = await createCompany(service)
      const params = { slug: company.organization.slug }
      const { items: connections } = await service.admin.call('listConnections', { params })
      const [connection] = connections
      const until = Date.parse(connection?.identityProviderMetadata?.certificates[0]?.notAfter ?? '')
      for (const now of [until - dayMs, until + dayMs])
        expect(checkConnections(connections, [], now)).toMatchObject([
          { level: 'warn', message: expect.stringContaining('newest certificate end') },
        ])
      const failing = connections.map((one) => ({ ...one, metadataError: 'it answered 500' }))
      expect(short(checkConnections(failing, [], 0))).toEqual(['warn connection Test'])

      const { items: domains } = await service.admin.call('listDomains', { params })
      const lostAt = new Date(service.now()).toISOString()
      const lost = domains.map((one) => ({ ...one, lostAt }))
      const levels = [1, 15].map((days) => checkDomains(lost, connections, service.now() + days * dayMs)[0])
      expect(levels).toMatchObject([{ level: 'warn' }, { level: 'fail' }])
      const untied = domains.map((one) => ({ ...one, connectionIds: [] }))
      expect(checkDomains(untied, connections, 0)).toMatchObject([{ level: 'fail' }])

      await service.admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
      const expiresAt = new Date(service.now() + 90 * dayMs).toISOString()
      await service.admin.call('createKey', { params, body: { name: 'Ends', expiresAt } })
      const now = await service.admin.call('getProvisioning', { params })
      expect(checkCredentials(now, [], service.now())).toMatchObject([{ message: 'it was never used' }])
      const ending = checkCredentials(now, [], Date.parse(expiresAt) - dayMs)
      expect(ending[0]).toMatchObject({ level: 'warn', message: expect.stringContaining('it ends on') })
      const made = now.keys.map((one) => ({
        ...one,
        ...{ isProvisional: true, lastUsedAt: lostAt, expiresAt: null, maker: { ...one.maker, isOut: true } },
      }))
      expect(checkCredentials({ ...now, keys: made }, [], 0).map(({ level }) => level)).toEqual([
        'warn',
        'warn',
      ])
      const ended = now.keys.map((one) => ({ ...one, isActive: false }))
      expect(checkCredentials({ ...now, keys: ended }, [], 0)).toMatchObject([{ level: 'fail' }])
      const strangers = { ...now, status: 'active' as const, unknownSignIns: 'create' as const }
      expect(short(checkProvisioning(strangers, [])).sort()).toEqual(['ok provisioning', 'warn provisioning'])

      const waiting = { count: 2, people: [] }
      const anchor = await service.admin.call('getAnchor', {
        params: { ...params, id: connection?.id ?? '' },
      })
      const present = anchor.present === null ? null : { ...anchor.present, asleep: waiting }
      expect(checkConnections(connections, [{ ...anchor, present }], 0)).toMatchObject([{ level: 'fail' }])
      expect(checkRoles({ ...now, rolesUnderWay: 3 })).toMatchObject([{ level: 'warn' }])
      expect(checkRoles(now)).toEqual([])

      const alert = {
        id: 'a',
        state: 'open',
        startedAt: lostAt,
        endedAt: lostAt,
        people: 80,
        restored: 0,
        skipped: 0,
      } as const
      expect(checkAlert({ ...now, alert })).toMatchObject({ level: 'fail' })
      const endpoint = await service.admin.call('createWebhookEndpoint', {
        body: { url: 'https://127.0.0.1:9/in' },
      })
      expect(checkEndpoint(endpoint, 0)).toEqual([])
      expect(checkEndpoint(endpoint, 3)).toMatchObject([{ level: 'warn' }])
      expect(checkEndpoint({ ...endpoint, failingSince: lostAt }, 200)).toMatchObject([{ level: 'fail' }])
      const gone = { ...endpoint, state: 'disabled', disabledReason: 'gone' } as const
      expect(checkEndpoint(gone, 0)).toMatchObject([{ level: 'fail' }])
    })

    it('tells of what is staged, and of what waits for the operator', async () => {
      const company = await createCompany(service)
      const { slug } = company.organization
      const params = { slug, id: company.connection.id }
      const provider = createSamlProvider({ baseUrl: `https://new.${slug}.test`, key: createSamlKey() })
      await service.admin.call('stageAnchor', { params, body: { metadataXml: provider.metadata() } })
      expect(await look(slug)).toContainEqual(
        expect.objectContaining({
          check: 'connection Test',
          level: 'warn',
          message: expect.stringContaining('staged since'),
        }),
      )
      const owner = company.person('olga')
      await company.signIn(owner)
      const { items } = await service.admin.call('listUsers', { params: { slug }, query: {} })
      const at = { slug, id: items[0]?.id ?? '' }
      await service.admin.call('updateUser', { params: at, body: { role: 'owner' } })
      await service.admin.call('deactivateUser', { params: at })
      expect(await look(slug)).toContainEqual(
        expect.objectContaining({
          check: 'needs',
          level: 'warn',
          message: expect.stringContaining('no owner'),
        }),
      )
    })

    it('is refused of an organization that is not there', async () => {
      await expect(look('nobody-here')).rejects.toMatchObject({ problem: { code: 'not_found' } })
    })
  })
})
