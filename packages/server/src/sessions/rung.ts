// The rung of a session: the one place where it is computed, from its kind first and its role after.
import { type Rung, rungOfRole } from '../base/rung.ts'
import type { SessionTable } from '../store/schema.ts'

/** A set-up link is a contact's whatever role it names; a portal link speaks for owners only where its role is owner. */
export function rungOfSession(session: Pick<SessionTable, 'kind' | 'role'>): Rung {
  switch (session.kind) {
    case 'setup':
      return 'contact'
    case 'administrator':
      return rungOfRole(session.role)
    default:
      return 'person'
  }
}
