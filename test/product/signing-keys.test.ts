// Keys that sign ID tokens, by the calendar; test/product/oidc.test.ts has the rotation by hand.
// Judges: server/openid-provider.
import { createEnvelope } from '@rollcall/server'
import { expect, it } from 'vitest'
import {
  listSigningKeys,
  rotateOldSigningKey,
} from '../../packages/server/src/openid-provider/signing-keys.ts'
import { secretKey } from '../harness/process.ts'
import { forOneStore } from '../harness/service.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

forOneStore(import.meta.filename, (start) => {
  it('a key that has signed for 90 days gets a successor, published a day before it signs', async () => {
    const { database, now } = await start()
    const envelope = createEnvelope([secretKey])
    const begun = now()
    expect(await rotateOldSigningKey(database, envelope, begun)).toBeUndefined()
    const statesAt = async (at: number) =>
      (await listSigningKeys(database, envelope, at)).map(({ state }) => state)
    expect(await statesAt(begun)).toEqual(['current'])
    expect(await rotateOldSigningKey(database, envelope, begun + 89 * dayMs)).toBeUndefined()
    const later = begun + 91 * dayMs
    expect(await rotateOldSigningKey(database, envelope, later)).toMatchObject({ state: 'next' })
    expect(await rotateOldSigningKey(database, envelope, later + hourMs)).toBeUndefined()
    expect(await statesAt(later + hourMs)).toEqual(['current', 'next'])
    expect(await statesAt(later + 25 * hourMs)).toEqual(['current', 'retiring'])
    expect(await statesAt(later + 49 * hourMs)).toEqual(['current'])
  })
})
