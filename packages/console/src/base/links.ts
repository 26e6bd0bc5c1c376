// Every address of the console, each a function; nothing else writes a path.
import { basePath } from './base-path.ts'

const settings = (slug: string): string => `/organizations/${encodeURIComponent(slug)}/settings`

/** What narrows a list, as the query of its address. */
export const narrow = (by: Readonly<Record<string, string>>): string => new URLSearchParams(by).toString()

/** The address of every screen, without the base path that the router adds; below them those of the service itself. */
export const links = {
  organizations: () => '/',
  overview: () => '/installation/overview',
  installation: () => '/installation',
  webhooks: () => '/installation/webhooks',
  webhook: (id: string) => `/installation/webhooks/${encodeURIComponent(id)}`,
  applications: () => '/installation/applications',
  application: (id: string) => `/installation/applications/${encodeURIComponent(id)}`,
  brand: () => '/installation/brand',
  embedding: () => '/installation/embedding',
  operatorLog: () => '/installation/log',
  settings,
  general: (slug: string) => `${settings(slug)}/general`,
  singleSignOn: (slug: string) => `${settings(slug)}/security/single-sign-on`,
  newConnection: (slug: string) => `${settings(slug)}/security/single-sign-on/new`,
  connection: (slug: string, id: string) =>
    `${settings(slug)}/security/single-sign-on/${encodeURIComponent(id)}`,
  domains: (slug: string) => `${settings(slug)}/security/verified-domains`,
  provisioning: (slug: string, part = '') =>
    `${settings(slug)}/security/user-provisioning${part === '' ? '' : `?part=${part}`}`,
  attributeMapping: (slug: string) => `${settings(slug)}/security/attribute-mapping`,
  roleMapping: (slug: string) => `${settings(slug)}/security/role-mapping`,
  setUp: (slug: string) => `${settings(slug)}/security/set-up`,
  setUpLinks: (slug: string) => `${settings(slug)}/security/set-up-links`,
  users: (slug: string, search = '') =>
    `${settings(slug)}/people/users${search === '' ? '' : `?search=${encodeURIComponent(search)}`}`,
  user: (slug: string, id: string) => `${settings(slug)}/people/users/${encodeURIComponent(id)}`,
  groups: (slug: string) => `${settings(slug)}/people/groups`,
  group: (slug: string, id: string) => `${settings(slug)}/people/groups/${encodeURIComponent(id)}`,
  invitations: (slug: string) => `${settings(slug)}/people/invitations`,
  /** `query`: what narrows it, as `narrow` writes it. */
  activity: (slug: string, query = '') => `${settings(slug)}/activity${query === '' ? '' : `?${query}`}`,
  auditLog: (slug: string, subject = '') =>
    `${settings(slug)}/audit-log${subject === '' ? '' : `?subject=${encodeURIComponent(subject)}`}`,
  /** The whole path, for an address that is passed on. */
  hrefOfSettings: (slug: string) => `${basePath}${settings(slug)}`,
  /** Of the service itself: no screens, so that the router does not put the base path in front. */
  signIn: () => `${basePath}/sso`,
  signInOf: (slug: string) => `${basePath}/sso/${encodeURIComponent(slug)}`,
  apiDocs: () => `${basePath}/api/v1/docs`,
  eventsCsv: (slug: string) => `${basePath}/api/v1/organizations/${encodeURIComponent(slug)}/events.csv`,
  eventLines: (slug: string) => `${basePath}/api/v1/organizations/${encodeURIComponent(slug)}/events.jsonl`,
  /** The file of a list: `users.csv`, `groups.jsonl`. */
  file: (slug: string, name: 'users' | 'groups', format: 'csv' | 'jsonl') =>
    `${basePath}/api/v1/organizations/${encodeURIComponent(slug)}/${name}.${format}`,
  activityStream: (slug: string) =>
    `${basePath}/api/v1/organizations/${encodeURIComponent(slug)}/activity/stream`,
  provisioningStream: (slug: string) =>
    `${basePath}/api/v1/organizations/${encodeURIComponent(slug)}/provisioning/stream`,
} as const
