// Who may call what of the management API, as the rows of the contract say.
import { type Access, type OperationId, operations } from '@rollcall/api'
import type { Actor } from '../base/actor.ts'
import type { Rung } from '../base/rung.ts'
import { isSameOrigin } from '../http/cookies.ts'
import { Problem } from '../http/problem.ts'
import type { OperatorSession } from '../sessions/operator.ts'
import type { OperatorKey } from '../sessions/operator-key.ts'
import { rungOfSession } from '../sessions/rung.ts'
import type { Session } from '../sessions/sessions.ts'

/** Who may call an operation: what the row of the contract says. */
export function accessOf(id: OperationId): Access {
  return operations[id]['x-access']
}

/** What the network says of a caller. */
export interface Credential {
  readonly authorization: string | null
  /** Came through the socket in the data folder, which only the service's own user can open. */
  readonly isControlSocket: boolean
}

/** Who asks: the operator, a session, or nobody. */
export type Caller =
  /** `session`: in a browser, by a link; otherwise by the key or through the control socket. */
  | { readonly kind: 'operator'; readonly session?: OperatorSession }
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'nobody' }

/** One credential, never two: a header that is there decides, and a wrong one is 401 whatever the cookie says. */
export async function authenticate(
  credential: Credential,
  operatorKey: OperatorKey,
  findSession: () => Promise<Caller | undefined>,
): Promise<Caller> {
  if (credential.isControlSocket) return { kind: 'operator' }
  if (credential.authorization !== null) {
    const token = /^Bearer[ \t]+([\x21-\x7e]{1,400})$/i.exec(credential.authorization)?.[1]
    if (token !== undefined && operatorKey.matches(token)) return { kind: 'operator' }
    throw unauthorized()
  }
  return (await findSession()) ?? { kind: 'nobody' }
}

/** 401: there is no credential, or none that holds. */
export function unauthorized(): Problem {
  return new Problem(
    'unauthorized',
    'Send the operator key as "Authorization: Bearer <key>", or sign in through a portal link',
  )
}

/** Whom events name as the cause of what a caller does. */
export function toActor(caller: Caller): Actor {
  if (caller.kind === 'operator') return { kind: 'operator', name: caller.session?.name ?? null }
  if (caller.kind === 'nobody') return { kind: 'system', job: 'link' }
  const { userId, linkId, contactId } = caller.session
  if (userId !== null) return { kind: 'user', userId }
  return { kind: 'portal_link', linkId: contactId ?? linkId ?? '' }
}

/** Who a caller is, as shown beside what they make; null for the key. */
export function nameOfCaller(caller: Caller): string | null {
  if (caller.kind === 'nobody') return null
  return caller.kind === 'operator' ? (caller.session?.name ?? null) : caller.session.label
}

/** Where a caller stands on the ladder. */
export function rungOfCaller(caller: Caller): Rung {
  if (caller.kind === 'operator') return 'operator'
  return caller.kind === 'nobody' ? 'person' : rungOfSession(caller.session)
}

/**
 * Throws 401, 403 or 404. `organizationId`: whose address it is; undefined where the path names none or nobody has that
 * slug. An organization that is not the caller's own is answered like one that is not there.
 */
export function assertMayCall(
  wanted: Access,
  caller: Caller,
  organization: { readonly isNamed: boolean; readonly id: string | undefined },
  request: {
    readonly method: string
    readonly headers: Headers
    readonly url: string
    /** Whom the path names, where it names somebody. */
    readonly subjectId?: string | undefined
  },
): void {
  if (wanted === 'open') return
  if (caller.kind === 'nobody') throw unauthorized()
  const isOwn = caller.kind === 'operator' || caller.session.scope.organizationId === organization.id
  if (organization.isNamed && (organization.id === undefined || !isOwn))
    throw new Problem('not_found', 'There is no such organization')
  if (caller.kind === 'session' && !isAllowed(wanted, caller.session, request.subjectId))
    throw new Problem('forbidden', 'This session may not do that')
  if (caller.kind === 'operator' && caller.session === undefined) return
  const isSafe = ['GET', 'HEAD'].includes(request.method)
  if (!isSafe && !isSameOrigin(request.headers, request.url))
    throw new Problem('cross_site', 'A change by session must come from our own origin')
}

function isAllowed(wanted: Access, { kind, userId }: Session, subjectId: string | undefined): boolean {
  if (wanted === 'session') return true
  if (wanted === 'self' && userId !== null && userId === subjectId) return true
  if (wanted === 'operator') return false
  return kind === 'administrator' || (kind === 'setup' && wanted === 'setup')
}
