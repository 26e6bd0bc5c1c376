// What a profile, or a client that said who it is, is called: a vendor's name is its maker's in every language.
import { identityProviders, type profileNames } from '@rollcall/api'
import type { Words } from '../../i18n/words.ts'

type Named = (typeof profileNames)[number] | keyof typeof identityProviders

/** In the words of the reader. */
export function profileName(t: (key: keyof Words & `profile.${string}`) => string, name: Named): string {
  if (name === 'auto' || name === 'strict' || name === 'interop') return t(`profile.${name}`)
  return identityProviders[name].name
}
