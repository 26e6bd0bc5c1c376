// The catalogue of all words in English; every other language has the same keys. `key#one`, `key#other` are the plural forms.
import { events } from './events.ts'
import { frame } from './frame.ts'
import { integration } from './integration.ts'
import { operator } from './operator.ts'
import { people } from './people.ts'
import { provisioning } from './provisioning.ts'
import { record } from './record.ts'
import { signIn } from './sign-in.ts'

export const en = {
  ...frame,
  ...operator,
  ...integration,
  ...signIn,
  ...provisioning,
  ...people,
  ...record,
  ...events,
} as const
