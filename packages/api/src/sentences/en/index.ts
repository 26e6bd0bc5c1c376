// The room `api/sentences/en`: the sentences in English, which are the catalogue: a code is a key here, and its parameters are what its
// text asks for. A new sentence begins here, and the compiler asks for it in every other language.
//
// 1. `scim-refusals` and `scim-answers` tell of requests of provisioning clients; `engine` is made from the SCIM engine's own table.
// 2. `sign-ins` tell what became of a sign-in, and why a person was refused.
// 3. `sign-in-faults` tell why an answer is not believed, and `sign-in-advice` what to do about it.
// 4. `places` are where that is done, made from the service's tables of vendors.
// 5. `refusals` are why the management API refuses something; they are apart, since the detail of a refusal is English.
import type { Catalogue } from '../shape.ts'
import { engine } from './engine.ts'
import { places } from './places.ts'
import { scimAnswers } from './scim-answers.ts'
import { scimRefusals } from './scim-refusals.ts'
import { signInAdvice } from './sign-in-advice.ts'
import { signInFaults } from './sign-in-faults.ts'
import { signIns } from './sign-ins.ts'

/** Every sentence, by its code. */
export const en = {
  ...engine,
  ...scimRefusals,
  ...scimAnswers,
  ...signIns,
  ...signInFaults,
  ...signInAdvice,
  ...places,
} as const

/** Codes that tell how a message is wrong, and name no account: of a provisioning client, or of an identity provider. */
export const ofMessages: Readonly<Record<'scim' | 'sign_in', ReadonlySet<string>>> = {
  scim: new Set(Object.keys(engine)),
  sign_in: new Set(Object.keys({ ...signInFaults, ...signInAdvice })),
}

export { refusals } from './refusals.ts'

/** The catalogue in English. */
export const english: Catalogue = {
  locale: 'en',
  texts: en,
  list: { open: '"', close: '"', between: ', ', more: ', and # more', some: ', and more' },
}
