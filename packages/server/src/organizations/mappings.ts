// An organization's rules: from attributes to fields, from groups to roles. Owns where they are kept; mapping/ owns what
// they mean.

import type { RoleMappings, SchemaExtensions } from '@rollcall/api'
import { sql } from 'kysely'
import { readJson } from '../base/json.ts'
import { type OrganizationAct, record } from '../events/record.ts'
import type { AttributeMapping } from '../mapping/attribute-rules.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { OrganizationTable } from '../store/schema.ts'
import { organizationQuery, organizationStatement } from '../store/statement.ts'
import { getOwn } from './organizations.ts'

/** The rules from groups to roles that a row holds. */
export function toRoleMappings(row: OrganizationTable): RoleMappings {
  return { mappings: readJson(row.role_mappings) }
}

/** The rules from attributes to fields that a row holds. */
export function toAttributeRules(row: OrganizationTable): AttributeMapping {
  return readJson<AttributeMapping>(row.attribute_mapping)
}

// Two who change the rules come one after the other.
const holdRules = organizationStatement('hold_rules')(({ db, organizationId, dialect }) => {
  const statement = sql`SELECT ${dialect.hold(sql`${organizationId} || ' rules'`)} AS held`
  return { compile: () => statement.compile(db) }
})

type Rules = RoleMappings['mappings']

/** Replaces the ordered rules; `after` runs in the same transaction, with the rules that were. */
export function putRoleMappings(
  { database, scope, act }: OrganizationAct,
  mappings: Rules,
  after: (tx: OrganizationTx, before: Rules) => Promise<void>,
): Promise<void> {
  return put(
    { database, scope, act },
    {
      column: 'role_mappings',
      attribute: 'roleMappings',
      value: mappings,
      after: (tx, before) => after(tx, before as Rules),
    },
  )
}

/** Replaces the rules from attributes to fields. */
export function putAttributeRules(
  { database, scope, act }: OrganizationAct,
  rules: AttributeMapping,
): Promise<void> {
  return put(
    { database, scope, act },
    {
      column: 'attribute_mapping',
      attribute: 'attributeMapping',
      value: rules,
    },
  )
}

/** `extensions` were judged by the caller. What users hold of an extension that is gone stays until they are replaced. */
export function putSchemaExtensions(
  { database, scope, act }: OrganizationAct,
  extensions: SchemaExtensions['extensions'],
): Promise<void> {
  return put(
    { database, scope, act },
    {
      column: 'schema_extensions',
      attribute: 'schemaExtensions',
      value: extensions,
    },
  )
}

/** The schema extensions that a row holds. */
export function toSchemaExtensions(row: OrganizationTable): SchemaExtensions {
  return { extensions: readJson(row.schema_extensions) }
}

async function put(
  { database, scope, act }: OrganizationAct,
  rule: {
    readonly column: 'role_mappings' | 'attribute_mapping' | 'schema_extensions'
    readonly attribute: string
    readonly value: unknown
    readonly after?: (tx: OrganizationTx, before: unknown) => Promise<void>
  },
): Promise<void> {
  const { column, attribute, value } = rule
  await database.inOrganization(scope, async (tx) => {
    // The organization's row is the last that anybody locks, and these rules lock people.
    await tx.first(holdRules, {})
    const row = await getOwn(tx)
    const text = JSON.stringify(value)
    if (row[column] === text) return
    const changed = { [column]: text, updated_at: act.at }
    const before: unknown = JSON.parse(row[column])
    const changes = [{ attribute, before, after: value }]
    const subject = { type: 'organization', id: row.id } as const
    record(tx, act, { type: 'organization.updated', subject, data: { changes } })
    await rule.after?.(tx, before)
    tx.write(
      organizationQuery(({ db, organizationId }) =>
        db.updateTable('organization').set(changed).where('id', '=', organizationId),
      ),
      {},
    )
  })
}
