// What an administrator may have sent under the operator's name: how much, to whom, and in which words.
import { describe, expect, it } from 'vitest'
import { warnOfExpiry } from '../../packages/server/src/notices/expiry.ts'
import { forEachStore, type Service } from '../harness/service.ts'

const hourMs = 3_600_000

forEachStore((start, store) => {
  let organizations = 0
  const found = async (service: Service, name = 'Acme') => {
    organizations += 1
    const slug = `mailing-${store}-${organizations}`
    await service.admin.call('createOrganization', { body: { name, slug, requireSso: false } })
    return { slug }
  }
  const invite = (service: Service, params: { slug: string }, email: string) =>
    service.admin.call('createInvitation', { params, body: { email } })
  const outcome = (asked: Promise<unknown>) =>
    asked.then(
      () => 'sent',
      (error: { problem?: { code?: string } }) => error.problem?.code,
    )
  const repeat = async (count: number, ask: (at: number) => Promise<unknown>) => {
    const outcomes: unknown[] = []
    for (let at = 0; at < count; at += 1) outcomes.push(await outcome(ask(at)))
    return outcomes
  }
  const countOf = async (service: Service, params: { slug: string }) =>
    (await service.admin.call('listInvitations', { params, query: { limit: 200 } })).items.length

  describe('M11 invitation-rate: invitations', () => {
    it('are 100 an hour for one organization, and nobody else waits for it', async () => {
      const service = await start()
      const [busy, other] = [await found(service), await found(service)]
      const outcomes = await repeat(102, (at) => invite(service, busy, `v${at}@example.org`))
      expect(outcomes).toEqual([...Array(100).fill('sent'), 'too_many_mails', 'too_many_mails'])
      expect(await countOf(service, busy)).toBe(100)
      expect(await outcome(invite(service, other, 'v0@example.org'))).toBe('sent')
      service.advance(hourMs)
      expect(await outcome(invite(service, busy, 'v101@example.org'))).toBe('sent')
    })

    it('say when the next one goes out', async () => {
      const service = await start({ mailRate: 1 })
      const params = await found(service)
      await invite(service, params, 'a@example.org')
      service.advance(hourMs / 2)
      const answer = await service.send(
        new Request(`${service.url}/api/v1/organizations/${params.slug}/invitations`, {
          method: 'POST',
          headers: { authorization: `Bearer ${service.operatorKey}`, 'content-type': 'application/json' },
          body: JSON.stringify({ email: 'b@example.org' }),
        }),
      )
      expect(answer.status).toBe(429)
      const seconds = Number(answer.headers.get('retry-after'))
      expect(seconds).toBeGreaterThan(1_700)
      expect(seconds).toBeLessThanOrEqual(1_800)
    })

    it('that are sent again count as well, five a day to one address, whatever its case', async () => {
      const service = await start({ hasMail: true })
      const params = await found(service)
      const { invitation } = await invite(service, params, 'one@example.org')
      const resend = () =>
        service.admin.call('resendInvitation', { params: { ...params, id: invitation.id } })
      expect(await repeat(5, resend)).toEqual([...Array(4).fill('sent'), 'too_many_mails'])
      await service.admin.call('revokeInvitation', { params: { ...params, id: invitation.id } })
      expect(await outcome(invite(service, params, 'ONE@example.org'))).toBe('too_many_mails')
      expect(service.mails).toHaveLength(5)
      expect(await outcome(invite(service, params, 'two@example.org'))).toBe('sent')
      service.advance(24 * hourMs)
      expect(await outcome(invite(service, params, 'one@example.org'))).toBe('sent')
    })

    it('go five times a day to one address, whichever organizations send them, and each is told alike', async () => {
      const service = await start()
      const [one, two, three] = [await found(service), await found(service), await found(service)]
      for (const params of [one, two, one, two, three])
        expect(await outcome(invite(service, params, 'flooded@example.org'))).toBe('sent')
      for (const params of [three, await found(service)]) {
        expect(await outcome(invite(service, params, 'Flooded@example.org'))).toBe('too_many_mails')
        expect(await outcome(invite(service, params, 'other@example.org'))).toBe('sent')
      }
      const refusal = await invite(service, one, 'flooded@example.org').catch((error) => error.problem.detail)
      expect(refusal).toContain('5 mails a day go to one address: the next one goes out at')
      // What is refused has no place, and a place is free again a day after.
      service.advance(24 * hourMs)
      expect(await outcome(invite(service, three, 'flooded@example.org'))).toBe('sent')
    })

    it('to one address are counted exactly when organizations ask at once', async () => {
      const service = await start()
      const params = await Promise.all(Array.from({ length: 8 }, () => found(service)))
      const outcomes = await Promise.all(params.map((own) => outcome(invite(service, own, 'x@example.org'))))
      expect(outcomes.filter((one) => one === 'sent')).toHaveLength(5)
    })

    it('are counted exactly when they come at once', async () => {
      const service = await start({ mailRate: 10 })
      const params = await found(service)
      const asked = Array.from({ length: 25 }, (_, at) =>
        outcome(invite(service, params, `p${at}@example.org`)),
      )
      const outcomes = await Promise.all(asked)
      expect(outcomes.filter((one) => one === 'sent')).toHaveLength(10)
      expect(outcomes.filter((one) => one === 'too_many_mails')).toHaveLength(15)
      expect(await countOf(service, params)).toBe(10)
    })
  })

  describe('M11 invitation-rate: the words of a mail', () => {
    const lure = 'PayPal: verify now at https://evil.test/login'

    it('are ours, and a name of the customer is in quotation marks and no link', async () => {
      const service = await start({ hasMail: true })
      await invite(service, await found(service, lure), 'victim@example.org')
      const [mail] = service.mails
      expect(mail?.subject).toBe('You have an invitation')
      expect(mail?.text).toContain('\u201cPayPal verify now at https evil\u00b7test login\u201d')
      const links = mail?.text.match(/\S+:\/\/\S+|\S+\.test\S*/g)
      expect(links).toEqual([expect.stringContaining(`${service.url}/invitation#token=`)])
    })

    it('of a notice are too, and notices take nothing of what invitations have', async () => {
      const service = await start({ hasMail: true, hasDeliveries: true, mailRate: 1 })
      const params = await found(service, lure)
      await service.admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
      const expiresAt = new Date(service.now() + 20 * 24 * hourMs).toISOString()
      for (const name of ['www.evil.test', 'another'])
        await service.admin.call('createKey', { params, body: { name, expiresAt } })
      const rules = { url: service.url, operatorMail: 'operator@example.com' }
      await warnOfExpiry(service.database, rules, service.now(), () => false)
      await expect.poll(() => service.mails.length).toBe(2)
      for (const { subject, text } of service.mails) {
        expect(subject).toBe('An API key ends in 30 days')
        expect(text).not.toContain('evil.test')
        expect(text.match(/\S+:\/\/\S+/g)).toEqual([expect.stringContaining(service.url)])
      }
      expect(await outcome(invite(service, params, 'a@example.org'))).toBe('sent')
    })
  })

  it('names have up to 200 characters', async () => {
    const service = await start()
    const long = 'n'.repeat(200)
    const params = await found(service, long)
    await service.admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
    const { key } = await service.admin.call('createKey', { params, body: { name: long } })
    expect(key.name).toBe(long)
    expect(await outcome(found(service, `${long}n`))).toBe('invalid_request')
    const body = { name: `${long}n` }
    expect(await outcome(service.admin.call('createKey', { params, body }))).toBe('invalid_request')
  })
})
