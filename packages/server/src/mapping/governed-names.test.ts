import { expect, it } from 'vitest'
import { isGoverned } from './governed-names.ts'

const tenant = '8c5a1e7e-0000-4000-8000-00000000abcd'

it.each([
  [`https://login.microsoftonline.com/${tenant}/v2.0`, 'preferred_username', true],
  [`https://login.microsoftonline.com/${tenant}/v2.0`, 'upn', true],
  [`https://login.microsoftonline.us/${tenant}/v2.0`, 'preferred_username', true],
  [`https://sts.windows.net/${tenant}/`, 'UPN', true],
  [`https://sts.windows.net/${tenant}/`, 'http://acme.test/claims/userprincipalname', true],
  // What looks like an address there may be anybody's.
  [`https://login.microsoftonline.com/${tenant}/v2.0`, 'EmailAddress', false],
  [`https://sts.windows.net/${tenant}/`, 'user.mail', false],
  [`https://sts.windows.net/${tenant}/`, undefined, false],
  // Where people may write it of themselves, or nobody knows.
  ['https://idp.acme.test/realms/acme', 'preferred_username', false],
  [`https://login.microsoftonline.com.acme.test/${tenant}/v2.0`, 'upn', false],
  [`https://acme.test/https://sts.windows.net/${tenant}/`, 'upn', false],
])('D5: of %s, %s is written by the directory alone: %s', (issuer, name, wanted) => {
  expect(isGoverned(issuer, name)).toBe(wanted)
})
