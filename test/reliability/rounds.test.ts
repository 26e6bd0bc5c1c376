// Rounds over organizations that ask servers of theirs: one whose servers hold back keeps nobody else waiting.
// Judges: server/organizations, server/anchors, server/base.
import { createEnvelope, createLog, openOperatorKey } from '@rollcall/server'
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { refreshDueMetadata } from '../../packages/server/src/anchors/refresh.ts'
import { createTimeLimit, forEachOf } from '../../packages/server/src/base/few.ts'
import { pruneAnchors } from '../../packages/server/src/connections/anchor-rows.ts'
import { forgetEnded } from '../../packages/server/src/directory/places.ts'
import { sealEvents } from '../../packages/server/src/events/seal.ts'
import { removeEarlierGenerations } from '../../packages/server/src/holdings/generations.ts'
import { recheckDomains } from '../../packages/server/src/organizations/domain-rechecks.ts'
import { purgeDeletedOrganizations } from '../../packages/server/src/organizations/purge.ts'
import { mendCircles } from '../../packages/server/src/provisioning/mend-circles.ts'
import { type MetadataText, readMetadata } from '../../packages/server/src/saml/read-elsewhere.ts'
import { createScope, type Database } from '../../packages/server/src/store/database.ts'
import { noteDue } from '../../packages/server/src/store/due.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { purgeDeletedPeople } from '../../packages/server/src/users/purge-deleted.ts'
import { forEachStore, type Service } from '../harness/service.ts'

const dayMs = 86_400_000
const running = (): boolean => false

/** Whoever is asked first of some answers only when all the others have been asked. */
function createHoldBack(names: readonly string[]) {
  const asked = new Set<string>()
  const all = Promise.withResolvers<void>()
  return async (name: string): Promise<void> => {
    if (!names.includes(name)) return
    asked.add(name)
    if (asked.size === names.length) all.resolve()
    if (asked.size === 1) await all.promise
  }
}

