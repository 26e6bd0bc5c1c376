// Configuration as a file: what an installation's management API has that is configuration, as one document. `rollcall apply` reads it,
// `rollcall export` writes it. Made of the shapes of the nouns: what is not named in the file stays as it is.
import { z } from '@hono/zod-openapi'
import { applicationChangeSchema, newApplicationSchema } from './applications.ts'
import { applicationBrandChangeSchema, brandChangeSchema } from './brand.ts'
import { connectionChangeSchema, newConnectionSchema } from './connections.ts'
import { newDomainSchema } from './domains.ts'
import { embeddingSchema } from './embedding.ts'
import { plainTextSchema, slugSchema } from './fields.ts'
import { attributeRulesSchema, roleMappingsSchema } from './mapping.ts'
import { anchorRungSchema, oidcSourceSchema } from './metadata.ts'
import { organizationChangeSchema } from './organizations.ts'
import { provisioningChangeSchema, schemaExtensionsSchema } from './provisioning.ts'
import {
  describeFormerFields,
  type FormerConflict,
  formerly,
  readFormerFields,
  renamingOf,
} from './renamed.ts'
import { newWebhookEndpointSchema, webhookEndpointChangeSchema } from './webhooks.ts'

export { explainIssue } from './explain-issue.ts'

/** Where a secret is: never the secret itself. */
const referencePattern = /^(?:env:[A-Za-z_][A-Za-z0-9_]{0,199}|file:\S.{0,999})$/

const secretReferenceSchema = z
  .string()
  .regex(referencePattern, 'a secret stands in no file of configuration: write env:NAME or file:PATH')
  .describe('Where the secret is: env:NAME of an environment variable, file:PATH of a file')

const secretTargetSchema = z
  .string()
  .regex(/^file:\S.{0,999}$/, 'write file:PATH, of a file that is not there yet')
  .describe(
    'The file that the secret is written to when this is created: the service makes it and shows it once. It must not be there yet',
  )

const idSchema = z
  .string()
  .min(1)
  .max(64)
  .describe('Tells it from another of the same name, and lets a new name be given')

const connectionName = plainTextSchema

const domainEntrySchema = z
  .strictObject({
    name: newDomainSchema.shape.name,
    isVerified: formerly(
      z
        .boolean()
        .describe("true: where the record does not prove it, the operator's word does. false: no such word"),
      'verified',
    ),
    connections: z
      .array(connectionName.describe('By its name or id'))
      .max(50)
      .describe('The connections that speak for its addresses'),
  })
  .partial()
  .required({ name: true })

const { options, followsDirectory } = connectionChangeSchema.shape
const connectionEntrySchema = z
  .strictObject({
    id: idSchema,
    ...newConnectionSchema.shape,
    metadataXml: z
      .string()
      .max(1_000_000)
      .describe('The metadata itself, or file:PATH of a file that holds it'),
    oidc: oidcSourceSchema
      .omit({ preset: true, domain: true })
      .extend({
        issuer: z.url().max(500).describe("The issuer's URL, to the letter"),
        clientSecret: secretReferenceSchema.optional(),
      })
      .describe('The issuer of an OpenID Connect connection'),
    options,
    followsDirectory,
    vouchedBy: anchorRungSchema
      .exclude(['owner'])
      .describe(
        'Who vouched for the identity provider where this was exported, below an owner. While it stands here, none is put in place, and the connection is not switched on, made to follow the directory or tied to a domain: whoever applies the file looks at whom it trusts, and takes this out',
      ),
  })
  .partial()
  .required({ name: true })

