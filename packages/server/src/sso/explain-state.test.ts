import { describe, expect, it } from 'vitest'
import { toEnglish } from '../base/english.ts'
import type { Refusal } from '../sign-ins/standing.ts'
import { explainLoop, explainState } from './explain-state.ts'
import { fieldsOf, vendors } from './testing/places.ts'
import type { Vendor } from './vendor-fields.ts'

/** Where each is mended: the compiler holds the list against the codes. */
const mendedAt: Readonly<Record<Refusal, 'vendor' | 'here'>> = {
  request_unknown: 'vendor',
  not_asked_again: 'vendor',
  // What the person, the connection or a clock is to do: no field of a console says it.
  request_expired: 'here',
  request_spent: 'here',
  replayed: 'here',
  other_browser: 'here',
  anchor_changed: 'here',
  answer_before_request: 'here',
  proof_over: 'here',
}
const codes = Object.keys(mendedAt) as Refusal[]

function expectField(text: string, vendor: Vendor, protocol: 'saml' | 'oidc'): void {
  const { name, ...fields } = fieldsOf(protocol, vendor)
  expect(text.toLowerCase()).toContain(name.toLowerCase())
  expect(Object.values(fields).some((field) => text.includes(field))).toBe(true)
}

describe.each(['saml', 'oidc'] as const)('a sign-in that is refused, by %s', (protocol) => {
  it.each(vendors)('is told of in the words of the console of %s', (vendor) => {
    for (const code of codes) {
      const text = toEnglish(explainState(code, { identity_provider: vendor, protocol }))
      expect(text).not.toMatch(/\*|\.\.|[a-z,;"] The identity provider|\. the identity provider/)
      if (mendedAt[code] === 'vendor') expectField(text, vendor, protocol)
    }
  })
})

it.each(vendors)(
  'a tile of %s that answers requests with unsolicited responses is told of in its words',
  (vendor) => {
    expectField(toEnglish(explainLoop({ identity_provider: vendor, protocol: 'saml' })), vendor, 'saml')
  },
)
