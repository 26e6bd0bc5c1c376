// Organizations, and the record of what happened in them, bound to their operations.

import { type OrganizationChange, operations } from '@rollcall/api'
import type { Context } from 'hono'
import { type ActivityQuery, listActivity } from '../activity/query.ts'
import { readStatistics } from '../activity/statistics.ts'
import { assertGiven } from '../applications/applications.ts'
import { isAtLeast, type Rung } from '../base/rung.ts'
import { listSetUpRefusals } from '../directory/set-up-refusals.ts'
import { getSetUp, listSummaries } from '../directory/set-ups.ts'
import { dropArchived, readArchivePage } from '../events/archive.ts'
import { streamEvents } from '../events/export.ts'
import { listEvents } from '../events/query.ts'
import { verifyEvents } from '../events/verify.ts'
import { Problem } from '../http/problem.ts'
import { askAdministrators, findQuestion, type QuestionRules } from '../notices/question.ts'
import {
  createOrganization,
  deleteOrganization,
  toOrganization,
  updateOrganization,
} from '../organizations/organizations.ts'
import { type AdminOptions, type App, actIn, type Env, gated, toList, toMutablePage } from './door.ts'
import { namesOf } from './event-names.ts'
import { answerFile } from './files.ts'
import { sayDeprecated } from './former.ts'
import { holdAnswer } from './hold.ts'
import { listRefusedKinds } from './intents.ts'
import type { Caller } from './permissions.ts'
import { streamActivity } from './stream.ts'

/** Answers the operations on organizations. */
export function bindOrganizations(app: App, options: AdminOptions): void {
  const { database } = options
  app.openapi(gated(operations.createOrganization, options), async (context) =>
    context.json(await createOrganization(database, context.get('act'), context.req.valid('json')), 201),
  )
  app.openapi(gated(operations.listOrganizations, options), async (context) =>
    context.json(
      toMutablePage(await listSummaries(database, context.req.valid('query'), context.get('act').at)),
      200,
    ),
  )
  app.openapi(gated(operations.getOrganization, options), async (context) =>
    context.json(toOrganization(context.get('organization').row), 200),
  )
  app.openapi(gated(operations.getSetUp, options), async (context) => {
    const found = context.get('organization')
    const question = await findQuestion(database, found.scope, toQuestionRules(options), options.clock())
    return context.json({ ...(await getSetUp(database, found)), question }, 200)
  })
  app.openapi(gated(operations.askAdministrators, options), async (context) =>
    context.json(await askAdministrators(actIn(context, database), toQuestionRules(options)), 200),
  )
  app.openapi(gated(operations.listSetUpRefusals, options), async (context) => {
    const { scope } = context.get('organization')
    const kinds = listRefusedKinds(context.get('caller'))
    return context.json(toList(await listSetUpRefusals(database, scope, context.get('act'), kinds)), 200)
  })
  app.openapi(gated(operations.updateOrganization, options), async (context) => {
    const change = context.req.valid('json')
    assertOwnFields(change, context.get('caller'), context.get('act').rung)
    const { scope } = context.get('organization')
    await assertGiven(database, change.defaultApplication, scope.organizationId)
    return context.json(await updateOrganization(actIn(context, database), change), 200)
  })
  app.openapi(gated(operations.deleteOrganization, options), async (context) => {
    await deleteOrganization(actIn(context, database), context.req.valid('json').confirm)
    return context.body(null, 204)
  })
}

function toQuestionRules({ connectionRules, sendMail }: AdminOptions): QuestionRules {
  const { url, operatorMail } = connectionRules
  return { url, operatorMail, hasMail: sendMail !== undefined }
}

// Who changes which field. What is sold, and what is asked for, is the operator's to say (advisory CVE-2026-56350: an administrator
// lifted it). A field without a row does not compile.
const changedBy = {
  name: 'administrator',
  defaultRole: 'administrator',
  origins: 'administrator',
  defaultApplication: 'administrator',
  ownerRecovery: 'owner',
  isScimEnabled: 'operator',
  requireSso: 'operator',
  seatLimit: 'operator',
} as const satisfies Readonly<Record<keyof OrganizationChange, 'administrator' | 'owner' | 'operator'>>

function assertOwnFields(change: OrganizationChange, caller: Caller, rung: Rung): void {
  const named = (Object.keys(changedBy) as (keyof OrganizationChange)[]).filter(
    (name) => change[name] !== undefined,
  )
  const foreign = named.find((name) => changedBy[name] === 'operator')
  if (foreign !== undefined && caller.kind !== 'operator')
    throw new Problem('forbidden', `Only the operator changes ${foreign}`)
  const owners = named.find((name) => changedBy[name] === 'owner')
  if (owners !== undefined && !isAtLeast(rung, 'owner'))
    throw new Problem('owner_required', `Only an owner, or the operator, changes ${owners}`)
}

/** Answers the operations on the audit log and on activity. */
export function bindRecord(app: App, options: AdminOptions): void {
  const { database, clock } = options
  app.openapi(gated(operations.listEvents, options), async (context) => {
    const { scope, row } = context.get('organization')
    const { items, nextCursor } = await listEvents(database, scope, context.req.valid('query'))
    return context.json({ items: await namesOf(database, scope, row.name)(items), nextCursor }, 200)
  })
  app.openapi(gated(operations.verifyEvents, options), async (context) => {
    const { scope } = context.get('organization')
    return context.json(await verifyEvents(database, scope, context.req.valid('query').head, clock()), 200)
  })
  bindExport(app, 'exportEvents', 'csv', options)
  bindExport(app, 'exportEventLines', 'jsonl', options)
  app.openapi(gated(operations.listArchivedEvents, options), async (context) => {
    const { scope } = context.get('organization')
    const { before, after, limit } = context.req.valid('query')
    const wish = { before: Date.parse(before), after, limit }
    return context.json(await readArchivePage(database, scope, wish, clock()), 200)
  })
  app.openapi(gated(operations.archiveEvents, options), async (context) => {
    const until = context.req.valid('json')
    return context.json(await dropArchived(actIn(context, database), until), 200)
  })
  const follow = (
    context: Context<Env>,
    { outcome, kind }: Pick<ActivityQuery, 'outcome' | 'kind'>,
  ): Response => {
    const held = holdAnswer(context, 'streamActivity', options)
    return streamActivity(database, context.get('organization').scope, held, { clock, outcome, kind })
  }
  app.openapi(gated(operations.listActivity, options), async (context) => {
    const { scope } = context.get('organization')
    const query = context.req.valid('query')
    if (query.follow === '1')
      return sayDeprecated(follow(context, query), context, options.url, 'streamActivity')
    return context.json(toMutablePage(await listActivity(database, scope, query)), 200)
  })
  app.openapi(gated(operations.getStatistics, options), async (context) => {
    const { scope, row } = context.get('organization')
    const asked = { days: context.req.valid('query').days, now: context.get('act').at }
    return context.json(await readStatistics(database, { scope, createdAt: row.created_at }, asked), 200)
  })
  app.openapi(gated(operations.streamActivity, options), (context) =>
    follow(context, context.req.valid('query')),
  )
}

function bindExport(
  app: App,
  id: 'exportEvents' | 'exportEventLines',
  format: 'csv' | 'jsonl',
  options: AdminOptions,
): void {
  const { database } = options
  app.openapi(gated(operations[id], options), (context) => {
    const { scope, row } = context.get('organization')
    const exported = { filter: context.req.valid('query'), format, name: namesOf(database, scope, row.name) }
    return answerFile(context, options, { id, name: 'audit-log', format }, (held) =>
      streamEvents(database, scope, exported, held),
    )
  })
}
