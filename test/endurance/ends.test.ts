// All ends at all steps of a sign-in, on both stores, and each end in a race with it; test/security/ends.test.ts has a sample.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { forEachStore } from '../harness/service.ts'
import { createStage, ends, listCases, type Stage } from '../security/ends.ts'

forEachStore((start) => {
  let stage: Stage
  beforeAll(async () => {
    stage = await createStage(await start())
  })
  afterAll(() => stage.close())

  it.each(listCases())('$end, before $step: nothing of it is left', async (one) => {
    expect(await stage.run(one)).toEqual({ worked: [], comesBack: ends[one.end]?.returns })
  })

  it.each(
    [
      'end-sessions',
      'the connection is switched off and on',
      'blocked and unblocked',
      'sign out everywhere',
    ].flatMap((end) => Array.from({ length: 30 }, () => ({ end }))),
  )('$end in a race: nothing is left', async ({ end }) => {
    expect(await stage.race(end)).toEqual({ worked: [], comesBack: true })
  })
})
