// A change of what a connection trusts may wait beside what is in place: the screen says so, where "saved" would not be true.
import { notifications } from '@mantine/notifications'
import type { Connection, StagedAnchor } from '@rollcall/api'

/** What a change of a connection makes stale. */
export const staleConnection = [
  'listConnections',
  'getConnection',
  'getAnchor',
  'listEvents',
  'previewProvisioning',
] as const

/** Whether the change waits for somebody who may make it. */
export function isStaged(done: Connection | StagedAnchor): done is StagedAnchor {
  return 'changes' in done
}

/** Says so in `message` where the change waits. */
export function tellIfStaged(done: Connection | StagedAnchor, message: string): void {
  if (isStaged(done)) notifications.show({ message })
}
