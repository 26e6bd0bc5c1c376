// The room `server/home-realm`: from an address, an organization or a connection to where somebody signs in. Both doors of sign-ins ask
// here; what they answer where nothing is found is theirs to say.
import { findConnection, listUsableConnections } from '../connections/find.ts'
import { listTiedTo } from '../connections/ties.ts'
import { redirect } from '../http/redirect.ts'
import { findOrganizationsOfDomain } from '../organizations/domain-holders.ts'
import { findOrganization } from '../organizations/organizations.ts'
import { renderPage } from '../pages/frame.ts'
import { choicePage } from '../pages/home-realm.ts'
import type { Look } from '../pages/look.ts'
import type { Database } from '../store/database.ts'

/** A connection by which somebody could sign in. */
export interface Choice {
  readonly connectionId: string
  readonly organizationId: string
  /** What a person calls it who is asked to choose. */
  readonly label: string
}

/** Of every organization that proved the domain. */
export async function listByDomain(database: Database, domain: string, now: number): Promise<Choice[]> {
  const choices: Choice[] = []
  for (const { slug } of await findOrganizationsOfDomain(database, domain, now))
    choices.push(...(await listOfHolder(database, slug, domain, now)))
  return choices
}

// The connections that speak for the domain, where any does; whoever signed in by another one may still choose it.
async function listOfHolder(
  database: Database,
  slug: string,
  domain: string,
  now: number,
): Promise<Choice[]> {
  const found = await findOrganization(database, slug)
  if (found === undefined) return []
  const { scope, row: organization } = found
  const usable = await listUsableConnections(database, scope)
  const tied = await listTiedTo(database, scope, domain, now)
  const speaking = usable.filter(({ id }) => tied.includes(id))
  const rows = speaking.length === 0 ? usable : speaking
  return rows.map(({ id, name }) => ({
    connectionId: id,
    organizationId: organization.id,
    label: rows.length === 1 ? organization.name : `${organization.name} · ${name}`,
  }))
}

/** All of an organization, by its slug. */
export async function listByOrganization(database: Database, slug: string): Promise<Choice[]> {
  const found = await findOrganization(database, slug)
  if (found === undefined) return []
  const rows = await listUsableConnections(database, found.scope)
  return rows.map(({ id, name }) => ({ connectionId: id, organizationId: found.row.id, label: name }))
}

/** The one that is named, whether it can be used now or not: starting there says why not. */
export async function listByConnection(database: Database, id: string): Promise<Choice[]> {
  const found = await findConnection(database, id)
  if (found === undefined) return []
  const { organization, row } = found
  return [{ connectionId: row.id, organizationId: organization.id, label: row.name }]
}

/** On to the only choice, or to the page on which the person chooses; undefined where there is none. */
export function answerChoices(
  look: Look,
  choices: readonly Choice[],
  toHref: (connectionId: string) => string,
  also: { readonly isRecovering: boolean; readonly recovery: string | null },
): Response | undefined {
  const ways = choices.map(({ connectionId, label }) => ({ href: toHref(connectionId), label }))
  const [only] = ways
  if (only === undefined) return undefined
  return ways.length === 1 ? redirect(only.href) : renderPage(choicePage(look, ways, also), look)
}
