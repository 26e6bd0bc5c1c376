import type { VerifiedAssertion } from '../../packages/server/src/saml/verify-response.ts'
import { type Change, type Context, type GoodEntry, send } from './context.ts'

/** What a connection allows unless told; milliseconds. */
export const skew = 120_000
/** In milliseconds. */
export const hour = 3_600_000
/** Who signs in. */
export const person = 'dana@acme.test'
/** The change that makes a response speak of that person. */
export const about: Change = { nameId: person, attributes: { email: [person] } }

type Expected = Partial<VerifiedAssertion>

/** Accepted, about `person`, in answer to the context's request, unless `expected` says otherwise. */
export function accept(
  name: string,
  how: Change | ((context: Context) => Change),
  expected: Expected | ((context: Context) => Expected) = {},
  trust?: GoodEntry['trust'],
): GoodEntry {
  return {
    name,
    make: (context) => send(context, { ...about, ...(typeof how === 'function' ? how(context) : how) }),
    expect: (context) => ({
      nameId: person,
      identityProviderEntityId: context.idpEntityId,
      inResponseTo: context.inResponseTo,
      issueInstant: context.now,
      ...(typeof expected === 'function' ? expected(context) : expected),
    }),
    ...(trust === undefined ? {} : { trust }),
  }
}
