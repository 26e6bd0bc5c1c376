// An organization's rules: from attributes to fields, from groups to roles. Owns where they are kept; mapping/ owns what
// they mean.
import type { RoleMappings } from '@rollcall/api'
import { type Act, record } from '../events/record.ts'
import type { AttributeMapping } from '../mapping/attribute-rules.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { OrganizationTable } from '../store/schema.ts'
import { organizationQuery } from '../store/statement.ts'
import { getOwnForUpdate } from './organizations.ts'

export function toRoleMappings(row: OrganizationTable): RoleMappings {
  return { mappings: JSON.parse(row.role_mappings) as RoleMappings['mappings'] }
}

export function toAttributeRules(row: OrganizationTable): AttributeMapping {
  return JSON.parse(row.attribute_mapping) as AttributeMapping
}

/** Replaces the ordered rules; they take effect at each person's next sign-in. */
export function putRoleMappings(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  mappings: RoleMappings['mappings'],
): Promise<void> {
  return put(database, scope, act, 'role_mappings', 'roleMappings', mappings)
}

export function putAttributeRules(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  rules: AttributeMapping,
): Promise<void> {
  return put(database, scope, act, 'attribute_mapping', 'attributeMapping', rules)
}

async function put(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  column: 'role_mappings' | 'attribute_mapping',
  attribute: string,
  value: unknown,
): Promise<void> {
  await database.inOrganization(scope, async (tx) => {
    const row = await getOwnForUpdate(tx)
    const text = JSON.stringify(value)
    if (row[column] === text) return
    const changed = { [column]: text, updated_at: act.at }
    tx.write(
      organizationQuery(({ db, organizationId }) =>
        db.updateTable('organization').set(changed).where('id', '=', organizationId),
      ),
      {},
    )
    const changes = [{ attribute, before: JSON.parse(row[column]) as unknown, after: value }]
    const subject = { type: 'organization', id: row.id } as const
    record(tx, act, { type: 'organization.updated', subject, data: { changes } })
  })
}
