// All squares of the ladder's table (test/security/ladder-table.test.ts has a sample), on the embedded store.
import { beforeAll, expect, it } from 'vitest'
import { forEachStore, type Service } from '../harness/service.ts'
import { createTable, listSquares, nameOf, wantedOf } from '../security/ladder-table.ts'

forEachStore(
  (start) => {
    let service: Service
    beforeAll(async () => {
      service = await start()
    })

    it('every square comes to what the ladder says', async () => {
      const table = createTable(service)
      const wrong: unknown[] = []
      for (const square of listSquares()) {
        const found = await table.run(square)
        const wanted = wantedOf(square)
        if (JSON.stringify(found) !== JSON.stringify(wanted))
          wrong.push({ square: nameOf(square), found, wanted })
      }
      expect(wrong).toEqual([])
    }, 600_000)
  },
  ['embedded'],
)
