// Settings as they come from where services are run: secrets in files, variables of Kubernetes, and what is wrong with any of them.
// Judges: server.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type ConfigError, readConfig, secretSettings } from '@rollcall/server'
import { afterAll, describe, expect, it } from 'vitest'

const base = mkdtempSync(join(tmpdir(), 'rollcall-settings-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    readConfig(environment)
    return []
  } catch (error) {
    return (error as ConfigError).faults
  }
}
const put = (name: string, text: string): string => {
  const file = join(base, name)
  writeFileSync(file, text)
  return file
}
const values: Record<(typeof secretSettings)[number], string> = {
  DATABASE_URL: 'postgres://rollcall:secret@db.example.com/rollcall',
  ROLLCALL_MIGRATE_URL: 'postgres://owner:secret@db.example.com/rollcall',
  ROLLCALL_OPERATOR_KEY: 'operator-key-in-a-file-0123456789abcdef',
  ROLLCALL_SECRET_KEY: 'secret-key-in-a-file-0123456789abcdefghij',
  ROLLCALL_SMTP_URL: 'smtp://user:secret@mail.example.com',
  ROLLCALL_METRICS_KEY: 'metrics-key-in-a-file-0123',
}

describe('F17: secrets from files', () => {
  it('every setting that is a secret has a form with _FILE, and the documents say so', () => {
    const whole = Object.fromEntries(
      secretSettings.map((name) => [`${name}_FILE`, put(name, `${values[name]}\n`)]),
    )
    const config = readConfig({ ...whole, ROLLCALL_MAIL_FROM: 'Rollcall <no-reply@example.com>' })
    expect(config).toMatchObject({
      databaseUrl: values.DATABASE_URL,
      operatorKey: values.ROLLCALL_OPERATOR_KEY,
      secretKeys: [values.ROLLCALL_SECRET_KEY],
      metricsKey: values.ROLLCALL_METRICS_KEY,
      mail: { smtpUrl: values.ROLLCALL_SMTP_URL },
    })
    const document = readFileSync(resolve(import.meta.dirname, '../../docs/operations.md'), 'utf8')
    for (const name of secretSettings) expect(document).toContain(`\`${name}_FILE\``)
  })

  it('two keys may stand on a line each', () => {
    const file = put('two', `${values.ROLLCALL_SECRET_KEY}\nanother-secret-key-0123456789-abcdefghij\n`)
    expect(readConfig({ ROLLCALL_SECRET_KEY_FILE: file }).secretKeys).toHaveLength(2)
  })

  it('is refused where both are set, or the file is missing, empty, too large or a folder; never with what it holds', () => {
    const secret = put('operator', `${values.ROLLCALL_OPERATOR_KEY}\n`)
    const faults = [
      faultsOf({ ROLLCALL_OPERATOR_KEY: values.ROLLCALL_OPERATOR_KEY, ROLLCALL_OPERATOR_KEY_FILE: secret }),
      faultsOf({ ROLLCALL_OPERATOR_KEY_FILE: join(base, 'nowhere') }),
      faultsOf({ ROLLCALL_OPERATOR_KEY_FILE: put('empty', ' \n') }),
      faultsOf({ ROLLCALL_OPERATOR_KEY_FILE: put('large', 'x'.repeat(70_000)) }),
      faultsOf({ ROLLCALL_OPERATOR_KEY_FILE: base }),
      faultsOf({ ROLLCALL_OPERATOR_KEY_FILE: put('short', 'too-short') }),
    ]
    expect(faults.map((one) => one.length)).toEqual([1, 1, 1, 1, 1, 1])
    const said = faults.flat()
    expect(said[0]).toContain('both set')
    expect(said[1]).toContain('nowhere')
    expect(said[2]).toContain('is empty')
    expect(said[3]).toContain('64 KB')
    expect(said[5]).toContain('at least 32 characters')
    expect(said.join()).not.toMatch(/too-short|in-a-file/)
    expect(faultsOf({ ROLLCALL_URL_FILE: secret })).toEqual([
      'ROLLCALL_URL_FILE is not a setting of this version',
    ])
  })
})

