// A change of what a connection trusts may wait beside what is in place: the screen says so, where "saved" would not be true.
import { notifications } from '@mantine/notifications'
import type { Connection, StagedAnchor } from '@rollcall/api'

export function isStaged(done: Connection | StagedAnchor): done is StagedAnchor {
  return 'changes' in done
}

export function tellIfStaged(done: Connection | StagedAnchor, message: string): void {
  if (isStaged(done)) notifications.show({ message })
}
