// How jobs go through all organizations: by id, a page at a time, so that memory and each query stay small.
import { createScope, type Database, type OrganizationScope } from './database.ts'
import { installationStatement } from './statement.ts'

const organizationsPerPage = 500

const selectAll = installationStatement<{ after: string }>('visit_organizations')(({ db, place }) =>
  db
    .selectFrom('organization')
    .select('id')
    .where('id', '>', place('after'))
    .orderBy('id')
    .limit(organizationsPerPage),
)
const selectWithConnections = installationStatement<{ after: string }>(
  'visit_organizations_with_connections',
)(({ db, place }) =>
  db
    .selectFrom('connection_place')
    .select('organization_id as id')
    .distinct()
    .where('organization_id', '>', place('after'))
    .orderBy('organization_id')
    .limit(organizationsPerPage),
)

/** Each organization once, deleted ones too as long as they are stored; ends early when the service stops. */
export async function* visitOrganizations(
  database: Database,
  which: 'all' | 'with connections',
  isStopping: () => boolean,
): AsyncGenerator<OrganizationScope> {
  const statement = which === 'all' ? selectAll : selectWithConnections
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: readonly { readonly id: string }[] = await database.readInstallation('jobs', statement, {
      after,
    })
    for (const { id } of page) {
      if (isStopping()) return
      yield createScope(id)
    }
    after = page.at(-1)?.id
  }
}
