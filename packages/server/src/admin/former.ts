// Routes that operations had before they got even names (decision 054): each is answered by the operation itself, and says where that is
// now.
import { formerRoutes, type OperationId, operations } from '@rollcall/api'
import type { Context, MiddlewareHandler } from 'hono'
import type { App, Env } from './door.ts'

/** When the names of before were deprecated, as RFC 9745 §2 writes it. */
const deprecatedAt = `@${Date.UTC(2026, 11, 1) / 1_000}`

/** The answer with a word that it was asked for in a way that ends with 1.0, and the address of the operation that goes on (RFC 9745). */
export function sayDeprecated(
  response: Response,
  context: Context<Env>,
  url: string,
  now: OperationId,
): Response {
  const path = operations[now].path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(context.req.param(name) ?? ''),
  )
  response.headers.set('deprecation', deprecatedAt)
  response.headers.append('link', `<${url}/api/v1${path}>; rel="successor-version"`)
  return response
}

/** The app, which answers each operation that it is given under its earlier routes as well. `url` is the public one. */
export function withFormerRoutes(app: App, url: string): App {
  const answer = app.openapi.bind(app)
  const openapi: App['openapi'] = (route, handler, hook) => {
    const id = 'operationId' in route ? route.operationId : undefined
    for (const { method, path, id: now } of formerRoutes.filter((former) => former.id === id)) {
      const say: MiddlewareHandler<Env> = async (context, next) => {
        await next()
        sayDeprecated(context.res, context, url, now)
      }
      answer({ ...route, method, path, middleware: [say, ...[route.middleware ?? []].flat()] }, handler, hook)
    }
    return answer(route, handler, hook)
  }
  return Object.assign(app, { openapi })
}
