// Who stands behind a session: in their name places and turns are counted, however many sessions they have.
import type { Session } from './sessions.ts'

/** A person, also one who is named by an address in frames, or a link. */
export interface SessionHolder {
  readonly id: string
  readonly isPerson: boolean
}

/** Each frame has a link of its own: its person is asked for first. Undefined where nobody is known. */
export function holderOf({
  userId,
  contactId,
  linkId,
}: Pick<Session, 'userId' | 'contactId' | 'linkId'>): SessionHolder | undefined {
  const person = userId ?? contactId
  if (person !== null) return { id: person, isPerson: true }
  return linkId === null ? undefined : { id: linkId, isPerson: false }
}
