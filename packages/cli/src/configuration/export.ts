// What is configured, as a file that says the same: applied where it came from, it changes nothing.
import type {
  Application,
  ApplicationBrand,
  Brand,
  Client,
  Connection,
  Domain,
  WebhookEndpoint,
} from '@rollcall/api'
import type {
  ApplicationEntry,
  Configuration,
  ConnectionEntry,
  DomainEntry,
  OrganizationEntry,
  WebhookEndpointEntry,
} from '@rollcall/api/configuration'
import { Document } from 'yaml'
import { listSlugs } from '../reach.ts'
import { type PresentOrganization, readPresent, toProvisioningEntry } from './present.ts'

/** Of one organization, or of the whole installation. Throws ProblemError where there is no such organization. */
export async function exportConfiguration(client: Client, slug?: string): Promise<Configuration> {
  if (slug !== undefined) await client.call('getOrganization', { params: { slug } })
  const slugs = slug === undefined ? await listSlugs(client) : [slug]
  const present = await readPresent(client, slugs)
  const { organizations, applications, webhookEndpoints, brand, embedding } = present
  const names = createNames()
  const entries: OrganizationEntry[] = []
  for (const one of slugs) {
    const found = organizations.get(one)
    // Deleted meanwhile.
    if (found !== undefined) entries.push(await toOrganizationEntry(client, found, applications, names))
  }
  if (slug !== undefined) return { rollcall: 1, organizations: entries }
  return {
    rollcall: 1,
    brand: toBrandEntry(brand),
    embedding,
    organizations: entries,
    applications: applications.map((one) => ({
      ...toApplicationEntry(one, applications, names),
      ...toApplicationBrandEntry(present.applicationBrands.get(one.id)),
    })),
    webhookEndpoints: webhookEndpoints.map((one) => toEndpointEntry(one, webhookEndpoints, names)),
  }
}

function toBrandEntry({ images: _, updatedAt: __, ...said }: Brand): Configuration['brand'] {
  return said
}

// Of one that says nothing there is nothing to write.
function toApplicationBrandEntry(brand: ApplicationBrand | undefined): Pick<ApplicationEntry, 'brand'> {
  if (brand === undefined || brand.updatedAt === null) return {}
  const { images: _, updatedAt: __, ...said } = brand
  return { brand: said }
}

/** As YAML. `about` is a comment at its head. */
export function renderConfiguration(configuration: Configuration, about: string): string {
  const document = new Document(configuration, { aliasDuplicateObjects: false })
  document.commentBefore = about
  return document.toString({ lineWidth: 0 })
}

/** The variables that a file refers to. */
export function listVariables({ organizations = [] }: Configuration): string[] {
  const references = organizations.flatMap(({ connections = [] }) =>
    connections.flatMap(({ oidc }) => oidc?.clientSecret ?? []),
  )
  return references.flatMap((one) => (one.startsWith('env:') ? [one.slice('env:'.length)] : []))
}

interface Names {
  toVariable(...words: readonly string[]): string
  toFile(...words: readonly string[]): string
}

/** Each name once, however alike what it is made of. */
function createNames(): Names {
  const taken = new Set<string>()
  const take = (name: string): string => {
    let free = name
    for (let at = 2; taken.has(free); at += 1) free = `${name}_${at}`
    taken.add(free)
    return free
  }
  // Two between the words: nobody calls something of theirs so that it has the name of what is another one's.
  const join = (words: readonly string[], other: string): string =>
    words
      .map((word) => (word.match(/[A-Za-z0-9]+/g) ?? []).join(other))
      .join(`${other}${other}`)
      .slice(0, 200)
  return {
    toVariable: (...words) =>
      take(
        join(words, '_')
          .toUpperCase()
          .replace(/^(?=\d)/, '_'),
      ),
    toFile: (...words) => take(join(words, '-').toLowerCase()),
  }
}

/** The id only where a name does not say which it is. */
function idWhereNeeded<T extends { readonly id: string }>(
  one: T,
  all: readonly T[],
  nameOf: (one: T) => string,
): { readonly id?: string } {
  return all.filter((other) => nameOf(other) === nameOf(one)).length > 1 ? { id: one.id } : {}
}

/** How another entry refers to it. */
function refer<T extends { readonly id: string; readonly name: string }>(
  id: string,
  all: readonly T[],
): string {
  const found = all.find((one) => one.id === id)
  return found === undefined || 'id' in idWhereNeeded(found, all, ({ name }) => name) ? id : found.name
}

async function toOrganizationEntry(
  client: Client,
  present: PresentOrganization,
  applications: readonly Application[],
  names: Names,
): Promise<OrganizationEntry> {
  const { organization, connections, domains } = present
  const { slug, name, isScimEnabled, requireSso, defaultRole, seatLimit, origins, ownerRecovery } =
    organization
  const application = organization.defaultApplication
  const entries: ConnectionEntry[] = []
  for (const one of connections) entries.push(await toConnectionEntry(client, slug, one, connections, names))
  return {
    ...{ slug, name, isScimEnabled, requireSso, defaultRole, seatLimit, origins, ownerRecovery },
    defaultApplication: application === null ? null : refer(application, applications),
    connections: entries,
    domains: domains.map((one) => toDomainEntry(one, connections)),
    roleMappings: present.roleMappings,
    attributeMapping: present.attributeMapping,
    schemaExtensions: present.schemaExtensions,
    provisioning: toProvisioningEntry(present.provisioning),
  }
}

