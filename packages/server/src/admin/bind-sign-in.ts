// Domains, connections and our SAML certificates, bound to their operations.
import { randomBytes } from 'node:crypto'
import { type Connection, type Domain, operations } from '@rollcall/api'
import { changeConnection, relinkConnection } from '../anchors/change.ts'
import { confirmAnchor } from '../anchors/confirm.ts'
import { refreshMetadata } from '../anchors/refresh.ts'
import { restoreAnchor } from '../anchors/restore.ts'
import { stagedChanged } from '../anchors/rules.ts'
import { stageAnchor } from '../anchors/stage.ts'
import { applyStaged, discardStaged, getStaged } from '../anchors/staged.ts'
import { getAnchor } from '../anchors/view.ts'
import { createConnection, deleteConnection } from '../connections/connections.ts'
import { assertEntityName } from '../connections/entity-name.ts'
import { getConnection, listConnections, renderMetadataOf } from '../connections/find.ts'
import { readSource } from '../connections/metadata-source.ts'
import { describeMetadata, withMetadataUrl } from '../connections/rows.ts'
import { activateServiceKey, createServiceKey, listServiceKeys } from '../connections/service-keys.ts'
import { changeTies, countAddresses, domainTies, listTies } from '../connections/ties.ts'
import { Problem } from '../http/problem.ts'
import { addDomain, assertDomain, listDomains, removeDomain, verifyDomain } from '../organizations/domains.ts'
import { sealTestTicket, type TestTicket } from '../sign-ins/test-ticket.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { type AdminOptions, type App, actIn, gated, toList } from './door.ts'
import type { Caller } from './permissions.ts'
import { toDns, toRules, toSpender } from './spender.ts'

/** Answers the operations on domains. */
export function bindDomains(app: App, options: AdminOptions): void {
  const { database } = options
  app.openapi(gated(operations.listDomains, options), async (context) =>
    context.json(toList(await listTied(database, context.get('organization').scope)), 200),
  )
  app.openapi(gated(operations.createDomain, options), async (context) => {
    return context.json(await addDomain(actIn(context, database), context.req.valid('json').name), 201)
  })
  app.openapi(gated(operations.verifyDomain, options), async (context) => {
    const { scope } = context.get('organization')
    const { id } = context.req.valid('param')
    await verifyDomain(actIn(context, database), id, toDns(context, options), domainTies)
    return context.json(await getTied(database, scope, id), 200)
  })
  app.openapi(gated(operations.updateDomain, options), async (context) => {
    const { scope } = context.get('organization')
    const { id } = context.req.valid('param')
    const { isVerified, connectionIds, dryRun } = context.req.valid('json')
    if ((isVerified === undefined) === (connectionIds === undefined))
      throw new Problem('invalid_request', 'Send isVerified or connectionIds: one of the two')
    if (isVerified !== undefined && context.get('caller').kind !== 'operator')
      throw new Problem('forbidden', 'Only the operator asserts a domain')
    if (dryRun === true) {
      const domain = await getTied(database, scope, id)
      const people = await countAddresses(database, scope, domain.name)
      return context.json({ ...domain, people }, 200)
    }
    if (isVerified !== undefined) await assertDomain(actIn(context, database), id, isVerified, domainTies)
    if (connectionIds !== undefined) await changeTies(actIn(context, database), id, connectionIds)
    return context.json(await getTied(database, scope, id), 200)
  })
  app.openapi(gated(operations.deleteDomain, options), async (context) => {
    await removeDomain(actIn(context, database), context.req.valid('param').id, domainTies)
    return context.body(null, 204)
  })
}

async function listTied(database: Database, scope: OrganizationScope): Promise<Domain[]> {
  return listDomains(database, scope, await listTies(database, scope))
}

