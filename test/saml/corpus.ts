// The corpus: what must be refused, with which code, and what must be accepted, with which values. Made of a context, so that
// it runs against the verifier alone and, posted, against a whole service.

import type { GoodEntry, HostileEntry } from './context.ts'
import { encryptions } from './good-encryption.ts'
import { forms } from './good-forms.ts'
import { vendors } from './good-vendors.ts'
import { addressees } from './hostile-addressees.ts'
import { algorithms } from './hostile-algorithms.ts'
import { confusion } from './hostile-confusion.ts'
import { encodings } from './hostile-encodings.ts'
import { encryption } from './hostile-encryption.ts'
import { markup } from './hostile-markup.ts'
import { seals } from './hostile-seals.ts'
import { signatures } from './hostile-signatures.ts'
import { sizes } from './hostile-sizes.ts'
import { structure } from './hostile-structure.ts'
import { subjects } from './hostile-subjects.ts'
import { times } from './hostile-times.ts'
import { wrapping } from './hostile-wrapping.ts'

export { type Context, createContext, createTrust, type GoodEntry, type HostileEntry } from './context.ts'

/** Names are unique. An entry with `trust` needs a connection of its own. */
export const hostile: readonly HostileEntry[] = [
  ...wrapping,
  ...confusion,
  ...signatures,
  ...algorithms,
  ...structure,
  ...markup,
  ...sizes,
  ...encodings,
  ...addressees,
  ...times,
  ...subjects,
  ...encryption,
  ...seals,
]

/** Names are unique. An entry with `trust` needs a connection of its own. */
export const good: readonly GoodEntry[] = [...vendors, ...forms, ...encryptions]
