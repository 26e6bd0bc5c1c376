// What an administrator said of somebody holds when the directory removes them and makes them anew: a sample of test/security/kept-words.ts,
// and what ends it. The whole is played by test/endurance.
// Judges: server/users, server/provisioning.
import { beforeAll, expect, it } from 'vitest'
import { purgeDeletedPeople } from '../../packages/server/src/users/purge-deleted.ts'
import { createBrowser } from '../harness/browser.ts'
import { clientOf, openCaller } from '../harness/callers.ts'
import { deal, draw } from '../harness/sample.ts'
import { forEachStore } from '../harness/service.ts'
import { readForm } from '../harness/sso.ts'
import { patchOp, userUrn } from '../scim/client.ts'
import {
  type Beside,
  type Case,
  createStage,
  listBesides,
  listCases,
  run,
  runBeside,
  type Somebody,
  type Stage,
  wantedBeside,
  wantedOf,
} from './kept-words.ts'

const dayMs = 86_400_000

// Each door with a block, the origins in turn; each word once.
const sample = listCases().filter(({ origin, word, door }, _, all) => {
  const doors = [...new Set(all.map((one) => one.door))]
  const origins = [...new Set(all.map((one) => one.origin))]
  const turn = doors.indexOf(door) % origins.length
  if (word === 'blocked as a member')
    return origins.indexOf(origin) === (door.includes('externalId') ? 0 : turn)
  return origins.indexOf(origin) === 0 && doors.indexOf(door) === word.length % doors.length
})

// Each way with a block, of accounts that are there and removed ones in turn; and each with another word.
const besides = listBesides().filter(({ beside, said, way, isRemoved }, _, all) => {
  const own = all.filter((one) => one.way === way && one.said === said)
  const turn = [...new Set(all.map((one) => one.way))].indexOf(way) + said.length
  const { beside: wanted, isRemoved: isGone } = own[turn % own.length] ?? all[0] ?? {}
  return said !== 'blocked, and unblocked' && beside === wanted && isRemoved === isGone
})

