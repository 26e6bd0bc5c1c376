// Imports: read as they come in, carried out in slices, told of as they go.
// Judges: server/provisioning.
import { beforeAll, describe, expect, it } from 'vitest'
import { openCaller } from '../harness/callers.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { createClient } from '../scim/client.ts'

forOneStore(import.meta.filename, (start, store) => {
  let service: Service
  let organizations = 0
  beforeAll(async () => {
    service = await start()
  })
  const found = async () => {
    organizations += 1
    const slug = `importing-${store}-${organizations}`
    await service.admin.call('createOrganization', { body: { name: 'Acme', slug, requireSso: false } })
    return { slug }
  }
  const send = (
    slug: string,
    body: string | ReadableStream<Uint8Array>,
    headers: Record<string, string> = {},
  ) =>
    service.send(
      new Request(`${service.url}/api/v1/organizations/${slug}/users/import`, {
        method: 'POST',
        headers: {
          ...(headers.cookie === undefined ? { authorization: `Bearer ${service.operatorKey}` } : {}),
          'content-type': 'application/json',
          ...headers,
        },
        body,
        duplex: 'half',
      } as RequestInit),
    )
  const countOf = async ({ slug }: { slug: string }) =>
    (await service.admin.call('getProvisioning', { params: { slug } })).counts.users

  describe('authority 6: an import stands on the session that began it', () => {
    const users = Array.from({ length: 4_000 }, (_, at) => ({ userName: `p-${at}@acme.test` }))
    const begin = async (by: 'session' | 'key', count: number) => {
      const params = await found()
      const { browser } = await openCaller(service, params.slug, 'administrator')
      const headers: Record<string, string> = { accept: 'application/x-ndjson' }
      if (by === 'session') {
        headers.cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
        headers.origin = service.url
      }
      const body = JSON.stringify({ users: users.slice(0, count), dryRun: false })
      const answer = await send(params.slug, body, headers)
      expect(answer.status).toBe(200)
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
      await reader?.read()
      await browser.call('DELETE', '/session')
      let last = ''
      for (let part = await reader?.read(); part?.done === false; part = await reader?.read())
        last = part.value
      return { params, last: JSON.parse(last.trim().split('\n').at(-1) ?? '') as Record<string, unknown> }
    }

    it('stops before the next slice once it has ended, and says what stays', async () => {
      const { params, last } = await begin('session', 4_000)
      const made = await countOf(params)
      expect(last).toMatchObject({ error: { code: 'import_stopped' } })
      expect((last.error as { detail: string }).detail).toContain(
        `${made} of 4000 rows. The accounts that it made by then stay: ${made}`,
      )
      expect([made < 4_000, made % 100]).toEqual([true, 0])
      // Sent again, it goes on.
      const again = await send(params.slug, JSON.stringify({ users, dryRun: true }))
      expect(await again.json()).toMatchObject({ created: 4_000 - made, existing: made })
    })

    it('goes on where it was the operator’s key', async () => {
      const { params, last } = await begin('key', 300)
      expect(last).toMatchObject({ result: { created: 300 } })
      expect(await countOf(params)).toBe(300)
    })
  })

  describe('M24 import', () => {
    it('of 16 MB in one line is refused at its beginning: the rest is not read', async () => {
      const params = await found()
      const encoder = new TextEncoder()
      const sent = { bytes: 0 }
      const body = new ReadableStream<Uint8Array>({
        start: (controller) =>
          controller.enqueue(encoder.encode('{"dryRun":true,"format":"csv","csv":"userName\\n')),
        pull(controller) {
          if (sent.bytes >= 16_000_000) return controller.close()
          sent.bytes += 16_384
          controller.enqueue(new Uint8Array(16_384).fill(0x78))
        },
      })
      const answer = await send(params.slug, body)
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({
        code: 'invalid_request',
        detail: 'Row 1 is longer than 64 KB',
      })
      expect(sent.bytes).toBeLessThan(200_000)
    })

    it('that is wrong is refused as before, and changes nothing', async () => {
      const params = await found()
      const answers = await Promise.all([
        send(params.slug, '{"users":[{}'),
        send(params.slug, '{"users":[],"other":1}'),
        send(params.slug, '{}', { 'content-type': 'text/plain' }),
        send(params.slug, `{"csv":"${'x'.repeat(33 * 1_048_576)}"}`),
        service.send(
          new Request(`${service.url}/api/v1/organizations/${params.slug}/users/import`, {
            method: 'POST',
            headers: { authorization: `Bearer ${service.operatorKey}`, 'content-type': 'application/json' },
            body: new Uint8Array([0x7b, 0xff, 0xfe]),
          }),
        ),
      ])
      expect(answers.map(({ status }) => status)).toEqual([400, 400, 415, 413, 400])
      expect(await countOf(params)).toBe(0)
    })

    it('tells how far it is where JSON lines are asked for, and ends with the result', async () => {
      const params = await found()
      const users = Array.from({ length: 1_050 }, (_, at) => ({ userName: `p${at}` }))
      const body = JSON.stringify({ dryRun: false, users: [...users, { displayName: 'nobody' }] })
      const answer = await send(params.slug, body, { accept: 'application/x-ndjson' })
      expect(answer.headers.get('content-type')).toBe('application/x-ndjson')
      const lines = (await answer.text())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { done: number })
      const last = lines.pop()
      expect(last).toMatchObject({ result: { rows: 1_051, created: 1_050, existing: 0, faulty: 1 } })
      expect(lines.every((line) => (line as unknown as { total: number }).total === 1_051)).toBe(true)
      const steps = lines.map(({ done }) => done)
      expect(steps).toEqual(steps.toSorted((left, right) => left - right))
      expect(await countOf(params)).toBe(1_050)
    })

    it('goes on to its end when whoever sent it goes away', async () => {
      const params = await found()
      const users = Array.from({ length: 500 }, (_, at) => ({ userName: `p${at}` }))
      const answer = await send(params.slug, JSON.stringify({ dryRun: false, users }), {
        accept: 'application/x-ndjson',
      })
      const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
      await reader.read()
      await reader.cancel()
      await expect.poll(() => countOf(params)).toBe(500)
    })

    it('lets others in between two slices', async () => {
      const params = await found()
      const other = createClient(await service.createOrganization())
      const csv = `userName\n${Array.from({ length: 3_000 }, (_, at) => `p${at}`).join('\n')}`
      const order: string[] = []
      await Promise.all([
        send(params.slug, JSON.stringify({ dryRun: false, format: 'csv', csv })).then(() =>
          order.push('import'),
        ),
        other.user('one').then(() => order.push('one')),
      ])
      expect(order).toEqual(['one', 'import'])
      expect(await countOf(params)).toBe(3_000)
    })

    it('of 100,000 rows is fine, of one more is not', async () => {
      const params = await found()
      const csvOf = (rows: number) =>
        `userName\n${Array.from({ length: rows }, (_, at) => `p${at}`).join('\n')}`
      const body = (rows: number) => JSON.stringify({ format: 'csv', csv: csvOf(rows) })
      expect(await (await send(params.slug, body(100_000))).json()).toMatchObject({
        dryRun: true,
        rows: 100_000,
        created: 100_000,
      })
      const answer = await send(params.slug, body(100_001))
      expect(await answer.json()).toMatchObject({ detail: 'An import takes at most 100000 people' })
    }, 60_000)
  })
})
