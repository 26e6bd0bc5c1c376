// The origins whose pages may show the settings in a frame: the operator's list, one for the installation.
import type { Embedding } from '@rollcall/api'
import { readJson } from '../base/json.ts'
import { listDifferences } from '../events/differences.ts'
import { type Act, recordInstallation } from '../events/record.ts'
import type { Database } from '../store/database.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'

const settingName = 'embed_origins'

const selectOrigins = installationStatement('embed_origins')(({ db }) =>
  db.selectFrom('setting').select('value').where('name', '=', settingName),
)
/** The list inside a unit of an organization. */
export const selectOwnOrigins = organizationStatement('embed_origins_of_organization')(({ db }) =>
  db.selectFrom('setting').select('value').where('name', '=', settingName),
)
const saveOrigins = installationStatement<{ value: string }>('save_embed_origins')(({ db, place }) =>
  db
    .insertInto('setting')
    .values({ name: settingName, value: place('value') })
    .onConflict((on) => on.column('name').doUpdateSet({ value: place('value') })),
)

/** What a row of the list holds; nothing was said where there is none. */
export function originsOf(row: { readonly value: string } | undefined): readonly string[] {
  return row === undefined ? [] : readJson<string[]>(row.value)
}

/** Where the settings may be shown in a frame. */
export async function getEmbedding(database: Database): Promise<Embedding> {
  const [row] = await database.readInstallation('settings', selectOrigins, {})
  return { origins: [...originsOf(row)] }
}

/** Replaces the list. A frame at an origin that is left out holds no more. */
export async function putEmbedding(database: Database, act: Act, after: Embedding): Promise<Embedding> {
  return database.inInstallation('settings', async (tx) => {
    const before: Embedding = { origins: [...originsOf(await tx.first(selectOrigins, {}))] }
    const changes = listDifferences(before, after, ['origins'])
    if (changes.length === 0) return before
    tx.write(saveOrigins, { value: JSON.stringify(after.origins) })
    const subject = { type: 'embedding', id: 'installation' } as const
    recordInstallation(tx, act, { type: 'embedding.updated', subject, data: { changes } })
    return after
  })
}
