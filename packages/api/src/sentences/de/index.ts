// The room `api/sentences/de`: the sentences in German, in files of the same names as the English ones. The compiler names a sentence that
// is missing.
//
// 1. `scim-refusals`, `scim-answers` and `engine` tell of requests of provisioning clients.
// 2. `sign-ins`, `sign-in-faults` and `sign-in-advice` tell of sign-ins; `places` are what they name in the consoles of vendors.
// 3. Values stand in quotation marks, and whoever shows them isolates them; words of the protocols stay as they are.
// 4. The name of a vendor stands where a dative does, so that `the identity provider` has one form.
// 5. `refusals` are why the management API refuses something.
import type { Catalogue } from '../shape.ts'
import { engine } from './engine.ts'
import { places } from './places.ts'
import { refusals } from './refusals.ts'
import { scimAnswers } from './scim-answers.ts'
import { scimRefusals } from './scim-refusals.ts'
import { signInAdvice } from './sign-in-advice.ts'
import { signInFaults } from './sign-in-faults.ts'
import { signIns } from './sign-ins.ts'

/** The catalogue in German. */
export const catalogue: Catalogue = {
  locale: 'de',
  texts: {
    ...engine,
    ...scimRefusals,
    ...scimAnswers,
    ...signIns,
    ...signInFaults,
    ...signInAdvice,
    ...places,
  },
  refusals,
  list: { open: '„', close: '“', between: ', ', more: ' und # weitere', some: ' und weitere' },
}