forEachStore((start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })
  const newOrganization = async () => ({ slug: (await service.createOrganization()).organization.slug })
  const prove = async (params: { slug: string }, name: string) => {
    const added = await service.admin.call('createDomain', { params, body: { name } })
    service.txtRecords.set(added.txtRecord.name, [added.txtRecord.value])
    await service.admin.call('verifyDomain', { params: { ...params, id: added.id } })
    return added.txtRecord.name
  }
  const connect = async (params: { slug: string }, name: string) => {
    const provider = createSamlProvider({ baseUrl: `https://${name}`, key: createSamlKey() })
    const metadataUrl = `https://${name}/metadata`
    service.metadataPages.set(metadataUrl, provider.metadata())
    const body = { name, identityProvider: 'okta' as const, metadataUrl }
    await service.admin.call('createConnection', { params, body })
    return metadataUrl
  }
  const refresh = (fetchMetadata: (url: string) => Promise<string>, limits?: object) =>
    refreshDueMetadata(
      service.database,
      {
        url: service.url,
        isDev: false,
        fetchMetadata,
        fetchDiscovery: fetchMetadata,
        readMetadata: (text: MetadataText) => readMetadata({ organizationId: '', part: '' }, text),
        envelope: createEnvelope(['unused']),
        operatorMail: undefined,
      },
      service.now(),
      running,
      ...((limits === undefined ? [] : [limits]) as []),
    )
  const page = (url: string): string => service.metadataPages.get(url) ?? ''

  it('G6: one organization’s slow metadata servers keep no certificate of another one waiting', async () => {
    const urls = [
      await connect(await newOrganization(), 'one.test'),
      await connect(await newOrganization(), 'two.test'),
      await connect(await newOrganization(), 'three.test'),
    ]
    await noteDue(service.database)
    service.advance(dayMs + 1)
    const answer = createHoldBack(urls)
    const seen: string[] = []
    await refresh(async (url) => {
      await answer(url)
      seen.push(url)
      return page(url)
    })
    expect(seen).toEqual(expect.arrayContaining(urls))
  })

  it('G6: what is left of one whose servers take their time is looked at in the next run', async () => {
    const params = await newOrganization()
    const own = [
      await connect(params, 'first.test'),
      await connect(params, 'second.test'),
      await connect(params, 'third.test'),
    ]
    await noteDue(service.database)
    service.advance(dayMs + 1)
    const asked: string[] = []
    const run = async () => {
      service.advance(600_000)
      const before = asked.length
      await refresh(
        async (url) => {
          if (own.includes(url)) asked.push(url)
          return page(url)
        },
        { atOnce: 2, organizationMs: 0 },
      )
      return asked.length - before
    }
    expect([await run(), await run(), await run(), await run()]).toEqual([1, 1, 1, 0])
    expect(asked.toSorted()).toEqual(own.toSorted())
  })

  it('R13-b7: a connection that is deleted while its metadata is fetched ends nobody else’s look', async () => {
    const params = await newOrganization()
    const own = [
      await connect(params, 'leaving.test'),
      await connect(params, 'staying.test'),
      await connect(params, 'last.test'),
    ]
    await noteDue(service.database)
    service.advance(dayMs + 1)
    const { items } = await service.admin.call('listConnections', { params })
    const asked: string[] = []
    const deleted = new Set<string>()
    await refresh(async (url) => {
      if (!own.includes(url)) return page(url)
      asked.push(url)
      // The first of those that are asked, and the second, which is not asked any more.
      for (const { id } of asked.length === 1 ? items.filter((one) => one.name !== 'last.test') : []) {
        deleted.add(id)
        await service.admin.call('deleteConnection', { params: { ...params, id } })
      }
      return page(url)
    })
    expect(deleted.size).toBe(2)
    expect(asked).toContain('https://last.test/metadata')
    const [left] = (await service.admin.call('listConnections', { params })).items
    expect(left).toMatchObject({ name: 'last.test', metadataError: null })
    // And when the organization is due is known: a day after that.
    asked.length = 0
    service.advance(dayMs + 1)
    await refresh(async (url) => {
      if (own.includes(url)) asked.push(url)
      return page(url)
    })
    expect(asked).toEqual(['https://last.test/metadata'])
  })

  it('G6b: one organization’s slow name servers keep no domain of another one from being looked at', async () => {
    const names = [
      await prove(await newOrganization(), 'one-names.test'),
      await prove(await newOrganization(), 'two-names.test'),
    ]
    service.advance(dayMs + 1)
    const answer = createHoldBack(names)
    const seen: string[] = []
    const resolve = async (name: string) => {
      await answer(name)
      seen.push(name)
      return service.txtRecords.get(name) ?? []
    }
    await recheckDomains(service.database, resolve, service.now(), running)
    expect(seen).toEqual(expect.arrayContaining(names))
  })

  it('G6b: a domain about which DNS gave no answer is asked about again after an hour', async () => {
    const name = await prove(await newOrganization(), 'mute.test')
    service.advance(dayMs + 1)
    let [count, isMute] = [0, true]
    const resolve = async (wanted: string) => {
      if (wanted === name) count += 1
      if (wanted === name && isMute) throw new Error('no answer')
      return service.txtRecords.get(wanted) ?? []
    }
    const run = () => recheckDomains(service.database, resolve, service.now(), running)
    await run()
    service.advance(600_000)
    await run()
    expect(count).toBe(1)
    service.advance(3_000_000)
    isMute = false
    await run()
    await run()
    expect(count).toBe(2)
    service.advance(dayMs)
    await run()
    expect(count).toBe(3)
  })

  it('G6b: what is left of one whose name servers take their time is looked at in the next run', async () => {
    const params = await newOrganization()
    const own = [await prove(params, 'a-names.test'), await prove(params, 'b-names.test')]
    service.advance(dayMs + 1)
    const asked: string[] = []
    const run = async () => {
      const before = asked.length
      const resolve = async (name: string) => {
        if (own.includes(name)) asked.push(name)
        return service.txtRecords.get(name) ?? []
      }
      const limits = { atOnce: 2, organizationMs: 0 }
      await recheckDomains(service.database, resolve, service.now(), running, limits)
      return asked.length - before
    }
    expect([await run(), await run(), await run()]).toEqual([1, 1, 0])
    expect(asked.toSorted()).toEqual(own.toSorted())
  })
})

