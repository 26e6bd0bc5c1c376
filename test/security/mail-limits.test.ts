// What an administrator may have sent under the operator's name: how much, to whom, and in which words.
// Judges: server/deliveries.
import { beforeAll, describe, expect, it } from 'vitest'
import { warnOfExpiry } from '../../packages/server/src/notices/expiry.ts'
import { tellGathered } from '../../packages/server/src/notices/gathered.ts'
import { mailNotice } from '../../packages/server/src/notices/notify.ts'
import { sayInMail } from '../../packages/server/src/pages/mail-words.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { clientOf, openCaller } from '../harness/callers.ts'
import { startOpenIdProvider } from '../harness/openid-provider.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { createCompany } from '../harness/sso.ts'

const hourMs = 3_600_000

forOneStore(import.meta.filename, (start, store) => {
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
      for (const params of [three, one]) {
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
      const params = await Promise.all(Array.from({ length: 3 }, () => found(service)))
      const ask = (own: (typeof params)[number]) => outcome(invite(service, own, 'x@example.org'))
      // Each one's first of the day goes in any case, and so the order of those who ask at once says nothing.
      for (const own of params) expect(await ask(own)).toBe('sent')
      const outcomes = await Promise.all([...params, ...params, ...params].map(ask))
      expect(outcomes.filter((one) => one === 'sent')).toHaveLength(2)
    })

    it('G3: to one address have a first of each organization a day, however many others have sent', async () => {
      const service = await start()
      const [busy, late, third] = [await found(service), await found(service), await found(service)]
      const address = 'wanted@example.org'
      expect(await repeat(6, () => invite(service, busy, address))).toEqual([
        ...Array(5).fill('sent'),
        'too_many_mails',
      ])
      const { client: owner } = await openCaller(service, late.slug, 'owner')
      const { client: admin } = await openCaller(service, late.slug, 'administrator')
      const ask = (client: typeof owner) =>
        outcome(client.call('createInvitation', { params: late, body: { email: address, role: 'member' } }))
      // Of each rung: an administrator's first is not the owner's.
      for (const client of [admin, owner]) {
        expect(await ask(client)).toBe('sent')
        expect(await ask(client)).toBe('too_many_mails')
      }
      expect(await ask(admin)).toBe('too_many_mails')
      const atOnce = Array.from({ length: 4 }, () => outcome(invite(service, third, address)))
      expect((await Promise.all(atOnce)).filter((one) => one === 'sent')).toHaveLength(1)
      service.advance(24 * hourMs)
      expect(await outcome(invite(service, third, address))).toBe('sent')
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
      await expect.poll(() => service.mails.length).toBe(1)
      for (const { subject, text } of service.mails) {
        expect(subject).toBe('2 API keys end, the first in 30 days')
        expect(text).not.toContain('evil.test')
        expect(text).toContain('another')
        expect(text.match(/\S+:\/\/\S+/g)).toEqual([expect.stringContaining(service.url)])
      }
      expect(await outcome(invite(service, params, 'a@example.org'))).toBe('sent')
    })
  })

  describe('7: mails that somebody causes', () => {
    let service: Service
    beforeAll(async () => {
      service = await start({ hasMail: true, hasDeliveries: true, isDev: true })
    })
    const rules = () => ({ url: service.url, operatorMail: 'operator@example.com' })
    const mailsTo = (to: string) => service.mails.filter((mail) => mail.to === to)
    /** An owner and an administrator in sessions of their own. */
    const settle = async () => {
      const company = await createCompany(service)
      const { slug } = company.organization
      const address = (name: string) => `${name}@${company.domain}`
      const open = async (name: string, role: 'owner' | 'admin') => {
        const person = company.person(name)
        await company.signIn(person)
        const { items } = await service.admin.call('listUsers', { params: { slug }, query: { search: name } })
        const id = items.find(({ userName }) => userName === address(name))?.id ?? ''
        await service.admin.call('updateUser', { params: { slug, id }, body: { role } })
        return { id, client: clientOf(service, (await company.signIn(person)).browser) }
      }
      return {
        slug,
        address,
        connection: company.connection,
        owner: await open('owner', 'owner'),
        admin: await open('admin', 'admin'),
      }
    }

    it('7: a recovery address is asked for by no more mails than an address has, and owners and the operator keep one of their own', async () => {
      const { slug, owner, admin } = await settle()
      const stranger = `stranger-${slug}@elsewhere.test`
      const call = ({ client, id }: typeof admin, address = stranger) =>
        client.call('putRecoveryAddress', { params: { slug, id }, body: { address } })
      const ask = (...who: Parameters<typeof call>) => outcome(call(...who))
      expect(await ask(admin, `first-${slug}@elsewhere.test`)).toBe('sent')
      expect(await repeat(4, () => call(admin))).toEqual([...Array(3).fill('sent'), 'too_many_mails'])
      expect(await ask(owner)).toBe('sent')
      expect(await ask(owner)).toBe('too_many_mails')
      expect(await outcome(invite(service, { slug }, stranger))).toBe('sent')
      expect(await outcome(invite(service, { slug }, stranger))).toBe('too_many_mails')
      await expect.poll(() => mailsTo(stranger).length, { timeout: 15_000 }).toBe(5)
      // What is refused changes nothing: what was asked for before waits on.
      const waiting = { params: { slug, id: admin.id } }
      expect(await ask(admin, `second-${slug}@elsewhere.test`)).toBe('sent')
      expect(await ask(admin)).toBe('too_many_mails')
      expect((await admin.client.call('getRecoveryAddress', waiting)).pendingAddress).toContain('second-')
    })

    it('7: an hour is counted by rung: what administrators sent takes nothing from owners and the operator', async () => {
      const small = await start({ hasMail: true, mailRate: 2 })
      const params = await found(small)
      const callers = {
        admin: (await openCaller(small, params.slug, 'administrator')).client,
        owner: (await openCaller(small, params.slug, 'owner')).client,
        operator: small.admin,
      }
      const send = (who: keyof typeof callers, at: number) =>
        callers[who].call('createInvitation', { params, body: { email: `${who}${at}@example.org` } })
      for (const who of ['admin', 'owner', 'operator'] as const)
        expect(await repeat(3, (at) => send(who, at))).toEqual(['sent', 'sent', 'too_many_mails'])
      expect(await outcome(send('admin', 9))).toBe('too_many_mails')
    })

    it('7: of one connection one notice is mailed at once and the others in one mail after the hour; each stands in the record', async () => {
      const { slug, owner, admin, address } = await settle()
      const provider = await startOpenIdProvider()
      try {
        const source = (clientSecret: string) => ({
          issuer: provider.issuer,
          clientId: provider.clientId,
          clientSecret,
        })
        const body = { name: 'Side', protocol: 'oidc', identityProvider: 'okta', active: true } as const
        const { id } = await admin.client.call('createConnection', {
          params: { slug },
          body: { ...body, oidc: source('first') },
        })
        const change = (client: typeof admin.client, secret: string) =>
          client.call('updateConnection', { params: { slug, id }, body: { oidc: source(secret) } })
        const subjects = () => mailsTo(address('owner')).map(({ subject }) => subject)
        const changed = 'How a connection signs people in has changed'
        for (let at = 0; at < 4; at += 1) await change(admin.client, `s${at}`)
        await expect.poll(subjects, { timeout: 15_000 }).toEqual([changed])
        // Whoever stands above is told of at once, whatever came before from below.
        await change(owner.client, 'owner')
        await expect.poll(subjects, { timeout: 15_000 }).toEqual([changed, changed])
        await tellGathered(service.database, rules(), service.now(), () => false)
        service.advance(hourMs)
        for (let look = 0; look < 2; look += 1)
          await tellGathered(service.database, rules(), service.now(), () => false)
        await expect.poll(subjects, { timeout: 15_000 }).toEqual([changed, changed, '3 more notices'])
        const [, , gathered] = mailsTo(address('owner'))
        expect(gathered?.text).toContain('3 times, the latest: An administrator')
        expect(gathered?.text).toContain(`${service.url}/organizations/${slug}/settings/audit-log`)
        // And so on: nothing is mailed within the hour of that one.
        await change((await openCaller(service, slug, 'administrator')).client, 'later')
        service.advance(hourMs)
        await tellGathered(service.database, rules(), service.now(), () => false)
        await expect.poll(() => subjects().at(-1), { timeout: 15_000 }).toBe('One more notice')
        const { items } = await service.admin.call('listEvents', {
          params: { slug },
          query: { type: 'connection.updated', limit: 200 },
        })
        expect(items.filter(({ subject }) => subject.id === id)).toHaveLength(6)
      } finally {
        await provider.close()
      }
    })

    it('7: many connections at once are five mails; what is below never keeps back what an owner confirmed', async () => {
      const { slug, address } = await settle()
      const at = service.now()
      const scope = createScope((await service.admin.call('getOrganization', { params: { slug } })).id)
      const said = (text: string) => sayInMail('mail.asWritten', { text })
      const tell = (kind: string, standing: 'contact' | 'owner') =>
        service.database.inOrganization(scope, (tx) =>
          mailNotice(
            tx,
            { rung: 'administrator', at },
            { subject: said(kind), text: [said(kind)], page: 'audit-log', kind, standing },
            rules(),
          ),
        )
      const subjects = () => mailsTo(address('owner')).map(({ subject }) => subject)
      for (let one = 0; one < 8; one += 1) await tell(`noise ${one}`, 'contact')
      await tell('the real one', 'owner')
      const noise = Array.from({ length: 5 }, (_, one) => `noise ${one}`)
      await expect.poll(subjects, { timeout: 15_000 }).toEqual([...noise, 'the real one'])
      service.advance(hourMs)
      await tellGathered(service.database, rules(), service.now(), () => false)
      await expect.poll(() => subjects().slice(6), { timeout: 15_000 }).toEqual(['3 more notices'])
      const last = mailsTo(address('owner')).at(-1)
      for (const one of ['noise 5', 'noise 6', 'noise 7']) expect(last?.text).toContain(one)
    })

    it('what is gathered is told in the language of each reader; what the version before wrote, as it wrote it', async () => {
      const { slug, address, owner } = await settle()
      const scope = createScope((await service.admin.call('getOrganization', { params: { slug } })).id)
      const resource = { userName: address('owner'), emails: [{ value: address('owner') }] }
      const inGerman = JSON.stringify({ ...resource, preferredLanguage: 'de' })
      const speak = organizationQuery(({ db, organizationId }) =>
        db
          .updateTable('user')
          .set({ resource: inGerman })
          .where('organization_id', '=', organizationId)
          .where('id', '=', owner.id),
      )
      const writeAsBefore = organizationQuery(({ db, organizationId }) =>
        db
          .updateTable('gathered_notice')
          .set({ latest: 'As it was written.' })
          .where('organization_id', '=', organizationId)
          .where('name', 'like', 'old%'),
      )
      const tell = (kind: string, name: string) =>
        service.database.inOrganization(scope, (tx) => {
          tx.write(speak, {})
          const subject = sayInMail('mail.makers.key', { name })
          const words = { subject, text: [subject], page: 'audit-log', kind } as const
          return mailNotice(tx, { rung: 'administrator', at: service.now() }, words, rules())
        })
      for (const kind of ['old', 'new']) for (const name of ['“a”', '“b”']) await tell(kind, name)
      await service.database.inOrganization(scope, async (tx) => tx.write(writeAsBefore, {}))
      service.advance(hourMs)
      await tellGathered(service.database, rules(), service.now(), () => false)
      const last = (name: string) => mailsTo(address(name)).at(-1)
      await expect.poll(() => last('owner')?.subject, { timeout: 15_000 }).toBe('Noch 2 Hinweise')
      expect(last('owner')?.text).toContain('- der API-Schlüssel “b”\n- As it was written.')
      await expect.poll(() => last('admin')?.text, { timeout: 15_000 }).toContain('- the API key “b”\n')
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
