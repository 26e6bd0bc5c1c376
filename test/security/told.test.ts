// A part of what told.ts lists, always the same, and the findings by name; test/endurance/told.test.ts plays the whole.
// Judges: server/openid-provider, server/sessions, server/holdings, server/deliveries.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { forOneStore } from '../harness/service.ts'
import { createToldStage, listToldCases, type ToldCase, type ToldStage } from './told.ts'

const named: readonly (ToldCase & { readonly id: string })[] = [
  { id: 'L8', order: ['B', 'A'], first: 'A is deleted', isSilent: true, last: 'blocked' },
  {
    id: 'L8',
    order: ['A', 'A2'],
    first: 'the version in place is withdrawn',
    isSilent: true,
    last: 'blocked',
  },
  {
    id: 'L8',
    order: ['B', 'A'],
    first: 'A is deleted',
    isSilent: false,
    isLate: true,
    last: 'the directory deletes',
  },
  { id: 'L8', order: ['B', 'A'], first: 'A is deleted', isSilent: false, isLate: true, last: 'blocked' },
  { id: 'L9', order: ['A', 'B'], first: 'A is deleted', isSilent: false, last: 'B is deleted' },
  { id: 'L9', order: ['A', 'B'], first: 'A says that they signed out', isSilent: false, last: 'blocked' },
]
const others = listToldCases()
  .filter((_, place) => place % 97 === 7)
  .map((one) => ({ id: 'L8, L9', ...one }))

forOneStore(import.meta.filename, (start, store) => {
  describe('an application is told once of what is over, and of nothing that goes on', () => {
    // Each of the others on one of the stores; the whole plays all on both.
    const dealt = others.filter((_, at) => (at % 2 === 0) === (store === 'embedded'))
    let stage: ToldStage
    beforeAll(async () => {
      stage = await createToldStage(await start())
    })
    afterAll(() => stage.close())

    it.each([...named, ...dealt])(
      '$id: signed in by $order; $first; silently again: $isSilent; $last',
      async (one) => {
        const { told, due } = await stage.run(one)
        expect(told).toEqual(due)
      },
    )
  })
})
