// Who a subject is: the person behind `sub`, while they may sign in, and the claims that applications get of them.

import type { UserDetail } from '@rollcall/api'
import { selectPlaceOfAccount } from '../organizations/own.ts'
import { createScope, type Database } from '../store/database.ts'
import { findUserDetail } from '../users/views.ts'
import { isVouchedFor } from './vouched.ts'

/** A person who may sign in, with their organization. */
export interface Account {
  readonly organization: { readonly id: string; readonly slug: string }
  readonly user: UserDetail
}

/** Undefined for whoever is not there, or may not sign in any more: asked of the store each time. */
export async function findAccount(database: Database, userId: string): Promise<Account | undefined> {
  const [organization] = await database.readInstallation('applications', selectPlaceOfAccount, { userId })
  if (organization === undefined) return undefined
  const scope = createScope(organization.id)
  const user = await findUserDetail(database, scope, userId)
  if (user === undefined || !user.isActive) return undefined
  return { organization, user }
}

/** Whether we vouch for the person's address: asked each time, as the domains and the people are now. */
export async function isEmailVerified(
  database: Database,
  { organization, user }: Account,
  now: number,
): Promise<boolean> {
  const { id, email } = user
  if (email === null) return false
  return database.inOrganization(createScope(organization.id), (tx) => isVouchedFor(tx, id, email, now))
}

/** Scope -> claims, as the discovery document lists them. */
export const claimsOfScopes = {
  openid: ['sub', 'sid', 'auth_time', 'org_id', 'org_slug', 'role'],
  profile: ['name', 'given_name', 'family_name', 'preferred_username', 'updated_at'],
  email: ['email', 'email_verified'],
  organization: ['org_id', 'org_slug', 'role'],
  groups: ['groups'],
}

/** All claims; the provider keeps those of the granted scopes. */
export function toClaims(
  { organization, user }: Account,
  isEmailVerified: boolean,
): {
  sub: string
  [claim: string]: string | number | boolean | string[] | undefined
} {
  return {
    sub: user.id,
    org_id: organization.id,
    org_slug: organization.slug,
    role: user.role,
    name: user.displayName ?? ([user.givenName, user.familyName].filter(Boolean).join(' ') || user.userName),
    given_name: user.givenName ?? undefined,
    family_name: user.familyName ?? undefined,
    preferred_username: user.userName,
    updated_at: Math.floor(Date.parse(user.updatedAt) / 1_000),
    email: user.email ?? undefined,
    email_verified: user.email === null ? undefined : isEmailVerified,
    groups: user.groups.map(({ displayName }) => displayName),
  }
}
