// Everybody of an organization, page after page, without a cursor in sight.
import type { Rollcall } from '@rollcall/client'

export async function listActiveAddresses(rollcall: Rollcall, slug: string): Promise<string[]> {
  const addresses: string[] = []
  for await (const user of rollcall.list('listUsers', { params: { slug }, query: { isActive: 'true' } }))
    if (user.email !== null) addresses.push(user.email)
  return addresses
}
