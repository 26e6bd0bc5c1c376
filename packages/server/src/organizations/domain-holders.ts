// Organizations that prove one name: each by its own record, which a lapsed one loses to another.
import { createScope, type Database } from '../store/database.ts'
import { holdsProof, toLostAfter } from '../store/domain-proof.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'

/** Organizations that share a domain, as far as they are looked at. */
const maxHolders = 20

// Everybody who ever proved it: whether the proof still counts stands in the organization's own row.
const selectOwners = installationStatement<{ name: string }>('organizations_of_domain')(({ db, place }) =>
  db
    .selectFrom('verified_domain')
    .innerJoin('organization', 'organization.id', 'verified_domain.organization_id')
    .select(['organization.id', 'organization.name', 'organization.slug'])
    .where('verified_domain.name', '=', place('name'))
    .where('organization.deleted_at', 'is', null)
    .orderBy('organization.id')
    .limit(maxHolders),
)

const selectProof = organizationStatement<{ name: string; lostAfter: number }>('proof_of_domain')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('domain')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('name', '=', place('name'))
      .where(holdsProof(place('lostAfter'))),
)

interface Holder {
  readonly id: string
  readonly name: string
  readonly slug: string
}

/** The organizations whose proof of a domain counts: more than one where they share it. */
export async function findOrganizationsOfDomain(
  database: Database,
  name: string,
  now: number,
): Promise<readonly Holder[]> {
  return (await findHolders(database, name, now)).present
}

/** Who proves a name now, and who did until their record was lost for too long. */
export async function findHolders(
  database: Database,
  name: string,
  now: number,
): Promise<{ readonly present: readonly Holder[]; readonly former: readonly Holder[] }> {
  const found = await database.readInstallation('discovery', selectOwners, { name })
  const proofs = await Promise.all(
    found.map(({ id }) =>
      database.readOrganization(createScope(id), selectProof, { name, lostAfter: toLostAfter(now) }),
    ),
  )
  const isPresent = (_: Holder, at: number): boolean => (proofs[at]?.length ?? 0) > 0
  return {
    present: found.filter(isPresent),
    former: found.filter((one, at) => !isPresent(one, at)),
  }
}
