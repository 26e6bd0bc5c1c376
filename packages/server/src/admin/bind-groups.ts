// Groups and schema extensions, bound to their operations. Groups are the directory's: they are only read here.

import { setTimeout } from 'node:timers/promises'
import { operations } from '@rollcall/api'
import { messageOf } from '../base/unknown.ts'
import { rememberMs } from '../directory/key-lookup.ts'
import { Problem } from '../http/problem.ts'
import { putSchemaExtensions, toSchemaExtensions } from '../organizations/mappings.ts'
import { toOrganizationTypes } from '../provisioning/organization-types.ts'
import { streamMemberships } from '../users/export.ts'
import { getGroup, listGroups, listMembers } from '../users/group-views.ts'
import { type AdminOptions, type App, actIn, gated, toMutablePage } from './door.ts'
import { answerFile } from './files.ts'

/** Answers the operations on groups and on schema extensions. */
export function bindGroups(app: App, options: AdminOptions): void {
  const { database } = options
  app.openapi(gated(operations.listGroups, options), async (context) => {
    const { scope } = context.get('organization')
    return context.json(toMutablePage(await listGroups(database, scope, context.req.valid('query'))), 200)
  })
  app.openapi(gated(operations.getGroup, options), async (context) => {
    const { scope } = context.get('organization')
    return context.json(await getGroup(database, scope, context.req.valid('param').id), 200)
  })
  app.openapi(gated(operations.listMembers, options), async (context) => {
    const { scope } = context.get('organization')
    const { id } = context.req.valid('param')
    return context.json(
      toMutablePage(await listMembers(database, scope, id, context.req.valid('query'))),
      200,
    )
  })
  const files = [
    ['exportGroups', 'csv'],
    ['exportGroupLines', 'jsonl'],
  ] as const
  for (const [id, format] of files)
    app.openapi(gated(operations[id], options), (context) => {
      const { scope } = context.get('organization')
      return answerFile(context, options, { id, name: 'groups', format }, (held) =>
        streamMemberships(database, scope, format, held),
      )
    })
  app.openapi(gated(operations.getSchemaExtensions, options), async (context) =>
    context.json(toSchemaExtensions(context.get('organization').row), 200),
  )
  app.openapi(gated(operations.putSchemaExtensions, options), async (context) => {
    const { extensions } = context.req.valid('json')
    assertExtensions(JSON.stringify(extensions))
    await putSchemaExtensions(actIn(context, database), extensions)
    // Whoever reads this answer finds the extensions with their next request, on whatever node.
    await setTimeout(rememberMs)
    return context.json({ extensions }, 200)
  })
}

function assertExtensions(definitions: string): void {
  try {
    toOrganizationTypes(definitions)
  } catch (error) {
    throw new Problem('invalid_schema', messageOf(error))
  }
}