forEachStore((start, store) => {
  let stage: Stage
  beforeAll(async () => {
    stage = await createStage(await start())
  })

  it.each(deal('words that are kept', sample, store))(
    'kept: $origin, $word, back by $door',
    async (one: Case) => {
      expect(await run(stage, one)).toEqual(wantedOf(one))
    },
  )

  it.each(draw(`accounts beside a blocked one, ${store}`, besides, 10))(
    'F5: $beside, $said, then $way, removed: $isRemoved',
    async (one: Beside) => {
      expect(await runBeside(stage, one)).toEqual(wantedBeside(one))
    },
  )

  /** Blocked, and removed. */
  const out = async (somebody: Somebody) => {
    const id = await stage.begin('provisioned', somebody)
    await stage.say('blocked as a member', id)
    await stage.remove(id)
  }
  const isBlocked = async (id: string) => (await stage.read(id)).blockedAt !== null
  const come = async ({ n, address }: Somebody, name = 'after') => {
    const { role, code } = await stage.signIn(`${name}-${n}`, address)
    return role ?? code
  }

  it('kept: activity says why, and how an administrator lifts it', async () => {
    const somebody = stage.toSomebody()
    await out(somebody)
    await stage.comeBack('a POST with the externalId', somebody)
    await stage.service.flushActivity()
    const { items } = await stage.service.admin.call('listActivity', {
      params: stage.params,
      query: { kind: 'scim', limit: 1 },
    })
    expect(items[0]?.explanation).toMatch(
      /^Created .*It is blocked: an administrator blocked .* unblocks it under Users/,
    )
    const listed = stage.toSomebody()
    await out(listed)
    await stage.comeBack('Bulk', listed)
    await stage.service.flushActivity()
    const query = { kind: 'scim', limit: 1 } as const
    const bulk = await stage.service.admin.call('listActivity', { params: stage.params, query })
    expect(bulk.items[0]?.explanation).toMatch(
      /^Bulk request of 1 operation: .*It is blocked: an administrator/,
    )
    const other = stage.toSomebody()
    await out(other)
    const { explanation } = await stage.signIn(`after-${other.n}`, other.address)
    expect(explanation).toMatch(
      /a new account ends no block: the one that this sign-in made is blocked\. Unblock/,
    )
    const again = await stage.signIn(`after-${other.n}`, other.address)
    expect(again.explanation).toMatch(/^An administrator has blocked this person\. Unblock/)
  })

  it('kept: another externalId, by a confirmed key, is another person', async () => {
    const somebody = stage.toSomebody()
    await out(somebody)
    const id = await stage.begin('provisioned', { ...somebody, externalId: `hired-${somebody.n}` })
    expect([await isBlocked(id), await come(somebody)]).toEqual([false, 'member'])
  })

  it('kept: what an administrator lifts is lifted for the person, however often they are removed', async () => {
    const somebody = stage.toSomebody()
    await out(somebody)
    for (const door of ['a POST with the externalId', 'a POST of the name alone'] as const) {
      const id = await stage.comeBack(door, somebody)
      if (door === 'a POST with the externalId') {
        expect(await isBlocked(id)).toBe(true)
        await stage.administrator.call('reactivateUser', { params: { ...stage.params, id } })
      } else expect(await isBlocked(id)).toBe(false)
      await stage.remove(id)
    }
    expect(await come(somebody)).toBe('member')
  })

  it('kept: nobody ends it by being somebody else in between', async () => {
    const somebody = stage.toSomebody()
    await out(somebody)
    const id = await stage.directory.user(`between-${somebody.n}`)
    const value = { userName: somebody.address, emails: [{ value: somebody.address }] }
    const change = { schemas: [patchOp], Operations: [{ op: 'replace', value }] }
    expect((await stage.directory.send('PATCH', `/Users/${id}`, change)).status).toBe(200)
    await stage.remove(id)
    const back = await stage.comeBack('a POST of the name alone', somebody)
    expect(await isBlocked(back)).toBe(true)
  })

  const call = async (client: Stage['directory'], id: string, value: object) => {
    const change = { schemas: [patchOp], Operations: [{ op: 'replace', value }] }
    return (await client.send('PATCH', `/Users/${id}`, change)).status
  }
  const nameless = (n: number) => ({ userName: `x-${n}`, emails: [] })

  it('kept D1: whoever is called otherwise by the directory instead of being removed stays out under the names of before', async () => {
    // Claimed under another name: what they signed in by is linked no more.
    const earlier = stage.toSomebody()
    expect(await come(earlier, 'own')).toBe('member')
    const known = await stage.idOf(earlier.address)
    await stage.say('blocked as a member', known)
    expect(await call(stage.directory, known, nameless(earlier.n))).toBe(200)
    expect(await come(earlier, 'own')).toBe('user_blocked')
    expect(await come(earlier)).toBe('identity_changed')
    // Said to be another person, so that nothing of the earlier one is left, and posted anew.
    const { n, address, externalId } = stage.toSomebody()
    const somebody = { n, address, externalId }
    const id = await stage.directory.user(address, { externalId, emails: [{ value: address }] })
    expect(await come(somebody, 'own')).toBe('member')
    await stage.say('blocked as a member', id)
    expect(await call(stage.directory, id, { active: false })).toBe(200)
    expect(await call(stage.directory, id, { ...nameless(n), externalId: `other-${n}` })).toBe(200)
    const back = await stage.directory.user(address, { externalId, emails: [{ value: address }] })
    expect(await come(somebody, 'own')).toBe('user_blocked')
    await stage.administrator.call('reactivateUser', { params: { ...stage.params, id: back } })
    expect(await come(somebody, 'own')).toBe('member')
    const { previousId } = (await stage.eventsOf(back, 'user.provisioned'))[0] ?? {}
    expect(previousId ?? null).toBeNull()
  })

  it('kept D1: the identity that a directory takes from a blocked account is still theirs, with whatever address', async () => {
    const somebody = stage.toSomebody()
    const { n, address, externalId } = somebody
    const id = await stage.directory.user(address, { externalId, emails: [{ value: address }] })
    expect(await come(somebody, 'own')).toBe('member')
    await stage.say('blocked as a member', id)
    expect(await call(stage.directory, id, { active: false })).toBe(200)
    expect(await call(stage.directory, id, { ...nameless(n), externalId: `other-${n}` })).toBe(200)
    expect(await come({ ...somebody, address: `alt-${address}` }, 'own')).toBe('user_blocked')
  })

  it('kept D1: a lower role by hand holds under the names of before, too', async () => {
    const { n, address, externalId } = stage.toSomebody()
    const id = await stage.directory.user(address, { externalId, emails: [{ value: address }] })
    await stage.say('given a lower role by hand', id)
    expect(await call(stage.directory, id, nameless(n))).toBe(200)
    const back = await stage.directory.user(address, { emails: [{ value: address }] })
    await stage.join(back)
    expect((await stage.read(back)).role).toBe('member')
  })

  it.each(['blocked as a member', 'given a lower role by hand'] as const)(
    'kept D1: an unconfirmed key renames nobody who was %s, so that it neither lets them in nor keeps others out',
    async (word) => {
      const [somebody, other] = [stage.toSomebody(), stage.toSomebody()]
      expect(await come(somebody, 'own')).toBe('member')
      const claimed = await stage.idOf(somebody.address)
      const made = await stage.unconfirmed.user(`made-${somebody.n}`)
      for (const id of [claimed, made]) {
        await stage.say(word, id)
        const emails = [{ value: other.address }]
        for (const value of [{ emails }, { userName: other.address }, nameless(somebody.n)])
          expect(await call(stage.unconfirmed, id, value)).toBe(403)
      }
      expect(await call(stage.unconfirmed, made, { title: 'Cook' })).toBeLessThan(300)
      expect(await come(other)).toBe('member')
      expect(await come(somebody, 'own')).toBe(word === 'blocked as a member' ? 'user_blocked' : 'member')
    },
  )

  it('kept D1: another name of the same person leaves nothing when the block is lifted', async () => {
    const somebody = stage.toSomebody()
    const { address, externalId, n } = somebody
    const id = await stage.begin('provisioned', somebody)
    await stage.say('blocked as a member', id)
    const married = `m-${n}@${stage.company.domain}`
    const value = { userName: married, emails: [{ value: married }] }
    const change = { schemas: [patchOp], Operations: [{ op: 'replace', value }] }
    expect((await stage.directory.send('PATCH', `/Users/${id}`, change)).status).toBe(200)
    expect(await come({ n, address: married, externalId })).toBe('user_blocked')
    await stage.administrator.call('reactivateUser', { params: { ...stage.params, id } })
    expect(await come({ n, address: married, externalId })).toBe('member')
    expect(await isBlocked(await stage.directory.user(address))).toBe(false)
  })

  const invite = async ({ address }: Somebody, role: 'member' | 'admin' = 'member') => {
    const body = { email: address, role, days: 7 } as const
    const made = await stage.administrator.call('createInvitation', { params: stage.params, body })
    return async () => {
      const browser = createBrowser(stage.service.url, stage.service.send)
      const token = made.url?.split('token=')[1]
      return (await browser.call('POST', '/invitation-acceptances', { token })).status
    }
  }

  const at = (id: string) => ({ params: { ...stage.params, id } })
  const activity = async () => {
    await stage.service.flushActivity()
    const query = { kind: 'scim', limit: 1 } as const
    return (await stage.service.admin.call('listActivity', { params: stage.params, query })).items[0]
  }
  /** Somebody who signed in, whom an administrator has blocked. */
  const blockedGuest = async () => {
    const somebody = stage.toSomebody()
    expect(await come(somebody, 'own')).toBe('member')
    const id = await stage.idOf(somebody.address)
    await stage.say('blocked as a member', id)
    return { ...somebody, id }
  }

  it('F5: activity says why an account is blocked that a directory calls by a blocked one’s address; lifted, it stays so', async () => {
    const { address, n, id: first } = await blockedGuest()
    const id = await stage.directory.user(`y-${n}`)
    expect(await call(stage.directory, id, { emails: [{ value: address }] })).toBe(200)
    expect(await isBlocked(id)).toBe(true)
    expect((await activity())?.explanation).toMatch(
      /^Updated "y-\d+"\. It is blocked: an administrator blocked another account of this person, .* unblocks it under Users\.$/,
    )
    await stage.administrator.call('reactivateUser', at(id))
    for (const value of [{ title: 'Cook' }, { active: false }, { active: true }])
      expect(await call(stage.directory, id, value)).toBe(200)
    expect([await isBlocked(id), await isBlocked(first)]).toEqual([false, true])
  })

  it('F5: nobody who was given a role of the console by hand is blocked by a name that a directory writes; by a rule they are', async () => {
    const { address, n } = await blockedGuest()
    const ids = [await stage.directory.user(`h-${n}`), await stage.directory.user(`r-${n}`)]
    await stage.give(ids[0] ?? '', 'admin')
    await stage.join(ids[1] ?? '')
    for (const id of ids) expect(await call(stage.directory, id, { emails: [{ value: address }] })).toBe(200)
    const seen = []
    for (const id of ids) seen.push([(await stage.read(id)).role, await isBlocked(id)])
    expect(seen).toEqual([
      ['admin', false],
      ['admin', true],
    ])
  })

  it('F5: an unconfirmed key says of nobody whom it did not make that they are a blocked one', async () => {
    const [somebody, other] = [stage.toSomebody(), stage.toSomebody()]
    await stage.say('blocked as a member', await stage.begin('provisioned', somebody))
    expect(await come(other, 'own')).toBe('member')
    const id = await stage.idOf(other.address)
    const { externalId } = somebody
    expect(await call(stage.unconfirmed, id, { externalId })).toBe(403)
    const body = { schemas: [userUrn], userName: other.address, externalId }
    expect((await stage.unconfirmed.send('POST', '/Users', body)).status).toBe(409)
    expect([await isBlocked(id), await come(other, 'own')]).toEqual([false, 'member'])
  })

  it('F5: a block that was said of another account while somebody was out holds when the directory lets them in', async () => {
    const { n, address, externalId } = stage.toSomebody()
    const id = await stage.directory.user(address, { externalId, emails: [{ value: address }] })
    const users = [{ userName: `o-${n}`, email: address }]
    const body = { dryRun: false, users }
    await stage.administrator.call('importUsers', { params: stage.params, body })
    const other = await stage.idOf(`o-${n}`)
    // Said of one of two who are in, it is of that one.
    await stage.administrator.call('deactivateUser', at(other))
    expect(await isBlocked(id)).toBe(false)
    await stage.administrator.call('reactivateUser', at(other))
    stage.service.advance(1_000)
    expect(await call(stage.directory, id, { active: false })).toBe(200)
    stage.service.advance(1_000)
    await stage.administrator.call('deactivateUser', at(other))
    expect(await call(stage.directory, id, { active: true })).toBe(200)
    expect(await isBlocked(id)).toBe(true)
  })

  // Out by the directory, called so by another account that is blocked meanwhile, and in again.
  const blockBeside = async (somebody: Somebody, by: 'an import' | 'an unconfirmed key') => {
    const { n, address } = somebody
    const id = await stage.directory.user(address, { emails: [{ value: address }] })
    expect(await come(somebody)).toBe('member')
    await stage.service.admin.call('updateUser', { ...at(id), body: { role: 'owner' } })
    stage.service.advance(1_000)
    expect(await call(stage.directory, id, { active: false })).toBe(200)
    stage.service.advance(1_000)
    const users = [{ userName: `decoy-${n}`, email: address }]
    const body = { dryRun: false, users }
    if (by === 'an import') await stage.administrator.call('importUsers', { params: stage.params, body })
    else await stage.unconfirmed.user(`decoy-${n}`, { emails: [{ value: address }] })
    const decoy = await stage.idOf(`decoy-${n}`)
    await stage.administrator.call('deactivateUser', at(decoy))
    stage.service.advance(1_000)
    expect(await call(stage.directory, id, { active: true })).toBe(200)
    const { explanation } = (await activity()) ?? {}
    return { id, decoy, explanation }
  }

  it('G4: no block of an administrator holds for an owner by another account of their name, who is let in again or called so', async () => {
    const somebody = stage.toSomebody()
    const { id, decoy, explanation } = await blockBeside(somebody, 'an import')
    expect(explanation).toMatch(/It is an owner's, and not blocked: an administrator blocked another account/)
    expect([await isBlocked(id), await come(somebody)]).toEqual([false, 'owner'])
    // Lifted, it takes nothing; nor is a role of that account the owner's.
    await stage.administrator.call('reactivateUser', at(id))
    await stage.administrator.call('updateUser', { ...at(decoy), body: { role: 'member' } })
    const emails = [{ value: somebody.address }, { value: `more-${somebody.address}` }]
    expect(await call(stage.directory, id, { emails })).toBe(200)
    expect([await isBlocked(id), await come(somebody)]).toEqual([false, 'owner'])
  })

  it('G4: a block that the operator said of it does hold, and only whoever may block an owner lifts it', async () => {
    const somebody = stage.toSomebody()
    const { id, decoy } = await blockBeside(somebody, 'an import')
    await stage.administrator.call('reactivateUser', at(decoy))
    expect(await call(stage.directory, id, { active: false })).toBe(200)
    stage.service.advance(1_000)
    await stage.service.admin.call('deactivateUser', at(decoy))
    expect(await call(stage.directory, id, { active: true })).toBe(200)
    expect(await isBlocked(id)).toBe(true)
    const lift = stage.administrator.call('reactivateUser', at(id))
    await expect(lift).rejects.toMatchObject({ problem: { code: 'owner_required' } })
    expect([(await stage.read(id)).role, await isBlocked(id)]).toEqual(['owner', true])
    await stage.service.admin.call('reactivateUser', at(id))
    expect(await come(somebody)).toBe('owner')
  })

  it('G4b: nor by an account that an unconfirmed key made', async () => {
    const somebody = stage.toSomebody()
    const { id } = await blockBeside(somebody, 'an unconfirmed key')
    expect([await isBlocked(id), await come(somebody)]).toEqual([false, 'owner'])
  })

  // An owner whom the directory let go, and the account of another name in which they came back.
  const letOwnerGo = async (somebody: Somebody) => {
    const { n, address, externalId } = somebody
    const id = await stage.directory.user(address, { externalId, emails: [{ value: address }] })
    expect(await come(somebody)).toBe('member')
    await stage.service.admin.call('updateUser', { ...at(id), body: { role: 'owner' } })
    stage.service.advance(1_000)
    expect(await call(stage.directory, id, { active: false })).toBe(200)
    stage.service.advance(1_000)
    return { id, again: await stage.directory.user(`again-${n}`, { emails: [{ value: address }] }) }
  }
  const letIn = async (id: string) => {
    stage.service.advance(1_000)
    expect(await call(stage.directory, id, { active: true })).toBe(200)
  }
  /** Somebody who owns the organization, in a session of their own. */
  const settleOwner = async () => {
    const somebody = stage.toSomebody()
    const { n, address } = somebody
    expect(await come(somebody)).toBe('member')
    const id = await stage.idOf(address)
    await stage.service.admin.call('updateUser', { ...at(id), body: { role: 'owner' } })
    const { browser } = await stage.company.signIn({
      nameId: `after-${n}`,
      attributes: { email: [address] },
    })
    return { id, client: clientOf(stage.service, browser) }
  }
  const speakers = {
    'the operator': async () => ({ client: stage.service.admin, leave: async () => {} }),
    "a link of an owner's rung": async () => ({
      client: (await openCaller(stage.service, stage.params.slug, 'owner')).client,
      leave: async () => {},
    }),
    'an owner': async () => ({ ...(await settleOwner()), leave: async () => {} }),
    'an owner who is lowered then': async () => {
      const { id, client } = await settleOwner()
      const lower = () => stage.service.admin.call('updateUser', { ...at(id), body: { role: 'member' } })
      return { client, leave: lower }
    },
    'an owner who is gone then': async () => {
      const { id, client } = await settleOwner()
      const leave = async () => {
        const { userName } = await stage.read(id)
        // Claimed first: what the directory never said is not removed.
        expect(await stage.directory.user(userName)).toBe(id)
        await stage.remove(id)
      }
      return { client, leave }
    },
    'an owner, after an administrator': async (again: string) => {
      await stage.administrator.call('deactivateUser', at(again))
      return { ...(await settleOwner()), leave: async () => {} }
    },
  } as const

  it.each(Object.keys(speakers) as (keyof typeof speakers)[])(
    'H1: what %s says of another account of an owner holds for the owner',
    async (speaker) => {
      const somebody = stage.toSomebody()
      const { id, again } = await letOwnerGo(somebody)
      const { client, leave } = await speakers[speaker](again)
      await client.call('deactivateUser', at(again))
      await leave()
      await letIn(id)
      expect([await isBlocked(id), await come(somebody)]).toEqual([true, 'user_blocked'])
      // Nor does an administrator lift it.
      const lift = stage.administrator.call('reactivateUser', at(id))
      await expect(lift).rejects.toMatchObject({ problem: { code: 'owner_required' } })
    },
  )

  it('H1: an owner’s block that was passed on is still an owner’s where it is passed on once more', async () => {
    const somebody = stage.toSomebody()
    const { n, address } = somebody
    const { id, again } = await letOwnerGo(somebody)
    await (await settleOwner()).client.call('deactivateUser', at(again))
    await stage.remove(again)
    const third = await stage.directory.user(`third-${n}`, { emails: [{ value: address }] })
    expect(await isBlocked(third)).toBe(true)
    await letIn(id)
    expect(await isBlocked(id)).toBe(true)
  })

  it('H1: what an administrator says of an account after an owner said something else is no owner’s word', async () => {
    const somebody = stage.toSomebody()
    const { id, again } = await letOwnerGo(somebody)
    const { client } = await settleOwner()
    await client.call('deactivateUser', at(again))
    await client.call('reactivateUser', at(again))
    stage.service.advance(1_000)
    await stage.administrator.call('deactivateUser', at(again))
    await letIn(id)
    expect([await isBlocked(id), await come(somebody)]).toEqual([false, 'owner'])
  })

  // A key that nobody has confirmed makes an account that is blocked, and others with its address and the names of people.
  const spread = async (toBody: (one: Somebody) => { userName: string; emails: { value: string }[] }) => {
    const [decoy, somebody] = [stage.toSomebody(), stage.toSomebody()]
    const first = await stage.unconfirmed.user(`bad-${decoy.n}`, { emails: [{ value: decoy.address }] })
    await stage.administrator.call('deactivateUser', at(first))
    await stage.unconfirmed.send('DELETE', `/Users/${first}`)
    const { userName, emails } = toBody(somebody)
    const made = await stage.unconfirmed.user(userName, { emails: [{ value: decoy.address }, ...emails] })
    expect(await isBlocked(made)).toBe(true)
    return { somebody, made }
  }
  const minted = {
    'by name': ({ address }: Somebody) => ({ userName: address, emails: [] }),
    'by address': ({ n, address }: Somebody) => ({ userName: `mint-${n}`, emails: [{ value: address }] }),
  } as const
  const comers = {
    'who sign in': async () => {},
    'whom the directory makes': async ({ address, externalId }: Somebody) => {
      await stage.directory.user(address, { externalId, emails: [{ value: address }] })
    },
    'whom an administrator invited': async ({ address }: Somebody) => {
      const body = { email: address, role: 'member' as const }
      await stage.administrator.call('createInvitation', { params: stage.params, body })
    },
  } as const
  const unseen = (Object.keys(minted) as (keyof typeof minted)[]).flatMap((how) =>
    (Object.keys(comers) as (keyof typeof comers)[]).map((who) => [how, who] as const),
  )

  it.each(deal('blocks that an unconfirmed key spreads', unseen, store))(
    'H3: a block that an unconfirmed key spreads %s keeps nobody out %s',
    async (how, who) => {
      const { somebody, made } = await spread(minted[how])
      await comers[who](somebody)
      expect(await come(somebody)).toBe('member')
      if (how === 'by name' && who === 'whom the directory makes') {
        expect(await isBlocked(made)).toBe(false)
        expect(await stage.eventsOf(made, 'user.unblocked')).toHaveLength(1)
      }
    },
  )

  it('H3: an account of such a key that an administrator blocked under somebody’s very name keeps them out, and so it does claimed', async () => {
    for (const who of ['who sign in', 'whom the directory makes'] as const) {
      const somebody = stage.toSomebody()
      const id = await stage.unconfirmed.user(somebody.address)
      await stage.administrator.call('deactivateUser', at(id))
      await comers[who](somebody)
      expect([await come(somebody), await isBlocked(id)]).toEqual(['user_blocked', true])
    }
  })

  it('H3: of a block that was passed on by a name, a PATCH that lets somebody in lifts nothing', async () => {
    const { made } = await spread(minted['by name'])
    expect(await call(stage.directory, made, { active: false })).toBe(200)
    expect(await call(stage.directory, made, { active: true })).toBe(200)
    expect(await isBlocked(made)).toBe(true)
  })

  it('F5: a block that is lifted is lifted of the names of before, also of an account that has no externalId', async () => {
    const { n, address } = stage.toSomebody()
    const id = await stage.directory.user(address, { emails: [{ value: address }] })
    await stage.say('blocked as a member', id)
    expect(await call(stage.directory, id, nameless(n))).toBe(200)
    await stage.administrator.call('reactivateUser', at(id))
    expect(await call(stage.directory, id, { emails: [{ value: address }] })).toBe(200)
    expect(await isBlocked(id)).toBe(false)
    expect(await isBlocked(await stage.directory.user(address))).toBe(false)
  })

  it('F5: who was blocked and removed is known by their identity, whatever the address, once the name is another’s', async () => {
    const somebody = stage.toSomebody()
    const { n, address, externalId } = somebody
    const id = await stage.directory.user(address, { externalId, emails: [{ value: address }] })
    expect(await come(somebody, 'own')).toBe('member')
    await stage.say('blocked as a member', id)
    await stage.remove(id)
    await stage.directory.user(address, { externalId: `hired-${n}`, emails: [{ value: address }] })
    expect(await come({ ...somebody, address: `alt-${address}` }, 'own')).toBe('user_blocked')
  })

  const rules = { default: 'member', group: 'admin' } as const
  const makers = {
    provisioned: (one: Somebody) => stage.begin('provisioned', one),
    imported: async ({ n, address }: Somebody) => {
      const body = { dryRun: false, users: [{ userName: `m-${n}`, email: address }] }
      await stage.administrator.call('importUsers', { params: stage.params, body })
      return stage.idOf(`m-${n}`)
    },
    'who signed in': async (one: Somebody) => {
      expect(await come(one, 'own')).toBe('member')
      return stage.idOf(one.address)
    },
    'claimed after a sign-in': (one: Somebody) => stage.begin('claimed after a sign-in', one),
    deactivated: async (one: Somebody) => {
      const id = await stage.begin('provisioned', one)
      expect(await call(stage.directory, id, { active: false })).toBe(200)
      return id
    },
  }
  const confirmed = (Object.keys(makers) as (keyof typeof makers)[]).flatMap((maker) =>
    (['default', 'group'] as const).map((origin) => ({ maker, origin })),
  )

  it.each(deal('roles given by hand', confirmed, store))(
    'F7: the role of $origin that somebody has, $maker, is kept where it is given by hand',
    async ({ maker, origin }) => {
      const somebody = stage.toSomebody()
      const id = await makers[maker](somebody)
      if (origin === 'group') await stage.join(id)
      const role = rules[origin]
      const before = await stage.read(id)
      expect([before.role, before.roleOrigin]).toEqual([role, origin])
      const change = { ...at(id), body: { role } }
      for (let time = 0; time < 2; time += 1) await stage.administrator.call('updateUser', change)
      expect((await stage.read(id)).roleOrigin).toBe('hand')
      expect(await stage.eventsOf(id, 'user.role_confirmed')).toEqual([{ role, before: origin }])
      await stage.join(id, origin === 'group' ? 'remove' : 'add')
      expect((await stage.read(id)).role).toBe(role)
      const told = await stage.eventsOf(id, 'user.role_changed')
      expect(told.map(({ after }) => after)).toEqual(origin === 'group' ? ['admin'] : [])
      if (origin === 'group' || before.managedBy !== 'scim') return
      // And is a word that outlives a removal.
      await stage.remove(id)
      const back = await stage.comeBack('a POST with the externalId', somebody)
      await stage.join(back)
      expect((await stage.read(back)).role).toBe('member')
    },
  )

  it('F7: it ends what was offered above it, and so does a block that is said once more', async () => {
    const [one, other] = [stage.toSomebody(), stage.toSomebody()]
    const [accept, acceptOther] = [await invite(one, 'admin'), await invite(other, 'member')]
    for (const [somebody, word] of [
      [one, 'member'],
      [other, 'block'],
    ] as const) {
      const id = await stage.unconfirmed.user(somebody.address)
      if (word === 'member')
        await stage.administrator.call('updateUser', { ...at(id), body: { role: 'member' } })
      else await stage.administrator.call('deactivateUser', at(id))
      if (word === 'block') {
        const again = await invite(other, 'member')
        await stage.administrator.call('deactivateUser', at(id))
        expect(await again()).toBe(410)
      }
    }
    expect([await accept(), await acceptOther()]).toEqual([410, 410])
  })

  it('kept: a role that an administrator gives meanwhile counts, and not the lower one of before', async () => {
    const somebody = stage.toSomebody()
    const first = await stage.begin('provisioned', somebody)
    await stage.say('given a lower role by hand', first)
    await stage.remove(first)
    const second = await stage.comeBack('a POST with the externalId', somebody)
    await stage.give(second, 'admin')
    await stage.remove(second)
    const third = await stage.comeBack('a POST with the externalId', somebody)
    await stage.join(third)
    expect((await stage.read(third)).role).toBe('admin')
  })

  it.each(['accepts', 'signs in'] as const)(
    'kept: whom an administrator invites since is let in, who %s',
    async (how) => {
      const somebody = stage.toSomebody()
      await out(somebody)
      stage.service.advance(1_000)
      const accept = await invite(somebody)
      if (how === 'accepts') expect(await accept()).toBe(200)
      expect(await come(somebody)).toBe('member')
    },
  )

  it.each(['a block', 'a lower role'] as const)(
    'kept: %s ends an invitation that is still open, so that it brings nothing back',
    async (what) => {
      const somebody = stage.toSomebody()
      const [accept, acceptOther] = [
        await invite(somebody, 'admin'),
        await invite(stage.toSomebody(), 'admin'),
      ]
      const id = await stage.begin('provisioned', somebody)
      await stage.give(id, 'admin')
      if (what === 'a lower role') await stage.give(id, 'member')
      else await stage.administrator.call('deactivateUser', { params: { ...stage.params, id } })
      await stage.remove(id)
      expect([await accept(), await acceptOther()]).toEqual([410, 200])
    },
  )

  it('kept D4: a block of an account that has the address as its name alone holds for whoever signs in with it', async () => {
    const [named, invited, since] = [stage.toSomebody(), stage.toSomebody(), stage.toSomebody()]
    // An account that only an unconfirmed key made yields its name, and not the block.
    for (const somebody of [named, since]) {
      const id = await stage.unconfirmed.user(somebody.address)
      await stage.say('blocked as a member', id)
    }
    expect(await come(named)).toBe('user_blocked')
    expect(await come(named)).toBe('user_blocked')
    // An invitation of before would have had the name of any account below it.
    const accept = await invite(invited, 'admin')
    await stage.say('blocked as a member', await stage.directory.user(invited.address))
    expect(await accept()).toBe(410)
    expect(await come(invited)).toBe('user_name_taken')
    stage.service.advance(1_000)
    await invite(since)
    expect(await come(since)).toBe('member')
  })

  it('kept: the operator’s link makes an owner of whoever was blocked and removed', async () => {
    const somebody = stage.toSomebody()
    await out(somebody)
    const { company, service, params } = stage
    const link = await service.admin.call('createPortalLink', {
      params,
      body: { role: 'owner', email: somebody.address },
    })
    const browser = createBrowser(service.url, service.send)
    await browser.call('POST', '/portal-sessions', { token: link.url.split('#token=')[1] })
    const own = { params: { ...params, id: company.connection.id } }
    const { url } = await clientOf(service, browser).call('testConnection', own)
    const left = await browser.open(url)
    const person = { nameId: `after-${somebody.n}`, attributes: { email: [somebody.address] } }
    const answer = await company.provider.answer(left.url, person)
    const form = readForm(await browser.postFromElsewhere(answer.acsUrl, answer.form), 'link')
    expect((await browser.postOwn(form.action, form.fields)).status).toBe(200)
    expect(await come(somebody)).toBe('owner')
  })

  it('kept: until the final purge of whoever was removed', async () => {
    const [one, other] = [stage.toSomebody(), stage.toSomebody()]
    const ids = [await stage.begin('provisioned', one), await stage.begin('provisioned', other)]
    for (const id of ids) await stage.say('blocked as a member', id)
    for (const id of ids) {
      await stage.remove(id)
      stage.service.advance(16 * dayMs)
    }
    await purgeDeletedPeople(stage.service.database, stage.service.now(), () => false)
    const seen = []
    for (const somebody of [one, other])
      seen.push(await isBlocked(await stage.comeBack('a POST with the externalId', somebody)))
    expect(seen).toEqual([false, true])
  })
})
