// What the link of a frame allows, as its row keeps it.
import type { NewEmbedSession } from '@rollcall/api'
import { readJson } from '../base/json.ts'
import type { PortalLinkTable } from '../store/schema.ts'
import type { Frame } from './sessions.ts'

/** What the link of a frame allows. */
export interface FrameTerms extends Frame {
  readonly role: NewEmbedSession['role']
  /** Null: somebody who is named by an address. */
  readonly userId: string | null
  /** When all that the person had by signing in had ended last, by the time that the link was made; null: never, as far as is known. */
  readonly endedAt?: number | null
  /** What the page that asked for the link keeps has this SHA-256, in base64url; undefined: the link is bound to no page. */
  readonly challenge?: string | undefined
  /** Of a link that stands for somebody who is named by an address: every origin at which they have had frames; undefined: its own. */
  readonly places?: readonly FramePlace[]
}

/** An origin, with when somebody had the first frame there. */
export interface FramePlace {
  readonly origin: string
  readonly at: number
}

/** What the link of a frame allows, undefined for a link of another kind. */
export function termsOf({ frame }: Pick<PortalLinkTable, 'frame'>): FrameTerms | undefined {
  return frame === null ? undefined : readJson<FrameTerms>(frame)
}
