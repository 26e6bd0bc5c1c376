// All guides: the console shows them with an organization's own values, docs/guides/ is written from them.
export { scimGuides, withoutScim } from './scim.ts'
export { ssoGuides } from './sso.ts'
