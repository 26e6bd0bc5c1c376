// Every origin, word and door of test/security/kept-words.ts, on both stores; test/security/kept-words.test.ts has a sample.
import { beforeAll, expect, it } from 'vitest'
import { forEachStore } from '../harness/service.ts'
import { createStage, listCases, run, type Stage, wantedOf } from '../security/kept-words.ts'

forEachStore((start) => {
  let stage: Stage
  beforeAll(async () => {
    stage = await createStage(await start())
  })

  it.each(listCases())('kept: $origin, $word, back by $door', async (one) => {
    expect(await run(stage, one)).toEqual(wantedOf(one))
  })
})
