// What /readyz says of a database that is there and takes no writes: a load balancer leaves such a node, its operator reads why.
// Judges: server, server/store.
import { Client } from 'pg'
import { expect, it } from 'vitest'
import { forEachStore } from '../harness/service.ts'

forEachStore(
  (start) => {
    it('F5: /readyz is 503 and says that the database is read-only, until one takes writes again', async () => {
      const service = await start()
      const ask = async (path: string) => {
        const answer = await service.send(new Request(`${service.url}${path}`))
        return `${answer.status} ${(await answer.text()).trim()}`
      }
      expect(await ask('/readyz')).toBe('200 ready')
      const keeper = new Client({ connectionString: service.databaseUrl })
      await keeper.connect()
      const name = new URL(service.databaseUrl ?? '').pathname.slice(1)
      await keeper.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`)
      await keeper.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      )
      await expect.poll(() => ask('/readyz')).toBe('503 the database is read-only')
      expect(await ask('/healthz')).toBe('200 alive')
      await keeper.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`)
      await keeper.end()
      await expect.poll(() => ask('/readyz')).toBe('200 ready')
    })
  },
  ['postgres'],
)
