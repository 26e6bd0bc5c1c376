// What tells of an identity provider: SAML metadata or an OpenID Connect issuer, as it is sent and as it was read.
import { z } from '@hono/zod-openapi'
import { type Loose, time } from './fields.ts'
import { connectable } from './identity-providers.ts'

/** Whose product an identity provider is; `generic` stands for any other. */
export const identityProviderSchema = z
  .enum(connectable)
  .describe('Whose product the identity provider is, by which guides and defaults are chosen')

/** A name of 1 to 512 characters, or null. */
export const nullableName = z.string().min(1).max(512).nullable()

/** The attribute that names a person for good; null stands for the NameID. */
export const stableIdAttribute = nullableName.describe(
  'The attribute that names a person for good; null: the NameID',
)

/** On whose word a trust anchor stands: the highest who put it in place or confirmed it. */
export const anchorRungSchema = z
  .enum(['contact', 'administrator', 'owner'])
  .describe('The highest who put it in place or confirmed it; the operator counts as an owner')

/** SHA-256 over what an anchor trusts, in hexadecimal: whoever names it means exactly that. */
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

/** What is read of an identity provider's metadata. */
export const metadataFields = {
  entityId: z.string().describe("The identity provider's entity ID"),
  ssoUrl: z.string().describe('Where people are sent to sign in'),
  sloUrl: z.string().nullable().describe('Where a logout is sent; null: the metadata names none'),
  certificates: z
    .array(
      z.object({
        fingerprint: z.string().describe('SHA-256 of the certificate'),
        notAfter: time.describe('When the certificate ends'),
      }),
    )
    .describe('What it signs with'),
  validUntil: time.nullable().describe('Until when the metadata says that it holds'),
  warnings: z
    .array(
      z.object({
        code: z.enum(metadataWarningCodes).describe('What kind of part it is'),
        detail: z.string().nullable().describe('Which one; null where the code says all'),
      }),
    )
    .describe('Parts that stood in it and are not used, and what an administrator should know of it'),
}

/** What was read of metadata that was only looked at. */
export const metadataPreviewSchema = z
  .object(metadataFields)
  .openapi('MetadataPreview', { description: 'What was read from metadata; nothing of it is kept' })

/** The ways to describe a SAML identity provider: an address, the XML, or three facts by hand. */
export const sourceFields = {
  metadataUrl: z.url().max(2_000).describe('Where the identity provider publishes its metadata'),
  metadataXml: z.string().max(1_000_000).describe('The metadata itself'),
  entityId: z
    .string()
    .min(1)
    .max(1_024)
    .describe("The identity provider's entity ID, where it has no metadata"),
  ssoUrl: z.url().max(2_000).describe('Where people are sent to sign in, where it has no metadata'),
  certificates: z
    .array(z.string().max(20_000))
    .min(1)
    .max(10)
    .describe('Its signing certificates as PEM or Base64, where it has no metadata'),
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
    domain: z.string().min(1).max(253).optional().describe('What `preset` needs to find the issuer'),
    issuer: z.url().max(500).optional().describe("The issuer's URL, to the letter; in place of `preset`"),
    clientId: z.string().min(1).max(500).describe('What the issuer calls us'),
    clientSecret: z.string().min(1).max(1_000).optional().describe('Sealed; shown in no answer'),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/))
      .max(20)
      .optional()
      .describe('Not named: as they are, at the same issuer and client id; else openid, profile, email'),
  })
  .openapi('OidcSource', {
    description: 'An OpenID Connect issuer: one of the presets, or the issuer itself',
  })

/** One of the ways to describe a SAML identity provider. */
export const metadataSourceSchema = z.strictObject(sourceFields).partial().openapi('MetadataSource', {
  description: 'A metadata URL, the metadata itself, or the three fields by hand',
})

/** What was read of metadata, as the API answers it. */
export type MetadataPreview = z.infer<typeof metadataPreviewSchema>
/** What describes an OpenID provider: its issuer or a preset, and our client there. */
export type OidcSource = Loose<z.infer<typeof oidcSourceSchema>>
