// Reads metadata: what is small at once, what is larger on a thread of its own, where organizations take turns.
import { createElsewhere, type Owner } from './elsewhere.ts'
import { type IdentityProviderMetadata, MetadataError, readIdentityProviderMetadata } from './idp-metadata.ts'

/** Characters; most metadata of one identity provider has fewer. */
const smallText = 16_384
/** Of one organization and rung. */
const maxWaiting = 4

/** Metadata to be read. */
export interface MetadataText {
  readonly xml: string
  readonly isDev: boolean
}

/** What the thread has read, or why it is not usable. */
export type MetadataAnswer =
  | { readonly metadata: IdentityProviderMetadata }
  /** Why it is not usable. */
  | { readonly refusal: string }

/** Thrown when an organization's own queue is full: nothing was looked at. */
export class ReaderBusy extends Error {
  readonly retryAfterSeconds = 2
  constructor() {
    super('Metadata of this organization waits to be read')
    this.name = 'ReaderBusy'
  }
}

const readOnThread = createElsewhere<MetadataText, MetadataAnswer>(
  'read-worker',
  maxWaiting,
  () => new ReaderBusy(),
)

/** As readIdentityProviderMetadata does, in turn. Throws MetadataError, ReaderBusy. */
export async function readMetadata(owner: Owner, text: MetadataText): Promise<IdentityProviderMetadata> {
  if (text.xml.length <= smallText) return readIdentityProviderMetadata(text.xml, text.isDev)
  const answer = await readOnThread(owner, text)
  if ('refusal' in answer) throw new MetadataError(answer.refusal)
  return answer.metadata
}
