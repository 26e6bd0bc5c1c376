// All ends at all steps of a sign-in, on both stores, and each end in a race with it; test/security/ends.test.ts has a sample.
// Judges: server/sessions, server/sso, server/openid-provider.
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

  const met = [
    'end-sessions',
    'sign out everywhere',
    'logout by the identity provider',
    'the connection is switched off and on',
    'blocked and unblocked',
  ]
  const races = (['the browser finishes', 'the request resumes'] as const).flatMap((step) =>
    met.flatMap((end) => Array.from({ length: 15 }, () => ({ end, step }))),
  )
  it.each(races)('$end in a race, when $step: nothing is left', async ({ end, step }) => {
    expect(await stage.race(end, step)).toEqual({ worked: [], comesBack: true })
  })
})
