// Every origin, writing and connection of test/security/as-given.ts, on both stores; test/security/as-given.test.ts has a sample.
// Judges: server/provisioning, server/users.
import { beforeAll, expect, it } from 'vitest'
import { forEachStore } from '../harness/service.ts'
import { createStage, listCases, run, type Stage, wantedOf } from '../security/as-given.ts'

forEachStore((start) => {
  let stage: Stage
  beforeAll(async () => {
    stage = await createStage(await start())
  })

  it.each(listCases())('as given: $origin, $write written since, by the $by connection', async (one) => {
    expect(await run(stage, one)).toEqual(wantedOf(one))
  })
})
