// Groups that the directory pushed, and who is in them.
import { z } from '@hono/zod-openapi'
import { csvFile, linesFile, ok, organizationIdParams, organizationParams, refused } from './answers.ts'
import { pageOf, pageQuerySchema, time } from './fields.ts'
import { operationsOf } from './operation.ts'

/** A group that the directory pushed, without its members. */
export const groupSchema = z
  .object({
    id: z
      .string()
      .describe('Names the group in paths')
      .openapi({ example: 'grp_01jd3y7k9p2m4n6q8r0s1t2v3w' }),
    displayName: z.string().describe('As it is called'),
    externalId: z.string().nullable().describe('What the directory calls it'),
    createdAt: time,
    updatedAt: time,
  })
  .openapi('Group', { description: 'A group that the directory pushed' })

/** What a list of groups is searched by. */
export const groupQuerySchema = z.object({
  search: z.string().max(100).optional().describe('Beginning of a name, or an external id'),
})

/** Who, or which group, is in a group. */
export const memberSchema = z
  .object({
    id: z.string().describe('The user, or the group'),
    type: z.enum(['user', 'group']).describe('Which of the two it is'),
    display: z.string().describe('The displayName of a user, else the userName; the displayName of a group'),
    userName: z.string().nullable().describe('Of a user; null of a group'),
  })
  .openapi('Member', { description: 'Who, or what, is in a group' })

/** A group, as the API answers it. */
export type Group = z.infer<typeof groupSchema>
/** A member of a group, as the API answers it. */
export type Member = z.infer<typeof memberSchema>

/** The operations on groups, which only read: the directory writes them. */
export const groupOperations = /* @__PURE__ */ operationsOf('Groups', {
  listGroups: {
    method: 'get',
    path: '/organizations/{slug}/groups',
    access: 'administrator',
    summary: 'List or search the groups that the directory pushed',
    request: { params: organizationParams, query: pageQuerySchema.extend(groupQuerySchema.shape) },
    responses: { ...ok(pageOf(groupSchema, 'GroupPage'), 'A page'), ...refused },
  },
  exportGroups: {
    method: 'get',
    path: '/organizations/{slug}/groups.csv',
    access: 'administrator',
    summary:
      'Who is in which group, as CSV that is safe to open in a spreadsheet: a line for each member, and one for each empty group',
    request: { params: organizationParams },
    responses: { ...csvFile, ...refused },
  },
  exportGroupLines: {
    method: 'get',
    path: '/organizations/{slug}/groups.jsonl',
    access: 'administrator',
    summary: 'The same as lines of JSON, each with `group` and `member`, which is null of an empty group',
    request: { params: organizationParams },
    responses: { ...linesFile, ...refused },
  },
  getGroup: {
    method: 'get',
    path: '/organizations/{slug}/groups/{id}',
    access: 'administrator',
    summary: 'Read a group',
    request: { params: organizationIdParams },
    responses: { ...ok(groupSchema, 'The group'), ...refused },
  },
  listMembers: {
    method: 'get',
    path: '/organizations/{slug}/groups/{id}/members',
    access: 'administrator',
    summary: 'List the users and groups that are in a group',
    request: { params: organizationIdParams, query: pageQuerySchema },
    responses: { ...ok(pageOf(memberSchema, 'MemberPage'), 'A page'), ...refused },
  },
})
