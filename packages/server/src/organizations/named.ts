// Organizations that an endpoint or an application names: shown by slug, kept by id. The slug of a deleted organization is free
// at once, and whoever takes it is somebody else.
import { readJson } from '../base/json.ts'
import { Problem } from '../http/problem.ts'
import type { InstallationTx } from '../store/database.ts'
import { installationStatement } from '../store/statement.ts'

/** An organization by its id, with the slug that was named. */
export interface NamedOrganization {
  readonly id: string
  readonly slug: string
}

interface LiveOrganization extends NamedOrganization {
  readonly created_at: number
}

const selectLive = installationStatement<{ names: string }>('named_organizations')(({ db, place, dialect }) =>
  db
    .selectFrom('organization')
    .select(['id', 'slug', 'created_at'])
    .where('deleted_at', 'is', null)
    .where((on) => on.or([dialect.isIn('id', place('names')), dialect.isIn('slug', place('names'))])),
)

/** What is stored for slugs that are named now; null: all. Throws 400 `organization_unknown`. */
export async function storeNamed(
  tx: InstallationTx,
  slugs: readonly string[] | null,
): Promise<string | null> {
  if (slugs === null) return null
  const live = await listLive(tx, slugs)
  const named = [...new Set(slugs)].map((slug): NamedOrganization => {
    const found = live.find((one) => one.slug === slug)
    if (found === undefined)
      throw new Problem('organization_unknown', `There is no organization with the slug ${slug}`)
    return { id: found.id, slug }
  })
  return JSON.stringify(named)
}

/** Who named them, as far as rows of before tell, which held slugs alone. */
export interface Naming {
  /** JSON as storeNamed made it, or of slugs. */
  readonly text: string | null
  readonly madeAt: number
  /** The ids that these slugs meant, where that was kept. */
  readonly knownIds?: ReadonlySet<string>
}

/** Whether an organization is among those that `text` names, as it is stored; of rows of before, which hold slugs, nobody knows that. */
export function isNamed(text: string | null, organizationId: string): boolean {
  if (text === null) return true
  const named = readJson<readonly (NamedOrganization | string)[]>(text)
  return named.some((one) => typeof one === 'string' || one.id === organizationId)
}

/** Those that are still there; null: all. A slug alone means only an organization that was there when it was named. */
export async function readNamed(
  tx: InstallationTx,
  naming: Naming,
): Promise<readonly NamedOrganization[] | null> {
  if (naming.text === null) return null
  const named = readJson<readonly (NamedOrganization | string)[]>(naming.text)
  const live = await listLive(
    tx,
    named.map((one) => (typeof one === 'string' ? one : one.id)),
  )
  const isMeant = (one: LiveOrganization): boolean =>
    naming.knownIds?.has(one.id) ?? Number(one.created_at) <= naming.madeAt
  return named.flatMap((wanted) => {
    const found = live.find((one) =>
      typeof wanted === 'string' ? one.slug === wanted && isMeant(one) : one.id === wanted.id,
    )
    return found === undefined ? [] : [{ id: found.id, slug: found.slug }]
  })
}

async function listLive(tx: InstallationTx, names: readonly string[]): Promise<readonly LiveOrganization[]> {
  return names.length === 0 ? [] : tx.all(selectLive, { names: JSON.stringify(names) })
}