async function getTied(database: Database, scope: OrganizationScope, id: string): Promise<Domain> {
  const domain = (await listTied(database, scope)).find((one) => one.id === id)
  if (domain === undefined) throw new Problem('not_found', 'There is no such domain')
  return domain
}

/** Answers the operations on connections. */
export function bindConnections(app: App, options: AdminOptions): void {
  const { database } = options
  const show = createShow(options)
  app.openapi(gated(operations.listConnections, options), async (context) => {
    const { scope } = context.get('organization')
    return context.json(toList((await listConnections(database, scope)).map(show)), 200)
  })
  app.openapi(gated(operations.createConnection, options), async (context) => {
    const input = context.req.valid('json')
    if (input.serviceProvider !== undefined && context.get('caller').kind !== 'operator')
      throw new Problem('forbidden', 'Only the operator imports a connection under its old names')
    return context.json(
      show(await createConnection(actIn(context, database), input, toRules(context, options))),
      201,
    )
  })
  app.openapi(gated(operations.previewConnection, options), async (context) => {
    const metadata = await readSource(context.req.valid('json'), toRules(context, options))
    if (metadata === undefined)
      throw new Problem('invalid_request', 'Send metadataUrl, metadataXml, or the three fields')
    assertEntityName(null, { metadata, oidc: null })
    return context.json(describeMetadata(metadata), 200)
  })
  app.openapi(gated(operations.getConnection, options), async (context) => {
    const { scope } = context.get('organization')
    return context.json(show(await getConnection(database, scope, context.req.valid('param').id)), 200)
  })
  app.openapi(gated(operations.getIdentityProviderMetadata, options), async (context) => {
    const { scope } = context.get('organization')
    const { id } = context.req.valid('param')
    return context.json({ metadataXml: await renderMetadataOf(database, scope, id) }, 200)
  })
  app.openapi(gated(operations.updateConnection, options), async (context) => {
    const { id } = context.req.valid('param')
    const change = context.req.valid('json')
    const isKey = isOperatorKey(context.get('caller'))
    const changed = await changeConnection(
      actIn(context, database),
      id,
      change,
      toRules(context, options),
      isKey,
    )
    return changed.kind === 'staged'
      ? context.json(changed.staged, 202)
      : context.json(show(changed.connection), 200)
  })
  app.openapi(gated(operations.deleteConnection, options), async (context) => {
    await deleteConnection(actIn(context, database), context.req.valid('param').id)
    return context.body(null, 204)
  })
  app.openapi(gated(operations.refreshConnection, options), async (context) => {
    const { id } = context.req.valid('param')
    const changed = await refreshMetadata(actIn(context, database), id, toRules(context, options))
    return changed.kind === 'staged'
      ? context.json(changed.staged, 202)
      : context.json(show(changed.connection), 200)
  })
  bindConnectionActs(app, options)
}

// The window of a frame's test has none of its cookies: the ticket is all that it has, and names the one request that it may begin.
function ticketOf(caller: Caller): TestTicket {
  if (caller.kind !== 'session') return { sessionId: null }
  const { id: sessionId, frame } = caller.session
  return frame === null ? { sessionId } : { sessionId, request: randomBytes(20).toString('hex') }
}

function bindConnectionActs(app: App, options: AdminOptions): void {
  const { database } = options
  app.openapi(gated(operations.testConnection, options), async (context) => {
    const { scope } = context.get('organization')
    const connection = await getConnection(database, scope, context.req.valid('param').id)
    const { digest } = context.req.valid('query')
    const caller = context.get('caller')
    const { at } = context.get('act')
    const ticket = sealTestTicket(options.envelope, connection.id, ticketOf(caller), at)
    const url = `${options.url}/saml/${connection.id}/login?test=${ticket}`
    if (digest !== undefined) {
      const staged = await getStaged(database, scope, context.get('act'), connection.id)
      if (staged.digest !== digest) throw stagedChanged()
      return context.json({ url: `${url}&anchor=${digest}` }, 200)
    }
    if (!connection.isSetupComplete)
      throw new Problem(
        'connection_incomplete',
        'The connection has no identity provider yet: nothing to test',
      )
    return context.json({ url }, 200)
  })
  app.openapi(gated(operations.relinkConnection, options), async (context) => {
    const { id } = context.req.valid('param')
    const input = context.req.valid('json')
    const isKey = isOperatorKey(context.get('caller'))
    const done = await relinkConnection(actIn(context, database), id, input, toRules(context, options), isKey)
    return done.kind === 'staged' ? context.json(done.staged, 202) : context.json(done.result, 200)
  })
}

