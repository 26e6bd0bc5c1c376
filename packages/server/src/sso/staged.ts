// The connection as it would be with the anchor that is staged: for a test of exactly that one, and for nothing else.
import { withVersion } from '../connections/anchor.ts'
import { findStaged } from '../connections/anchor-rows.ts'
import type { FoundConnection } from '../connections/find.ts'
import { findTestedDigest } from '../sign-ins/sign-ins.ts'
import { explainState } from './explain-state.ts'
import { type SsoOptions, SsoRefusal } from './visit.ts'

/** Throws where something else is staged, or nothing. */
export async function toStaged(
  { database }: SsoOptions,
  found: FoundConnection,
  digest: string,
): Promise<FoundConnection> {
  const version = await findStaged(database, found.scope, found.row.id)
  if (version?.digest !== digest)
    throw new SsoRefusal('anchor_changed', explainState('anchor_changed', found.row), found)
  return { ...found, row: withVersion(found.row, version) }
}

/** The one anchor that may answer a request: the staged one if the request tests it, the present one in every other case. */
export async function chooseAnchor(
  options: SsoOptions,
  found: FoundConnection,
  requestId: string | undefined,
): Promise<{ readonly asked: FoundConnection; readonly digest: string | null }> {
  const digest =
    requestId === undefined
      ? null
      : await findTestedDigest(options.database, found.scope, found.row.id, requestId)
  return { asked: digest === null ? found : await toStaged(options, found, digest), digest }
}
