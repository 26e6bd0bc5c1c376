// The operator's product, as customers and their people see it.
import { z } from '@hono/zod-openapi'
import { body, done, idParams, ok, organizationParams, refused } from './answers.ts'
import { brandImageKinds, maxBrandImageBytes } from './brand-images.ts'
import { addressSchema, nullableTime, plainTextSchema, webUrlSchema } from './fields.ts'
import { operationsOf } from './operation.ts'
import { hasUnseen, unseenRefusal } from './unseen.ts'

const imageTypes = ['image/svg+xml', 'image/png', 'image/jpeg', 'image/webp'] as const

/** An image of the brand, without its bytes. */
export const brandImageSchema = z
  .object({
    url: z
      .string()
      .describe('Where it is; another image has another address')
      .openapi({ example: 'https://accounts.example.com/brand/logo-9f86d081884c7d65' }),
    mediaType: z.enum(imageTypes).describe('What it is'),
    bytes: z.number().int().describe('How large it is'),
  })
  .openapi('BrandImage', { description: 'An image of the brand' })

const productName = plainTextSchema
  .max(60)
  .describe('The product, as customers know it')
  .openapi({ example: 'Acme Docs' })
const color = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, 'six digits after a #, such as #2348b8')
  .describe('Of buttons and links; it is darkened or lightened as far as it must be to be read')
  .openapi({ example: '#2348b8' })

/**
 * Names below a domain that other records of the world are found at, so that ours cannot stand there: the registry of RFC 8552, services
 * of SRV records, and what is in use without being registered.
 */
const takenHosts: ReadonlySet<string> = new Set(
  `
    acct acme-challenge adsp amazonses atproto bimi cf-custom-hostname dane dccp dmarc dns dnsauth dnslink
    dnssec domainconnect domainkey dot dsboot dta email ems fax for-sale ft globalsign h323 hip http https iax
    ical-access ical-sched ifax im imap imaps iotrust ipp ipps ipv6 jmap kerberos kerberos-master keybase
    kpasswd ldap ldaps matrix matrix-fed matrix-identity mms mta-sts ni nostr ocsp openpgpkey pgpkey-https
    pop3 pop3s pres psl pstn quic report sctp signal sip sips smimecert sms smtp spf stun stuns submission
    submissions sztp tcp tls turn turns udp unifmsg validation-contactemail validation-contactphone
    validation-persist vcard videomsg vlmcs voice voicemsg vouch vpim web wildcard xmpp xmpp-client
    xmpp-server xmppconnect
  `.match(/\S+/g),
)
/** What TXT records of other purposes begin with: tags of SPF, DKIM and DMARC, and what the largest services ask for. */
const takenPrefixes: ReadonlySet<string> = new Set(
  `
    adobe-idp-site-verification apple-domain-verification atlassian-domain-verification did dnslink docusign
    facebook-domain-verification g globalsign-domain-verification google-site-verification h
    have-i-been-pwned-verification k keybase-site-verification mailru-verification ms n
    openai-domain-verification p protonmail-verification s slack-domain-verification spf2 stripe-verification
    t v yandex-verification zoom-domain-verification
  `.match(/\S+/g),
)

// What goes on with a name of somebody else's: trust anchors (RFC 8145 §5.1), organizations of GitHub.
const isTakenHost = (name: string): boolean => takenHosts.has(name) || /^(?:ta|github-challenge)-/.test(name)

