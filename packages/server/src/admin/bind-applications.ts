// Applications and the keys that sign for them, bound to their operations. All of it is the operator's.
import { operations } from '@rollcall/api'
import {
  assertCallable,
  createApplication,
  deleteApplication,
  getApplication,
  listApplications,
  rotateApplicationSecret,
  updateApplication,
} from '../applications/applications.ts'
import { type AdminOptions, type App, gated, toList } from './door.ts'

/** Answers the operations on applications and signing keys. */
export function bindApplications(app: App, options: AdminOptions): void {
  const { database, signingKeys } = options
  const { checkUrl } = options.webhookRules
  const issuer = `${options.url}/oidc`
  app.openapi(gated(operations.listApplications, options), async (context) =>
    context.json(toList(await listApplications(database, issuer)), 200),
  )
  app.openapi(gated(operations.createApplication, options), async (context) => {
    const input = context.req.valid('json')
    await assertCallable(checkUrl, input)
    return context.json(await createApplication(database, context.get('act'), input, issuer), 201)
  })
  app.openapi(gated(operations.getApplication, options), async (context) =>
    context.json(await getApplication(database, context.req.valid('param').id, issuer), 200),
  )
  app.openapi(gated(operations.updateApplication, options), async (context) => {
    const { id } = context.req.valid('param')
    const change = context.req.valid('json')
    await assertCallable(checkUrl, change)
    return context.json(await updateApplication(database, context.get('act'), id, change, issuer), 200)
  })
  app.openapi(gated(operations.deleteApplication, options), async (context) => {
    await deleteApplication(database, context.get('act'), context.req.valid('param').id)
    return context.body(null, 204)
  })
  app.openapi(gated(operations.rotateApplication, options), async (context) => {
    const { id } = context.req.valid('param')
    const { overlapSeconds } = context.req.valid('json')
    const act = context.get('act')
    return context.json(await rotateApplicationSecret(database, act, id, overlapSeconds, issuer), 200)
  })
  app.openapi(gated(operations.listSigningKeys, options), async (context) =>
    context.json(toList(await signingKeys.list(database, context.get('act').at)), 200),
  )
  app.openapi(gated(operations.createSigningKey, options), async (context) => {
    const { delaySeconds } = context.req.valid('json')
    return context.json(await signingKeys.rotate(database, context.get('act'), delaySeconds), 201)
  })
}
