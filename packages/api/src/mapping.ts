// From groups to roles, and from attributes of an assertion to fields of a user.
import { z } from '@hono/zod-openapi'
import { body, listOf, ok, organizationParams, refused } from './answers.ts'
import { type Loose, roleSchema, userRoleSchema } from './fields.ts'
import { operationsOf } from './operation.ts'

/** One rule from the name of a group to a role. */
export const roleMappingSchema = z
  .strictObject({
    group: z
      .string()
      .min(1)
      .max(512)
      .describe("The group's displayName, as the directory or the assertion sends it"),
    role: roleSchema,
  })
  .openapi('RoleMapping', { description: 'A rule from a group to a role' })

/** All rules from groups to roles, in order: the first that matches gives the role. */
export const roleMappingsSchema = z
  .strictObject({
    mappings: z.array(roleMappingSchema).max(200).describe('In order: the first that matches gives the role'),
  })
  .openapi('RoleMappings', { description: 'The rules from groups to roles' })

/** The rules as they are kept, and what that did. */
export const savedRoleMappingsSchema = z
  .object({
    ...roleMappingsSchema.shape,
    changed: z.number().int().describe('How many people have another role by now'),
    waiting: z.number().int().describe('How many roles follow in slices'),
  })
  .openapi('SavedRoleMappings', { description: 'The rules, and how many roles they have changed' })

/** What rules would change, for people of one role who get another. */
export const roleChangeSchema = z
  .object({
    when: z
      .enum(['saved', 'signed_in'])
      .describe(
        "saved: as soon as the rules are kept, by the directory's groups. signed_in: at the next sign-in, if it brings the groups of the last one",
      ),
    before: userRoleSchema.describe('The role that they have by then'),
    after: roleSchema,
    count: z.number().int().describe('How many people'),
    people: z
      .array(
        z.object({
          id: z.string().describe('Who'),
          name: z.string().describe('The displayName with the userName, or the userName alone'),
        }),
      )
      .describe('The first 20'),
  })
  .openapi('RoleChange', { description: 'Who would have another role' })

/** Who would gain and who would lose by rules that are not kept yet. */
export const roleMappingsPreviewSchema = z
  .object({
    people: z.number().int().describe('How many people were looked at: all'),
    changes: z.array(roleChangeSchema).describe('Who would have another role; empty: nobody'),
    withheld: z
      .number()
      .int()
      .describe(
        'How many would be given less at their next sign-in than a rule says, because nobody who may has confirmed their connection',
      ),
    unknownGroups: z
      .array(z.string())
      .describe('Names in the rules that no group of the directory and no last sign-in has'),
  })
  .openapi('RoleMappingsPreview', { description: 'What keeping the rules would do' })

/** A name that a rule can be for. */
export const groupNameSchema = z
  .object({
    name: z.string().describe('As rules name the group'),
    sources: z
      .array(z.enum(['directory', 'sign_ins']))
      .describe('directory: it was pushed by SCIM. sign_ins: one of the newest sign-ins has sent it'),
  })
  .openapi('GroupName', { description: 'A name that a rule can be for' })

const sources = z
  .array(z.string().min(1).max(512))
  .max(20)
  .describe('Names of attributes, or claims, in the order in which they are tried')

/** What an attribute rule can fill; `groups` feeds the role mappings and is not stored on the user. */
export const mappingTargets = [
  'userName',
  'email',
  'givenName',
  'familyName',
  'displayName',
  'groups',
  'title',
  'nickName',
  'preferredLanguage',
  'locale',
  'timezone',
  'employeeNumber',
  'department',
  'division',
  'organization',
  'costCenter',
] as const

/** A field of a person that attributes of a sign-in can fill. */
export const mappingTargetSchema = z.enum(mappingTargets)

/** For each field the names of attributes to try, in order. */
export const attributeRulesSchema = z
  .partialRecord(mappingTargetSchema, sources)
  .describe(
    'Names of attributes to try in order; NameID stands for the NameID. What is not named keeps its default',
  )

/** The rules from attributes to fields that an organization is to have. */
export const attributeMappingSchema = z
  .strictObject({ rules: attributeRulesSchema })
  .openapi('AttributeMapping', { description: 'The rules from attributes to fields' })

/** The rules of an organization, and what is tried for fields without a rule. */
export const attributeMappingViewSchema = z
  .object({
    rules: attributeRulesSchema,
    defaults: z.record(z.string(), sources).describe('What is tried for fields that `rules` does not name'),
  })
  .openapi('AttributeMappingView', { description: 'The rules, and what holds where there is none' })

/** Attributes, or claims, that one sign-in may bring. */
export const maxSentAttributes = 200

