// A sign-in as it comes to be decided: who is asserted, by which connection, for which organization.
import type { VerifiedAssertion } from '../saml/verify-response.ts'
import type { ConnectionTable, OrganizationTable } from '../store/schema.ts'

/** Who comes, by which connection of which organization. */
export interface SignInVisit {
  readonly organization: OrganizationTable
  readonly connection: ConnectionTable
  readonly assertion: VerifiedAssertion
  /** By the clock that all nodes share; null where it was held against the ends of sessions already. */
  readonly provenAt: number | null
  /** Whether the unit has its turn among acts (sessions/standing.ts). */
  readonly isInTurn?: boolean
}
