// One organization cannot take the node from another: its requests wait in a queue of their own, and beyond it are refused.
import { beforeAll, describe, expect, it } from 'vitest'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'
import { createClient, type ScimClient } from '../scim/client.ts'

forEachStore((start) => {
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

  const scan = () => flood.send('GET', '/Users?filter=title%20co%20%22zz%22')
  /** Who was answered, in order, when one request comes behind a flood of another organization. */
  const order = async (count: number, ask: () => Promise<unknown>, one: () => Promise<unknown>) => {
    const answered: string[] = []
    const all = Array.from({ length: count }, () => ask().then(() => answered.push('flood')))
    // The flood has begun when the other one comes.
    await Promise.race(all)
    const last = one().then(() => answered.push('other'))
    await Promise.all([...all, last])
    return answered
  }

  describe('M25 fairness: a request of one organization', () => {
    it.each([
      ['reads', () => other.send('GET', '/Users?filter=userName%20eq%20%22x%22')],
      ['writes', () => other.user(`somebody-${Math.random()}`)],
    ])('that %s is answered before the rest of what another one asked', async (_what, one) => {
      const answered = await order(40, scan, one)
      expect(answered).toHaveLength(41)
      expect(answered.indexOf('other')).toBeLessThan(20)
    })

    it('is answered before the rest of what another one writes', async () => {
      const write = () => flood.user(`written-${Math.random()}`)
      const answered = await order(400, write, () => other.user(`somebody-${Math.random()}`))
      expect(answered.indexOf('other')).toBeLessThan(300)
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
