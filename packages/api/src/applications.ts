// Applications that sign people in through OpenID Connect.
import { z } from '@hono/zod-openapi'
import { body, conflict, created, done, idParams, listOf, ok, refused } from './answers.ts'
import {
  jwksSchema,
  type Loose,
  plainTextSchema,
  secretRotationSchema,
  slugs,
  time,
  webUrlSchema,
} from './fields.ts'
import { operationsOf } from './operation.ts'

const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\])$/

/** https, http on the machine itself, or a scheme of the application's own: a reversed domain name (RFC 8252 §7.1). */
function isRedirectUri(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || text.includes('#') || url.username !== '' || url.password !== '') return false
  if (url.protocol === 'https:') return true
  return url.protocol === 'http:'
    ? loopback.test(url.hostname)
    : /^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+:$/.test(url.protocol)
}

const redirectUriSchema = z
  .string()
  .max(2_000)
  .refine(
    isRedirectUri,
    'https, http on localhost, or a scheme such as com.example.app; no fragment (RFC 6749 §3.1.2)',
  )

const clientAuthenticationSchema = z
  .enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'])
  .describe('none: a public client, such as a single-page or mobile application')

const applicationFields = {
  name: plainTextSchema.describe('As people call it'),
  authentication: clientAuthenticationSchema,
  redirectUris: z
    .array(redirectUriSchema)
    .min(1)
    .max(50)
    .describe('Compared letter by letter; of an application on a device, any port of this machine will do'),
  postLogoutRedirectUris: z.array(redirectUriSchema).max(50).describe('Where a sign-out may lead'),
  backchannelLogoutUri: webUrlSchema
    .refine((uri) => !uri.includes('#'), 'no fragment (OpenID Connect Back-Channel Logout 1.0 §2.2)')
    .nullable()
    .describe('Told when a person is out'),
  initiateLoginUri: webUrlSchema
    .nullable()
    .describe("Where a sign-in that begins elsewhere starts: a tile in the identity provider's dashboard"),
  jwks: jwksSchema.nullable(),
  jwksUrl: webUrlSchema.nullable().describe('Where its public keys are, for private_key_jwt'),
  requirePkce: z
    .boolean()
    .describe(
      'Whether PKCE is asked for (RFC 7636). False only for a client with a secret or a key that cannot send it, such as AWS ALB and Amazon Cognito',
    ),
  organizations: slugs.nullable().describe('Slugs; null: every organization'),
}

/** An application that signs people in through us by OpenID Connect, without its secret. */
export const applicationSchema = z
  .object({
    id: z
      .string()
      .describe('Names the application in paths')
      .openapi({ example: 'app_01jd7w2b4m8k6x9q3v5c7z1f0a' }),
    clientId: z.string().describe('The same as id'),
    issuer: z.string().describe('Ours: what the application is configured with'),
    ...applicationFields,
    createdAt: time,
    updatedAt: time,
  })
  .openapi('Application', {
    description: 'An application that signs people in through OpenID Connect, without its secret',
  })

/** What an application begins with; how it proves itself cannot be changed later. */
export const newApplicationSchema = z
  .strictObject({
    name: applicationFields.name,
    authentication: clientAuthenticationSchema.default('client_secret_basic'),
    redirectUris: applicationFields.redirectUris,
    postLogoutRedirectUris: applicationFields.postLogoutRedirectUris.default([]),
    backchannelLogoutUri: applicationFields.backchannelLogoutUri.default(null),
    initiateLoginUri: applicationFields.initiateLoginUri.default(null),
    jwks: applicationFields.jwks.default(null),
    jwksUrl: applicationFields.jwksUrl.default(null),
    requirePkce: applicationFields.requirePkce.default(true),
    organizations: applicationFields.organizations.default(null),
  })
  .openapi('NewApplication', { description: 'What an application begins with' })

/** What of an application is to change; what is not named stays. */
export const applicationChangeSchema = z
  .strictObject(applicationFields)
  .omit({ authentication: true })
  .partial()
  .openapi('ApplicationChange', { description: 'What is to change; what is not named stays' })

/** A new application with its secret, which is null where it has none. */
export const createdApplicationSchema = applicationSchema
  .extend({
    clientSecret: z
      .string()
      .nullable()
      .describe('Shown in this answer and never again; null where there is none'),
  })
  .openapi('CreatedApplication', { description: 'An application with its secret' })

/** An application, as the API answers it. */
export type Application = z.infer<typeof applicationSchema>
/** What an application begins with. */
export type NewApplication = Loose<z.infer<typeof newApplicationSchema>>
/** What of an application is to change. */
export type ApplicationChange = Loose<z.infer<typeof applicationChangeSchema>>
/** A new application with its secret. */
export type CreatedApplication = z.infer<typeof createdApplicationSchema>

/** The operations on applications, all of them the operator's. */
export const applicationOperations = /* @__PURE__ */ operationsOf('Applications', {
  listApplications: {
    method: 'get',
    path: '/applications',
    access: 'operator',
    summary: 'List the applications that sign in through OpenID Connect',
    responses: { ...ok(listOf(applicationSchema), 'All applications'), ...refused },
  },
  createApplication: {
    method: 'post',
    path: '/applications',
    access: 'operator',
    summary: 'Register an application; the answer shows its client secret once',
    request: { body: body(newApplicationSchema) },
    responses: { ...created(createdApplicationSchema), ...conflict, ...refused },
  },
  getApplication: {
    method: 'get',
    path: '/applications/{id}',
    access: 'operator',
    summary: 'Read an application',
    request: { params: idParams },
    responses: { ...ok(applicationSchema, 'The application'), ...refused },
  },
  updateApplication: {
    method: 'patch',
    path: '/applications/{id}',
    access: 'operator',
    summary: 'Change an application',
    request: { params: idParams, body: body(applicationChangeSchema) },
    responses: { ...ok(applicationSchema, 'Changed'), ...refused },
  },
  deleteApplication: {
    method: 'delete',
    path: '/applications/{id}',
    access: 'operator',
    summary: 'Delete an application with its tokens',
    request: { params: idParams },
    responses: { ...done, ...refused },
  },
  rotateApplication: {
    method: 'post',
    path: '/applications/{id}/rotate',
    access: 'operator',
    formerly: [{ name: 'rotateApplicationSecret', path: '/applications/{id}/rotate-secret' }],
    summary: 'Give an application a new client secret; the old one holds for the overlap',
    request: { params: idParams, body: body(secretRotationSchema) },
    responses: { ...ok(createdApplicationSchema, 'Rotated'), ...conflict, ...refused },
  },
})
