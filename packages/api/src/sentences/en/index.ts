// The room `api/sentences/en`: the sentences in English, which are the catalogue: a code is a key here, and its parameters are what its
// text asks for. A new sentence begins here, and the compiler asks for it in every other language.
import type { Catalogue } from '../shape.ts'
import { engine } from './engine.ts'
import { scimAnswers } from './scim-answers.ts'
import { scimRefusals } from './scim-refusals.ts'

/** Every sentence, by its code. */
export const en = { ...engine, ...scimRefusals, ...scimAnswers } as const

/** The catalogue in English. */
export const english: Catalogue = {
  locale: 'en',
  texts: en,
  list: { open: '"', close: '"', between: ', ', more: ', and # more', some: ', and more' },
}
