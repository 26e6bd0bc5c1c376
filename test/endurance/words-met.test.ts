// Every row of test/security/words-met.ts, on both stores; test/security/words-met.test.ts has a sample.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startOpenIdProvider } from '../harness/openid-provider.ts'
import { forEachStore } from '../harness/service.ts'
import { createStage, listRows, play, type Stage, wantedOf } from '../security/words-met.ts'

forEachStore((start) => {
  let stage: Stage
  let close = async () => {}
  beforeAll(async () => {
    const [service, provider] = await Promise.all([start({ isDev: true }), startOpenIdProvider()])
    close = provider.close
    stage = await createStage(service, provider)
  })
  afterAll(() => close())

  it.each(listRows())(
    'of $maker, $state, named by $named, another found by $spare, $protocol with $brings',
    async (row) => {
      expect(await play(stage, row)).toBe(wantedOf(row))
    },
  )
})
