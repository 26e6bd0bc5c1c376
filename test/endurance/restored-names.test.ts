// Whoever has the name of somebody who is brought back, each with each, on both stores; test/security/restored.test.ts has a sample.
// Judges: server/provisioning, server/users.
import { beforeAll, expect, it } from 'vitest'
import { forEachStore, type Service } from '../harness/service.ts'
import { listCases, listReturns, run, runReturn, wantedOf, wantedReturn } from '../security/restoring.ts'

forEachStore((start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  it.each(listCases())('kept out: $standing, by $holder under their name', async (one) => {
    const { comes, ...found } = await run(service, one)
    const { comes: wanted, ...rest } = wantedOf(one, found.ids)
    expect(found).toEqual(rest)
    if (wanted !== undefined) expect(comes).toEqual(wanted)
  })

  it.each(listReturns())('F5: $standing, back by $by, $word, and restored', async (one) => {
    expect(await runReturn(service, one)).toEqual(wantedReturn(one))
  })
})
