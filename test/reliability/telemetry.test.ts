// OpenTelemetry: one trace from a request over its units of work to its webhook, whoever began it, with nothing of anybody in it; and
// without OTEL_* nothing of it is loaded.
// Judges: opentelemetry, server, server/deliveries, server/events, server/http.
import { mkdtempSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { type Collector, type SentSpan, startCollector } from '../harness/otlp.ts'
import { createDirectoryAt, operatorKey, runCommand, startProcess } from '../harness/process.ts'
import { startReceiver } from '../harness/receiver.ts'
import { draw } from '../harness/sample.ts'
import { createMigratedAt } from '../postgres/server.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-telemetry-'))
  folders.push(folder)
  return folder
}

/**
 * Prints which modules of OpenTelemetry a process asks for, but for its bare API, which the client of Prometheus has; `fails`: they are
 * not there.
 */
function watchModules(fails = false): Record<string, string> {
  const answer = fails
    ? `throw Object.assign(new Error("not there"), { code: "ERR_MODULE_NOT_FOUND" })`
    : 'console.error("asked for", name)'
  const hook = `import { registerHooks } from "node:module"
    registerHooks({ resolve(name, context, next) { if (/^@opentelemetry.(?!api$)/.test(name)) ${answer}; return next(name, context) } })`
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(hook)}` }
}

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`

describe.each(draw('stores whose requests are traced', ['embedded', 'postgres'] as const, 1))(
  'with OTEL_EXPORTER_OTLP_ENDPOINT, on the %s store',
  (store) => {
    it('a created user and the webhook of it are one trace, which a trusted proxy may have begun', async () => {
      const collector = await startCollector()
      const receiver = await startReceiver()
      // Threads answer requests there, and the main one makes deliveries.
      const service = await startProcess({
        ROLLCALL_DATA: newFolder(),
        ...(store === 'embedded'
          ? {}
          : { DATABASE_URL: await createMigratedAt(inject('postgresUrl')), ROLLCALL_WORKERS: '2' }),
        ROLLCALL_DEV: 'on',
        ROLLCALL_TRUSTED_PROXIES: '127.0.0.1/32',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        ...watchModules(),
      })
      const key = await createDirectoryAt(service.admin, 'acme')
      const endpoint = await service.admin.call('createWebhookEndpoint', {
        body: { url: receiver.url, eventTypes: ['user.provisioned'] },
      })
      const create = (userName: string, more: Record<string, string>) =>
        fetch(`${service.url}/scim/v2/Users`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json', ...more },
          body: JSON.stringify({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName }),
        })
      await create('canary-ada', { 'x-request-id': 'edge-request-0001' })
      await create('canary-grace', {
        'x-request-id': 'edge-request-0002',
        'x-forwarded-for': '203.0.113.7',
        traceparent,
      })
      await fetch(`${service.url}/api/v1/webhook-endpoints/${endpoint.id}/test`, {
        method: 'POST',
        headers: { authorization: `Bearer ${operatorKey}`, 'x-request-id': 'edge-request-0003' },
      })
      await fetch(`${service.url}/healthz`)
      // Of an address that is named as no proxy.
      await getFrom('127.0.0.2', `${service.url}/sso/nobody`)
      await getFrom('127.0.0.2', `${service.url}/oidc/.well-known/openid-configuration`)
      await receiver.until('three webhooks', () => receiver.accepted.length === 3)
      expect(await service.end('SIGTERM')).toBe(0)
      expect(service.output()).toContain('asked for @opentelemetry/')

      const own = traceOf(collector, 'edge-request-0001')
      const request = find(own, 'POST /scim/v2/Users')
      expect(request).toMatchObject({
        parentSpanId: '',
        attributes: {
          'http.request.method': 'POST',
          'http.route': '/scim/v2/Users',
          'http.response.status_code': 201,
          'rollcall.request_id': 'edge-request-0001',
        },
      })
      const unit = own.find(
        ({ name, spanId }) => name === 'store unit' && hasChild(own, spanId, 'webhook delivery'),
      )
      expect(unit).toMatchObject({ parentSpanId: request.spanId })
      const delivery = find(own, 'webhook delivery')
      expect(delivery.attributes).toMatchObject({
        'rollcall.request_id': 'edge-request-0001',
        'rollcall.event.type': 'user.provisioned',
        'http.response.status_code': 204,
      })
      const [first] = receiver.accepted.filter(({ event }) => event.requestId === 'edge-request-0001')
      expect(first?.headers.traceparent).toBe(`00-${own[0]?.traceId}-${delivery.spanId}-01`)

      const begun = traceOf(collector, 'edge-request-0002')
      expect(find(begun, 'POST /scim/v2/Users')).toMatchObject({ traceId, parentSpanId: '00f067aa0ba902b7' })
      expect(find(begun, 'webhook delivery')).toMatchObject({ traceId })

      expect(find(traceOf(collector, 'edge-request-0003'), 'webhook delivery').attributes).toMatchObject({
        'rollcall.event.type': 'webhook.test',
      })

      for (const name of ['GET /sso/{slug}', 'GET /oidc/.well-known/openid-configuration'])
        expect(find(collector.spans, name).traceId).not.toBe(traceId)
      expect(collector.spans.filter(({ name }) => /healthz/.test(name))).toEqual([])
      expect([...collector.metrics]).toEqual(
        expect.arrayContaining([
          'rollcall_http_requests_total',
          'rollcall_store_unit_seconds',
          'rollcall_feed_lag_seconds',
        ]),
      )
      for (const secret of ['canary-', key, '203.0.113.7', receiver.url, 'acme'])
        expect(collector.text().includes(secret), secret).toBe(false)
      await Promise.all([collector.close(), receiver.close()])
    }, 60_000)
  },
)

const getFrom = (localAddress: string, url: string): Promise<void> =>
  new Promise((done, fail) => {
    const options = { localAddress, headers: { traceparent } }
    get(url, options, (answer) => answer.resume().once('end', done)).once('error', fail)
  })
const traceOf = ({ spans }: Collector, requestId: string): readonly SentSpan[] => {
  const found = spans.find(({ attributes }) => attributes['rollcall.request_id'] === requestId)
  return spans.filter((span) => span.traceId === found?.traceId)
}
const find = (spans: readonly SentSpan[], name: string): SentSpan =>
  spans.find((span) => span.name === name) ??
  expect.fail(`no span ${name} among ${spans.map((one) => one.name).join()}`)
const hasChild = (spans: readonly SentSpan[], spanId: string, name: string): boolean =>
  spans.some((span) => span.parentSpanId === spanId && span.name === name)

describe('without OTEL_*', () => {
  it('nothing of OpenTelemetry is loaded, and the service serves where it is not installed', async () => {
    const service = await startProcess({ ROLLCALL_DATA: newFolder(), ...watchModules(true) })
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200)
    expect(await service.end('SIGTERM')).toBe(0)
    expect(service.output()).toBe('')
  }, 30_000)
})

describe('OTEL_* that cannot be followed', () => {
  const serve = (environment: Record<string, string>) =>
    runCommand(['serve'], { PORT: '0', ROLLCALL_DATA: newFolder(), ...environment })

  it('is refused in words where the packages are not installed', async () => {
    const { code, output } = await serve({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      ...watchModules(true),
    })
    expect(code).toBe(1)
    expect(output).toContain('its packages are not installed')
  }, 30_000)
})
