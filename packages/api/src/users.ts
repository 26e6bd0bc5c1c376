// Users of an organization, what connections call them, and how existing ones are imported.
import { z } from '@hono/zod-openapi'
import { body, conflict, ok, organizationIdParams, organizationParams, problem, refused } from './answers.ts'
import { type Loose, nullableTime, pageOf, pageQuerySchema, time, userRoleSchema } from './fields.ts'
import { operationsOf } from './operation.ts'

export const identitySchema = z
  .object({
    connectionId: z.string(),
    identityProvider: z.string().describe('Its entity ID'),
    stableId: z.string(),
    nameId: z.string(),
    linkedAt: time,
    lastSignInAt: time,
  })
  .openapi('Identity')

export const userSourceSchema = z.enum(['invited', 'sso', 'scim', 'imported'])

const userFields = {
  id: z.string(),
  userName: z.string(),
  email: z.string().nullable(),
  displayName: z.string().nullable(),
  givenName: z.string().nullable(),
  familyName: z.string().nullable(),
  externalId: z.string().nullable(),
  role: userRoleSchema,
  roleOrigin: z.enum(['default', 'group', 'hand']),
  active: z.boolean().describe('Whether the person may sign in'),
  blockedAt: nullableTime.describe("An administrator's block"),
  source: userSourceSchema,
  managedBy: z.enum(['scim']).nullable(),
  addressOnlyFound: z
    .boolean()
    .describe(
      'The e-mail address, or the userName, was only found in a sign-in, and nobody has said that it is theirs: whoever proves it has it',
    ),
  createdAt: time,
  updatedAt: time,
  deactivatedAt: nullableTime,
  lastSignInAt: nullableTime,
}

export const userSchema = z.object(userFields).openapi('User')

export const userDetailSchema = z
  .object({
    ...userFields,
    identities: z.array(identitySchema),
    groups: z.array(z.object({ id: z.string(), displayName: z.string() })),
    extensions: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .describe('Values of schema extensions, by the URN of the schema'),
  })
  .openapi('UserDetail')

const personName = z.string().trim().min(1).max(200)

export const userChangeSchema = z
  .strictObject({
    role: userRoleSchema,
    displayName: personName,
    givenName: personName,
    familyName: personName,
  })
  .partial()
  .openapi('UserChange')

export const unlinkSchema = z.strictObject({ connectionId: z.string().max(64) }).openapi('Unlink')

export const userQuerySchema = z.object({
  search: z.string().max(100).optional().describe('Beginning of a name or address, or an external id'),
  active: z.enum(['true', 'false']).optional(),
  source: userSourceSchema.optional(),
  role: userRoleSchema.optional(),
})

export const userImportSchema = z
  .strictObject({
    dryRun: z.boolean().default(true),
    format: z.enum(['csv', 'json']).default('json'),
    csv: z.string().max(32_000_000).optional(),
    users: z.array(z.record(z.string(), z.unknown())).max(100_000).optional(),
  })
  .openapi('UserImport')

export const importResultSchema = z
  .object({
    dryRun: z.boolean(),
    rows: z.number().int(),
    created: z.number().int(),
    existing: z.number().int(),
    faults: z.array(z.object({ row: z.number().int(), message: z.string() })).describe('The first 100'),
    faulty: z.number().int(),
  })
  .openapi('ImportResult')

export type Identity = z.infer<typeof identitySchema>
export type User = z.infer<typeof userSchema>
export type UserDetail = z.infer<typeof userDetailSchema>
export type UserChange = Loose<z.infer<typeof userChangeSchema>>
export type UserImport = Loose<z.infer<typeof userImportSchema>>
export type ImportResult = z.infer<typeof importResultSchema>

export const userOperations = /* @__PURE__ */ operationsOf('Users', {
  listUsers: {
    method: 'get',
    path: '/organizations/{slug}/users',
    access: 'administrator',
    summary: 'List or search users',
    request: { params: organizationParams, query: pageQuerySchema.extend(userQuerySchema.shape) },
    responses: { ...ok(pageOf(userSchema, 'UserPage'), 'A page'), ...refused },
  },
  getUser: {
    method: 'get',
    path: '/organizations/{slug}/users/{id}',
    access: 'administrator',
    summary: 'Read a user with identities; the timeline is in events?subject=',
    request: { params: organizationIdParams },
    responses: { ...ok(userDetailSchema, 'The user'), ...refused },
  },
  updateUser: {
    method: 'patch',
    path: '/organizations/{slug}/users/{id}',
    access: 'administrator',
    summary: "Change a user's role, or names that SCIM does not own",
    request: { params: organizationIdParams, body: body(userChangeSchema) },
    responses: { ...ok(userDetailSchema, 'Changed'), ...refused, ...conflict },
  },
  deactivateUser: {
    method: 'post',
    path: '/organizations/{slug}/users/{id}/deactivate',
    access: 'administrator',
    summary: 'Block a user at once, everywhere',
    request: { params: organizationIdParams },
    responses: { ...ok(userDetailSchema, 'Deactivated'), ...refused, ...conflict },
  },
  reactivateUser: {
    method: 'post',
    path: '/organizations/{slug}/users/{id}/reactivate',
    access: 'administrator',
    summary: 'Lift the block; no old session comes back',
    request: { params: organizationIdParams },
    responses: { ...ok(userDetailSchema, 'Reactivated'), ...refused, ...conflict },
  },
  unlinkUser: {
    method: 'post',
    path: '/organizations/{slug}/users/{id}/unlink',
    access: 'administrator',
    summary: 'Forget what a connection calls this user',
    request: { params: organizationIdParams, body: body(unlinkSchema) },
    responses: { ...ok(userDetailSchema, 'Unlinked'), ...refused },
  },
  importUsers: {
    method: 'post',
    path: '/organizations/{slug}/users/import',
    access: 'administrator',
    summary: 'Import existing users; a dry run first',
    request: { params: organizationParams, body: body(userImportSchema) },
    responses: {
      ...ok(
        importResultSchema,
        'What was, or would be, done; with `Accept: application/x-ndjson` a line of JSON for each step, the last with `result` or `error`',
      ),
      ...refused,
      409: problem('`import_stopped`: the session that began it has ended; what it made by then stays'),
    },
  },
})
