// What rooms above join to their own rows, for one round trip: rows of organizations and of their domains, and what holds of them.

import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { isProvedAtLastLook } from '../store/domain-proof.ts'
import type { DomainTable, OrganizationTable } from '../store/schema.ts'

/** Organizations, those that are being removed among them. */
export const organizationRows = sql<OrganizationTable>`organization`.as('organization')

/** Of an organization that was joined: nobody has removed it. */
export const isLiving = sql<SqlBool>`organization.deleted_at IS NULL`

/** The ids of all that are stored. */
export const organizationIds: RawBuilder<string> = sql<string>`(SELECT organization.id FROM organization)`

/** A value made of the organization's own columns. */
export const ofOrganization = <T>(organizationId: unknown, value: RawBuilder<unknown>): RawBuilder<T> =>
  sql<T>`(SELECT ${value} FROM organization WHERE id = ${organizationId})`

/** Whether the organization has proved the domain of an address. */
export const isProvedDomain = (organizationId: unknown, domain: unknown): RawBuilder<SqlBool> =>
  sql<SqlBool>`EXISTS (SELECT 1 FROM domain WHERE domain.organization_id = ${organizationId} AND domain.name = ${domain}
    AND ${isProvedAtLastLook})`

/** Domains that organizations have named, proved or not. */
export const domainRows = sql<DomainTable>`domain`.as('domain')