forEachStore((start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
    for (const isDeleted of [false, false, true, true]) {
      const { organization } = await service.createOrganization()
      const params = { slug: organization.slug }
      const body = { name: 'Okta', identityProvider: 'okta' as const }
      await service.admin.call('createConnection', { params, body })
      const waits = organizationQuery(({ db, organizationId }) =>
        db.insertInto('session_generation').values({
          organization_id: organizationId,
          user_id: 'usr_waits',
          sessions: 1,
          records: 1,
          is_waiting: 1,
        }),
      )
      await service.database.inOrganization(createScope(organization.id), async (tx) => tx.write(waits, {}))
      const confirm = organization.slug
      await service.admin.call('createPortalLink', { params, body: { role: 'admin' } })
      if (isDeleted) await service.admin.call('deleteOrganization', { params, body: { confirm } })
    }
    await sealEvents(service.database, createLog('silent', false), service.now(), running)
  })
  const rounds: Readonly<Record<string, (database: Database) => Promise<unknown>>> = {
    purgeDeletedOrganizations: (database) => purgeDeletedOrganizations(database, running),
    purgeDeletedPeople: (database) => purgeDeletedPeople(database, service.now(), running),
    pruneAnchors: (database) => pruneAnchors(database, service.now(), running),
    forgetEnded: (database) => forgetEnded(database, service.now(), running),
    mendCircles: (database) => mendCircles(database, createLog('silent', false), service.now(), running),
    removeEarlierGenerations: (database) => removeEarlierGenerations(database, running),
  }
  /** The store, in which nothing can be done for one organization: the one that is visited first. */
  const failFirst = (...before: readonly string[]) => {
    const visited = new Set(before)
    const failOne = <T>(id: string, work: () => Promise<T>): Promise<T> => {
      visited.add(id)
      const [first] = visited
      return id === first ? Promise.reject(new Error('a statement of one')) : work()
    }
    const { database } = service
    const failing: Database = {
      ...database,
      inOrganization: (scope, work) =>
        failOne(scope.organizationId, () => database.inOrganization(scope, work)),
      readOrganization: (scope, statement, args) =>
        failOne(scope.organizationId, () => database.readOrganization(scope, statement, args)),
    }
    return { failing, visited }
  }
  describe('a start', () => {
    const told: unknown[] = []
    const open = (database: Database, key: string | undefined) =>
      openOperatorKey(database, key, service.now(), (error) => void told.push(error))
    const another = 'another-operator-key-0123456789abcdefgh'
    it('under the same operator key goes on where it fails for one organization', async () => {
      const { failing, visited } = failFirst()
      await open(failing, service.operatorKey)
      expect([told.length, visited.size > 1]).toEqual([1, true])
    })
    it('under another key is refused, and again until all that was made under the one before has ended', async () => {
      const { organization } = await service.createOrganization()
      const params = { slug: organization.slug }
      const { id } = await service.admin.call('createPortalLink', { params, body: { role: 'owner' } })
      // As a version before this one made it.
      const unnamed = organizationQuery(({ db, organizationId }) =>
        db.updateTable('portal_link').set({ key_hash: null }).where('organization_id', '=', organizationId),
      )
      const scope = createScope(organization.id)
      await service.database.inOrganization(scope, async (tx) => tx.write(unnamed, {}))
      const sizes: number[] = []
      for (const key of [undefined, another, another, undefined]) {
        const { failing, visited } = failFirst(organization.id)
        await expect(open(failing, key)).rejects.toThrow('a statement of one')
        sizes.push(visited.size)
      }
      // All the others had their turn.
      expect(sizes[0]).toBeGreaterThan(1)
      await open(service.database, another)
      const ended = organizationQuery(({ db, organizationId }) =>
        db.selectFrom('portal_link').select(['id', 'ended_at']).where('organization_id', '=', organizationId),
      )
      const rows = await service.database.readOrganization(scope, ended, {})
      expect(rows).toEqual([{ id, ended_at: expect.anything() }])
      // Of a key that a start made and showed to nobody nothing is left.
      expect((await open(service.database, undefined)).fresh).toBeDefined()
    })
  })
  it.each(Object.keys(rounds))(
    '%s goes on where it fails for one organization, and says so in the end',
    async (name) => {
      const { failing, visited } = failFirst()
      await expect(rounds[name]?.(failing)).rejects.toThrow('a statement of one')
      expect(visited.size).toBeGreaterThan(1)
    },
  )
})

describe('G6: a round', () => {
  async function* each(count: number): AsyncGenerator<number> {
    for (let at = 0; at < count; at += 1) yield at
  }

  it('has so many under way and no more, and comes to each once', async () => {
    let [underWay, most] = [0, 0]
    const seen: number[] = []
    await forEachOf(each(40), 3, async (one) => {
      underWay += 1
      most = Math.max(most, underWay)
      await new Promise(setImmediate)
      seen.push(one)
      underWay -= 1
    })
    expect([most, seen.toSorted((a, b) => a - b)]).toEqual([3, Array.from({ length: 40 }, (_, at) => at)])
  })

  it('goes on where one fails, and says so in the end', async () => {
    const seen: number[] = []
    const round = forEachOf(each(5), 2, async (one) => {
      seen.push(one)
      if (one === 1) throw new Error('one failed')
    })
    await expect(round).rejects.toThrow('one failed')
    expect(seen.toSorted()).toEqual([0, 1, 2, 3, 4])
  })

  it('of which the time is up begins nothing more', () => {
    expect([createTimeLimit(0)(), createTimeLimit(600_000)()]).toEqual([true, false])
  })
})
