// Very many accounts have one name: an administrator can import them, a key can make them. What was said of one of them is found all the
// same, by a few rows that decide, however many there are.
// Judges: server/users.
import { sql } from 'kysely'
import { beforeAll, expect, it } from 'vitest'
import { createScope, type OrganizationTx } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { findWords } from '../../packages/server/src/users/kept.ts'
import { openCaller } from '../harness/callers.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { createClient } from '../scim/client.ts'
import { createStage } from './restoring.ts'

let places = 0
const crowd = 400
/** Of one name, by six ways: as many as are read one by one, and those that decide. */
const most = 150

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let stage: Awaited<ReturnType<typeof createStage>>
  let owner: Awaited<ReturnType<typeof openCaller>>['client']
  beforeAll(async () => {
    service = await start()
    stage = await createStage(service)
    owner = (await openCaller(service, stage.slug, 'owner')).client
  })

  const scope = () => createScope(stage.company.organization.id)
  const run = (write: (organizationId: string) => ReturnType<typeof sql>) =>
    service.database.inOrganization(scope(), async (tx) =>
      tx.write(
        organizationQuery(({ db, organizationId }) => ({ compile: () => write(organizationId).compile(db) })),
        {},
      ),
    )
  const inserted = sql`organization_id, id, user_name_key, external_id, role, role_origin, source, resource, created_at, blocked_at,
    blocked_by_owner_at, role_by_owner, provisional_key_id, blocked_as, given_as`
  const counted = sql`(WITH RECURSIVE counted AS (SELECT 1 AS at UNION ALL SELECT at + 1 FROM counted WHERE at < ${sql.lit(crowd)})
    SELECT at FROM counted) AS people`
  /** Many more of whoever that is, with what was said of them, as it is passed on. */
  const multiply = async (id: string, many = crowd, isPassedOn = true) => {
    const said = (of: 'blocked_as' | 'given_as') => (isPassedOn ? sql`'[]'` : sql.ref(of))
    const copied = sql`organization_id, id || '-' || at, user_name_key || '-' || at, external_id, role, role_origin, source, resource,
      created_at, blocked_at, blocked_by_owner_at, role_by_owner, provisional_key_id,
      CASE WHEN blocked_at IS NULL THEN NULL ELSE ${said('blocked_as')} END,
      CASE WHEN role_origin = 'hand' THEN ${said('given_as')} END`
    await run(
      (
        own,
      ) => sql`INSERT INTO "user" (${inserted}, user_name, display_name_key, active, managed_by, version, updated_at)
        SELECT ${copied}, user_name, display_name_key, active, managed_by, version, updated_at FROM "user" CROSS JOIN ${counted}
        WHERE organization_id = ${own} AND id = ${id} AND at <= ${sql.lit(many)}`,
    )
    await run(
      (
        own,
      ) => sql`INSERT INTO user_email (organization_id, value_key, user_id) SELECT organization_id, value_key, user_id || '-' || at
        FROM user_email CROSS JOIN ${counted} WHERE organization_id = ${own} AND user_id = ${id} AND at <= ${sql.lit(many)}`,
    )
  }
  /** The same of somebody who was removed. */
  const multiplyRemoved = async (id: string) => {
    await run(
      (own) => sql`INSERT INTO deleted_user (${inserted}, deleted_at)
        SELECT organization_id, id || '-' || at, user_name_key, external_id, role, role_origin, source, resource, created_at, blocked_at,
          blocked_by_owner_at, role_by_owner, provisional_key_id, '[]', given_as, deleted_at FROM deleted_user CROSS JOIN ${counted}
        WHERE organization_id = ${own} AND id = ${id}`,
    )
    await run(
      (
        own,
      ) => sql`INSERT INTO deleted_email (organization_id, value_key, user_id) SELECT organization_id, value_key, user_id || '-' || at
        FROM deleted_email CROSS JOIN ${counted} WHERE organization_id = ${own} AND user_id = ${id}`,
    )
  }
  const at = (id: string) => ({ params: { slug: stage.slug, id } })
  const block = (id: string) => stage.administrator.call('deactivateUser', at(id))
  const importAll = async (users: readonly { userName: string; email: string }[]) => {
    const body = { dryRun: false, users: [...users] }
    await stage.administrator.call('importUsers', { params: { slug: stage.slug }, body })
    return stage.findNamed(users[0]?.userName ?? '')
  }
  const isBlocked = async (id: string) => (await stage.read(id))?.blocked_at != null
  /** What holds for each who comes with the address, and how many rows were read for it. */
  const find = (address: string, ...names: string[]) =>
    service.database.inOrganization(scope(), async (tx) => {
      let rows = 0
      const counting = new Proxy(tx, {
        get: (target, key) => {
          const own = Reflect.get(target, key, target) as unknown
          if (key !== 'all') return typeof own === 'function' ? own.bind(target) : own
          return async (...args: Parameters<OrganizationTx['all']>) => {
            const found = await target.all(...args)
            rows += found.length
            return found
          }
        },
      })
      const comers = names.map((userNameKey) => ({ externalId: null, userNameKey, emailKeys: [address] }))
      return { words: await findWords(counting, comers), rows }
    })
  const place = () => {
    places += 1
    const n = places
    return { n, address: `p-${n}@${stage.company.domain}`, name: `first-${n}` }
  }
  /** By every way in. */
  const waysIn = async (n: number, email: string) => {
    const came = await stage.signIn({ nameId: `s-${n}-${email}`, attributes: { email: [email] } })
    const made = await importAll([
      { userName: `i-${n}-${email}`, email },
      { userName: `j-${n}-${email}`, email },
    ])
    const posted = await stage.directory.user(`d-${n}-${email}`, { emails: [{ value: email }] })
    const out = [typeof came === 'number', await isBlocked(made), await isBlocked(posted)]
    return new Set(out.map((one) => (one ? 'out' : 'in')))
  }

  it.each(['blocked before', 'blocked since'] as const)(
    'L3: one of very many accounts of an address is %s: whoever comes with it is kept out, and a few rows are read',
    async (when) => {
      const here = place()
      const id = await importAll([{ userName: here.name, email: here.address }])
      if (when === 'blocked since') await multiply(id)
      await block(id)
      if (when === 'blocked before') await multiply(id)
      const names = Array.from({ length: 100 }, (_, i) => `slice-${here.n}-${i}`)
      const { words, rows } = await find(here.address, ...names)
      const blockedAt = Number((await stage.read(id))?.blocked_at)
      expect(new Set(words.map((word) => word?.blockedAt))).toEqual(new Set([blockedAt]))
      expect(rows).toBeLessThan(most)
      expect(await waysIn(here.n, here.address)).toEqual(new Set(['out']))
      expect(await waysIn(here.n, `other-${here.address}`)).toEqual(new Set(['in']))
    },
  )

  it('L3: of very many the latest block decides, the latest of an owner, and a lower role by hand', async () => {
    const here = place()
    const make = (name: string) => importAll([{ userName: `${name}-${here.n}`, email: here.address }])
    const [byOwner, lowered, late] = [await make('by-owner'), await make('lowered'), await make('late')]
    await multiply(await make('nobody'))
    await owner.call('deactivateUser', at(byOwner))
    service.advance(1_000)
    await owner.call('updateUser', { ...at(lowered), body: { role: 'member' } })
    await multiply(byOwner)
    service.advance(1_000)
    await block(late)
    const { words, rows } = await find(here.address, `new-${here.n}`)
    const [owners, latest] = [await stage.read(byOwner), await stage.read(late)]
    expect(words).toMatchObject([
      {
        blockedAt: Number(latest?.blocked_at),
        blockedByOwnerAt: Number(owners?.blocked_by_owner_at),
        role: 'member',
        isRoleByOwner: true,
      },
    ])
    expect(rows).toBeLessThan(most)
  })

  it('L3: very many removed people of one name and address keep one out, and a lift ends it for all of them', async () => {
    const here = place()
    const make = () => stage.directory.user(here.name, { emails: [{ value: here.address }] })
    const id = await make()
    await block(id)
    await stage.directory.send('DELETE', `/Users/${id}`)
    await multiplyRemoved(id)
    const { words, rows } = await find(here.address, here.name)
    expect(words[0]?.blockedAt).not.toBeNull()
    expect(rows).toBeLessThan(most)
    const again = await make()
    expect(await isBlocked(again)).toBe(true)
    await stage.administrator.call('reactivateUser', at(again))
    expect((await find(here.address, `new-${here.n}`)).words).toEqual([undefined])
  })

  it.each([
    ['L3', 'to whom the block was passed on', true],
    ['N4', 'each with a block of its own', false],
  ] as const)(
    '%s: names of an unconfirmed key beside a crowd of its own, %s, block nobody, and who was seen there stays out',
    async (_, __, isPassedOn) => {
      const here = place()
      const shown = `shown-${here.address}`
      const id = await stage.unconfirmed.user(here.name, {
        emails: [{ value: shown, primary: true }, { value: here.address }],
      })
      await block(id)
      await multiply(id, crowd, isPassedOn)
      expect(await waysIn(here.n, here.address)).toEqual(new Set(['in']))
      expect(typeof (await stage.signIn({ nameId: `s-${here.n}`, attributes: { email: [shown] } }))).toBe(
        'number',
      )
    },
  )

  it.each([12, crowd])(
    'M1: whoever was blocked by name stays out, though %i of an unconfirmed key that have the address beside were blocked since',
    async (later) => {
      const here = place()
      const beside = (name: string) =>
        stage.unconfirmed.user(name, {
          emails: [{ value: `${name}@${stage.company.domain}`, primary: true }, { value: here.address }],
        })
      const id = await stage.unconfirmed.user(here.name, { emails: [{ value: here.address }] })
      const other = await beside(`other-${here.n}`)
      await stage.unconfirmed.user(`spare-${here.n}`, { externalId: `s-${here.n}` })
      // As a version before let a key have it.
      await multiply(await beside(`free-${here.n}`))
      await block(id)
      service.advance(1_000)
      await block(other)
      await multiply(other, later, false)
      const signIn = (nameId: string) => stage.signIn({ nameId, attributes: { email: [here.address] } })
      expect([typeof (await signIn(`s-${here.n}`)), typeof (await signIn(`t-${here.n}`))]).toEqual([
        'number',
        'number',
      ])
    },
  )

  it('N5: a block that was passed on holds on behind those of an unconfirmed key to which it was passed on as well', async () => {
    const here = place()
    const { address, n } = here
    const contact = await openCaller(service, stage.slug, 'contact')
    const path = `/organizations/${stage.slug}/provisioning/keys`
    const made = await contact.browser.call('POST', path, { name: 'of the next sync' })
    const { token, key } = (await made.json()) as { token: string; key: { id: string } }
    const next = createClient({ scimUrl: `${service.url}/scim/v2`, send: service.send, key: token } as never)
    const emails = [{ value: address }]
    const gone = await stage.directory.user(`gone-${n}`, { emails })
    await block(gone)
    expect((await stage.directory.send('DELETE', `/Users/${gone}`)).status).toBe(204)
    expect(await isBlocked(await next.user(`back-${n}`, { emails }))).toBe(true)
    await service.admin.call('confirmKey', { params: { slug: stage.slug, id: key.id } })
    const own = { value: `spare-${n}@${stage.company.domain}`, primary: true }
    await multiply(await stage.unconfirmed.user(`spare-${n}`, { emails: [own, ...emails] }))
    // As with the final purge.
    await run((of) => sql`DELETE FROM deleted_user WHERE organization_id = ${of} AND id = ${gone}`)
    await run((of) => sql`DELETE FROM deleted_email WHERE organization_id = ${of} AND user_id = ${gone}`)
    expect(await waysIn(n, address)).toEqual(new Set(['out']))
  })

  it('N5: what an owner said is hidden by no crowd that an administrator imports, and blocks since', async () => {
    const { address, n } = place()
    const boss = await stage.directory.user(`boss-${n}`, { emails: [{ value: address }] })
    await stage.give(boss, 'owner')
    service.advance(1_000)
    await owner.call('deactivateUser', at(await importAll([{ userName: `x-${n}`, email: address }])))
    service.advance(1_000)
    const one = await importAll([{ userName: `y-${n}`, email: address }])
    // An administrator's own word, later than the owner's.
    await stage.administrator.call('reactivateUser', at(one))
    service.advance(1_000)
    await block(one)
    await multiply(one, crowd, false)
    await stage.letGo(boss)
    expect(await stage.restore()).toMatchObject({ restored: 2 })
    expect(await stage.read(boss)).toMatchObject({ role: 'owner', blocked_at: expect.anything() })
  })
})
