// What is configured now, as the management API tells it.

import type {
  ApplicationBrand,
  Brand,
  Embedding,
  Organization,
  Provisioning,
  WebhookEndpoint,
} from '@rollcall/api'
import { type Application, type Client, type Connection, type Domain, ProblemError } from '@rollcall/api'
import type {
  AttributeRules,
  OrganizationEntry,
  RoleRules,
  SchemaExtensionList,
} from '@rollcall/api/configuration'

export interface PresentOrganization {
  readonly organization: Organization
  readonly provisioning: Provisioning
  readonly domains: readonly Domain[]
  readonly connections: readonly Connection[]
  readonly roleMappings: RoleRules
  readonly attributeMapping: AttributeRules
  readonly schemaExtensions: SchemaExtensionList
}

export interface Present {
  /** By slug; those that were asked for and are there. */
  readonly organizations: ReadonlyMap<string, PresentOrganization>
  readonly applications: readonly Application[]
  /** By the id of the application. */
  readonly applicationBrands: ReadonlyMap<string, ApplicationBrand>
  readonly webhookEndpoints: readonly WebhookEndpoint[]
  readonly brand: Brand
  readonly embedding: Embedding
}

/** Organizations that are looked at side by side. */
const atOnce = 4

/** Undefined where there is no such organization. */
export async function readOrganization(
  client: Client,
  slug: string,
): Promise<PresentOrganization | undefined> {
  const params = { slug }
  const organization = await client.call('getOrganization', { params }).catch((error: unknown) => {
    if (error instanceof ProblemError && error.problem.code === 'not_found') return undefined
    throw error
  })
  if (organization === undefined) return undefined
  const [provisioning, domains, connections, roles, attributes, extensions] = await Promise.all([
    client.call('getProvisioning', { params }),
    client.call('listDomains', { params }),
    client.call('listConnections', { params }),
    client.call('getRoleMappings', { params }),
    client.call('getAttributeMapping', { params }),
    client.call('getSchemaExtensions', { params }),
  ])
  return {
    organization,
    provisioning,
    domains: domains.items,
    connections: connections.items,
    roleMappings: roles.mappings,
    attributeMapping: attributes.rules,
    schemaExtensions: extensions.extensions,
  }
}

export async function readPresent(client: Client, slugs: readonly string[]): Promise<Present> {
  const organizations = new Map<string, PresentOrganization>()
  await visitEach([...new Set(slugs)], async (slug) => {
    const found = await readOrganization(client, slug)
    if (found !== undefined) organizations.set(slug, found)
  })
  const [applications, endpoints, brand, embedding] = await Promise.all([
    client.call('listApplications', {}),
    client.call('listWebhookEndpoints', {}),
    client.call('getBrand', {}),
    client.call('getEmbedding', {}),
  ])
  const applicationBrands = new Map<string, ApplicationBrand>()
  await visitEach(applications.items, async ({ id }) => {
    applicationBrands.set(id, await client.call('getApplicationBrand', { params: { id } }))
  })
  return {
    organizations,
    applications: applications.items,
    applicationBrands,
    webhookEndpoints: endpoints.items,
    brand,
    embedding,
  }
}

async function visitEach<T>(all: readonly T[], visit: (one: T) => Promise<void>): Promise<void> {
  const waiting = all.values()
  const work = async (): Promise<void> => {
    for (const one of waiting) await visit(one)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

/** How provisioning is set, by the names of a file; what nobody has chosen yet is not there. */
export function toProvisioningEntry(now: Provisioning): NonNullable<OrganizationEntry['provisioning']> {
  const { mode, unknownSignIns, unclaimedDelete, isUnclaimedDeleteChosen, sameAddress, deprovisionGuard } =
    now
  return {
    mode,
    unknownSignIns,
    ...(isUnclaimedDeleteChosen ? { unclaimedDelete } : {}),
    sameAddress,
    deprovisionGuard,
  }
}
