// OAuth clients of a directory, bound to their operations.
import { operations } from '@rollcall/api'
import { hideMakers } from '../directory/makers.ts'
import {
  confirmClient,
  createClient,
  listClients,
  renameClient,
  revokeClient,
  rotateClientSecret,
} from '../directory/oauth-clients.ts'
import { catchUpKey } from '../provisioning/group-roles.ts'
import type { OrganizationTx } from '../store/database.ts'
import { type AdminOptions, type App, actIn, gated } from './door.ts'
import { nameOfCaller } from './permissions.ts'

/** Answers the operations on OAuth 2.0 clients. */
export function bindOAuthClients(app: App, options: AdminOptions): void {
  const { database, url } = options
  const tokenUrl = `${url}/scim/oauth/token`
  app.openapi(gated(operations.listOAuthClients, options), async (context) => {
    const { scope } = context.get('organization')
    const act = context.get('act')
    const items = hideMakers(await listClients(database, scope, act.at, tokenUrl), act)
    return context.json({ items, nextCursor: null }, 200)
  })
  app.openapi(gated(operations.createOAuthClient, options), async (context) => {
    const input = context.req.valid('json')
    const makerName = nameOfCaller(context.get('caller'))
    return context.json(await createClient(actIn(context, database), input, makerName, tokenUrl), 201)
  })
  app.openapi(gated(operations.updateOAuthClient, options), async (context) => {
    const { id } = context.req.valid('param')
    const { name } = context.req.valid('json')
    return context.json(await renameClient(actIn(context, database), id, name, tokenUrl), 200)
  })
  app.openapi(gated(operations.rotateOAuthClient, options), async (context) => {
    const { id } = context.req.valid('param')
    const { overlapSeconds } = context.req.valid('json')
    return context.json(await rotateClientSecret(actIn(context, database), id, overlapSeconds, tokenUrl), 200)
  })
  app.openapi(gated(operations.confirmOAuthClient, options), async (context) => {
    const { id } = context.req.valid('param')
    const act = context.get('act')
    const catchUp = (tx: OrganizationTx) => catchUpKey(tx, act, id)
    return context.json(await confirmClient(actIn(context, database), id, tokenUrl, catchUp), 200)
  })
  app.openapi(gated(operations.revokeOAuthClient, options), async (context) => {
    await revokeClient(actIn(context, database), context.req.valid('param').id)
    return context.body(null, 204)
  })
}
