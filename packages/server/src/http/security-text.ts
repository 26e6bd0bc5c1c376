// /.well-known/security.txt (RFC 9116): whom to tell of a fault of this installation. The operator says who; nobody else can.

import { dayMs } from '../base/clock.ts'

/** Where RFC 9116 looks for it. */
export const securityTextPath = '/.well-known/security.txt'

/** RFC 9116 §2.5.5 wants less than a year. The text is made anew for each who asks, so that it is never stale. */
const validDays = 180

/** The file; the contacts are URIs, the preferred one first. */
export function renderSecurityText(contacts: readonly string[], url: string, now: number): string {
  const expires = new Date((Math.floor(now / dayMs) + validDays) * dayMs).toISOString()
  const lines = [
    ...contacts.map((contact) => `Contact: ${contact}`),
    `Expires: ${expires}`,
    `Canonical: ${new URL(securityTextPath, url)}`,
  ]
  return `${lines.join('\n')}\n`
}
