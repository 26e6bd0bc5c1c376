// Users, invitations and the rules that shape users, bound to their operations.
import { operations } from '@rollcall/api'
import type { Context } from 'hono'
import { listApplicationNames } from '../applications/applications.ts'
import { confirmationCookie, renderCookie } from '../http/cookies.ts'
import {
  createInvitation,
  type InvitationRules,
  listInvitations,
  resendInvitation,
  revokeInvitation,
} from '../invitations/invitations.ts'
import { type AttributeMapping, defaultMapping } from '../mapping/attribute-rules.ts'
import { putAttributeRules, toAttributeRules, toRoleMappings } from '../organizations/mappings.ts'
import { acceptInvitation } from '../provisioning/accept-invitation.ts'
import { changeUsers } from '../provisioning/change-users.ts'
import { listGroupNames } from '../provisioning/group-names.ts'
import { replaceRoleMappings } from '../provisioning/group-roles.ts'
import { importUsers } from '../provisioning/import-users.ts'
import {
  deactivateUser,
  endUserSessions,
  reactivateUser,
  unlinkUser,
  updateUser,
} from '../provisioning/manage-user.ts'
import { previewMapping } from '../provisioning/preview-mapping.ts'
import { previewRoleMappings } from '../provisioning/preview-roles.ts'
import { readImport } from '../provisioning/read-import.ts'
import { changeRecoveryAddress, getRecoveryAddress, noteRecoveryShown } from '../provisioning/recovery.ts'
import { rolesUnderWayHeader } from '../provisioning/role-changes.ts'
import { listSessionsOfUser } from '../sessions/list.ts'
import { streamUsers } from '../users/export.ts'
import { getUserDetail, listUsers } from '../users/views.ts'
import {
  type AdminOptions,
  type App,
  actIn,
  type Env,
  gated,
  isStillAllowed,
  readImportBody,
  toList,
  toMutablePage,
} from './door.ts'
import { answerFile } from './files.ts'
import { withFormerAnswer } from './former-fields.ts'
import { streamProgress } from './progress.ts'
import { toSpender } from './spender.ts'

/** Answers the operations on users and imports. */
export function bindUsers(app: App, options: AdminOptions): void {
  const { database } = options
  app.openapi(gated(operations.listUsers, options), async (context) => {
    const { scope } = context.get('organization')
    return context.json(toMutablePage(await listUsers(database, scope, context.req.valid('query'))), 200)
  })
  app.openapi(gated(operations.getUser, options), async (context) => {
    const { scope } = context.get('organization')
    return context.json(await getUserDetail(database, scope, context.req.valid('param').id), 200)
  })
  app.openapi(gated(operations.updateUser, options), async (context) => {
    const { scope } = context.get('organization')
    const { id } = context.req.valid('param')
    const change = context.req.valid('json')
    await updateUser(actIn(context, database), id, change)
    return context.json(await getUserDetail(database, scope, id), 200)
  })
  app.openapi(gated(operations.deactivateUser, options), async (context) => {
    const { scope } = context.get('organization')
    const { id } = context.req.valid('param')
    await deactivateUser(actIn(context, database), id)
    return context.json(await getUserDetail(database, scope, id), 200)
  })
  app.openapi(gated(operations.reactivateUser, options), async (context) => {
    const { scope } = context.get('organization')
    const { id } = context.req.valid('param')
    await reactivateUser(actIn(context, database), id)
    return context.json(await getUserDetail(database, scope, id), 200)
  })
  app.openapi(gated(operations.unlinkUser, options), async (context) => {
    const { scope } = context.get('organization')
    const { id } = context.req.valid('param')
    await unlinkUser(actIn(context, database), id, context.req.valid('json').connectionId)
    return context.json(await getUserDetail(database, scope, id), 200)
  })
  bindSessionsOfUsers(app, options)
  bindUserFiles(app, options)
  bindImport(app, options)
  bindChanges(app, options)
}

