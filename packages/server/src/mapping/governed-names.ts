// Attributes that an identity provider's administrators write, and no person of themselves: an address that was only found in one of
// them is the person's all the same. Who signed decides, not what somebody called the connection.
import { isDirectoryName } from './alike-names.ts'

// Entra ID: tokens v2.0, then SAML and tokens v1.0. `preferred_username` and `upn` are there what its administrators call the person, in
// a domain that they proved (learn.microsoft.com/entra/identity-platform/id-token-claims-reference and optional-claims-reference).
const microsoft = [
  /^https:\/\/login\.(?:microsoftonline\.(?:com|us)|partner\.microsoftonline\.cn)\/[0-9a-f-]{36}\/v2\.0$/i,
  /^https:\/\/sts\.(?:windows\.net|chinacloudapi\.cn)\/[0-9a-f-]{36}\//i,
]

/** `issuer`: the entity ID or issuer that was verified. `name`: of the attribute, as it came. */
export function isGoverned(issuer: string, name: string | undefined): boolean {
  return name !== undefined && isDirectoryName(name) && microsoft.some((one) => one.test(issuer))
}
