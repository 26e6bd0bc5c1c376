// Whoever made a key, a client or a connection is out: the people who run the settings are told by mail, once. The event was recorded
// when the person went.

import { readJson } from '../base/json.ts'
import { selectConnections } from '../connections/rows.ts'
import { quoteName } from '../deliveries/words.ts'
import { listWorkingIds } from '../directory/makers.ts'
import { makerGoneTypes, selectEvents } from '../events/asked.ts'
import { type Followed, followEach } from '../events/follow.ts'
import { createScope, type Database, type OrganizationTx } from '../store/database.ts'
import { mailNotice, type NoticeRules, takeNotice } from './notify.ts'

/**
 * Goes on from where it was, however long it was away: each is told of once, and of what has ended meanwhile nobody is.
 */
export async function warnOfMakers(
  database: Database,
  rules: NoticeRules,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  const types = new Set<string>(makerGoneTypes)
  await followEach(database, { name: 'makers', types, now }, isStopping, async (own, events) => {
    await database.inOrganization(createScope(own), (tx) => warn(tx, events, now, rules))
  })
}

async function warn(
  tx: OrganizationTx,
  gone: readonly Followed[],
  now: number,
  rules: NoticeRules,
): Promise<void> {
  const told: string[] = []
  const works = await listWorking(tx, now)
  const ids = JSON.stringify(gone.flatMap(({ id, subjectId }) => (works.has(subjectId) ? [id] : [])))
  for (const { id, type, data } of await tx.all(selectEvents, { ids }))
    if (await takeNotice(tx, `maker ${id}`, now)) told.push(describe(type, data))
  if (told.length === 0) return
  const words = {
    subject: 'somebody who may know keys or connections is out',
    text: `They work on until somebody changes them:\n\n${told.join('\n')}\n\nRotate keys and look at connections that this person may know.`,
    page: 'security/user-provisioning',
    kind: 'makers',
    line: `Somebody is out who made ${told.length === 1 ? 'a key, client or connection' : `${told.length} keys, clients or connections`} that works on.`,
  }
  await mailNotice(tx, { rung: 'connection', at: now }, words, rules)
}

/** Keys, clients and connections that somebody may still know. */
async function listWorking(tx: OrganizationTx, now: number): Promise<ReadonlySet<string>> {
  const connections = await tx.all(selectConnections, {})
  return new Set([...(await listWorkingIds(tx, now)), ...connections.map(({ id }) => id)])
}

function describe(type: string, data: string): string {
  const { name, maker } = readJson<{ name: string; maker: string | null }>(data)
  if (type === 'connection.maker_gone') return `- the connection ${quoteName(name)}`
  const kind = type === 'api_key.maker_gone' ? 'API key' : 'OAuth client'
  return `- the ${kind} ${quoteName(name)}${maker === null ? '' : `, made by ${quoteName(maker)}`}`
}