function bindUserFiles(app: App, options: AdminOptions): void {
  const { database } = options
  const files = [
    ['exportUsers', 'csv'],
    ['exportUserLines', 'jsonl'],
  ] as const
  for (const [id, format] of files)
    app.openapi(gated(operations[id], options), (context) => {
      const { scope } = context.get('organization')
      const exported = { filter: context.req.valid('query'), format }
      return answerFile(context, options, { id, name: 'users', format }, (held) =>
        streamUsers(database, scope, exported, held),
      )
    })
}

function bindSessionsOfUsers(app: App, options: AdminOptions): void {
  const { database } = options
  app.openapi(gated(operations.listUserSessions, options), async (context) => {
    const { scope } = context.get('organization')
    const { id } = context.req.valid('param')
    const caller = context.get('caller')
    const current = caller.kind === 'session' ? caller.session.id : null
    await getUserDetail(database, scope, id)
    const rows = await listSessionsOfUser(database, scope, id, context.get('act').at)
    const names = await listApplicationNames(database)
    const items = rows.map(({ applicationId, ...row }) => ({
      ...row,
      application:
        applicationId === null ? null : { id: applicationId, name: names.get(applicationId) ?? '' },
      isCurrent: row.id === current,
    }))
    return context.json(toList(items), 200)
  })
  app.openapi(gated(operations.endUserSessions, options), async (context) => {
    const { id } = context.req.valid('param')
    // The body may be left out; then there is nothing to validate.
    const { reason } = context.req.valid('json') ?? {}
    const ended = await endUserSessions(actIn(context, database), id, reason)
    return context.json({ sessions: ended.sessions, applications: ended.applications }, 200)
  })
}

function bindImport(app: App, options: AdminOptions): void {
  const { database } = options
  // The validators would want the body whole: it is read as it comes in instead.
  const { request, ...importUsersOperation } = operations.importUsers
  const streamed = { ...importUsersOperation, request: { params: request.params } }
  app.openapi(gated(streamed, options), async (context) => {
    const input = await readImportBody(context, options, readImport)
    const mayGoOn = () => isStillAllowed(context, 'importUsers', options)
    if (!/\bapplication\/x-ndjson\b/i.test(context.req.header('accept') ?? ''))
      return context.json(await importUsers(actIn(context, database), input, { mayGoOn }), 200)
    return streamProgress(options, context.get('requestId'), input.rows.length, async (onProgress) => {
      const result = await importUsers(actIn(context, database), input, { onProgress, mayGoOn })
      return withFormerAnswer('importUsers', 200, result)
    })
  })
}

function bindChanges(app: App, options: AdminOptions): void {
  const { database } = options
  app.openapi(gated(operations.changeUsers, options), async (context) => {
    const input = context.req.valid('json')
    if (!/\bapplication\/x-ndjson\b/i.test(context.req.header('accept') ?? ''))
      return context.json(await changeUsers(actIn(context, database), input), 200)
    return streamProgress(options, context.get('requestId'), 0, (onProgress) =>
      changeUsers(actIn(context, database), input, onProgress),
    )
  })
}

/** Answers the operations on invitations. */
export function bindInvitations(app: App, options: AdminOptions): void {
  const { database } = options
  const rulesOf = (context: Context<Env>): InvitationRules => ({
    url: options.url,
    organizationName: context.get('organization').row.name,
    keyHash: options.operatorKey.hash,
    mailRate: options.mailRate,
    sendMail: options.sendMail,
  })
  app.openapi(gated(operations.createInvitation, options), async (context) => {
    const input = context.req.valid('json')
    return context.json(await createInvitation(actIn(context, database), input, rulesOf(context)), 201)
  })
  app.openapi(gated(operations.listInvitations, options), async (context) => {
    const { scope } = context.get('organization')
    const page = await listInvitations(database, scope, context.req.valid('query'), context.get('act').at)
    return context.json(toMutablePage(page), 200)
  })
  app.openapi(gated(operations.revokeInvitation, options), async (context) => {
    await revokeInvitation(actIn(context, database), context.req.valid('param').id)
    return context.body(null, 204)
  })
  app.openapi(gated(operations.resendInvitation, options), async (context) => {
    const { id } = context.req.valid('param')
    return context.json(await resendInvitation(actIn(context, database), id, rulesOf(context)), 200)
  })
  app.openapi(gated(operations.acceptInvitation, options), async (context) => {
    const { at, context: about } = context.get('act')
    const accepted = await acceptInvitation(database, context.req.valid('json').token, at, about)
    const { email, organization, slug, way } = accepted
    if (way === undefined)
      return context.json({ email, organization, signInUrl: `${options.url}/sso/${slug}` }, 200)
    const cookie = renderCookie(options.cookies, confirmationCookie, way.secret, way.lifeSeconds)
    context.header('set-cookie', cookie)
    const signInUrl = `${options.url}/saml/${way.connectionId}/login`
    return context.json({ email, organization, signInUrl }, 200)
  })
}

