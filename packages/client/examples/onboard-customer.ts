// A new customer: an organization, and a link for its IT contact to set up single sign-on and provisioning.
import { ProblemError, type Rollcall } from '@rollcall/client'

export async function onboardCustomer(
  rollcall: Rollcall,
  customer: { readonly name: string; readonly slug: string; readonly contact: string },
): Promise<string> {
  const { name, slug, contact } = customer
  try {
    await rollcall.call('createOrganization', { body: { name, slug } })
  } catch (error) {
    // Begun before: go on from there.
    if (!(error instanceof ProblemError) || error.problem.code !== 'slug_taken') throw error
  }
  const { url } = await rollcall.call('createPortalLink', {
    params: { slug },
    body: { role: 'admin', email: contact, days: 14 },
  })
  return url
}