/** Rules to try on what a person last sent, or on attributes that are given. */
export const mappingPreviewRequestSchema = z
  .strictObject({
    rules: attributeRulesSchema.optional().describe('Rules to try; unsaid: the stored ones'),
    userId: z.string().max(64).optional().describe("A person, whose last sign-in's attributes are used"),
    nameId: z.string().max(512).optional().describe('The NameID of the sign-in that is tried'),
    attributes: z
      .record(z.string().max(512), z.array(z.string().max(2_000)).max(200))
      .refine((attributes) => Object.keys(attributes).length <= maxSentAttributes, {
        message: `Too many: at most ${maxSentAttributes} attributes, as of a sign-in`,
      })
      .optional()
      .describe(`At most ${maxSentAttributes}, as of a sign-in; the body at most 128 KB`),
  })
  .openapi('MappingPreviewRequest', { description: 'Rules to try, on a person or on attributes' })

/** What would be read by the rules, and from which attribute each value came. */
export const mappingPreviewSchema = z
  .object({
    values: z.record(z.string(), z.string()).describe('The fields that would be filled'),
    groups: z
      .array(z.string())
      .nullable()
      .describe('The groups that would be read; null: no attribute names any'),
    sources: z.record(z.string(), z.string()).describe('Which attribute each field came from'),
    role: z.string().describe('The role that would follow'),
  })
  .openapi('MappingPreview', { description: 'What would be read' })

/** The rules from groups to roles. */
export type RoleMappings = z.infer<typeof roleMappingsSchema>
/** Who would gain and who would lose. */
export type RoleMappingsPreview = z.infer<typeof roleMappingsPreviewSchema>
/** A name that a rule can be for. */
export type GroupName = z.infer<typeof groupNameSchema>
/** What is to be tried. */
export type MappingPreviewRequest = Loose<z.infer<typeof mappingPreviewRequestSchema>>
/** What would be read. */
export type MappingPreview = z.infer<typeof mappingPreviewSchema>

/** The operations on the two mappings: read, replace and preview. */
export const mappingOperations = /* @__PURE__ */ operationsOf('Mapping', {
  getRoleMappings: {
    method: 'get',
    path: '/organizations/{slug}/role-mappings',
    access: 'administrator',
    summary: 'Ordered rules from groups to roles',
    request: { params: organizationParams },
    responses: { ...ok(roleMappingsSchema, 'The rules'), ...refused },
  },
  putRoleMappings: {
    method: 'put',
    path: '/organizations/{slug}/role-mappings',
    access: 'administrator',
    summary: 'Replace the rules',
    request: { params: organizationParams, body: body(roleMappingsSchema) },
    responses: {
      ...ok(
        savedRoleMappingsSchema,
        'Replaced; where many roles follow it in slices, the header `rollcall-roles-under-way` says for how many people',
      ),
      ...refused,
    },
  },
  previewRoleMappings: {
    method: 'post',
    path: '/organizations/{slug}/role-mappings/preview',
    access: 'administrator',
    summary: 'Say who would gain and who would lose by rules, and change nothing',
    request: { params: organizationParams, body: body(roleMappingsSchema) },
    responses: { ...ok(roleMappingsPreviewSchema, 'What keeping them would do'), ...refused },
  },
  listGroupNames: {
    method: 'get',
    path: '/organizations/{slug}/group-names',
    access: 'administrator',
    summary: "Names for rules: of the directory's groups, and those that the newest sign-ins have sent",
    request: {
      params: organizationParams,
      query: z.object({ search: z.string().max(100).optional().describe('Beginning of a name') }),
    },
    responses: { ...ok(listOf(groupNameSchema), 'The first 50'), ...refused },
  },
  getAttributeMapping: {
    method: 'get',
    path: '/organizations/{slug}/attribute-mapping',
    access: 'administrator',
    summary: 'Which attributes of an assertion fill which fields',
    request: { params: organizationParams },
    responses: { ...ok(attributeMappingViewSchema, 'The rules'), ...refused },
  },
  putAttributeMapping: {
    method: 'put',
    path: '/organizations/{slug}/attribute-mapping',
    access: 'administrator',
    summary: 'Replace the rules',
    request: { params: organizationParams, body: body(attributeMappingSchema) },
    responses: { ...ok(attributeMappingViewSchema, 'Replaced'), ...refused },
  },
  previewAttributeMapping: {
    method: 'post',
    path: '/organizations/{slug}/attribute-mapping/preview',
    access: 'administrator',
    summary: 'Try rules on a person or on attributes',
    request: { params: organizationParams, body: body(mappingPreviewRequestSchema) },
    responses: { ...ok(mappingPreviewSchema, 'What would be read'), ...refused },
  },
})
