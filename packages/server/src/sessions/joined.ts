// What rooms above ask beside their own rows, for one round trip: what a link leads to.
import { sql } from 'kysely'
import type { LinkSecretTable } from '../store/schema.ts'

/** The subject that a secret of this kind leads to. */
export const subjectOfSecret = (organizationId: unknown, kind: LinkSecretTable['kind'], hash: unknown) =>
  sql<string>`(SELECT link_secret.subject_id FROM link_secret WHERE link_secret.organization_id = ${organizationId}
    AND link_secret.kind = ${kind} AND link_secret.secret_hash = ${hash})`
