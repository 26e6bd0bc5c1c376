// The OpenAPI 3.1 document, made from the operations. Nothing is written by hand twice.
import { OpenAPIHono } from '@hono/zod-openapi'
import { type FormerRoute, formerRoutes, operations } from './operations.ts'
import { describeFormerFields } from './renamed.ts'

/** The contract as a document of OpenAPI 3.1. */
export type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>

/** What an operation is answered under as well, with a word about where it is now. */
function toDeprecated({ id, formerId, method, path }: FormerRoute) {
  const { formerly, ...operation } = operations[id]
  const now = `${operation.method.toUpperCase()} ${operation.path}`
  return {
    ...operation,
    method,
    path,
    operationId: formerId,
    deprecated: true,
    summary: `Deprecated: use \`${id}\``,
    description: `The same as \`${now}\`, under its earlier address, until 1.0. ${operation.description}`,
  }
}

/** `baseUrl` is the public URL of the service, `cookie` the name of the session's cookie under it. */
export function renderOpenApi(
  baseUrl: string,
  version: string,
  cookie = '__Host-rollcall_session',
): OpenApiDocument {
  const app = new OpenAPIHono()
  app.openAPIRegistry.registerComponent('securitySchemes', 'operatorKey', {
    type: 'http',
    scheme: 'bearer',
    description: "The operator's key: ROLLCALL_OPERATOR_KEY, or the one shown at the first start",
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: cookie,
    description:
      'The session of an administrator or owner; a request that changes something must come from our own origin',
  })
  for (const { formerly, ...operation } of Object.values(operations))
    app.openAPIRegistry.registerPath(operation)
  for (const former of formerRoutes) app.openAPIRegistry.registerPath(toDeprecated(former))
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Rollcall management API',
      version,
      description:
        'Organizations, domains and SSO connections, provisioning and API keys, users and invitations, and the record. Errors are application/problem+json (RFC 9457) with a stable `code`. SCIM itself is served under /scim/v2 (RFC 7644).',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: `${baseUrl}/api/v1` }],
  })
  return describeFormerFields(document)
}
