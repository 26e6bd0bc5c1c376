// All that test/security/told.ts lists, on both stores: which logout tokens an application gets.
// Judges: server/openid-provider, server/sessions, server/deliveries.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { forEachStore } from '../harness/service.ts'
import { createToldStage, listToldCases, type ToldStage } from '../security/told.ts'

forEachStore((start) => {
  let stage: ToldStage
  beforeAll(async () => {
    stage = await createToldStage(await start())
  })
  afterAll(() => stage.close())

  it.each(listToldCases())('signed in by $order; $first; silently again: $isSilent; $last', async (one) => {
    const { told, due } = await stage.run(one)
    expect(told).toEqual(due)
  })
})
