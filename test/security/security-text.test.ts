// Whom to tell of a fault of an installation (RFC 9116): whoever the operator named, and nobody where nobody was named.
// Judges: server/http.
import { ConfigError, readConfig } from '@rollcall/server'
import { expect, it } from 'vitest'
import { forEachStore, type Service } from '../harness/service.ts'

const secretKey = { ROLLCALL_SECRET_KEY: 'secret-key-for-tests-0123456789abcdefghij' }
const get = (service: Service) => service.send(new Request(`${service.url}/.well-known/security.txt`))

// It touches no rows.
forEachStore(
  (start) => {
    it('security.txt names the contacts of the setting in their order, until a day within a year', async () => {
      const service = await start({
        url: 'https://id.example.com',
        securityContact: 'security@example.com, https://example.com/security',
      })
      const response = await get(service)
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'text/plain; charset=utf-8',
      ])
      const lines = (await response.text()).split('\n')
      expect(lines).toEqual([
        'Contact: mailto:security@example.com',
        'Contact: https://example.com/security',
        expect.stringMatching(/^Expires: \d{4}-\d\d-\d\dT00:00:00\.000Z$/),
        'Canonical: https://id.example.com/.well-known/security.txt',
        '',
      ])
      const days = (Date.parse(lines[2]?.slice('Expires: '.length) ?? '') - service.now()) / 86_400_000
      expect(days).toBeGreaterThan(170)
      expect(days).toBeLessThan(365)
    })

    it('without a contact there is no security.txt', async () => {
      expect((await get(await start())).status).toBe(404)
    })
  },
  ['embedded'],
)

it('a contact that is no address and no URI of RFC 9116 is a fault of the settings', () => {
  for (const ROLLCALL_SECURITY_CONTACT of [
    'nobody',
    'http://example.com/security',
    'javascript:alert(1)',
    'a@b, ftp://x',
  ]) {
    expect(() => readConfig({ ...secretKey, ROLLCALL_SECURITY_CONTACT })).toThrow(ConfigError)
  }
  const { securityContacts } = readConfig({
    ...secretKey,
    ROLLCALL_SECURITY_CONTACT: 'tel:+1-201-555-0123 mailto:a@example.com',
  })
  expect(securityContacts).toEqual(['tel:+1-201-555-0123', 'mailto:a@example.com'])
})