/** The TXT record of domains that are added from now on. */
export const domainRecordSchema = z
  .strictObject({
    host: z
      .string()
      .regex(
        /^_[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?$/,
        'an underscore, then lower-case letters, digits and inner hyphens',
      )
      .refine((host) => !isTakenHost(host.slice(1)), 'this name belongs to another kind of record')
      .describe('The name below the domain that the TXT record stands at')
      .openapi({ example: '_acme' }),
    prefix: z
      .string()
      .regex(
        /^[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?$/,
        'lower-case letters, digits and inner hyphens; an equals sign follows by itself',
      )
      .refine((prefix) => !takenPrefixes.has(prefix), 'records of another kind begin with this word')
      .describe('What its text begins with, before the equals sign')
      .openapi({ example: 'acme-verification' }),
  })
  .describe('The TXT record of domains that are added from now on; a domain keeps the record it began with')

/** The brand as it is; null where nothing was said, so that the service goes by its own name. */
export const brandSchema = z
  .object({
    productName: productName.nullable(),
    color: color.nullable(),
    supportEmail: z.string().nullable().describe('Whom people may write to who cannot come in'),
    supportUrl: z.string().nullable().describe('Where people find help'),
    privacyUrl: z.string().nullable().describe('The privacy notice, linked below every page'),
    termsUrl: z.string().nullable().describe('The terms, linked below every page'),
    mailFooter: z.string().nullable().describe('The last lines of every mail'),
    domainRecord: z
      .object({
        host: z.string().describe('The name below the domain that the TXT record stands at'),
        prefix: z.string().describe('What its text begins with, before the equals sign'),
      })
      .describe('The TXT record of domains that are added from now on'),
    images: z
      .object({
        logo: brandImageSchema.nullable().describe('On light grounds; null: none'),
        logo_dark: brandImageSchema.nullable().describe('On dark grounds; null: the same as on light ones'),
        icon: brandImageSchema.nullable().describe("Of the browser's tab; null: none"),
      })
      .describe('The images, each at an address of its own'),
    updatedAt: nullableTime,
  })
  .openapi('Brand', { description: 'The product of the operator, as customers see it' })

/** What of the brand is to change; what is not named stays, null takes back. */
export const brandChangeSchema = z
  .strictObject({
    productName: productName.nullable(),
    color: color.nullable(),
    supportEmail: addressSchema.nullable().describe('Whom people may write to who cannot come in'),
    supportUrl: webUrlSchema.nullable().describe('Where people find help'),
    privacyUrl: webUrlSchema.nullable().describe('The privacy notice'),
    termsUrl: webUrlSchema.nullable().describe('The terms'),
    mailFooter: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .refine((text) => text.split(/\r?\n/).every((line) => !hasUnseen(line)), unseenRefusal)
      .nullable()
      .describe('The last lines of every mail; an address of the company, for example'),
    domainRecord: domainRecordSchema.nullable(),
  })
  .partial()
  .openapi('BrandChange', { description: 'What is to change; what is not named stays, null takes back' })

const ofApplications = {
  productName: true,
  color: true,
  supportEmail: true,
  supportUrl: true,
  privacyUrl: true,
  termsUrl: true,
} as const

/** What an application says on the pages of its sign-ins; null: as the installation does. */
export const applicationBrandSchema = brandSchema
  .pick({ ...ofApplications, images: true, updatedAt: true })
  .openapi('ApplicationBrand', {
    description: 'What the pages of an application’s sign-ins show; null: what the installation says',
  })

/** What of it is to change; what is not named stays, null takes back. */
export const applicationBrandChangeSchema = brandChangeSchema
  .pick(ofApplications)
  .openapi('ApplicationBrandChange', { description: 'What is to change; null: as the installation' })

/** The logo of an organization, beside the product's on the pages that its people sign in through. */
export const organizationLogoSchema = z
  .object({
    logo: brandImageSchema.nullable().describe('On light grounds; null: none'),
    logo_dark: brandImageSchema.nullable().describe('On dark grounds; null: the same as on light ones'),
  })
  .openapi('OrganizationLogo', { description: 'The logo of an organization' })

/** An image that is uploaded. */
export const newBrandImageSchema = z
  .strictObject({
    mediaType: z.enum(imageTypes).describe('What it is; the bytes must be of this type'),
    data: z
      .string()
      .min(1)
      .max(Math.ceil(maxBrandImageBytes / 3) * 4)
      .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'base64')
      .describe('The bytes in base64; at most 262,144 bytes before it')
      .openapi({
        example:
          'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      }),
  })
  .openapi('NewBrandImage', {
    description:
      'An image that is uploaded, at most 4,096 pixels wide and high. An SVG is kept without scripts, styles from elsewhere and links',
  })

/** The brand, as the API answers it. */
export type Brand = z.infer<typeof brandSchema>
/** What of it pages show. */
export type ShownBrand = Pick<
  Brand,
  'productName' | 'color' | 'supportEmail' | 'supportUrl' | 'privacyUrl' | 'termsUrl' | 'images'
>
/** The brand of an application, as the API answers it. */
export type ApplicationBrand = z.infer<typeof applicationBrandSchema>
/** What of the brand of an application is to change. */
export type ApplicationBrandChange = z.infer<typeof applicationBrandChangeSchema>
/** The logo of an organization, as the API answers it. */
export type OrganizationLogo = z.infer<typeof organizationLogoSchema>
/** What of it is to change. */
export type BrandChange = z.infer<typeof brandChangeSchema>
/** Which of the images. */
export type BrandImageKind = (typeof brandImageKinds)[number]
/** An image that is uploaded. */
export type NewBrandImage = z.infer<typeof newBrandImageSchema>

const applicationImageParams = idParams.extend({ kind: z.enum(brandImageKinds).describe('Which image') })
const logoParams = organizationParams.extend({
  kind: z.enum(['logo', 'logo_dark']).describe('On which grounds'),
})
const imageParams = z.object({ id: z.enum(brandImageKinds).describe('Which image') })

/** The operations on the brand: read, change, and its images. */
export const brandOperations = /* @__PURE__ */ operationsOf('Brand', {
  getBrand: {
    method: 'get',
    path: '/brand',
    access: 'operator',
    summary: 'The name, the colours, the images and the links that customers see',
    responses: { ...ok(brandSchema, 'The brand'), ...refused },
  },
  updateBrand: {
    method: 'patch',
    path: '/brand',
    access: 'operator',
    summary: 'Change what customers see; what is not named stays, null takes back',
    request: { body: body(brandChangeSchema) },
    responses: { ...ok(brandSchema, 'Changed'), ...refused },
  },
  putBrandImage: {
    method: 'put',
    path: '/brand/images/{id}',
    access: 'operator',
    summary: 'Give the brand a logo or an icon',
    request: { params: imageParams, body: body(newBrandImageSchema) },
    responses: { ...ok(brandSchema, 'The brand with it'), ...refused },
  },
  deleteBrandImage: {
    method: 'delete',
    path: '/brand/images/{id}',
    access: 'operator',
    summary: 'Take an image from the brand',
    request: { params: imageParams },
    responses: { ...done, ...refused },
  },
  getApplicationBrand: {
    method: 'get',
    path: '/applications/{id}/brand',
    access: 'operator',
    summary: 'What the pages of an application’s sign-ins show beside the brand',
    request: { params: idParams },
    responses: { ...ok(applicationBrandSchema, 'What the application says'), ...refused },
  },
  updateApplicationBrand: {
    method: 'patch',
    path: '/applications/{id}/brand',
    access: 'operator',
    summary: 'Change what the pages of an application’s sign-ins show; null takes back',
    request: { params: idParams, body: body(applicationBrandChangeSchema) },
    responses: { ...ok(applicationBrandSchema, 'Changed'), ...refused },
  },
  putApplicationImage: {
    method: 'put',
    path: '/applications/{id}/brand/images/{kind}',
    access: 'operator',
    summary: 'Give an application a logo or an icon of its own',
    request: { params: applicationImageParams, body: body(newBrandImageSchema) },
    responses: { ...ok(applicationBrandSchema, 'The brand with it'), ...refused },
  },
  deleteApplicationImage: {
    method: 'delete',
    path: '/applications/{id}/brand/images/{kind}',
    access: 'operator',
    summary: 'Take an image from the brand of an application',
    request: { params: applicationImageParams },
    responses: { ...done, ...refused },
  },
  getOrganizationLogo: {
    method: 'get',
    path: '/organizations/{slug}/logo',
    access: 'administrator',
    summary: 'The logo of an organization, beside the product’s',
    request: { params: organizationParams },
    responses: { ...ok(organizationLogoSchema, 'The logo'), ...refused },
  },
  putOrganizationLogo: {
    method: 'put',
    path: '/organizations/{slug}/logo/{kind}',
    access: 'administrator',
    summary: 'Give an organization a logo',
    request: { params: logoParams, body: body(newBrandImageSchema) },
    responses: { ...ok(organizationLogoSchema, 'The logo with it'), ...refused },
  },
  deleteOrganizationLogo: {
    method: 'delete',
    path: '/organizations/{slug}/logo/{kind}',
    access: 'administrator',
    summary: 'Take the logo from an organization',
    request: { params: logoParams },
    responses: { ...done, ...refused },
  },
})
