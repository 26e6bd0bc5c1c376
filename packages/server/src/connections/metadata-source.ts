// Where an identity provider's metadata comes from: a URL, XML, or three fields. Owns the fetching's refusals.
import type { NewConnection } from '@rollcall/api'
import type { Envelope } from '../base/envelope.ts'
import { Problem } from '../http/problem.ts'
import { OutboundError } from '../outbound/outbound-error.ts'
import {
  type IdentityProviderMetadata,
  MetadataError,
  toIdentityProviderMetadata,
} from '../saml/idp-metadata.ts'
import { type MetadataText, ReaderBusy } from '../saml/read-elsewhere.ts'

/** The text behind a metadata URL; throws OutboundError. */
type FetchMetadata = (url: string) => Promise<string>

/** What reading and making connections needs to know of the service. */
export interface ConnectionRules {
  /** Without a slash at the end; entity ID and ACS of a new connection are made from it. */
  readonly url: string
  /** Allows http addresses of identity providers. */
  readonly isDev: boolean
  readonly fetchMetadata: FetchMetadata
  /** The text behind a discovery document's URL. */
  readonly fetchDiscovery: FetchMetadata
  /** Reads metadata in the turn of whoever asks. Throws MetadataError, ReaderBusy. */
  readonly readMetadata: (text: MetadataText) => Promise<IdentityProviderMetadata>
  /** Seals client secrets. */
  readonly envelope: Envelope
  /** Told of changes as well; undefined where nobody said. */
  readonly operatorMail: string | undefined
}

type Source = Partial<
  Pick<NewConnection, 'metadataUrl' | 'metadataXml' | 'entityId' | 'ssoUrl' | 'certificates'>
>

/** From whichever of the three ways was used; undefined when none was. Throws 400. */
export async function readSource(
  source: Source,
  rules: ConnectionRules,
): Promise<IdentityProviderMetadata | undefined> {
  const { metadataUrl, metadataXml, entityId, ssoUrl, certificates } = source
  const isManual = entityId !== undefined || ssoUrl !== undefined || certificates !== undefined
  const ways = [metadataUrl !== undefined, metadataXml !== undefined, isManual].filter(Boolean).length
  if (ways === 0) return undefined
  if (ways > 1)
    throw new Problem(
      'invalid_request',
      'Send metadataUrl, or metadataXml, or entityId with ssoUrl and certificates: one of the three',
    )
  if (metadataUrl !== undefined) return fetchMetadata(metadataUrl, rules)
  if (metadataXml !== undefined) return readText(metadataXml, rules)
  if (entityId === undefined || ssoUrl === undefined || certificates === undefined)
    throw new Problem('invalid_request', 'By hand, entityId, ssoUrl and certificates are needed together')
  return read(() => toIdentityProviderMetadata({ entityId, ssoUrl, certificates }, rules.isDev))
}

/** Throws 400 `metadata_unreachable`, `metadata_invalid`. */
export async function fetchMetadata(url: string, rules: ConnectionRules): Promise<IdentityProviderMetadata> {
  let text: string
  try {
    text = await rules.fetchMetadata(url)
  } catch (error) {
    if (error instanceof OutboundError)
      throw new Problem('metadata_unreachable', `The metadata URL cannot be used: ${error.message}`)
    throw error
  }
  return readText(text, rules)
}

async function readText(xml: string, rules: ConnectionRules): Promise<IdentityProviderMetadata> {
  try {
    return await rules.readMetadata({ xml, isDev: rules.isDev })
  } catch (error) {
    if (error instanceof ReaderBusy)
      throw new Problem('too_many_requests', error.message, { retryAfterSeconds: error.retryAfterSeconds })
    throw toProblem(error)
  }
}

function read(work: () => IdentityProviderMetadata): IdentityProviderMetadata {
  try {
    return work()
  } catch (error) {
    throw toProblem(error)
  }
}

function toProblem(error: unknown): unknown {
  return error instanceof MetadataError ? new Problem('metadata_invalid', error.message) : error
}
