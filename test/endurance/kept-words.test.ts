// Every origin, word and door of test/security/kept-words.ts, on both stores; test/security/kept-words.test.ts has a sample.
// Judges: server/users, server/provisioning.
import { beforeAll, expect, it } from 'vitest'
import { forEachStore } from '../harness/service.ts'
import {
  createStage,
  listBesides,
  listCases,
  run,
  runBeside,
  type Stage,
  wantedBeside,
  wantedOf,
} from '../security/kept-words.ts'

forEachStore((start) => {
  let stage: Stage
  beforeAll(async () => {
    stage = await createStage(await start())
  })

  it.each(listCases())('kept: $origin, $word, back by $door', async (one) => {
    expect(await run(stage, one)).toEqual(wantedOf(one))
  })

  it.each(listBesides())('F5: $beside, $said, then $way, removed: $isRemoved', async (one) => {
    expect(await runBeside(stage, one)).toEqual(wantedBeside(one))
  })
})
