// One organization cannot take the node from another: its requests wait in a queue of their own, and beyond it are refused.
// Judges: server/store.
import { beforeAll, describe, expect, it } from 'vitest'
import { deal } from '../harness/sample.ts'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'
import { createClient, type ScimClient } from '../scim/client.ts'

forEachStore((start, store) => {
  let service: Service
  let busy: Directory
  let flood: ScimClient
  let other: ScimClient
  beforeAll(async () => {
    service = await start()
    busy = await service.createOrganization()
    flood = createClient(busy)
    other = createClient(await service.createOrganization())
    const users = Array.from({ length: 2_000 }, (_, at) => ({
      userName: `person-${at}`,
      displayName: `P ${at}`,
    }))
    const params = { slug: busy.organization.slug }
    await service.admin.call('importUsers', { params, body: { dryRun: false, users: users as never } })
  })

  /** What of a flood was still to be answered when one request of another organization came, and when that was answered. */
  const behind = async (count: number, ask: () => Promise<unknown>, one: () => Promise<unknown>) => {
    let left = count
    const all = Array.from({ length: count }, () => ask().then(() => (left -= 1)))
    // The flood has begun when the other one comes.
    await new Promise((resolve) => setImmediate(resolve))
    const came = left
    const answered = await one().then(() => left)
    await Promise.all(all)
    return { came, answered }
  }

  describe('M25 fairness: a request of one organization is answered before the rest of what another one', () => {
    const read = () => other.send('GET', '/Users?filter=userName%20eq%20%22x%22')
    const write = () => other.user(`somebody-${Math.random()}`)
    const floods = {
      reads: () => flood.send('GET', '/Users?count=200'),
      writes: () => flood.user(`written-${Math.random()}`),
      scans: () => flood.send('GET', '/Users?filter=title%20co%20%22zz%22'),
    }
    const met = [
      ['reads', 'a read', 450, read],
      ['reads', 'a write', 450, write],
      ['writes', 'a read', 450, read],
      ['writes', 'a write', 450, write],
      ['scans', 'a read', 40, read],
      ['scans', 'a write', 40, write],
    ] as const
    it.each(deal('floods', met, store))('%s: %s', async (kind, _what, count, one) => {
      const { came, answered } = await behind(count, floods[kind], one)
      expect(came).toBeGreaterThan(count / 2)
      expect(answered).toBeGreaterThan(came / 2)
    })
  })

  it('M25 fairness: beyond its queue an organization is told to wait, and others are served', async () => {
    const asked = Array.from({ length: 700 }, () => flood.send('GET', '/Users?count=1'))
    const served = await Promise.all([other.send('GET', '/Users?count=1'), ...asked])
    expect(served[0]?.status).toBe(200)
    const refused = served.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(200)
    expect(served.filter(({ status }) => status === 200)).toHaveLength(501)
    for (const { headers, body } of refused) {
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
      expect(body).toMatchObject({ status: '429' })
    }
    expect((await flood.send('GET', '/Users?count=1')).status).toBe(200)
  })

  it('M25 fairness: a flood of the directory shuts no administrator out', async () => {
    const asked = Array.from({ length: 600 }, () => flood.send('GET', '/Users?count=1'))
    const params = { slug: busy.organization.slug }
    await expect(service.admin.call('getProvisioning', { params })).resolves.toMatchObject({ mode: 'scim' })
    await Promise.all(asked)
  })
})
