// What should not happen, in one operation of a bulk request: the store itself refuses it, for no reason that the service knows.
// Judges: server/scim.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createLog, createMetrics, openDatabase, readConfig } from '@rollcall/server'
import { Client } from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { embeddedFileName } from '../../packages/server/src/store/sqlite-folder.ts'
import { forEachStore } from '../harness/service.ts'
import { createClient, type Json, userUrn } from './client.ts'

const bulkUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
const isBroken = "NEW.user_name LIKE 'broken%'"

async function breakPostgres(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(
    `CREATE FUNCTION break_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$`,
  )
  await client.query(
    `CREATE TRIGGER broken BEFORE INSERT ON "user" FOR EACH ROW WHEN (${isBroken}) EXECUTE FUNCTION break_it()`,
  )
  await client.end()
}

// One process alone has the file, so it is made before the service starts.
async function breakEmbedded(folder: string): Promise<void> {
  const config = readConfig({ ROLLCALL_DATA: folder })
  await (await openDatabase(config, createMetrics(), createLog('silent', false))).close()
  const file = new DatabaseSync(join(folder, embeddedFileName))
  file.exec(
    `CREATE TRIGGER broken BEFORE INSERT ON "user" WHEN ${isBroken} BEGIN SELECT RAISE(ABORT, 'broken'); END`,
  )
  file.close()
}

forEachStore((start, store) => {
  const folder = store === 'embedded' ? mkdtempSync(join(tmpdir(), 'rollcall-broken-')) : undefined
  afterAll(() => folder === undefined || rmSync(folder, { recursive: true, force: true }))

  describe('a bulk request', () => {
    it("K3: has the service's own failure as one operation's 500, and does the others", async () => {
      if (folder !== undefined) await breakEmbedded(folder)
      const service = await start(folder === undefined ? {} : { folder })
      if (folder === undefined) await breakPostgres(service.databaseUrl as string)
      const scim = createClient(await service.createOrganization())
      const names = ['one', 'broken', 'two', 'broken-again', 'three'].map((name) => `${name}@acme.test`)
      const operations = names.map((userName, at) => ({
        method: 'POST',
        path: '/Users',
        bulkId: `b${at}`,
        data: { schemas: [userUrn], userName },
      }))
      const { status, body } = await scim.send('POST', '/Bulk', {
        schemas: [bulkUrn],
        Operations: operations,
      })
      expect(status).toBe(200)
      const results = body.Operations as readonly { status: string; bulkId: string; response?: Json }[]
      expect(results.map(({ bulkId, status: one }) => `${bulkId} ${one}`)).toEqual([
        'b0 201',
        'b1 500',
        'b2 201',
        'b3 500',
        'b4 201',
      ])
      expect(results[1]?.response).toMatchObject({ status: '500', detail: expect.stringContaining('req_') })
      const listed = await scim.send('GET', '/Users')
      expect(listed.body.totalResults).toBe(3)
    })
  })
})
