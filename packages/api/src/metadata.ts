// What tells of an identity provider: SAML metadata or an OpenID Connect issuer, as it is sent and as it was read.
import { z } from '@hono/zod-openapi'
import { type Loose, time } from './fields.ts'

export const identityProviderSchema = z.enum([
  'okta',
  'entra',
  'google',
  'onelogin',
  'jumpcloud',
  'ping',
  'adfs',
  'keycloak',
  'generic',
])

export const nullableName = z.string().min(1).max(512).nullable()

export const stableIdAttribute = nullableName.describe(
  'The attribute that names a person for good; null: the NameID',
)

export const anchorRungSchema = z
  .enum(['contact', 'administrator', 'owner'])
  .describe('The highest who put it in place or confirmed it; the operator counts as an owner')

export const anchorDigestSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe('SHA-256 over what is trusted; of what is staged, also over what it replaces beside it')

/** What metadata holds beside what is used of it. */
export const metadataWarningCodes = [
  'sso_redirect_unusable',
  'slo_unusable',
  'slo_binding',
  'certificate_unreadable',
  'certificate_unusable',
  'certificate_chain',
  'certificates_extra',
  'several_roles',
  'signature_unchecked',
  'expired',
] as const

export const metadataFields = {
  entityId: z.string(),
  ssoUrl: z.string(),
  sloUrl: z.string().nullable(),
  certificates: z.array(z.object({ fingerprint: z.string(), notAfter: time })),
  validUntil: time.nullable().describe('Until when the metadata says that it holds'),
  warnings: z
    .array(z.object({ code: z.enum(metadataWarningCodes), detail: z.string().nullable() }))
    .describe('Parts that stood in it and are not used, and what an administrator should know of it'),
}

export const metadataPreviewSchema = z.object(metadataFields).openapi('MetadataPreview')

export const sourceFields = {
  metadataUrl: z.url().max(2_000),
  metadataXml: z.string().max(1_000_000),
  entityId: z.string().min(1).max(1_024),
  ssoUrl: z.url().max(2_000),
  certificates: z.array(z.string().max(20_000)).min(1).max(10),
}

/** One of the presets, or the issuer itself. */
export const oidcSourceSchema = z
  .strictObject({
    preset: z
      .enum(['okta', 'entra', 'google'])
      .optional()
      .describe(
        'okta: `domain` such as acme.okta.com. entra: `domain` is the tenant id. google: nothing more',
      ),
    domain: z.string().min(1).max(253).optional(),
    issuer: z.url().max(500).optional(),
    clientId: z.string().min(1).max(500),
    clientSecret: z.string().min(1).max(1_000).optional().describe('Sealed; shown in no answer'),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/))
      .max(20)
      .optional()
      .describe('Not named: as they are, at the same issuer and client id; else openid, profile, email'),
  })
  .openapi('OidcSource')

export const metadataSourceSchema = z.strictObject(sourceFields).partial().openapi('MetadataSource')

export type MetadataPreview = z.infer<typeof metadataPreviewSchema>
export type OidcSource = Loose<z.infer<typeof oidcSourceSchema>>
