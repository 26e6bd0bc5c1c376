// Whoever is kept out comes in by no account that a key made which nobody has confirmed, whatever the sign-in brings: a sample of
// test/security/words-met.ts, which the endurance tests play whole.
// Judges: server/users, server/provisioning.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startOpenIdProvider } from '../harness/openid-provider.ts'
import { draw } from '../harness/sample.ts'
import { forOneStore } from '../harness/service.ts'
import { createStage, listRows, play, type Row, type Stage, wantedOf } from './words-met.ts'

const removed = { maker: 'the directory', state: 'removed', spare: 'userName', brings: 'none' } as const
const known: readonly (Row & { readonly finding: string })[] = [
  { ...removed, finding: 'L1', named: 'externalId', protocol: 'SAML' },
  { ...removed, finding: 'L3', named: 'externalId', protocol: 'OpenID Connect' },
  {
    ...removed,
    finding: 'L2',
    maker: 'an unconfirmed key',
    state: 'there',
    named: 'userName',
    spare: 'externalId',
    protocol: 'SAML',
  },
]

forOneStore(import.meta.filename, (start, store) => {
  let stage: Stage
  let close = async () => {}
  beforeAll(async () => {
    const [service, provider] = await Promise.all([start({ isDev: true }), startOpenIdProvider()])
    close = provider.close
    stage = await createStage(service, provider)
  })
  afterAll(() => close())

  it.each(known)('$finding: kept out by $named, by $protocol with no address', async (row) => {
    expect(await play(stage, row)).toBe('out')
  })

  it.each(draw(`words that a sign-in meets, ${store}`, listRows(), 10))(
    'of $maker, $state, named by $named, another found by $spare, $protocol with $brings',
    async (row) => {
      expect(await play(stage, row)).toBe(wantedOf(row))
    },
  )
})