function createShow({ cookies }: AdminOptions): (connection: Connection) => Connection {
  return (connection) => withMetadataUrl(connection, cookies.basePath)
}

// The key itself, or the socket in the data folder; not a session that the operator has in a browser.
function isOperatorKey(caller: Caller): boolean {
  return caller.kind === 'operator' && caller.session === undefined
}

/** Answers the operations on trust anchors. */
export function bindAnchors(app: App, options: AdminOptions): void {
  const { database } = options
  const show = createShow(options)
  app.openapi(gated(operations.getAnchor, options), async (context) => {
    const { scope } = context.get('organization')
    return context.json(
      await getAnchor(database, scope, context.get('act'), context.req.valid('param').id),
      200,
    )
  })
  app.openapi(gated(operations.confirmAnchor, options), async (context) => {
    const { id } = context.req.valid('param')
    const { digest } = context.req.valid('json')
    return context.json(show(await confirmAnchor(actIn(context, database), id, digest)), 200)
  })
  app.openapi(gated(operations.restoreAnchor, options), async (context) => {
    const { id } = context.req.valid('param')
    const done = await restoreAnchor(actIn(context, database), id, toRules(context, options))
    return context.json({ ...done, connection: show(done.connection) }, 200)
  })
  app.openapi(gated(operations.stageAnchor, options), async (context) => {
    const { id } = context.req.valid('param')
    const source = context.req.valid('json')
    const { staged, isNew } = await stageAnchor(
      actIn(context, database),
      id,
      source,
      toRules(context, options),
    )
    return isNew ? context.json(staged, 201) : context.json(staged, 200)
  })
  app.openapi(gated(operations.getStagedAnchor, options), async (context) => {
    const { scope } = context.get('organization')
    const { id } = context.req.valid('param')
    return context.json(await getStaged(database, scope, context.get('act'), id), 200)
  })
  app.openapi(gated(operations.discardStagedAnchor, options), async (context) => {
    await discardStaged(actIn(context, database), context.req.valid('param').id)
    return context.body(null, 204)
  })
  app.openapi(gated(operations.applyStagedAnchor, options), async (context) => {
    const { id } = context.req.valid('param')
    const { digest, isCompromised } = context.req.valid('json')
    const wanted = { digest, isCompromised: isCompromised === true }
    return context.json(
      show(await applyStaged(actIn(context, database), id, wanted, toRules(context, options))),
      200,
    )
  })
}

/** Answers the operations on our SAML certificates. */
export function bindServiceKeys(app: App, options: AdminOptions): void {
  const { database, envelope } = options
  app.openapi(gated(operations.listServiceKeys, options), async (context) => {
    const { scope } = context.get('organization')
    return context.json(toList(await listServiceKeys(database, scope, envelope, context.get('act'))), 200)
  })
  app.openapi(gated(operations.createServiceKey, options), async (context) => {
    const work = () => createServiceKey(actIn(context, database), envelope)
    return context.json(await options.spending.reading(toSpender(context), work), 201)
  })
  app.openapi(gated(operations.activateServiceKey, options), async (context) => {
    const { id } = context.req.valid('param')
    const { overlapDays } = context.req.valid('json')
    return context.json(await activateServiceKey(actIn(context, database), id, overlapDays), 200)
  })
}
