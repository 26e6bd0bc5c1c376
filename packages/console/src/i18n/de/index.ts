// The room `console/i18n/de`: the words in German, in files of the same names as the English ones. The compiler names a key that is
// missing.
//
// `frame` is around every screen; `operator`, `integration` and `brand` are the operator's side, `sign-in` and `provisioning` the
// administrator's.
// `people` and `record` have what both see; `events` a name for each type of event, `happened` a sentence.
// Readers are addressed as "Sie". docs/contributing/german.md has the word for each thing; the guides' own text stays English.
import type { Words } from '../words.ts'
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

/** All words in German. */
export const de: Words = {
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
}
