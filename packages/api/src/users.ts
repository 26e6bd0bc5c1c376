// Users of an organization, what connections call them, and how existing ones are imported.
import { z } from '@hono/zod-openapi'
import {
  body,
  conflict,
  csvFile,
  linesFile,
  ok,
  organizationIdParams,
  organizationParams,
  problem,
  refused,
} from './answers.ts'
import {
  type Loose,
  nullableTime,
  pageOf,
  pageQuerySchema,
  plainTextSchema,
  time,
  userRoleSchema,
} from './fields.ts'
import { operationsOf } from './operation.ts'
import { formerly } from './renamed.ts'

/** What one connection calls a person. */
export const identitySchema = z
  .object({
    connectionId: z.string().describe('Which connection'),
    identityProvider: z.string().describe('Its entity ID'),
    stableId: z.string().describe('What names the person for good there'),
    nameId: z.string().describe('The NameID, or `sub`, of the last sign-in'),
    linkedAt: time,
    lastSignInAt: time,
  })
  .openapi('Identity', { description: 'What one connection calls the person' })

/** How an account came to be. */
export const userSourceSchema = z
  .enum(['invited', 'sso', 'scim', 'imported'])
  .describe('How the account came to be')

const userFields = {
  id: z.string().describe('Stays the same for good; applications know the person by it'),
  userName: z.string().describe('Unique in the organization, whatever its upper and lower case'),
  email: z.string().nullable().describe('Where mail to the person goes; null: none is known'),
  displayName: z.string().nullable().describe('As the person is shown'),
  givenName: z.string().nullable().describe('Given name'),
  familyName: z.string().nullable().describe('Family name'),
  externalId: z.string().nullable().describe('What the directory calls the person'),
  role: userRoleSchema,
  roleOrigin: z
    .enum(['default', 'group', 'hand'])
    .describe("default: the organization's. group: a rule gave it. hand: somebody gave it by name"),
  isActive: formerly(z.boolean().describe('Whether the person may sign in'), 'active'),
  blockedAt: nullableTime.describe("An administrator's block"),
  source: userSourceSchema,
  managedBy: z
    .enum(['scim'])
    .nullable()
    .describe('scim: the directory owns the account. null: nobody has claimed it'),
  isAddressOnlyFound: formerly(
    z
      .boolean()
      .describe(
        'The e-mail address, or the userName, was only found in a sign-in, and nobody has said that it is theirs: whoever proves it has it',
      ),
    'addressOnlyFound',
  ),
  createdAt: time,
  updatedAt: time,
  deactivatedAt: nullableTime,
  lastSignInAt: nullableTime,
}

/** An account, as lists show it. */
export const userSchema = z.object(userFields).openapi('User', { description: 'An account' })

/** An account with its identities, groups and what schemas beyond the core ones say of it. */
export const userDetailSchema = z
  .object({
    ...userFields,
    identities: z.array(identitySchema).describe('What connections call the person'),
    groups: z
      .array(
        z.object({
          id: z.string().describe('Which group'),
          displayName: z.string().describe('As it is called'),
        }),
      )
      .describe('The groups that the person is in'),
    extensions: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .describe('Values of schema extensions, by the URN of the schema'),
  })
  .openapi('UserDetail', { description: 'An account with what belongs to it' })

/** What of an account an administrator may change. */
export const userChangeSchema = z
  .strictObject({
    role: userRoleSchema,
    displayName: plainTextSchema.describe('As the person is shown'),
    givenName: plainTextSchema.describe('Given name'),
    familyName: plainTextSchema.describe('Family name'),
  })
  .partial()
  .openapi('UserChange', { description: 'What is to change; what is not named stays' })

/** The connection whose name for the person is forgotten. */
export const unlinkSchema = z
  .strictObject({ connectionId: z.string().max(64).describe('Which connection') })
  .openapi('Unlink', { description: 'Whose name for the person is forgotten' })

/** What a list of users is searched and narrowed by. */
export const userQuerySchema = z.object({
  search: z
    .string()
    .max(100)
    .optional()
    .describe(
      'Beginnings of words of the userName, of names, addresses, the externalId and the id, without case and accents; words also begin behind signs such as `.`, `_`, `-` and `@`, and of several all must be found. Who was changed within the last second may be missing',
    ),
  isActive: formerly(
    z.enum(['true', 'false']).optional().describe('Only people who may, or may not, sign in'),
    'active',
  ),
  source: userSourceSchema.optional().describe('Only accounts that came to be in this way'),
  role: userRoleSchema.optional().describe('Only people of this role'),
})

/** Accounts to import, as CSV or as objects, 100,000 at most; nothing is changed unless `dryRun` is false. */
export const userImportSchema = z
  .strictObject({
    dryRun: z.boolean().default(true).describe('Only say what would be done'),
    format: z.enum(['csv', 'json']).default('json').describe('What is sent: `csv`, or `users` as JSON'),
    csv: z.string().max(32_000_000).optional().describe('The rows with a header line, where `format` is csv'),
    users: z
      .array(z.record(z.string(), z.unknown()))
      .max(100_000)
      .optional()
      .describe('The rows as objects, where `format` is json'),
  })
  .openapi('UserImport', { description: 'Accounts that exist already' })