/** The addresses by which owners and administrators are recovered. */
export function bindRecovery(app: App, options: AdminOptions): void {
  const { database } = options
  const { url, mailRate } = options
  const rules = { url, mailRate, hasMail: options.sendMail !== undefined }
  app.openapi(gated(operations.getRecoveryAddress, options), async (context) => {
    const { id } = context.req.valid('param')
    return context.json(await getRecoveryAddress(actIn(context, database), id), 200)
  })
  app.openapi(gated(operations.putRecoveryAddress, options), async (context) => {
    const { id } = context.req.valid('param')
    const { address } = context.req.valid('json')
    const caller = context.get('caller')
    const session = caller.kind === 'session' ? caller.session : undefined
    await changeRecoveryAddress(actIn(context, database), id, address, rules, session)
    return context.json(await getRecoveryAddress(actIn(context, database), id), 200)
  })
  app.openapi(gated(operations.acknowledgeRecoveryAddress, options), async (context) => {
    await noteRecoveryShown(actIn(context, database), context.req.valid('param').id)
    return context.body(null, 204)
  })
}

/** Answers the operations on the two mappings. */
export function bindMapping(app: App, options: AdminOptions): void {
  const { database } = options
  app.openapi(gated(operations.getRoleMappings, options), async (context) =>
    context.json(toRoleMappings(context.get('organization').row), 200),
  )
  app.openapi(gated(operations.putRoleMappings, options), async (context) => {
    const input = context.req.valid('json')
    const { changed, waiting } = await replaceRoleMappings(actIn(context, database), input.mappings)
    if (waiting > 0) context.header(rolesUnderWayHeader, String(waiting))
    return context.json({ ...input, changed, waiting }, 200)
  })
  app.openapi(gated(operations.previewRoleMappings, options), async (context) => {
    const { mappings } = context.req.valid('json')
    const preview = await options.spending.reading(toSpender(context), () =>
      previewRoleMappings(database, context.get('organization'), mappings),
    )
    return context.json(preview, 200)
  })
  app.openapi(gated(operations.listGroupNames, options), async (context) => {
    const { search } = context.req.valid('query')
    return context.json(toList(await listGroupNames(database, context.get('organization'), search)), 200)
  })
  app.openapi(gated(operations.getAttributeMapping, options), async (context) => {
    const rules = toAttributeRules(context.get('organization').row)
    return context.json(toMappingView(rules), 200)
  })
  app.openapi(gated(operations.putAttributeMapping, options), async (context) => {
    const { rules } = context.req.valid('json')
    await putAttributeRules(actIn(context, database), rules)
    return context.json(toMappingView(rules), 200)
  })
  app.openapi(gated(operations.previewAttributeMapping, options), async (context) => {
    const input = context.req.valid('json')
    const preview = await options.spending.reading(toSpender(context), () =>
      previewMapping(database, context.get('organization'), input),
    )
    return context.json(preview, 200)
  })
}

function toMappingView(rules: AttributeMapping): {
  rules: Record<string, string[]>
  defaults: Record<string, string[]>
} {
  return { rules: copyLists(rules), defaults: copyLists(defaultMapping) }
}

function copyLists(lists: Readonly<Partial<Record<string, readonly string[]>>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, [...(list ?? [])]]))
}
