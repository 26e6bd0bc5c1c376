// What /metrics says of sign-ins, and of requests at every door: each with its outcome, and nothing of who came.
// Judges: server/http, server/sso, server/openid-provider.
import { beforeAll, describe, expect, it } from 'vitest'
import { forEachStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

forEachStore(
  (start) => {
    let service: Service
    let acme: Company
    beforeAll(async () => {
      service = await start({ metricsKey: 'metrics-key-for-tests' })
      acme = await createCompany(service)
    })
    const scrape = async (): Promise<string> => {
      const headers = { authorization: 'Bearer metrics-key-for-tests' }
      return (await service.send(new Request(`${service.url}/metrics`, { headers }))).text()
    }
    const read = async (series: string): Promise<number> => {
      const line = (await scrape()).split('\n').find((one) => one.startsWith(`${series} `))
      return Number(line?.split(' ')[1] ?? 0)
    }
    const get = (path: string) => service.send(new Request(`${service.url}${path}`))

    describe('sign-ins', () => {
      it('are counted by what became of them, a refusal with its code', async () => {
        await acme.signIn(acme.person('ada'))
        await acme.signIn(acme.person('eve'), { response: { audience: 'https://wrong.test' } })
        expect(await read('rollcall_sign_ins_total{outcome="signed_in",code=""}')).toBe(1)
        expect(await read('rollcall_sign_ins_total{outcome="refused",code="audience_mismatch"}')).toBe(1)
      })
    })

    describe('requests at the doors of sign-ins and of products', () => {
      it('are counted by their routes, without names in them', async () => {
        await get(`/sso/${acme.organization.slug}`)
        await get('/sso/nobody-of-that-name')
        expect(
          await read('rollcall_http_requests_total{method="GET",route="/sso/{slug}",status="404"}'),
        ).toBe(1)
        expect(
          await read(
            'rollcall_http_requests_total{method="POST",route="/saml/{connectionId}/acs",status="403"}',
          ),
        ).toBe(1)
        await get('/.well-known/oauth-authorization-server')
        expect(await scrape()).not.toContain(acme.organization.slug)
      })

      it('under an address that a stranger made up are one series', async () => {
        for (const name of ['one', 'two', 'three'])
          await service.send(new Request(`${service.url}/${name}`, { method: 'POST' }))
        const text = await scrape()
        expect(text).toContain('rollcall_http_requests_total{method="POST",route="elsewhere",status="404"} 3')
        expect(text).not.toContain('route="/one"')
      })

      it('that only ask whether it is alive are not', async () => {
        await get('/healthz')
        expect(await scrape()).not.toContain('healthz')
      })
    })
  },
  ['embedded'],
)
