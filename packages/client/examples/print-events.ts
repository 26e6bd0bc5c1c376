// Each event as it comes: beside the event there is the cursor to keep once it is dealt with.
import type { Rollcall } from '@rollcall/client'

export async function printEvents(
  rollcall: Rollcall,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  let last: string | undefined
  for await (const { event, cursor } of rollcall.events({ signal })) {
    print(
      `${event.occurredAt} ${event.organization?.slug ?? 'installation'} ${event.type} ${event.subject.id}`,
    )
    last = cursor
  }
  return last
}
