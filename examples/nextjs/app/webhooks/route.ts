import { Webhook } from 'standardwebhooks'
import { people, sessions, WEBHOOK_SECRET } from '../../rollcall'

interface Event {
  id: string
  type: string
  subject: { type: string; id: string }
  organization: { id: string }
  data: { state?: { active?: boolean; displayName?: string; userName?: string; email?: string } }
}

export async function POST(request: Request) {
  try {
    // The body as it came, before anybody parses it.
    follow(new Webhook(WEBHOOK_SECRET).verify(await request.text(), Object.fromEntries(request.headers)))
    return new Response(null, { status: 204 })
  } catch {
    return new Response(null, { status: 400 })
  }
}

/** The newest event of a person wins: their ids sort by time. Another role is a reason to sign in anew. */
function follow(verified: unknown) {
  const event = verified as Event
  const { id } = event.subject
  const known = people.get(id)
  if (event.subject.type !== 'user' || (known !== undefined && known.event >= event.id)) return
  const state = event.data.state ?? { ...known, displayName: known?.name, userName: id }
  people.set(id, {
    id,
    event: event.id,
    organizationId: event.organization.id,
    name: state.displayName ?? state.userName ?? id,
    email: state.email ?? '',
    active: state.active === true && event.type !== 'user.deprovisioned',
  })
  const isOver = !people.get(id)?.active || event.type === 'user.role_changed'
  for (const [key, session] of sessions) if (isOver && session.id === id) sessions.delete(key)
}
