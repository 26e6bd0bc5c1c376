// Domains that wait for their proof: looked for by themselves, with what was found instead, at a bounded cost.
// Judges: server/organizations, server/admin.
import { beforeAll, describe, expect, it } from 'vitest'
import { domainTies } from '../../packages/server/src/connections/ties.ts'
import { type LookLimits, lookForDomains } from '../../packages/server/src/organizations/domain-looks.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { forOneStore, type Service } from '../harness/service.ts'

const minuteMs = 60_000
const dayMs = 86_400_000

forOneStore(import.meta.filename, (start) => {
  let service: Service
  const asked: string[] = []
  let count = 0
  beforeAll(async () => {
    service = await start()
  })
  const txt = (name: string) => {
    asked.push(name)
    return service.dns.txt(name)
  }
  const run = (limits?: LookLimits) =>
    lookForDomains(service.database, { ...service.dns, txt }, domainTies, service.now(), () => false, limits)
  const add = async (name: string, of?: { readonly slug: string }) => {
    count += 1
    const slug = of?.slug ?? `waits-${count}`
    if (of === undefined) await service.admin.call('createOrganization', { body: { name: 'Acme', slug } })
    const params = { slug }
    const added = await service.admin.call('createDomain', { params, body: { name } })
    const current = async () =>
      (await service.admin.call('listDomains', { params })).items.find(({ id }) => id === added.id)
    return {
      ...added,
      params,
      current,
      verify: () => service.admin.call('verifyDomain', { params: { ...params, id: added.id } }),
    }
  }

  describe('a domain that waits for its proof', () => {
    it('is looked for by itself after 5 minutes, and proved without a click', async () => {
      const domain = await add('by-itself.test')
      expect(domain.recordCheck).toMatchObject({ outcome: 'not_looked', checkedAt: null })
      expect(Date.parse(domain.recordCheck?.nextAt ?? '') - service.now()).toBeGreaterThan(4 * minuteMs)
      service.txtRecords.set(domain.txtRecord.name, [domain.txtRecord.value])
      await run()
      expect(await domain.current()).toMatchObject({ verifiedAt: null })
      service.advance(5 * minuteMs)
      await run()
      expect(await domain.current()).toMatchObject({ verifiedBy: 'dns', recordCheck: null })
      const { items } = await service.admin.call('listEvents', { params: domain.params })
      const event = items.find(({ type }) => type === 'domain.verified')
      expect(event?.actor).toMatchObject({ kind: 'system' })
    })

    it('is told with what stands there, in characters that are seen', async () => {
      const domain = await add('unseen.test')
      const said = ['\u202erecord', 'a\u0000\ud800\u200b', `${'x'.repeat(199)}\u{1f600}`, 'v=spf1 -all']
      service.txtRecords.set(domain.txtRecord.name, said)
      await expect(domain.verify()).rejects.toMatchObject({ problem: { code: 'domain_record_missing' } })
      expect((await domain.current())?.recordCheck?.values).toEqual([
        String.raw`\u202erecord`,
        String.raw`a\u0000\ud800\u200b`,
        String.raw`${'x'.repeat(199)}\ud83d`,
        'v=spf1 -all',
      ])
    })

    it('is looked for ever more seldom, for 14 days, and again after a click', async () => {
      const domain = await add('never.test')
      const looks: number[] = []
      const began = service.now()
      for (let at = domain.recordCheck?.nextAt ?? null; at !== null; ) {
        service.advance(Date.parse(at) - service.now())
        await run()
        looks.push(service.now() - began)
        at = (await domain.current())?.recordCheck?.nextAt ?? null
      }
      const pauses = looks.map((at, index) => Math.round((at - (looks[index - 1] ?? 0)) / minuteMs))
      expect(pauses).toEqual(pauses.toSorted((one, other) => one - other))
      expect([pauses[0], pauses.at(-1)]).toEqual([5, 360])
      expect(looks.at(-1)).toBeGreaterThanOrEqual(14 * dayMs)
      expect(looks.length).toBeLessThan(90)
      service.advance(dayMs)
      asked.length = 0
      await run()
      expect(asked).toEqual([])
      await expect(domain.verify()).rejects.toMatchObject({ problem: { code: 'domain_record_missing' } })
      const again = (await domain.current())?.recordCheck
      expect(Date.parse(again?.nextAt ?? '') - service.now()).toBeGreaterThan(4 * minuteMs)
    })

    it('says what stands there instead, who runs the DNS, and the name as their console asks for it', async () => {
      const domain = await add('mail.found.test')
      const { name, value } = domain.txtRecord
      service.nameServers.set('found.test', ['ada.ns.cloudflare.com', 'bob.ns.cloudflare.com'])
      const found = async () => {
        await domain.verify().catch(() => undefined)
        return (await domain.current())?.recordCheck
      }
      service.txtRecords.set(name, ['v=spf1 -all', 'x'.repeat(300)])
      const at = { dnsProvider: 'Cloudflare', zone: 'found.test', host: '_rollcall.mail' }
      expect(await found()).toMatchObject({
        ...at,
        outcome: 'other_values',
        values: ['v=spf1 -all', 'x'.repeat(200)],
      })
      service.txtRecords.set('mail.found.test', [value])
      expect(await found()).toMatchObject({ outcome: 'at_domain' })
      service.txtRecords.set(`${name}.found.test`, [`"${value}"`])
      expect(await found()).toMatchObject({ outcome: 'doubled_name' })
      service.txtRecords.set(name, [`"${value}"`])
      expect(await domain.verify()).toMatchObject({ verifiedBy: 'dns', recordCheck: null })
    })

    it('is looked for on and on where DNS does not answer', async () => {
      const domain = await add('mute.test')
      const dns = { ...service.dns, txt: async () => Promise.reject(new Error('mute')) }
      service.advance(5 * minuteMs)
      await lookForDomains(service.database, dns, domainTies, service.now(), () => false)
      const check = (await domain.current())?.recordCheck
      expect(check).toMatchObject({ outcome: 'no_answer' })
      expect(Date.parse(check?.nextAt ?? '')).toBeGreaterThan(service.now())
    })

    it('is no longer looked for once the operator took its proof back', async () => {
      const domain = await add('taken-back.test')
      const at = { ...domain.params, id: domain.id }
      for (const verified of [true, false])
        await service.admin.call('updateDomain', { params: at, body: { isVerified: verified } })
      expect(await domain.current()).toMatchObject({ verifiedAt: null, recordCheck: { nextAt: null } })
      service.txtRecords.set(domain.txtRecord.name, [domain.txtRecord.value])
      service.advance(dayMs)
      await run()
      expect(await domain.current()).toMatchObject({ verifiedAt: null })
    })

    it('is nobody’s any more where it was removed, or its proof taken back, while DNS was asked', async () => {
      const [holder, removed, takenBack] = [
        await add('removed.test'),
        await add('removed.test'),
        await add('back-again.test'),
      ]
      const assert = ({ params, id }: typeof holder, isVerified: boolean) =>
        service.admin.call('updateDomain', { params: { ...params, id }, body: { isVerified } })
      await assert(holder, true)
      const { items } = await service.admin.call('listOrganizations', {
        query: { search: holder.params.slug },
      })
      const scope = createScope(items.find(({ slug }) => slug === holder.params.slug)?.id ?? '')
      await service.database.inOrganization(scope, async (tx) =>
        tx.write(
          organizationQuery(({ db }) => db.updateTable('domain').set({ lost_at: 1 })),
          {},
        ),
      )
      const meanwhile = async (name: string) => {
        if (name === removed.txtRecord.name)
          await service.admin.call('deleteDomain', { params: { ...removed.params, id: removed.id } })
        if (name === takenBack.txtRecord.name)
          for (const isVerified of [true, false]) await assert(takenBack, isVerified)
      }
      for (const { txtRecord } of [removed, takenBack])
        service.txtRecords.set(txtRecord.name, [removed.txtRecord.value, takenBack.txtRecord.value])
      service.advance(5 * minuteMs)
      const dns = {
        ...service.dns,
        txt: async (name: string) => {
          await meanwhile(name)
          return service.dns.txt(name)
        },
      }
      await lookForDomains(service.database, dns, domainTies, service.now(), () => false)
      expect(await takenBack.current()).toMatchObject({ verifiedAt: null, recordCheck: { nextAt: null } })
      for (const { params } of [holder, removed]) {
        const events = await service.admin.call('listEvents', { params, query: {} })
        expect(events.items.map(({ type }) => type)).not.toContain('domain.taken_over')
        expect(events.items.map(({ type }) => type)).not.toContain('domain.proved_elsewhere')
      }
    })

    it('of an organization whose DNS is slow keeps nobody waiting for longer than a run', async () => {
      service.advance(60 * dayMs)
      await run()
      const { params } = await add('slow-0.test')
      for (let at = 1; at < 4; at += 1) await add(`slow-${at}.test`, params)
      await add('quick.test')
      service.advance(5 * minuteMs)
      asked.length = 0
      // Each run is over with the first look.
      for (let at = 0; at < 3; at += 1) await run({ looks: 1, ofOne: 20, atOnce: 1, runMs: 60_000 })
      expect(asked).toContain('_rollcall.quick.test')
    })

    it('costs a run no more than its limit, and many of one organization keep no other one waiting', async () => {
      service.advance(60 * dayMs)
      await run()
      const { params } = await add('many-0.test')
      for (let at = 1; at < 6; at += 1) await add(`many-${at}.test`, params)
      await add('other.test')
      service.advance(5 * minuteMs)
      const limits = { looks: 4, ofOne: 3, atOnce: 1, runMs: 60_000 }
      const wanted = async () => {
        asked.length = 0
        await run(limits)
        return asked.filter((name) => name.startsWith('_') && !/test.*test/.test(name))
      }
      const first = await wanted()
      expect(first).toHaveLength(4)
      expect(first).toContain('_rollcall.other.test')
      expect(await wanted()).toHaveLength(3)
      expect(await wanted()).toEqual([])
    })
  })
})
