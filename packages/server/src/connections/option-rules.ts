// What each option of a connection is for those who stand above whoever changes it. The list is closed: an option without a line does not
// compile.
import type { ConnectionOptions } from '@rollcall/api'

/** Part of the trust anchor: it is staged, and put in place like one. */
type OfAnchor = 'anchor'

interface OptionRule<T> {
  /** Whether more is accepted than before: an administrator's, once the organization has been handed over. */
  readonly loosens?: (before: T, after: T) => boolean
  /**
   * How the change could refuse a sign-in that was accepted before, whatever the identity provider does, as the end of a sentence; undefined
   * where it could not. What an identity provider says that it does is not known here: one that was never asked something may not obey.
   */
  readonly refuses: (before: T, after: T) => string | undefined
}

type OptionRules = { readonly [K in keyof ConnectionOptions]-?: OfAnchor | OptionRule<ConnectionOptions[K]> }

const onSwitchOn = (what: string) => (before: boolean, after: boolean) =>
  after && !before ? what : undefined
const onSwitchOff = (what: string) => (before: boolean, after: boolean) =>
  before && !after ? what : undefined
const isSwitchedOn = (before: boolean, after: boolean): boolean => after && !before

const rules: OptionRules = {
  stableIdAttribute: 'anchor',
  nameIdFormat: 'anchor',
  // Some refuse what is signed with a key that they do not know, and others whatever is not signed.
  signRequests: {
    refuses: (before, after) =>
      before === after ? undefined : `has it send requests that are ${after ? 'signed' : 'not signed'}`,
  },
  wantEncryptedAssertions: {
    loosens: (before, after) => before && !after,
    refuses: onSwitchOn('has it refuse what comes in the clear'),
  },
  allowAesCbc: { loosens: isSwitchedOn, refuses: onSwitchOff('has it refuse AES-CBC') },
  // One that only offers, and answers nothing, is sent back for ever.
  allowUnsolicited: {
    loosens: isSwitchedOn,
    refuses: onSwitchOff('has it send back responses that nobody asked for'),
  },
  // Many do not ask again, or do not say when they did; some refuse to be asked.
  forceAuthn: { refuses: onSwitchOn('has it ask everybody anew') },
  // Of nobody who stands above: an owner or administrator is known by the very name.
  ignoreNameIdCase: { loosens: isSwitchedOn, refuses: () => undefined },
  clockSkewSeconds: {
    loosens: (before, after) => after > before,
    refuses: (before, after) => (after < before ? 'allows it a smaller clock skew' : undefined),
  },
}

type Rule = OptionRule<unknown>

const listed = Object.entries(rules).filter(
  (one): one is [keyof ConnectionOptions, Rule] => one[1] !== 'anchor',
)

/** Whether anything is accepted that was not. */
export function loosens(before: ConnectionOptions, after: ConnectionOptions): boolean {
  return listed.some(([name, rule]) => rule.loosens?.(before[name], after[name]) === true)
}

/** How the changes could refuse a sign-in that was accepted before, each as the end of a sentence. */
export function listRefusing(before: ConnectionOptions, after: ConnectionOptions): readonly string[] {
  return listed.flatMap(([name, rule]) => rule.refuses(before[name], after[name]) ?? [])
}
