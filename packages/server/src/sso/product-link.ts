// Where the operator's product is: what a person goes back to who was refused, or on to who is signed in here. Only what was registered
// counts, whatever stands in an address.
import { findHome } from '../applications/applications.ts'
import type { Look } from '../pages/look.ts'
import type { ProductLink } from '../pages/refusals.ts'
import type { Database } from '../store/database.ts'
import type { OrganizationTable } from '../store/schema.ts'

type Organization = Pick<OrganizationTable, 'id' | 'default_application'>

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
  const id = (isOurs ? target?.searchParams.get('application') : null) ?? organization.default_application
  return id === null ? null : ((await findHome(database, id, organization.id)) ?? null)
}