/** So many people are changed by one act. */
export const maxChangedUsers = 10_000

/** One act on many people: named, or all whom a list would find. */
export const userChangesSchema = z
  .strictObject({
    dryRun: z.boolean().default(true).describe('Only say what would be done of it, and of what not, and why'),
    act: z
      .enum(['deactivate', 'reactivate', 'role', 'end_sessions'])
      .describe('What is done to each, as the operation on one person does it'),
    role: userRoleSchema.optional().describe('Which role they get, where `act` is role'),
    note: plainTextSchema
      .optional()
      .describe('Why, in your own words: stands in the event of each; nothing where it is left out'),
    userIds: z.array(z.string().max(64)).min(1).max(maxChangedUsers).optional().describe('Who'),
    where: z
      .strictObject({
        ...userQuerySchema.shape,
        isActive: z.enum(['true', 'false']).optional().describe('Only people who may, or may not, sign in'),
      })
      .optional()
      .describe(`Everybody whom the list finds by this, at most ${maxChangedUsers}; instead of \`userIds\``),
  })
  .openapi('UserChanges', { description: 'One act on many people' })

/** What became of each. */
export const userChangesResultSchema = z
  .object({
    isDryRun: z.boolean().describe('Whether nothing was changed'),
    done: z.number().int().describe('How many it was, or would be, done to'),
    unchanged: z.number().int().describe('How many are so already'),
    refused: z.number().int().describe('How many it cannot be done to'),
    people: z
      .array(
        z.object({
          id: z.string().describe('Who'),
          name: z.string().describe('The displayName with the userName, or the userName alone'),
          outcome: z.enum(['done', 'unchanged', 'refused']).describe('What became of it'),
          code: z
            .string()
            .nullable()
            .describe('Why it was refused: the code that the operation on one person answers'),
          detail: z.string().nullable().describe('The same in a sentence'),
        }),
      )
      .describe('Each of them, in the order of their ids'),
  })
  .openapi('UserChangesResult', { description: 'What was, or would be, done to each' })

/** How many accounts were, or with `dryRun` would be, made, and the first 100 rows with a fault. */
export const importResultSchema = z
  .object({
    isDryRun: formerly(z.boolean().describe('Whether nothing was changed'), 'dryRun'),
    rows: z.number().int().describe('How many rows were read'),
    created: z.number().int().describe('How many accounts were made'),
    existing: z.number().int().describe('How many were there before'),
    faults: z
      .array(
        z.object({
          row: z.number().int().describe('Which row'),
          message: z.string().describe('What is wrong with it'),
        }),
      )
      .describe('The first 100'),
    faulty: z.number().int().describe('How many rows have a fault'),
  })
  .openapi('ImportResult', { description: 'What was, or would be, done' })

/** What one connection calls a person. */
export type Identity = z.infer<typeof identitySchema>
/** An account of a list. */
export type User = z.infer<typeof userSchema>
/** An account with what belongs to it. */
export type UserDetail = z.infer<typeof userDetailSchema>
/** What of an account is to change. */
export type UserChange = Loose<z.infer<typeof userChangeSchema>>
/** Accounts to import. */
export type UserImport = Loose<z.infer<typeof userImportSchema>>
/** One act on many people. */
export type UserChanges = Loose<z.infer<typeof userChangesSchema>>
/** What became of each. */
export type UserChangesResult = z.infer<typeof userChangesResultSchema>
/** What became of an import. */
export type ImportResult = z.infer<typeof importResultSchema>

/** The operations on users: list, read, change, deactivate, unlink and import. */
export const userOperations = /* @__PURE__ */ operationsOf('Users', {
  listUsers: {
    method: 'get',
    path: '/organizations/{slug}/users',
    access: 'administrator',
    summary: 'List or search users',
    request: { params: organizationParams, query: pageQuerySchema.extend(userQuerySchema.shape) },
    responses: { ...ok(pageOf(userSchema, 'UserPage'), 'A page'), ...refused },
  },
  exportUsers: {
    method: 'get',
    path: '/organizations/{slug}/users.csv',
    access: 'administrator',
    summary: 'Everybody whom the list finds, as CSV that is safe to open in a spreadsheet',
    request: { params: organizationParams, query: userQuerySchema },
    responses: { ...csvFile, ...refused },
  },
  exportUserLines: {
    method: 'get',
    path: '/organizations/{slug}/users.jsonl',
    access: 'administrator',
    summary: 'Everybody whom the list finds, as lines of JSON, each a user as the list has it',
    request: { params: organizationParams, query: userQuerySchema },
    responses: { ...linesFile, ...refused },
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
  changeUsers: {
    method: 'post',
    path: '/organizations/{slug}/users/change',
    access: 'administrator',
    summary: 'Deactivate, reactivate, give a role to or end the sessions of many people; a dry run first',
    description:
      'Each is done to as by the operation on one person, in a unit of work of its own and with its event. Whom it cannot be done to is refused alone. Sent again, it goes on.',
    request: { params: organizationParams, body: body(userChangesSchema) },
    responses: {
      ...ok(
        userChangesResultSchema,
        'What was, or would be, done; with `Accept: application/x-ndjson` a line of JSON for each step, the last with `result` or `error`',
      ),
      ...refused,
    },
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
