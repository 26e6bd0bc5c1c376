// All squares of the ladder's table, on both stores; test/security/ladder-table.test.ts has a sample.
// Judges: server/admin, server/anchors, server/provisioning, server/base.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { forEachStore } from '../harness/service.ts'
import { closeIssuer } from '../security/ladder-doors.ts'
import { closeFronts } from '../security/ladder-openid.ts'
import { createTable, listSquares, nameOf, type Services, wantedOf } from '../security/ladder-table.ts'

forEachStore((start) => {
  let services: Services
  beforeAll(async () => {
    services = { mail: await start({ hasMail: true, isDev: true }), quiet: await start({ isDev: true }) }
  })
  afterAll(closeIssuer)
  afterAll(closeFronts)

  it('every square comes to what the ladder says', async () => {
    const table = createTable(services)
    const wrong: unknown[] = []
    for (const square of listSquares()) {
      const found = await table.run(square)
      const wanted = wantedOf(square)
      if (JSON.stringify(found) !== JSON.stringify(wanted))
        wrong.push({ square: nameOf(square), found, wanted })
    }
    expect(wrong).toEqual([])
  }, 3_000_000)
})
