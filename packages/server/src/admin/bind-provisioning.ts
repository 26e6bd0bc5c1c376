// Provisioning and API keys, bound to their operations.
import { type ActivityView, operations, type Provisioning } from '@rollcall/api'
import { confirmKey, createKey, endEarlierToken, renameKey, revokeKey, rotateKey } from '../directory/keys.ts'
import { hideMakers } from '../directory/makers.ts'
import { changeProvisioning, getProvisioning, previewProvisioning } from '../directory/provisioning.ts'
import type { Act } from '../events/record.ts'
import { findOpenAlert, listAlerts } from '../notices/alerts.ts'
import { catchUpKey } from '../provisioning/group-roles.ts'
import { dismissAlert, restoreAlert } from '../provisioning/restore-batch.ts'
import { countRoleChanges } from '../provisioning/role-changes.ts'
import type { OrganizationScope } from '../store/database.ts'
import type { OrganizationTable } from '../store/schema.ts'
import { listUsers } from '../users/views.ts'
import { type AdminOptions, type App, actIn, gated, toList, toMutablePage } from './door.ts'
import { holdAnswer } from './hold.ts'
import { nameOfCaller } from './permissions.ts'
import { streamActivity } from './stream.ts'

/** Answers the operations on provisioning, its alerts and its API keys. */
export function bindProvisioning(app: App, options: AdminOptions): void {
  const { database } = options
  app.openapi(gated(operations.getProvisioning, options), async (context) => {
    const found = context.get('organization')
    const act = context.get('act')
    return context.json(await show(options, found, act), 200)
  })
  app.openapi(gated(operations.updateProvisioning, options), async (context) => {
    const { scope } = context.get('organization')
    const act = context.get('act')
    const row = await changeProvisioning(actIn(context, database), context.req.valid('json'))
    return context.json(await show(options, { scope, row }, act), 200)
  })
  app.openapi(gated(operations.previewProvisioning, options), async (context) => {
    const { scope } = context.get('organization')
    const { mode } = context.req.valid('query')
    return context.json(await previewProvisioning(database, scope, mode, context.get('act').at), 200)
  })
  app.openapi(gated(operations.streamProvisioning, options), (context) => {
    const { scope } = context.get('organization')
    const { clock } = options
    const held = holdAnswer(context, 'streamProvisioning', options)
    // A set-up contact sees that requests come and how they end, not whom they are about.
    const show = ({ occurredAt, outcome }: ActivityView) => ({ occurredAt, outcome })
    return streamActivity(database, scope, held, { clock, outcome: undefined, kind: 'scim', show })
  })
  app.openapi(gated(operations.listUnclaimed, options), async (context) => {
    const { scope } = context.get('organization')
    const query = { ...context.req.valid('query'), isUnclaimed: true }
    return context.json(toMutablePage(await listUsers(database, scope, query)), 200)
  })
  app.openapi(gated(operations.listAlerts, options), async (context) =>
    context.json(toList(await listAlerts(database, context.get('organization').scope)), 200),
  )
  app.openapi(gated(operations.restoreAlert, options), async (context) => {
    const { id } = context.req.valid('param')
    return context.json(await restoreAlert(actIn(context, database), id), 200)
  })
  app.openapi(gated(operations.dismissAlert, options), async (context) => {
    const { id } = context.req.valid('param')
    return context.json(await dismissAlert(actIn(context, database), id), 200)
  })
  bindKeys(app, options)
}

/** The settings with the alert that is open; who made a key is shown to those who may know it. */
async function show(
  { database, scimBaseUrl }: AdminOptions,
  found: { readonly scope: OrganizationScope; readonly row: OrganizationTable },
  act: Act,
): Promise<Provisioning> {
  const provisioning = await getProvisioning(database, found, scimBaseUrl, act.at)
  const [alert, [changes]] = await Promise.all([
    findOpenAlert(database, found.scope),
    database.readOrganization(found.scope, countRoleChanges, {}),
  ])
  const rolesUnderWay = Number(changes?.people ?? 0)
  return { ...provisioning, keys: hideMakers(provisioning.keys, act), rolesUnderWay, alert }
}

function bindKeys(app: App, options: AdminOptions): void {
  const { database } = options
  app.openapi(gated(operations.createKey, options), async (context) => {
    const input = context.req.valid('json')
    const makerName = nameOfCaller(context.get('caller'))
    return context.json(await createKey(actIn(context, database), input, makerName), 201)
  })
  app.openapi(gated(operations.updateKey, options), async (context) => {
    const { id } = context.req.valid('param')
    const { name } = context.req.valid('json')
    return context.json(await renameKey(actIn(context, database), id, name), 200)
  })
  app.openapi(gated(operations.rotateKey, options), async (context) => {
    const { id } = context.req.valid('param')
    const { overlapSeconds } = context.req.valid('json')
    return context.json(await rotateKey(actIn(context, database), id, overlapSeconds), 200)
  })
  app.openapi(gated(operations.endEarlierToken, options), async (context) => {
    const { id } = context.req.valid('param')
    return context.json(await endEarlierToken(actIn(context, database), id), 200)
  })
  app.openapi(gated(operations.confirmKey, options), async (context) => {
    const act = context.get('act')
    const { id } = context.req.valid('param')
    return context.json(await confirmKey(actIn(context, database), id, (tx) => catchUpKey(tx, act, id)), 200)
  })
  app.openapi(gated(operations.revokeKey, options), async (context) => {
    await revokeKey(actIn(context, database), context.req.valid('param').id)
    return context.body(null, 204)
  })
}
