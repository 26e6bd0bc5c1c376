// How the contact of a set-up link was invited, as the link keeps it.
import { type NewPortalLink, setUpIntents } from '@rollcall/api'
import { readJson } from '../base/json.ts'
import type { Invited, PortalLinkTable } from '../store/schema.ts'

/** In English and for all of a set-up, where nothing else is said. */
export function toInvited({
  language = 'en',
  intents,
}: Pick<NewPortalLink, 'language' | 'intents'>): Invited {
  return {
    language,
    intents: intents === undefined ? null : setUpIntents.filter((one) => intents.includes(one)),
  }
}

/** Of a link from before the same as of one of which nothing was said. */
export function readInvited({ invited }: Pick<PortalLinkTable, 'invited'>): Invited {
  return invited === null ? toInvited({}) : readJson(invited)
}
