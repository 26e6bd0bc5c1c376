// Somebody who comes, and the names under which a word may wait for them.
import { spellingsOf } from '../base/address.ts'
import type { UserColumns } from '../mapping/user-columns.ts'
import { toAccountName } from './kept-conditions.ts'

/** What is known of an account that is about to be made. */
export type Comer = Pick<UserColumns, 'externalId' | 'userNameKey' | 'emailKeys'> & {
  /** What an identity provider calls them: it may be the externalId of before, and says nothing where it is not. */
  readonly stableId?: string
  /** It is the word of a key that nobody has confirmed: another externalId makes nobody another person. */
  readonly isUnconfirmed?: boolean
  /** An account that is there, or that is brought back: what is said of it itself is not looked for. */
  readonly id?: string
  /** Of one who is brought back: other accounts that are known by what is theirs. */
  readonly knownBy?: ReadonlySet<string>
  /** They are an owner, or become one by this: what an administrator said of another account is no word on them. */
  readonly isOwner?: boolean
  /** An account that a key made which nobody has confirmed. */
  readonly isMadeByUnconfirmed?: boolean
  /** They sign in, or are brought back: what an unconfirmed key made is they where it has their name. */
  readonly isKnownByName?: boolean
}

/** A name and an address are compared with both: a directory calls the same person by either. */
export function toNames({ userNameKey, emailKeys, id }: Comer): ReadonlySet<string> {
  const own = id === undefined ? [] : [toAccountName(id)]
  return new Set([...[userNameKey, ...emailKeys].flatMap((one) => [one, ...spellingsOf(one)]), ...own])
}
