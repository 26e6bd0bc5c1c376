// Who may call the management API. In this version: the operator, by key or through the control socket.
import type { Actor } from '../base/actor.ts'
import type { OperatorKey } from '../directory/operator-key.ts'
import { Problem } from '../http/problem.ts'

/** What the network says of a caller. */
export interface Caller {
  readonly authorization: string | null
  /** Came through the socket in the data folder, which only the service's own user can open. */
  readonly isControlSocket: boolean
}

/** Throws 401; runs before anything of the request is parsed. */
export function authenticateOperator(caller: Caller, operatorKey: OperatorKey): Actor {
  if (caller.isControlSocket) return { kind: 'operator' }
  const token = /^Bearer ([\x21-\x7e]{1,400})$/i.exec(caller.authorization ?? '')?.[1]
  if (token !== undefined && operatorKey.matches(token)) return { kind: 'operator' }
  throw new Problem(401, 'unauthorized', 'Send the operator key as "Authorization: Bearer <key>"')
}
