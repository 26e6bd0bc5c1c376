// The origins whose pages may show the settings in a frame: the operator's list, one for the installation.
import type { Embedding } from '@rollcall/api'
import { readJson } from '../base/json.ts'
import { listDifferences } from '../events/differences.ts'
import { type Act, recordInstallation } from '../events/record.ts'
import type { Database, OrganizationTx } from '../store/database.ts'
import { wantAll } from '../store/due.ts'
import type { SessionTable } from '../store/schema.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'
import type { Frame } from './sessions.ts'

const settingName = 'embed_origins'

const selectOrigins = installationStatement('embed_origins')(({ db }) =>
  db.selectFrom('setting').select('value').where('name', '=', settingName),
)
const selectOwnOrigins = organizationStatement('embed_origins_of_organization')(({ db }) =>
  db.selectFrom('setting').select('value').where('name', '=', settingName),
)
const saveOrigins = installationStatement<{ value: string }>('save_embed_origins')(({ db, place }) =>
  db
    .insertInto('setting')
    .values({ name: settingName, value: place('value') })
    .onConflict((on) => on.column('name').doUpdateSet({ value: place('value') })),
)

/** An origin of the list, with when it was put there: what began before that ended when it was taken away. */
export interface ListedOrigin {
  readonly origin: string
  readonly since: number
}

/** What a row of the list holds; nothing was said where there is none. */
function originsOf(row: { readonly value: string } | undefined): readonly ListedOrigin[] {
  return row === undefined ? [] : readJson<ListedOrigin[]>(row.value)
}

/** Whether what began then, at this origin, holds by the list. */
export function isListed(listed: readonly ListedOrigin[], origin: string, beganAt: number): boolean {
  return listed.some((one) => one.origin === origin && one.since <= beganAt)
}

/** Whether a session goes on by the list, in this unit: each that is in no frame does. */
export async function isOfListed(
  tx: OrganizationTx,
  { frame, created_at }: Pick<SessionTable, 'frame' | 'created_at'>,
): Promise<boolean> {
  if (frame === null) return true
  return isListed(await listOwnOrigins(tx), readJson<Frame>(frame).origin, Number(created_at))
}

/** The list as it is, in a unit of an organization. */
export async function listOwnOrigins(tx: OrganizationTx): Promise<readonly ListedOrigin[]> {
  return originsOf(await tx.first(selectOwnOrigins, {}))
}

/** The list as it is. */
export async function listOrigins(database: Database): Promise<readonly ListedOrigin[]> {
  const [row] = await database.readInstallation('settings', selectOrigins, {})
  return originsOf(row)
}

/** Where the settings may be shown in a frame. */
export async function getEmbedding(database: Database): Promise<Embedding> {
  return { origins: (await listOrigins(database)).map(({ origin }) => origin) }
}

/** Replaces the list. A frame at an origin that is left out holds no more, also when the origin comes back. */
export async function putEmbedding(database: Database, act: Act, after: Embedding): Promise<Embedding> {
  return database.inInstallation('settings', async (tx) => {
    const listed = originsOf(await tx.first(selectOrigins, {}))
    const before: Embedding = { origins: listed.map(({ origin }) => origin) }
    const changes = listDifferences(before, after, ['origins'])
    if (changes.length === 0) return before
    const since = new Map(listed.map((one) => [one.origin, one.since]))
    const kept = after.origins.map((origin) => ({ origin, since: since.get(origin) ?? act.at }))
    tx.write(saveOrigins, { value: JSON.stringify(kept) })
    wantAll(tx, 'tend frames', act.at)
    const subject = { type: 'embedding', id: 'installation' } as const
    recordInstallation(tx, act, { type: 'embedding.updated', subject, data: { changes } })
    return after
  })
}
