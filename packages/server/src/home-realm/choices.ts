// The room `server/home-realm`: from an address, an organization or a connection to where somebody signs in. Both doors of sign-ins ask
// here; what they answer where nothing is found is theirs to say.
import type { FindBrand } from '../brand/places.ts'
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
  /** What its organization is called. */
  readonly organization: string
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
    organization: organization.name,
    label: rows.length === 1 ? organization.name : `${organization.name} · ${name}`,
  }))
}

/** All of an organization, by its slug. */
export async function listByOrganization(database: Database, slug: string): Promise<Choice[]> {
  const found = await findOrganization(database, slug)
  if (found === undefined) return []
  const rows = await listUsableConnections(database, found.scope)
  const of = { organizationId: found.row.id, organization: found.row.name }
  return rows.map(({ id, name }) => ({ connectionId: id, ...of, label: name }))
}

/** The one that is named, whether it can be used now or not: starting there says why not. */
export async function listByConnection(database: Database, id: string): Promise<Choice[]> {
  const found = await findConnection(database, id)
  if (found === undefined) return []
  const { organization, row } = found
  const of = { organizationId: organization.id, organization: organization.name }
  return [{ connectionId: row.id, ...of, label: row.name }]
}

/** On to the only choice, or to the page on which the person chooses; undefined where there is none. */
export async function answerChoices(
  { look, findBrand }: { readonly look: Look; readonly findBrand: FindBrand },
  choices: readonly Choice[],
  toHref: (connectionId: string) => string,
  also: { readonly isRecovering: boolean; readonly recovery: string | null },
): Promise<Response | undefined> {
  const ways = choices.map(({ connectionId, label }) => ({ href: toHref(connectionId), label }))
  const [only] = ways
  if (only === undefined) return undefined
  if (ways.length === 1) return redirect(only.href)
  const own = await lookOfOne(look, findBrand, choices)
  return renderPage(choicePage(own, ways, also), own)
}

// With the organization's own logo where all of them are of one: nothing is said of whose they are that their names do not say.
async function lookOfOne(look: Look, findBrand: FindBrand, choices: readonly Choice[]): Promise<Look> {
  const [first] = choices
  if (first === undefined) return look
  const { organizationId, organization: name } = first
  if (choices.some((one) => one.organizationId !== organizationId)) return look
  const { logo } = await findBrand({ applicationId: null, organizationId }, look.brand)
  return { ...look, beside: { name, logo } }
}
