// Units of work that lock people, groups and the connection of one organization, on PostgreSQL: all of them in one order (decision 042),
// so that however many are played beside each other, none waits for one that waits for it. More rounds are played by `npm run
// test:endurance`.
// Judges: server/store.
import type { SamlPerson } from '@rollcall/simulator'
import { Client as Pg } from 'pg'
import { beforeAll, expect, it } from 'vitest'
import { createBrowser } from '../harness/browser.ts'
import { sign, startOpenIdProvider } from '../harness/openid-provider.ts'
import { howMany } from '../harness/sample.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { findFaults, type Taken } from '../harness/watch-locks.ts'
import { countDeadlocks, createStage, kinds, type Stage, statusOf } from './locks.ts'

const rounds = howMany({ sample: 2, whole: 60 })

forEachStore(
  (start) => {
    const units: (readonly Taken[])[] = []
    let service: Service
    let stage: Stage
    beforeAll(async () => {
      service = await start({ hasMail: true, isDev: true, onUnit: (unit) => units.push(unit) })
      stage = await createStage(service)
    })

    it('H11: a logout token of a session that several share locks them in the order of their ids, by one statement', async () => {
      const provider = await startOpenIdProvider()
      const { issuer, clientId, clientSecret } = provider
      const slug = 'shared'
      await service.admin.call('createOrganization', { body: { name: 'Shared', slug } })
      const domain = await service.admin.call('createDomain', {
        params: { slug },
        body: { name: 'issuer.test' },
      })
      await service.admin.call('updateDomain', {
        params: { slug, id: domain.id },
        body: { isVerified: true },
      })
      const made = await service.admin.call('createConnection', {
        params: { slug },
        body: {
          name: 'Issuer',
          identityProvider: 'generic',
          protocol: 'oidc',
          oidc: { issuer, clientId, clientSecret },
          isActive: true,
        },
      })
      const browsers = ['one', 'two', 'three'].map(async (subject) => {
        const browser = createBrowser(service.url, service.send)
        const asked = provider.read((await browser.open(`/saml/${made.id}/login`)).url)
        await browser.open(provider.answer(asked, subject, { claims: { sid: 'all' } }))
        return browser
      })
      const opened = await Promise.all(browsers)
      units.length = 0
      const iat = Math.floor(service.now() / 1_000)
      const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
      const claims = { iss: issuer, aud: clientId, iat, exp: iat + 120, jti: 'one', sid: 'all', events }
      const body = new URLSearchParams({ logout_token: await sign(claims, provider.key) })
      const answer = await service.send(
        new Request(`${service.url}/sso/logout/${made.id}`, { method: 'POST', body }),
      )
      const left = opened.map(async (browser) => (await browser.call('GET', '/session')).status)
      expect([answer.status, await Promise.all(left)]).toEqual([200, [401, 401, 401]])
      expect(units.flatMap(findFaults)).toEqual([])
      const people = units.flat().filter(({ what, how }) => what === 'person' && how !== 'write')
      expect(people.map(({ ids }) => ids.length)).toEqual([3])
      await provider.close()
    })

    it('H32, H35: sign-ins that come while somebody waits to change the connection come after the change', async () => {
      const { company, people, slug, operator } = stage
      const { id } = company.connection
      const client = new Pg({ connectionString: service.databaseUrl })
      await client.connect()
      const waiting = async (): Promise<number> => {
        const { rows } = await client.query(
          "SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        )
        return rows[0].waiting
      }
      /** All of a sign-in but its last step. */
      const prepare = async (person: SamlPerson) => {
        const browser = createBrowser(service.url, service.send)
        const { url } = await browser.open(`/saml/${id}/login`)
        const { acsUrl, form } = await company.provider.answer(url, person)
        return async () => (await browser.postFromElsewhere(acsUrl, form)).status
      }
      /** Whoever waits for a lock has five seconds: undefined where the machine was too slow for it. */
      const play = async () => {
        const done: string[] = []
        const note = async (name: string, work: Promise<number>): Promise<number> => {
          const status = await work
          done.push(name)
          return status
        }
        const [first, later] = [await prepare(people.member.person), await prepare(people.other.person)]
        // Somebody who signs in waits for their own row, and has the connection meanwhile.
        await client.query('BEGIN')
        await client.query('SELECT 1 FROM "user" WHERE id = $1 FOR NO KEY UPDATE', [people.member.id])
        const steps = [
          () => first(),
          () =>
            statusOf(
              operator.call('updateConnection', { params: { slug, id }, body: { name: `H32 ${made}` } }),
            ),
          () => later(),
        ]
        made += 1
        const all: Promise<number>[] = []
        for (const [at, step] of steps.entries()) {
          all.push(note(['first', 'change', 'later'][at] ?? '', step()))
          await expect.poll(async () => done.length > 0 || (await waiting()) > at).toBe(true)
        }
        const before = [...done]
        await client.query('COMMIT')
        const statuses = await Promise.all(all)
        return statuses.some((status) => status >= 500) ? undefined : { before, order: done }
      }
      let made = 0
      try {
        let played = await play()
        while (played === undefined && made < 5) played = await play()
        expect(played?.before).toEqual([])
        expect(played?.order.indexOf('change')).toBeLessThan(played?.order.indexOf('later') ?? -1)
      } finally {
        await client.end()
      }
    }, 60_000)

    it('H11, H12, H28, H29, H31: every kind of unit locks in the one order, alone and beside all others, and nothing is broken off', async () => {
      const faultsOf = (): string[] => [...new Set(units.flatMap(findFaults))]
      const statuses: number[] = []
      for (const [name, play] of Object.entries(kinds)) {
        units.length = 0
        for (const round of [0, 1]) statuses.push(await play(stage, round))
        expect({ name, faults: faultsOf() }).toEqual({ name, faults: [] })
      }
      const loops = Object.values(kinds).map(async (play) => {
        for (let round = 0; round < rounds; round += 1) statuses.push(await play(stage, round))
      })
      await Promise.all(loops)
      expect(faultsOf()).toEqual([])
      // On a slow machine some may have waited too long: 503.
      expect(statuses.filter((status) => status === 500)).toEqual([])
      await service.stop()
      expect(await countDeadlocks(service.databaseUrl as string)).toBe(0)
    }, 300_000)
  },
  ['postgres'],
)
