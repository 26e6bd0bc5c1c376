// What somebody said of an account stands: whatever an unconfirmed key, the directory or an administrator does to that account, to its
// names, or to another one of the person.
// Judges: server/users, server/provisioning.
import { createHash } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import { openCaller } from '../harness/callers.ts'
import { draw } from '../harness/sample.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { patchOp, type ScimClient, userUrn } from '../scim/client.ts'
import { createStage } from './restoring.ts'

let people = 0

forOneStore(import.meta.filename, (start, store) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  const open = async () => {
    const stage = await createStage(service)
    const { slug, company } = stage
    const at = (id: string) => ({ params: { slug, id } })
    const owner = (await openCaller(service, slug, 'owner')).client
    people += 1
    const n = people
    const way: { login?: string } = {}
    return {
      stage,
      /** By which connection people come: unsaid, by the first. */
      way,
      slug,
      at,
      owner,
      name: `m-${n}`,
      address: `m-${n}@${company.domain}`,
      connection: company.connection,
      /** What somebody comes in as, or that they do not. */
      async come(nameId: string, email: string) {
        const came = await stage.signIn({ nameId, attributes: { email: [email] } }, way)
        return typeof came === 'number' ? 'out' : came.role
      },
      block: (id: string) => stage.administrator.call('deactivateUser', at(id)),
      lift: (id: string) => stage.administrator.call('reactivateUser', at(id)),
      giveRole: (by: typeof owner, id: string, role: 'admin' | 'member') =>
        by.call('updateUser', { ...at(id), body: { role } }),
      async importOne(userName: string, email: string) {
        const body = { dryRun: false, users: [{ userName, email }] }
        await stage.administrator.call('importUsers', { params: { slug }, body })
        return stage.findNamed(userName)
      },
      isBlocked: async (id: string) => (await stage.read(id))?.blocked_at != null,
    }
  }
  const put = (scim: ScimClient, id: string, body: object) =>
    scim.send('PUT', `/Users/${id}`, { schemas: [userUrn], ...body })
  const patch = (scim: ScimClient, id: string, value: object) =>
    scim.send('PATCH', `/Users/${id}`, { schemas: [patchOp], Operations: [{ op: 'replace', value }] })
  const remove = (scim: ScimClient, id: string) => scim.send('DELETE', `/Users/${id}`)

  it.each(['an administrator', 'an owner'] as const)(
    'J1: a PUT of the directory that calls an account otherwise lifts no block that %s said of it, nor a role by hand',
    async (who) => {
      const { stage, name, address, come, block, owner, at, giveRole, isBlocked } = await open()
      const id = await stage.unconfirmed.user(name, { emails: [{ value: address }] })
      expect(await come('own', address)).toBe('member')
      await (who === 'an owner' ? owner.call('deactivateUser', at(id)) : block(id))
      await giveRole(owner, id, 'member')
      const body = { userName: address, emails: [{ value: address }] }
      expect((await put(stage.directory, id, body)).status).toBe(200)
      const row = await stage.read(id)
      expect([row?.blocked_at != null, row?.role_origin, await come('own', address)]).toEqual([
        true,
        'hand',
        'out',
      ])
      // Given to somebody else by then, it still keeps out who had signed in to it.
      const next = {
        userName: `next-${address}`,
        externalId: `next-${name}`,
        emails: [{ value: `next-${address}` }],
      }
      expect((await put(stage.directory, id, next)).status).toBe(200)
      expect([await come('own', address), await isBlocked(id)]).toEqual(['out', true])
    },
  )

  it('J2: restored, an account is still called as it was when it was blocked, whatever was made beside it', async () => {
    const { stage, address, come, block, isBlocked } = await open()
    const id = await stage.unconfirmed.user(address)
    await block(id)
    // The batch has begun.
    await remove(stage.directory, await stage.directory.user(`before-${address}`))
    await remove(stage.unconfirmed, id)
    await stage.letGo(await stage.directory.user(`gone-${address}`))
    await stage.unconfirmed.user(address, { emails: [{ value: address }] })
    await stage.restore()
    expect([await isBlocked(id), await come('own', address)]).toEqual([true, 'out'])
  })

  it('J3, J14: whom an administrator saw by the name or address on the page is kept out at a first sign-in, also once the key removes it', async () => {
    const { stage, name, address, come, block } = await open()
    const id = await stage.unconfirmed.user(name, {
      emails: [{ value: address }, { value: `other-${address}` }],
    })
    await block(id)
    expect(await come('first', address)).toBe('out')
    expect(await come('second', `other-${address}`)).toBe('member')
    const named = await open()
    const other = await named.stage.unconfirmed.user(named.name)
    await named.block(other)
    await remove(named.stage.unconfirmed, other)
    expect(await named.come(named.name, named.address)).toBe('out')
  })

  it('J4: made again under the very name that was blocked, it is still of that name: to a claim, and after the purge', async () => {
    const { stage, address, come, block, isBlocked } = await open()
    await block(await stage.unconfirmed.user(address))
    const [first] = [await stage.findNamed(address)]
    await remove(stage.unconfirmed, first)
    const again = await stage.unconfirmed.user(address)
    expect(again).not.toBe(first)
    expect(await stage.directory.user(address, { emails: [{ value: address }] })).toBe(again)
    expect([await isBlocked(again), await come('own', address)]).toEqual([true, 'out'])
  })

  const bringBack = {
    'an import that is lifted': async (open_: Awaited<ReturnType<typeof open>>) => {
      const decoy = await open_.importOne(`decoy-${open_.name}`, open_.address)
      expect(await open_.isBlocked(decoy)).toBe(true)
      await open_.lift(decoy)
    },
    'an invitation that is accepted': async ({ stage, address, come }: Awaited<ReturnType<typeof open>>) => {
      service.advance(1_000)
      const body = { email: address, role: 'member' as const }
      await stage.administrator.call('createInvitation', { params: { slug: stage.slug }, body })
      await come('invited', address)
    },
  } as const

  it.each(Object.keys(bringBack) as (keyof typeof bringBack)[])(
    'J5: an owner whom another owner blocked is not brought back as one by an administrator, by %s',
    async (way) => {
      const opened = await open()
      const { stage, address, come, owner, at, isBlocked } = opened
      const id = await stage.directory.user(address, { externalId: 'own', emails: [{ value: address }] })
      expect(await come('own', address)).toBe('member')
      await stage.give(id, 'owner')
      await owner.call('deactivateUser', at(id))
      service.advance(1_000)
      await stage.letGo(id)
      await bringBack[way](opened)
      await stage.restore()
      expect([await isBlocked(id), await come('own', address)]).toEqual([true, 'out'])
    },
  )

  it('J5: what an owner said of another account of an owner holds for the owner, also where an administrator has lifted it for that account', async () => {
    const { stage, address, name, come, owner, at, isBlocked, lift } = await open()
    const id = await stage.directory.user(address, { emails: [{ value: address }] })
    expect(await come('own', address)).toBe('member')
    await stage.give(id, 'owner')
    service.advance(1_000)
    expect((await patch(stage.directory, id, { active: false })).status).toBeLessThan(300)
    service.advance(1_000)
    const again = await stage.directory.user(`again-${name}`, { emails: [{ value: address }] })
    await owner.call('deactivateUser', at(again))
    await lift(again)
    expect(await isBlocked(again)).toBe(false)
    expect((await patch(stage.directory, id, { active: true })).status).toBeLessThan(300)
    expect(await isBlocked(id)).toBe(true)
    // An owner ends it.
    await owner.call('reactivateUser', at(id))
    expect(await come('own', address)).toBe('owner')
  })

  it('J6: what an administrator gives takes back no lower role that an owner gave, for one who is restored as an owner', async () => {
    const { stage, address, come, owner, giveRole } = await open()
    const id = await stage.directory.user(address, { externalId: 'own', emails: [{ value: address }] })
    expect(await come('own', address)).toBe('member')
    await stage.give(id, 'owner')
    service.advance(1_000)
    await stage.letGo(id)
    service.advance(1_000)
    const again = await stage.directory.user(`again-${address}`, { emails: [{ value: address }] })
    await giveRole(owner, again, 'member')
    await giveRole(stage.administrator, again, 'admin')
    await giveRole(stage.administrator, again, 'member')
    await stage.restore()
    expect((await stage.read(id))?.role).toBe('member')
  })

  it('J10: who lifts a block of an account that an unconfirmed key made lifts nothing of others whose names the key wrote on it', async () => {
    const { stage, address, name, come, owner, at, isBlocked, lift, giveRole } = await open()
    const id = await stage.directory.user(address, { externalId: 'e', emails: [{ value: address }] })
    await giveRole(owner, id, 'member')
    await owner.call('deactivateUser', at(id))
    await remove(stage.directory, id)
    const newbie = `newbie-${name}`
    const made = await stage.unconfirmed.user(newbie, { emails: [{ value: newbie }, { value: address }] })
    expect(await isBlocked(made)).toBe(true)
    await lift(made)
    await giveRole(stage.administrator, made, 'admin')
    await giveRole(stage.administrator, made, 'member')
    expect(await come('another', address)).toBe('out')
    const again = await stage.directory.user(address, { externalId: 'e', emails: [{ value: address }] })
    const row = await stage.read(again)
    expect([row?.blocked_at != null, row?.role_origin]).toEqual([true, 'hand'])
  })

  it('J11: who had signed in to a blocked account stays out when its identity is unlinked, or its connection replaced', async () => {
    const { stage, address, name, come, block, at, connection } = await open()
    const id = await stage.unconfirmed.user(name, {
      emails: [{ value: `shown-${address}` }, { value: address }],
    })
    expect(await come('own', address)).toBe('member')
    await block(id)
    expect(await come('own', address)).toBe('out')
    const body = { connectionId: connection.id }
    await stage.administrator.call('unlinkUser', { ...at(id), body })
    expect([await come('own', address), await come('another', address)]).toEqual(['out', 'out'])
  })

  it('J12: an account that an unconfirmed key wrote an address on lets nobody in who is kept out', async () => {
    const { stage, address, name, come, block } = await open()
    const id = await stage.directory.user(address, { externalId: 'e', emails: [{ value: address }] })
    expect(await come('own', address)).toBe('member')
    await stage.unconfirmed.user(`spare-${name}`, { emails: [{ value: address }] })
    await block(id)
    await remove(stage.directory, id)
    expect(await come('another', address)).toBe('out')
  })

  it('J13: a block ends no invitation of somebody whose address an unconfirmed key wrote beside what the page shows', async () => {
    const { stage, address, name, block } = await open()
    const invite = async (email: string) =>
      stage.administrator.call('createInvitation', {
        params: { slug: stage.slug },
        body: { email, role: 'admin' },
      })
    await invite(address)
    await invite(`own-${address}`)
    const emails = [{ value: `own-${address}` }, { value: address }]
    await block(await stage.unconfirmed.user(`innocent-${name}`, { emails }))
    const { items } = await stage.administrator.call('listInvitations', { params: { slug: stage.slug } })
    const open_ = items.filter(({ state: status }) => status === 'open').map(({ email }) => email)
    expect(open_).toEqual([address])
  })

  it('J46: an administrator by hand is no unconfirmed key’s word: blocked and removed, they stay out', async () => {
    const { stage, address, name, come, owner, at, giveRole } = await open()
    const id = await stage.unconfirmed.user(name, { emails: [{ value: address }] })
    await giveRole(owner, id, 'admin')
    await owner.call('deactivateUser', at(id))
    expect(await come('own', address)).toBe('out')
    await remove(stage.directory, id)
    expect(await come('own', address)).toBe('out')
  })

  it('K1: who is kept out is let in by no account that an unconfirmed key made, also where it is called as they are', async () => {
    const { stage, address, name, come, block } = await open()
    const id = await stage.directory.user(address, { externalId: `e-${name}`, emails: [{ value: address }] })
    await block(id)
    await remove(stage.directory, id)
    await stage.unconfirmed.user(`e-${name}`, { emails: [{ value: `any-${address}` }] })
    expect(await come(`e-${name}`, address)).toBe('out')
  })

  it('K2: a block that is passed on to an account, or its restoration, ends nothing that an owner said of it', async () => {
    const { stage, address, name, come, owner, at, block, lift, importOne, isBlocked } = await open()
    const id = await stage.directory.user(address, { emails: [{ value: address }] })
    expect(await come('own', address)).toBe('member')
    await stage.give(id, 'owner')
    service.advance(1_000)
    await patch(stage.directory, id, { active: false })
    service.advance(1_000)
    const again = await stage.directory.user(`again-${name}`, { emails: [{ value: address }] })
    await owner.call('deactivateUser', at(again))
    await lift(again)
    await block(await importOne(`z-${name}`, `z-${address}`))
    await patch(stage.directory, again, { emails: [{ value: address }, { value: `z-${address}` }] })
    expect(await isBlocked(again)).toBe(true)
    await lift(again)
    await stage.letGo(again)
    await stage.restore()
    await patch(stage.directory, id, { active: true })
    expect([await isBlocked(id), await come('own', address)]).toEqual([true, 'out'])
  })

  it('K4: who is let in ends no word on what an unconfirmed key made with their address', async () => {
    const { stage, address, name, come, owner, at, block, lift } = await open()
    const [evil, ann] = [`evil-${address}`, `ann-${address}`]
    const made = await stage.unconfirmed.user(evil, { emails: [{ value: evil }, { value: ann }] })
    expect(await come(name, evil)).toBe('member')
    await owner.call('deactivateUser', at(made))
    await remove(stage.unconfirmed, made)
    const other = await stage.directory.user(ann, { externalId: ann, emails: [{ value: ann }] })
    await block(other)
    await lift(other)
    expect([await come('ann', ann), await come(`${name}-2`, evil)]).toEqual(['member', 'out'])
  })

  it('K5: once a key is confirmed, what it made before is the directory’s: a lower role ends invitations to every address', async () => {
    const { stage, address, name, giveRole } = await open()
    const id = await stage.unconfirmed.user(name, {
      emails: [{ value: address }, { value: `alt-${address}` }],
    })
    const body = { email: `alt-${address}`, role: 'admin' as const }
    await stage.administrator.call('createInvitation', { params: { slug: stage.slug }, body })
    await stage.confirmKey()
    service.advance(1_000)
    await giveRole(stage.administrator, id, 'member')
    const { items } = await stage.administrator.call('listInvitations', { params: { slug: stage.slug } })
    expect(items.map(({ state: status }) => status)).toEqual(['revoked'])
  })

  it('K6: a role that was passed on is of the very account once an administrator says it again', async () => {
    const { stage, address, name, giveRole } = await open()
    const first = await stage.unconfirmed.user(name, { emails: [{ value: address }] })
    await giveRole(stage.administrator, first, 'member')
    await remove(stage.unconfirmed, first)
    const again = await stage.unconfirmed.user(`x-${name}`, { emails: [{ value: address }] })
    expect((await stage.read(again))?.given_as).toBe('[]')
    await giveRole(stage.administrator, again, 'member')
    expect(await stage.directory.user(`x-${name}`, { emails: [{ value: address }] })).toBe(again)
    expect((await stage.read(again))?.role_origin).toBe('hand')
  })

  it('K8: a PATCH of a confirmed key that lets somebody in or out says nothing of the names that an unconfirmed one wrote', async () => {
    const { stage, address, name, come, block, isBlocked } = await open()
    const [first, second] = [`first-${address}`, `second-${address}`]
    const emails = [address, first, second].map((value) => ({ value }))
    const id = await stage.unconfirmed.user(address, { emails })
    await block(id)
    expect((await patch(stage.directory, id, { active: false })).status).toBe(200)
    expect(await come(`first-${name}`, first)).toBe('member')
    const made = await stage.directory.user(second, { emails: [{ value: second }] })
    expect([await isBlocked(made), await come(`own-${name}`, address)]).toEqual([false, 'out'])
    await remove(stage.directory, id)
    expect(await isBlocked(await stage.directory.user(`third-${name}`, { emails: [{ value: first }] }))).toBe(
      false,
    )
  })

  it('K8: whoever was let in or out so is no longer the unconfirmed key’s, also once restored; a PUT then says who they are', async () => {
    const { stage, address, name, come, block, isBlocked } = await open()
    const bad = `bad-${address}`
    const first = await stage.unconfirmed.user(`bad-${name}`, { emails: [{ value: bad }] })
    await block(first)
    await remove(stage.directory, await stage.directory.user(`before-${name}`))
    await remove(stage.unconfirmed, first)
    const id = await stage.unconfirmed.user(address, { emails: [{ value: address }, { value: bad }] })
    expect(await isBlocked(id)).toBe(true)
    for (const active of [false, true])
      expect((await patch(stage.directory, id, { active })).status).toBe(200)
    await stage.letGo(id)
    await stage.restore()
    expect(await isBlocked(id)).toBe(true)
    const seen = [await patch(stage.unconfirmed, id, { active: false }), await remove(stage.unconfirmed, id)]
    expect(seen.map(({ status }) => status)).toEqual([403, 403])
    const { body: listed } = await stage.unconfirmed.send('GET', '/Users')
    expect((listed.Resources as { id: string }[]).map((one) => one.id)).toEqual([first])
    const body = { userName: address, externalId: `e-${name}`, emails: [{ value: address }] }
    expect((await put(stage.directory, id, body)).status).toBe(200)
    expect([await isBlocked(id), await come(`ann-${name}`, address)]).toEqual([false, 'member'])
  })

  it('K14: who lifts a block of an account lifts none of another one that the directory had called like its id', async () => {
    const { stage, address, name, block, lift, isBlocked } = await open()
    const id = await stage.directory.user(address)
    const [called, wrote] = [`account ${id}`, `wrote-${name}`]
    const others = [{ userName: called }, { userName: wrote, emails: [{ value: called }] }]
    for (const { userName, ...more } of others) {
      const other = await stage.directory.user(userName, more)
      await block(other)
      await remove(stage.directory, other)
    }
    await block(id)
    await lift(id)
    for (const { userName, ...more } of others)
      expect(await isBlocked(await stage.directory.user(userName, more))).toBe(true)
    expect(await isBlocked(id)).toBe(false)
  })

  it('K14: what an identity provider knows somebody by is no name that a directory gives another account', async () => {
    const { stage, address, name, block, come, connection } = await open()
    const nameId = `ann-${name}`
    const hash = createHash('sha256').update(nameId).digest('hex')
    const called = `identity ${connection.id} ${hash}`
    const other = await stage.directory.user(`wrote-${name}`, { emails: [{ value: called }] })
    await block(other)
    await remove(stage.directory, other)
    expect(await come(nameId, address)).toBe('member')
  })

  const before = {
    'the account itself': async (_: Awaited<ReturnType<typeof open>>, id: string) => id,
    'another one': ({ stage, name, address }: Awaited<ReturnType<typeof open>>) =>
      stage.directory.user(`other-${name}`, { emails: [{ value: address }] }),
  } as const

  const given = (Object.keys(before) as (keyof typeof before)[]).flatMap((of) =>
    [false, true].map((isRemoved) => ({ of, isRemoved })),
  )
  it.each(draw(`ownership after an owner's word, ${store}`, given, 2))(
    'K9: who gives ownership takes back what an owner said before, and an administrator has lifted, of $of; removed: $isRemoved',
    async ({ of, isRemoved }) => {
      const opened = await open()
      const { stage, address, come, owner, at, lift, giveRole } = opened
      const emails = [{ value: address }]
      const first = await stage.directory.user(address, { emails })
      expect(await come('own', address)).toBe('member')
      const other = await before[of](opened, first)
      await giveRole(owner, other, 'member')
      await owner.call('deactivateUser', at(other))
      await lift(other)
      await giveRole(stage.administrator, other, 'admin')
      if (isRemoved) await remove(stage.directory, other)
      // Of another batch than the removal below.
      service.advance(1_500_000)
      const id = isRemoved && other === first ? await stage.directory.user(address, { emails }) : first
      await owner.call('updateUser', { ...at(id), body: { role: 'owner' } })
      service.advance(1_000)
      await stage.letGo(id)
      await stage.restore()
      const row = await stage.read(id)
      expect([row?.role, row?.blocked_at, row?.blocked_by_owner_at, row?.role_by_owner]).toEqual([
        'owner',
        null,
        null,
        null,
      ])
      expect((await stage.read(other))?.blocked_by_owner_at ?? null).toBeNull()
    },
  )

  it('K9: so too of an owner who was removed blocked, and came back as somebody whom an administrator let in', async () => {
    const { stage, address, name, owner, at, lift, isBlocked } = await open()
    const emails = [{ value: address }]
    const ownership = { body: { role: 'owner' as const } }
    const id = await stage.directory.user(address, { emails })
    await stage.give(id, 'owner')
    await owner.call('deactivateUser', at(id))
    await remove(stage.directory, id)
    const again = await stage.directory.user(`again-${name}`, { emails })
    expect(await isBlocked(again)).toBe(true)
    // Of one who is blocked the block stands, whoever gives ownership.
    await owner.call('updateUser', { ...at(again), ...ownership })
    expect(await isBlocked(again)).toBe(true)
    await owner.call('updateUser', { ...at(again), body: { role: 'member' } })
    await lift(again)
    await owner.call('updateUser', { ...at(again), ...ownership })
    service.advance(1_000)
    await stage.letGo(again)
    await stage.restore()
    expect([(await stage.read(again))?.role, await isBlocked(again)]).toEqual(['owner', false])
  })

  const leaves = {
    there: async () => {},
    'there, and unlinked': async (
      { stage, at, connection }: Awaited<ReturnType<typeof open>>,
      id: string,
    ) => {
      const body = { connectionId: connection.id }
      await stage.administrator.call('unlinkUser', { ...at(id), body })
    },
    'there, and the connection replaced': async ({
      stage,
      connection,
      way,
    }: Awaited<ReturnType<typeof open>>) => {
      const params = { slug: stage.slug }
      const metadataXml = stage.company.provider.metadata()
      const body = { name: 'Next', identityProvider: 'okta', metadataXml, active: true } as const
      await service.admin.call('deleteConnection', { params: { ...params, id: connection.id } })
      const { id } = await service.admin.call('createConnection', { params, body })
      const [domain] = (await service.admin.call('listDomains', { params })).items
      const tied = { params: { ...params, id: domain?.id ?? '' }, body: { connectionIds: [id] } }
      await service.admin.call('updateDomain', tied)
      way.login = `/saml/${id}/login`
    },
    removed: async ({ stage }: Awaited<ReturnType<typeof open>>, id: string) => {
      expect((await remove(stage.directory, id)).status).toBe(204)
    },
    'unlinked, and removed': async (opened: Awaited<ReturnType<typeof open>>, id: string) => {
      await leaves['there, and unlinked'](opened, id)
      await leaves.removed(opened, id)
    },
  } as const

  const proofs = (['unconfirmed', 'directory'] as const).flatMap((make) =>
    (Object.keys(leaves) as (keyof typeof leaves)[]).map((left) => ({ make, left })),
  )
  it.each(draw(`proved addresses of blocked accounts, ${store}`, proofs, 3))(
    'K10: who has signed in to a blocked account stays out by the address that they proved there: made by $make, $left',
    async ({ make, left }) => {
      const opened = await open()
      const { stage, address, name, come, block } = opened
      const own = `own-${name}`
      const id = await stage[make].user(own, { emails: [{ value: `shown-${address}` }] })
      expect(await come(own, `before-${address}`)).toBe('member')
      expect(await come(own, address)).toBe('member')
      await block(id)
      await leaves[left](opened, id)
      // Nobody else is: not whoever has the address that they had proved before the last one.
      expect([
        await come(own, `alt-${address}`),
        await come(`another-${name}`, address),
        await come(`other-${name}`, `before-${address}`),
      ]).toEqual(['out', 'out', 'member'])
    },
  )

  it('K11: what activity says of a block that a claim ends is true of an address that the page showed', async () => {
    const { stage, slug, address, name, block, isBlocked } = await open()
    const emails = [{ value: address }]
    const first = await stage.unconfirmed.user(name, { emails })
    await block(first)
    await remove(stage.unconfirmed, first)
    const id = await stage.unconfirmed.user(`next-${name}`, { emails })
    expect(await isBlocked(id)).toBe(true)
    expect(await stage.directory.user(`next-${name}`, { emails })).toBe(id)
    expect(await isBlocked(id)).toBe(false)
    await service.flushActivity()
    const query = { kind: 'scim', limit: 1 } as const
    const { items } = await service.admin.call('listActivity', { params: { slug }, query })
    expect(items[0]?.explanation).toMatch(
      /It is no longer blocked: the block was said of another account, and passed on by names that a key wrote before anybody confirmed/,
    )
    expect(items[0]?.explanation).not.toMatch(/nobody has blocked/)
  })

  it.each([
    { already: false, more: {} },
    { already: false, more: { displayName: 'Somebody' } },
    { already: true, more: {} },
  ])(
    'M6: what the directory says of who is in stands also where it is so already: $already, with $more',
    async ({ already, more }) => {
      const { stage, name, address, come } = await open()
      const emails = [{ value: address }]
      const id = await stage.unconfirmed.user(name, { externalId: `own-${name}`, emails })
      if (!already) await patch(stage.unconfirmed, id, { active: false })
      expect((await patch(stage.directory, id, { active: already, ...more })).status).toBe(200)
      expect((await patch(stage.unconfirmed, id, { active: !already })).status).toBe(403)
      expect(await come(`own-${name}`, address)).toBe(already ? 'member' : 'out')
    },
  )

  it('M6: a directory that says nothing of it leaves who is in to the key that made the account', async () => {
    const { stage, name, address } = await open()
    const id = await stage.unconfirmed.user(name, { emails: [{ value: address }] })
    expect((await patch(stage.directory, id, { displayName: 'Somebody' })).status).toBe(200)
    expect((await patch(stage.unconfirmed, id, { active: false })).status).toBe(200)
  })
})