// A proof by DNS is found, not configured: the record of another installation is another one.
function toDomainEntry(
  { name, verifiedBy, verifiedAt, lostAt, connectionIds }: Domain,
  connections: readonly Connection[],
): DomainEntry {
  return {
    name,
    ...(verifiedBy === 'operator' && lostAt === null ? { isVerified: true } : {}),
    ...(verifiedAt === null && connectionIds.length === 0
      ? {}
      : { connections: connectionIds.map((id) => refer(id, connections)) }),
  }
}

async function toConnectionEntry(
  client: Client,
  slug: string,
  connection: Connection,
  all: readonly Connection[],
  names: Names,
): Promise<ConnectionEntry> {
  const { name, identityProvider, isActive, followsDirectory, options, protocol, anchor } = connection
  return {
    name,
    ...idWhereNeeded(connection, all, (one) => one.name),
    identityProvider,
    ...(protocol === 'oidc' ? { protocol } : {}),
    ...toServiceProvider(connection),
    ...(protocol === 'oidc' ? toIssuer(slug, connection, names) : await toSource(client, slug, connection)),
    options,
    isActive,
    followsDirectory,
    ...(anchor === null ? {} : await toVouchedBy(client, slug, connection)),
  }
}

// What the address of metadata answers elsewhere is the word of whoever gave the address.
async function toVouchedBy(
  client: Client,
  slug: string,
  { id }: Connection,
): Promise<Pick<ConnectionEntry, 'vouchedBy'>> {
  const { present } = await client.call('getAnchor', { params: { slug, id } })
  const rungs = [present?.rung, present?.metadataUrlRung]
  const below = (['contact', 'administrator'] as const).find((rung) => rungs.includes(rung))
  return below === undefined ? {} : { vouchedBy: below }
}

function toIssuer(slug: string, { name, oidc }: Connection, names: Names): Pick<ConnectionEntry, 'oidc'> {
  if (oidc === null) return {}
  const { issuer, clientId, scopes, hasClientSecret } = oidc
  const secret = hasClientSecret
    ? { clientSecret: `env:${names.toVariable(slug, name, 'client secret')}` }
    : {}
  return { oidc: { issuer, clientId, ...secret, scopes } }
}

async function toSource(
  client: Client,
  slug: string,
  { id, identityProviderMetadata, identityProviderMetadataUrl: metadataUrl }: Connection,
): Promise<Pick<ConnectionEntry, 'metadataUrl' | 'metadataXml'>> {
  if (metadataUrl !== null) return { metadataUrl }
  if (identityProviderMetadata === null) return {}
  const { metadataXml } = await client.call('getIdentityProviderMetadata', { params: { slug, id } })
  return { metadataXml }
}

/** What a connection was called elsewhere, where it was brought along. */
function toServiceProvider({
  id,
  entityId,
  acsUrl,
  metadataUrl,
  protocol,
}: Connection): Partial<ConnectionEntry> {
  if (protocol === 'oidc' || acsUrl.endsWith(`/saml/${id}/acs`)) return {}
  const basePath = new URL(metadataUrl).pathname.slice(0, -`/saml/${id}/metadata`.length)
  return { serviceProvider: { entityId, acsPath: new URL(acsUrl).pathname.slice(basePath.length) } }
}

/** Of those that are gone nothing is left to name; with none left there is nothing to say. */
const toSlugs = (organizations: readonly string[] | null) =>
  organizations !== null && organizations.length === 0
    ? {}
    : { organizations: organizations === null ? null : [...organizations] }

function toApplicationEntry(
  application: Application,
  all: readonly Application[],
  names: Names,
): ApplicationEntry {
  const { name, authentication, redirectUris, postLogoutRedirectUris, backchannelLogoutUri } = application
  const { initiateLoginUri, jwks, jwksUrl, requirePkce, organizations } = application
  return {
    name,
    ...idWhereNeeded(application, all, (one) => one.name),
    ...{ authentication, redirectUris, postLogoutRedirectUris, backchannelLogoutUri, initiateLoginUri },
    ...{ jwks, jwksUrl, requirePkce },
    ...toSlugs(organizations),
    ...(authentication.startsWith('client_secret')
      ? { secretTo: `file:secrets/${names.toFile('application', name)}` }
      : {}),
  }
}

function toEndpointEntry(
  endpoint: WebhookEndpoint,
  all: readonly WebhookEndpoint[],
  names: Names,
): WebhookEndpointEntry {
  const { url, description, eventTypes, organizations, algorithm, state } = endpoint
  return {
    url,
    ...idWhereNeeded(endpoint, all, (one) => one.url),
    ...{ description, algorithm, state },
    eventTypes: eventTypes as WebhookEndpointEntry['eventTypes'],
    ...toSlugs(organizations),
    ...(algorithm === 'hmac-sha256' ? { secretTo: `file:secrets/${names.toFile('endpoint', url)}` } : {}),
  }
}
