// What can be recorded: the catalogue of the contract, as the one writer takes it.
import type { EventData, EventType, eventCatalog, InstallationEventType } from '@rollcall/api'

export type { Change, EventType, InstallationEventType } from '@rollcall/api'

/** One fact, before it has an id and a time. */
export type NewEvent = {
  [T in Exclude<EventType, InstallationEventType>]: {
    readonly type: T
    readonly subject: { readonly type: (typeof eventCatalog)[T]['subject']; readonly id: string }
    readonly data: Loose<EventData<T>>
  }
}[Exclude<EventType, InstallationEventType>]

/** An event of the installation, as the one writer takes it. */
export type NewInstallationEvent = {
  [T in InstallationEventType]: {
    readonly type: T
    readonly subject: { readonly type: (typeof eventCatalog)[T]['subject']; readonly id: string }
    readonly data: Loose<EventData<T>>
  }
}[InstallationEventType]

/** Lists that nobody writes to are taken as well. */
type Loose<T> = { readonly [K in keyof T]: T[K] extends (infer I)[] ? readonly I[] : T[K] }
