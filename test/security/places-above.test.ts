// What an organization may have so and so many of: whoever stands below fills the places up to some that are kept for those above.
// Judges: server/base, server/directory, server/connections.
import { type Client, type OperationId, ProblemError } from '@rollcall/api'
import { beforeAll, expect, it } from 'vitest'
import { openCaller } from '../harness/callers.ts'
import { forOneStore, type Service } from '../harness/service.ts'

type Make = (client: Client, slug: string, number: number) => Promise<unknown>
const call = (operation: OperationId, client: Client, input: object): Promise<unknown> =>
  client.call(operation, input as never)

interface Kind {
  /** How many there are from the beginning. */
  readonly start: number
  readonly make: Make
  readonly upTo: Readonly<Record<string, number>>
}

const of =
  (operation: OperationId, bodyOf: (name: string) => object): Make =>
  (client, slug, number) =>
    call(operation, client, { params: { slug }, body: bodyOf(`n${number}`) })
const hundred = { contact: 70, administrator: 80, owner: 90, operator: 100 }

const kinds: Readonly<Record<string, Kind>> = {
  keys: { start: 1, make: of('createKey', (name) => ({ name })), upTo: hundred },
  clients: {
    start: 0,
    make: of('createOAuthClient', (name) => ({ name, method: 'client_secret' })),
    upTo: hundred,
  },
  domains: {
    start: 0,
    make: of('createDomain', (name) => ({ name: `${name}.test` })),
    upTo: { contact: 140, administrator: 160, owner: 180, operator: 200 },
  },
  connections: {
    start: 0,
    make: of('createConnection', (name) => ({ name, identityProvider: 'okta' })),
    upTo: { contact: 35, administrator: 40, owner: 45, operator: 50 },
  },
  certificates: {
    start: 1,
    async make(client, slug) {
      const { id } = (await call('createServiceKey', client, { params: { slug } })) as { id: string }
      await call('activateServiceKey', client, { params: { slug, id }, body: { overlapDays: 90 } })
    },
    upTo: { administrator: 8, owner: 9, operator: 10 },
  },
}

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  it.each(Object.entries(kinds))('BF5: the last %s are kept for whoever stands above', async (_, one) => {
    const { slug } = (await service.createOrganization()).organization
    let made = one.start
    const counts: Record<string, number> = {}
    for (const rung of Object.keys(one.upTo)) {
      const client =
        rung === 'operator'
          ? service.admin
          : (await openCaller(service, slug, rung as 'contact' | 'administrator' | 'owner')).client
      const isMade = () =>
        one.make(client, slug, made).then(
          () => true,
          (error: unknown) => {
            if (error instanceof ProblemError && /^too_many_/.test(error.problem.code)) return false
            throw error
          },
        )
      while (await isMade()) made += 1
      counts[rung] = made
    }
    expect(counts).toEqual(one.upTo)
  })
})