describe('F17b: beside Services of Kubernetes whose names begin with ours', () => {
  it('their variables are no faults, and no settings', () => {
    const config = readConfig({
      ROLLCALL_SERVICE_HOST: '10.0.0.1',
      ROLLCALL_SERVICE_PORT: '80',
      ROLLCALL_SERVICE_PORT_HTTP: '80',
      ROLLCALL_PORT: 'tcp://10.0.0.1:80',
      ROLLCALL_PORT_80_TCP: 'tcp://10.0.0.1:80',
      ROLLCALL_PORT_80_TCP_ADDR: '10.0.0.1',
      ROLLCALL_PORT_80_TCP_PROTO: 'tcp',
      ROLLCALL_DB_RW_SERVICE_HOST: '10.0.0.2',
      ROLLCALL_DB_RW_PORT_5432_TCP_PORT: '5432',
      ROLLCALL_METRICS_PORT: 'tcp://10.0.0.3:9090',
      ROLLCALL_METRICS_SERVICE_PORT: '9090',
    })
    expect(config.metricsPort).toBeUndefined()
    expect(config.port).toBe(4000)
  })

  it('a mistyped setting is still one', () => {
    for (const name of ['ROLLCALL_PORTS', 'ROLLCALL_SERVICE', 'ROLLCALL_URI', 'ROLLCALL_PORT_80'])
      expect(faultsOf({ [name]: '1' })).toEqual([`${name} is not a setting of this version`])
    expect(faultsOf({ ROLLCALL_PORT: '4310' })).toEqual([
      'ROLLCALL_PORT is not a setting of this version: the port is PORT',
    ])
    expect(faultsOf({ ROLLCALL_DB_PORT: '5432' })).toHaveLength(1)
    expect(readConfig({ ROLLCALL_METRICS_PORT: '9090' }).metricsPort).toBe(9090)
  })
})

describe('how a node stops and what it logs', () => {
  it('drains for five seconds behind a proxy, not at all without one, unless it is told', () => {
    expect(readConfig({}).drainSeconds).toBe(0)
    expect(readConfig({ ROLLCALL_TRUSTED_PROXIES: '10.0.0.0/8' }).drainSeconds).toBe(5)
    expect(readConfig({ ROLLCALL_TRUSTED_PROXIES: '10.0.0.0/8', ROLLCALL_DRAIN: '0' }).drainSeconds).toBe(0)
    expect(readConfig({ ROLLCALL_DRAIN: '30' }).drainSeconds).toBe(30)
    expect(faultsOf({ ROLLCALL_DRAIN: '5s', ROLLCALL_REQUEST_LOG: 'some' })).toEqual([
      'ROLLCALL_DRAIN must be a whole number from 0 to 600',
      'ROLLCALL_REQUEST_LOG must be one of off, errors, all',
    ])
    expect(readConfig({}).requestLog).toBe('errors')
  })
})

describe('the secret key', () => {
  it('is asked of whatever opens secrets on PostgreSQL, and not of what never does', () => {
    const { DATABASE_URL } = values
    expect(faultsOf({ DATABASE_URL })).toEqual([expect.stringContaining('ROLLCALL_SECRET_KEY is needed')])
    expect(readConfig({ DATABASE_URL }, { opensSecrets: false }).secretKeys).toEqual([])
  })
})

describe('F10: the path of ROLLCALL_URL', () => {
  const at = (path: string): readonly string[] => faultsOf({ ROLLCALL_URL: `https://acme.test${path}` })

  it('is taken, with or without a slash at its end', () => {
    for (const path of ['', '/', '/rollcall', '/rollcall/', '/api/rollcall', '/me-too', '/a.b_c~d-e/f'])
      expect([path, at(path)]).toEqual([path, []])
    expect(readConfig({ ROLLCALL_URL: 'https://acme.test/rollcall/' }).url).toBe('https://acme.test/rollcall')
  })

  it('is refused where it could be taken for one of the service’s own, or is no plain one', () => {
    for (const path of [
      '/sso',
      '/sso/acme',
      '/oidc',
      '/api',
      '/scim/v2',
      '/organizations/rollcall',
      '/.well-known',
    ])
      expect([path, at(path)]).toEqual([
        path,
        [expect.stringContaining('name another one, such as /rollcall')],
      ])
    for (const path of ['/a//b', '/a%20b', '/r%C3%B6ll'])
      expect([path, at(path)]).toEqual([path, [expect.stringContaining('its path may have letters')]])
  })
})

describe('OTEL_*', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' }

  it('asks for telemetry by an endpoint alone, of each kind or of both', () => {
    const read = (environment: Record<string, string>) => readConfig(environment).telemetry
    expect(read({})).toBeUndefined()
    expect(read({ OTEL_SERVICE_NAME: 'rollcall', OTEL_RESOURCE_ATTRIBUTES: 'a=b' })).toBeUndefined()
    expect(read(endpoint)).toEqual({ traces: true, metrics: true })
    expect(read({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://otlp.example.com/v1/traces' })).toEqual({
      traces: true,
      metrics: false,
    })
    expect(read({ ...endpoint, OTEL_TRACES_EXPORTER: 'none' })).toEqual({ traces: false, metrics: true })
    expect(read({ ...endpoint, OTEL_SDK_DISABLED: 'true' })).toBeUndefined()
  })

  it('is refused where it asks for what is not there, without its values', () => {
    const faults = faultsOf({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'secret-host:4317',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc',
      OTEL_METRICS_EXPORTER: 'console',
    })
    for (const name of [
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
      'OTEL_METRICS_EXPORTER',
    ])
      expect(faults.join('\n')).toContain(`${name} must be`)
    expect(faults.join('\n')).not.toContain('secret-host')
    expect(new Set(faults).size).toBe(faults.length)
  })
})
