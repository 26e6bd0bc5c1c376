// Where the operator's product is: what a person goes back to who was refused, or on to who is signed in here. Only what was registered
// counts, whatever stands in an address.
import { findHome } from '../applications/applications.ts'
import type { FindBrand } from '../brand/places.ts'
import type { Look } from '../pages/look.ts'
import type { ProductLink } from '../pages/refusals.ts'
import type { Database } from '../store/database.ts'
import type { OrganizationTable } from '../store/schema.ts'

type Organization = Pick<OrganizationTable, 'id' | 'default_application'>

/** Whose sign-in it is: of the application that it goes back to by our provider; one that goes nowhere, of the default application. */
function applicationOf(url: string, organization: Organization, returnTo: string | null): string | null {
  if (returnTo === null) return organization.default_application
  if (!returnTo.startsWith(`${url}/`)) return null
  return URL.parse(returnTo)?.searchParams.get('application') ?? organization.default_application
}

interface LookOptions {
  readonly url: string
  readonly findBrand: FindBrand
  /** Of the service, with the brand of the installation. */
  readonly look: Look
}

/** The look of a page for whoever signs in to this organization. */
export async function lookAt(
  options: LookOptions,
  look: Look,
  organization: Organization & Pick<OrganizationTable, 'name'>,
  returnTo: string | null,
): Promise<Look> {
  return lookOf(options, look, organization, applicationOf(options.url, organization, returnTo))
}

/** The same where nobody knows of which application the sign-in is: the organization's logo alone. */
export async function lookBeside(
  options: LookOptions,
  look: Look,
  organization: Organization & Pick<OrganizationTable, 'name'>,
): Promise<Look> {
  return lookOf(options, look, organization, null)
}

async function lookOf(
  { findBrand, look: plain }: LookOptions,
  look: Look,
  { id, name }: Pick<OrganizationTable, 'id' | 'name'>,
  applicationId: string | null,
): Promise<Look> {
  const { brand, logo } = await findBrand({ applicationId, organizationId: id }, plain.brand)
  return { ...look, brand, beside: { name, logo } }
}

/** Of the application whose sign-in this was, of the site that it came from, or of the organization's default application; else null. */
export async function findProduct(
  { database, url, look }: { readonly database: Database; readonly url: string; readonly look: Look },
  organization: Organization,
  /** As it was read before: nothing that is not registered. */
  returnTo: string | null,
): Promise<ProductLink | null> {
  const target = returnTo === null ? null : URL.parse(returnTo)
  const isOurs = returnTo?.startsWith(`${url}/`) === true
  if (target !== null && !isOurs)
    return { name: look.brand.productName ?? target.host, url: `${target.origin}/` }
  const id = applicationOf(url, organization, returnTo)
  return id === null ? null : ((await findHome(database, id, organization.id)) ?? null)
}
