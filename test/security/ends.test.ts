// A part of all ends at all steps, always the same; test/endurance/ends.test.ts plays the whole.
// Judges: server/sessions, server/sso, server/openid-provider.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deal } from '../harness/sample.ts'
import { forEachStore } from '../harness/service.ts'
import { createStage, ends, listCases, type Stage } from './ends.ts'

/** Spread over the ends and the steps of a sign-in. */
const sample = listCases().filter((_, place) => place % 17 === 5)

forEachStore((start, store) => {
  describe('what a person has by signing in', () => {
    let stage: Stage
    beforeAll(async () => {
      stage = await createStage(await start())
    })
    afterAll(() => stage.close())

    it('works until it ends', async () => {
      const { worked } = await stage.run(undefined)
      expect(worked).toEqual(['the code', 'refresh', 'userinfo', 'prompt=none', 'our session'])
    })

    it.each(deal('ends at each step', sample, store))(
      'R1: $end, before $step: nothing of it is left',
      async (one) => {
        expect(await stage.run(one)).toEqual({ worked: [], comesBack: ends[one.end]?.returns })
      },
    )

    it('R1: nothing is left where the end and the sign-in meet', async () => {
      for (const end of ['end-sessions', 'logout by the identity provider'])
        expect(await stage.race(end, 'the request resumes')).toEqual({ worked: [], comesBack: true })
    })

    it('R4: a pause ends what passes through our pages, and the whole of our session what the application holds', async () => {
      expect(await stage.idle()).toEqual({
        afterPause: { refresh: true, userinfo: true, silent: false, ours: false },
        afterEnd: { refresh: false, userinfo: false },
      })
    })
  })
})
