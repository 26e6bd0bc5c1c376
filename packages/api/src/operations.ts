// The routes of the management API as data: one row an operation. The server binds each, the client calls each,
// the OpenAPI document lists each. Owns no behaviour.
import { createRoute, z } from '@hono/zod-openapi'
import * as schemas from './schemas.ts'

const slugParams = z.object({ slug: schemas.slugSchema })
const keyParams = z.object({ slug: schemas.slugSchema, id: z.string().max(64) })

const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } })
const body = <T extends z.ZodType>(schema: T) => ({ required: true, content: json(schema) })
const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: schemas.problemSchema } },
})
const refused = {
  400: problem('The request does not have the form that this operation takes'),
  401: problem('No credential, or one that is not known'),
  404: problem('No such thing, or none that this caller may see'),
}
const conflict = { 409: problem('The state of the organization does not allow it; `code` says which part') }
const operator = [{ operatorKey: [] }]

export const operations = {
  createOrganization: createRoute({
    method: 'post',
    path: '/organizations',
    operationId: 'createOrganization',
    summary: 'Create an organization',
    tags: ['Organizations'],
    security: operator,
    request: { body: body(schemas.newOrganizationSchema) },
    responses: {
      201: { description: 'Created', content: json(schemas.organizationSchema) },
      ...refused,
      ...conflict,
    },
  }),
  listOrganizations: createRoute({
    method: 'get',
    path: '/organizations',
    operationId: 'listOrganizations',
    summary: 'List organizations, or search them by name and slug',
    tags: ['Organizations'],
    security: operator,
    request: { query: schemas.pageQuerySchema.extend({ search: z.string().max(100).optional() }) },
    responses: {
      200: {
        description: 'A page',
        content: json(schemas.pageOf(schemas.organizationSchema, 'OrganizationPage')),
      },
      ...refused,
    },
  }),
  getOrganization: createRoute({
    method: 'get',
    path: '/organizations/{slug}',
    operationId: 'getOrganization',
    summary: 'Read an organization',
    tags: ['Organizations'],
    security: operator,
    request: { params: slugParams },
    responses: {
      200: { description: 'The organization', content: json(schemas.organizationSchema) },
      ...refused,
    },
  }),
  updateOrganization: createRoute({
    method: 'patch',
    path: '/organizations/{slug}',
    operationId: 'updateOrganization',
    summary: 'Change an organization',
    tags: ['Organizations'],
    security: operator,
    request: { params: slugParams, body: body(schemas.organizationChangeSchema) },
    responses: {
      200: { description: 'Changed', content: json(schemas.organizationSchema) },
      ...refused,
      ...conflict,
    },
  }),
  deleteOrganization: createRoute({
    method: 'delete',
    path: '/organizations/{slug}',
    operationId: 'deleteOrganization',
    summary: 'Delete an organization with all its people, keys and records',
    tags: ['Organizations'],
    security: operator,
    request: { params: slugParams, body: body(schemas.organizationRemovalSchema) },
    responses: { 204: { description: 'Deleted' }, ...refused, ...conflict },
  }),
  getProvisioning: createRoute({
    method: 'get',
    path: '/organizations/{slug}/provisioning',
    operationId: 'getProvisioning',
    summary: 'Read how accounts come to be: mode, status, base URL, keys',
    tags: ['Provisioning'],
    security: operator,
    request: { params: slugParams },
    responses: {
      200: { description: 'Provisioning', content: json(schemas.provisioningSchema) },
      ...refused,
    },
  }),
  updateProvisioning: createRoute({
    method: 'put',
    path: '/organizations/{slug}/provisioning',
    operationId: 'updateProvisioning',
    summary: 'Switch the provisioning mode',
    tags: ['Provisioning'],
    security: operator,
    request: { params: slugParams, body: body(schemas.provisioningChangeSchema) },
    responses: {
      200: { description: 'Switched', content: json(schemas.provisioningSchema) },
      ...refused,
      ...conflict,
    },
  }),
  createKey: createRoute({
    method: 'post',
    path: '/organizations/{slug}/provisioning/keys',
    operationId: 'createKey',
    summary: 'Create an API key; the answer shows its token once',
    tags: ['API keys'],
    security: operator,
    request: { params: slugParams, body: body(schemas.newApiKeySchema) },
    responses: {
      201: { description: 'Created', content: json(schemas.createdApiKeySchema) },
      ...refused,
      ...conflict,
    },
  }),
  renameKey: createRoute({
    method: 'patch',
    path: '/organizations/{slug}/provisioning/keys/{id}',
    operationId: 'renameKey',
    summary: 'Rename an API key',
    tags: ['API keys'],
    security: operator,
    request: { params: keyParams, body: body(schemas.apiKeyChangeSchema) },
    responses: { 200: { description: 'Renamed', content: json(schemas.apiKeySchema) }, ...refused },
  }),
  rotateKey: createRoute({
    method: 'post',
    path: '/organizations/{slug}/provisioning/keys/{id}/rotate',
    operationId: 'rotateKey',
    summary: 'Give an API key a new token; the old one stays valid for the overlap',
    tags: ['API keys'],
    security: operator,
    request: { params: keyParams, body: body(schemas.keyRotationSchema) },
    responses: {
      200: { description: 'Rotated', content: json(schemas.createdApiKeySchema) },
      ...refused,
      ...conflict,
    },
  }),
  revokeKey: createRoute({
    method: 'delete',
    path: '/organizations/{slug}/provisioning/keys/{id}',
    operationId: 'revokeKey',
    summary: 'Revoke an API key at once',
    tags: ['API keys'],
    security: operator,
    request: { params: keyParams },
    responses: { 204: { description: 'Revoked' }, ...refused },
  }),
  listEvents: createRoute({
    method: 'get',
    path: '/organizations/{slug}/events',
    operationId: 'listEvents',
    summary: 'The audit log, newest first',
    tags: ['Record'],
    security: operator,
    request: {
      params: slugParams,
      query: schemas.pageQuerySchema.extend({
        type: z.string().max(100).optional().describe('Only events of this type'),
        subject: z.string().max(64).optional().describe('Only events about this id'),
      }),
    },
    responses: {
      200: { description: 'A page', content: json(schemas.pageOf(schemas.eventSchema, 'EventPage')) },
      ...refused,
    },
  }),
  listActivity: createRoute({
    method: 'get',
    path: '/organizations/{slug}/activity',
    operationId: 'listActivity',
    summary:
      'What provisioning clients asked and what they were answered, newest first; with follow=1 a stream of server-sent events',
    tags: ['Record'],
    security: operator,
    request: {
      params: slugParams,
      query: schemas.pageQuerySchema.extend({
        outcome: z.enum(['ok', 'refused', 'failed']).optional(),
        follow: z.enum(['0', '1']).default('0'),
      }),
    },
    responses: {
      200: {
        description: 'A page, or a stream',
        content: {
          ...json(schemas.pageOf(schemas.activitySchema, 'ActivityPage')),
          'text/event-stream': { schema: z.string() },
        },
      },
      ...refused,
    },
  }),
}

export type OperationId = keyof typeof operations
