// The room `api/sentences/ar`: the sentences in Arabic, in files of the same names as the English ones. The compiler names a sentence that
// is missing.
import type { Catalogue } from '../shape.ts'
import { engine } from './engine.ts'
import { scimAnswers } from './scim-answers.ts'
import { scimRefusals } from './scim-refusals.ts'

/** The catalogue in Arabic, with Latin digits: numbers are compared with other systems. */
export const catalogue: Catalogue = {
  locale: 'ar-u-nu-latn',
  texts: { ...engine, ...scimRefusals, ...scimAnswers },
  list: { open: '«', close: '»', between: '، ', more: '، و# غيرها', some: '، وغيرها' },
}