const { defaultApplication, ...plain } = organizationChangeSchema.shape
const organizationEntrySchema = z
  .strictObject({
    slug: slugSchema.describe('Names the organization; it stays'),
    absent: z
      .literal(true)
      .describe('The organization is to be deleted, with all its people: only where --prune is given'),
    ...plain,
    name: plain.name.describe('As people call it'),
    defaultApplication: z
      .string()
      .min(1)
      .max(200)
      .nullable()
      .describe("Where a click on a tile ends: an application's name or id, or null"),
    provisioning: provisioningChangeSchema.describe('How accounts come to be'),
    domains: z.array(domainEntrySchema).max(200).describe('Whole where it is named: see --prune'),
    connections: z.array(connectionEntrySchema).max(50).describe('Whole where it is named: see --prune'),
    roleMappings: roleMappingsSchema.shape.mappings,
    attributeMapping: attributeRulesSchema,
    schemaExtensions: schemaExtensionsSchema.shape.extensions,
  })
  .partial()
  .required({ slug: true })

const applicationEntrySchema = z
  .strictObject({
    id: idSchema,
    ...applicationChangeSchema.shape,
    authentication: newApplicationSchema.shape.authentication.unwrap(),
    brand: applicationBrandChangeSchema.describe('What the pages of its sign-ins say, apart from images'),
    secretTo: secretTargetSchema,
  })
  .partial()
  .required({ name: true })

const endpointEntrySchema = z
  .strictObject({
    id: idSchema,
    ...webhookEndpointChangeSchema.shape,
    algorithm: newWebhookEndpointSchema.shape.algorithm.unwrap(),
    secretTo: secretTargetSchema,
  })
  .partial()
  .required({ url: true })

/** What an installation is configured with, as one document; what it does not name stays as it is. */
export const configurationSchema = z
  .strictObject({
    rollcall: z.literal(1).describe('The form of this file'),
    brand: brandChangeSchema.optional().describe('The product as customers see it, apart from its images'),
    embedding: embeddingSchema.optional().describe('Where the settings may be shown in a frame'),
    organizations: z
      .array(organizationEntrySchema)
      .max(100_000)
      .optional()
      .describe('Those that are not named stay as they are, also with --prune'),
    applications: z
      .array(applicationEntrySchema)
      .max(100)
      .optional()
      .describe('Whole where it is named: see --prune'),
    webhookEndpoints: z
      .array(endpointEntrySchema)
      .max(100)
      .optional()
      .describe('Whole where it is named: see --prune'),
  })
  .describe('The configuration of a Rollcall installation. What is not named stays as it is')

const renaming = renamingOf(configurationSchema)

/** What is in the file, with what had another name under its present one alone; what it says twice, and not the same, is told. */
export const readFormerNames = (raw: unknown, onConflict: (conflict: FormerConflict) => void): unknown =>
  renaming === undefined ? raw : readFormerFields(raw, renaming, onConflict)

/** A file of configuration, read and checked. */
export type Configuration = z.infer<typeof configurationSchema>
/** One organization of the file, with everything that is below it. */
export type OrganizationEntry = z.infer<typeof organizationEntrySchema>
/** One connection of an organization of the file. */
export type ConnectionEntry = z.infer<typeof connectionEntrySchema>
/** One domain of an organization of the file. */
export type DomainEntry = z.infer<typeof domainEntrySchema>
/** One application of the file; `secretTo` is the file that its secret is written to. */
export type ApplicationEntry = z.infer<typeof applicationEntrySchema>
/** The rules from groups to roles of an organization of the file. */
export type RoleRules = NonNullable<OrganizationEntry['roleMappings']>
/** The rules from attributes to fields of an organization of the file. */
export type AttributeRules = NonNullable<OrganizationEntry['attributeMapping']>
/** The schemas beyond the core ones of an organization of the file. */
export type SchemaExtensionList = NonNullable<OrganizationEntry['schemaExtensions']>
/** One webhook endpoint of the file; `secretTo` is the file that its secret is written to. */
export type WebhookEndpointEntry = z.infer<typeof endpointEntrySchema>

/** The same as JSON Schema (2020-12), for editors and whoever writes such files. */
export function renderConfigurationSchema(): object {
  return describeFormerFields(z.toJSONSchema(configurationSchema, { io: 'input' }))
}
