// All guides: the console shows them with an organization's own values, docs/guides/ is written from them.
export { oidcGuides } from './oidc.ts'
export { scimGuides, withoutScim } from './scim.ts'
export { listSources } from './sources.ts'
export { ssoGuides } from './sso.ts'
