// The room `console/i18n/en`: the words in English, a file for each part of the console. A new word begins here, and the compiler asks for
// it in every other language.
//
// `frame` is around every screen; `operator`, `integration` and `brand` are the operator's side, `sign-in` and `provisioning` the
// administrator's.
// `people` and `record` have what both see; `events` a name for each type of event, `happened` a sentence.
// A key is the part of the console and the thing: keys.rotate. What is counted has its plural forms in keys of their own.
import { brand } from './brand.ts'
import { charts } from './charts.ts'
import { events } from './events.ts'
import { frame } from './frame.ts'
import { happened } from './happened.ts'
import { integration } from './integration.ts'
import { operator } from './operator.ts'
import { people } from './people.ts'
import { provisioning } from './provisioning.ts'
import { record } from './record.ts'
import { signIn } from './sign-in.ts'

/** All words in English. */
export const en = {
  ...frame,
  ...operator,
  ...integration,
  ...brand,
  ...charts,
  ...signIn,
  ...provisioning,
  ...people,
  ...record,
  ...events,
  ...happened,
} as const
